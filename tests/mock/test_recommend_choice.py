"""The choice among what is relevant: rotation, diversity, distinct answers of a batch."""

import pytest


def ids(answer):
    status, body = answer
    assert status == 200, body
    return [one["id"] for one in body["recomms"]]


@pytest.fixture
def ranked(db):
    """i1 to i6, each with fewer views than the one before."""
    for number in range(1, 7):
        for user in range(7 - number):
            view = {"userId": f"v{user}", "itemId": f"i{number}", "cascadeCreate": True}
            db("POST /detailviews/", {**view, "timestamp": 5})
    db("PUT /users/u")
    db("PUT /users/w")
    return db


LINE = "POST /recomms/users/u/items/"


def test_without_rotation_the_same_comes_again(ranked):
    assert [ids(ranked(LINE, {"count": 2})) for _ in range(2)] == [["i1", "i2"]] * 2


def test_full_rotation_gives_something_else_as_long_as_there_is_something(ranked):
    asked = {"count": 2, "rotationRate": 1.0}
    found = [ids(ranked(LINE, asked)) for _ in range(3)]
    assert found == [["i1", "i2"], ["i3", "i4"], ["i5", "i6"]]
    assert len(ids(ranked(LINE, asked))) == 2


def test_the_penalty_fades_with_the_rotation_time(ranked):
    asked = {"count": 1, "rotationRate": 1.0, "rotationTime": 100}
    assert ids(ranked(LINE, asked)) == ["i1"]
    assert ids(ranked(LINE, asked)) == ["i2"]
    ranked.now += 100
    assert ids(ranked(LINE, asked)) == ["i1"]


def test_a_little_rotation_moves_only_what_is_about_as_good(ranked):
    ranked(LINE, {"count": 1})
    assert ids(ranked(LINE, {"count": 1, "rotationRate": 0.01})) == ["i1"]
    assert ids(ranked(LINE, {"count": 1, "rotationRate": 0.5})) == ["i2"]


def test_each_user_is_rotated_alone(ranked):
    asked = {"count": 1, "rotationRate": 1.0}
    ranked(LINE, asked)
    assert ids(ranked("POST /recomms/users/w/items/", asked)) == ["i1"]


def test_only_recommended_items_are_rotated_not_users_nor_what_was_searched_for(ranked):
    ranked("PUT /users/i1")
    ranked("POST /recomms/users/u/users/", {"count": 99})
    ranked("PUT /items/properties/title", {"type": "string"})
    ranked("POST /items/i1", {"title": "Hello"})
    assert ids(ranked("POST /search/users/u/items/", {"count": 1, "searchQuery": "hello"})) == [
        "i1"
    ]
    assert ids(ranked(LINE, {"count": 1, "rotationRate": 1.0})) == ["i1"]


def test_also_what_was_continued_is_rotated(ranked):
    base = ranked(LINE, {"count": 1})[1]["recommId"]
    ranked(f"POST /recomms/next/items/{base}", {"count": 1})
    assert ids(ranked(LINE, {"count": 1, "rotationRate": 1.0})) == ["i3"]


@pytest.fixture
def genres(db):
    """Of each of two genres three items that the same users had; one is more popular."""
    db("PUT /items/properties/genre", {"type": "string"})
    for genre, users in (("a", "12345"), ("b", "123")):
        for number in range(3):
            values = {"genre": genre, "!cascadeCreate": True}
            db(f"POST /items/{genre}{number}", values)
            for user in users:
                view = {"userId": f"{genre}{user}", "itemId": f"{genre}{number}"}
                db("POST /detailviews/", {**view, "timestamp": 5, "cascadeCreate": True})
    db("PUT /users/u")
    return db


def test_diversity_mixes_what_is_unlike(genres):
    assert {one[0] for one in ids(genres(LINE, {"count": 3}))} == {"a"}
    mixed = ids(genres(LINE, {"count": 3, "diversity": 0.9}))
    assert [one[0] for one in mixed[:2]] == ["a", "b"]
    assert len(set(ids(genres(LINE, {"count": 6, "diversity": 1.0})))) == 6


def test_in_a_batch_of_distinct_ones_no_user_gets_an_item_twice(ranked):
    other = ("POST /recomms/items/i6/items/", {"count": 2, "targetUserId": "u"})
    body = {"count": 2}
    lines = [(LINE, body), other, (LINE, body), ("POST /recomms/users/w/items/", body)]
    requests = [
        {"method": "POST", "path": line.partition(" ")[2], "params": params}
        for line, params in lines
    ]
    for distinct, expected in ((True, 5), (False, 2)):
        asked = {"requests": requests, "distinctRecomms": distinct}
        _, entries = ranked("POST /batch/", asked)
        found = [[one["id"] for one in entry["json"]["recomms"]] for entry in entries]
        assert len({one for part in found[:3:2] for one in part}) == (4 if distinct else 2)
        assert found[3] == ["i1", "i2"]
        if distinct:
            own = [one for part in found[:3] for one in part]
            assert len(set(own)) == len(own) >= expected


def test_nothing_is_left_of_a_batch_for_the_next(ranked):
    body = {"requests": [{"method": "POST", "path": LINE[5:], "params": {"count": 6}}]}
    for _ in range(2):
        _, (entry,) = ranked("POST /batch/", {**body, "distinctRecomms": True})
        assert len(entry["json"]["recomms"]) == 6


def test_users_and_anonymous_visitors_are_not_made_distinct(ranked):
    for path, params in (
        ("/recomms/items/i1/users/", {"count": 3}),
        ("/recomms/items/i1/items/", {"count": 3, "targetUserId": None}),
    ):
        request = {"method": "POST", "path": path, "params": params}
        body = {"requests": [request] * 2, "distinctRecomms": True}
        first, second = (entry["json"]["recomms"] for entry in ranked("POST /batch/", body)[1])
        assert first == second
