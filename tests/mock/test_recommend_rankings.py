"""Bestsellers are counted anew when it is worth it."""

import json

from recombee_mock.protocol import Call
from recombee_mock.service import Service
from recombee_mock.store.contents import Contents

NOW = 1_700_000_000.0


def stocked(items):
    contents = Contents()
    for number in range(items):
        contents.items.add(f"i{number}")
    contents.users.add("u")
    return contents


def score(contents, item, now=NOW):
    return contents.rankings.of(contents, "item", now).scores.get(item, 0.0)


def test_of_a_small_catalogue_they_are_always_fresh():
    contents = stocked(1000)
    assert score(contents, "i1") == 0.0
    contents.purchases.add("u", "i1", 1.0)
    assert score(contents, "i1") == 5.0
    contents.purchases.delete("u", "i1")
    assert score(contents, "i1") == 0.0


def test_of_a_large_one_they_may_be_a_little_old():
    contents = stocked(2000)
    assert score(contents, "i1") == 0.0
    contents.purchases.add("u", "i1", 1.0)
    assert score(contents, "i1", NOW + 60) == 0.0
    assert score(contents, "i1", NOW + 61) == 5.0


def test_so_many_questions_make_them_fresh_again():
    contents = stocked(2000)
    score(contents, "i1")
    contents.purchases.add("u", "i1", 1.0)
    assert [score(contents, "i1") for _ in range(42)] == [0.0] * 40 + [5.0] * 2


def test_when_time_is_set_back_they_are_counted_anew():
    contents = stocked(2000)
    score(contents, "i1")
    contents.purchases.add("u", "i1", 1.0)
    assert score(contents, "i1", NOW - 1) == 5.0


def test_what_came_since_is_recommended_and_what_went_is_not():
    service = Service()
    service.contents = stocked(2000)

    def recommended():
        body = json.dumps({"count": 5000}).encode()
        reply = service.apply(Call("POST", "/recomms/users/u/items/", body=body), NOW)
        return [one["id"] for one in json.loads(reply.body)["recomms"]]

    assert len(recommended()) == 2000
    service.apply(Call("DELETE", "/items/i7"), NOW)
    service.apply(Call("PUT", "/items/new"), NOW)
    found = recommended()
    assert (len(found), found[-1], "i7" in found) == (2000, "new", False)


def test_a_rating_counts_by_what_it_says():
    contents = stocked(3)
    for item, rating in (("i0", 1.0), ("i1", -1.0), ("i2", 0.0)):
        contents.ratings.add("u", item, 1.0, (rating,))
    assert [score(contents, f"i{number}") for number in range(3)] == [2.0, -2.0, 0.0]
