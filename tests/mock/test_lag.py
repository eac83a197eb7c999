"""Listings that lag behind, as the real service's do."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recombee_mock import lagging
from recombee_mock.service import Service
from recombee_mock.settings import Settings

PAIR = {"userId": "u1", "itemId": "i1"}


@pytest.fixture
def late(db):
    db.service.settings = Settings(listing_lag=10.0)
    return db


def items(db):
    status, listed = db("GET /items/list/")
    assert status == 200
    return listed


def test_a_write_is_listed_after_the_lag_and_not_before(late):
    late("PUT /items/a")
    assert items(late) == []
    late.now += 9.9
    assert items(late) == []
    late.now += 0.1
    assert items(late) == ["a"]


def test_existence_is_known_at_once(late):
    assert late("PUT /items/a") == (201, "ok")
    assert late("PUT /items/a")[0] == 409
    assert late("GET /items/a") == (200, {})
    assert late("DELETE /items/a") == (200, "ok")
    assert late("DELETE /items/a")[0] == 404


def test_the_listing_of_a_new_entity_is_empty_and_of_an_unknown_one_404(late):
    late("PUT /users/u1")
    assert late("GET /users/u1/bookmarks/") == (200, [])
    assert late("GET /users/u2/bookmarks/")[0] == 404


def test_the_listing_of_a_deleted_entity_is_404_at_once(late):
    late("PUT /users/u1")
    late.now += 20
    assert late("GET /users/u1/bookmarks/") == (200, [])
    late("DELETE /users/u1")
    assert late("GET /users/u1/bookmarks/")[0] == 404


@pytest.mark.parametrize(
    ("write", "listing"),
    [
        (("POST /bookmarks/", {**PAIR, "cascadeCreate": True}), "GET /items/i1/bookmarks/"),
        (("POST /bookmarks/", {**PAIR, "cascadeCreate": True}), "GET /users/list/"),
        (("PUT /series/s",), "GET /series/list/"),
    ],
)
def test_users_series_and_interactions_lag_too(late, write, listing):
    assert late(*write)[0] in {200, 201}
    assert late(listing) == (200, [])
    late.now += 10
    assert len(late(listing)[1]) == 1


def test_definitions_do_not_lag(late):
    late("PUT /items/properties/price?type=double")
    assert late("GET /items/properties/list/") == (200, [{"name": "price", "type": "double"}])


def test_inside_a_batch_listings_see_all_that_came_before(late):
    assert late.batch("PUT /items/a", "GET /items/list/") == [(201, "ok"), (200, ["a"])]
    assert items(late) == []
    late.now += 10
    assert items(late) == ["a"]


def test_values_are_listed_as_they_were(late):
    late("PUT /items/properties/n?type=int")
    late("POST /items/a", {"n": 1, "!cascadeCreate": True})
    late.now += 10
    late("POST /items/a", {"n": 2})
    listing = "GET /items/list/?returnProperties=true"
    assert late(listing) == (200, [{"itemId": "a", "n": 1}])
    assert late("GET /items/a") == (200, {"n": 2})
    late.now += 10
    assert late(listing) == (200, [{"itemId": "a", "n": 2}])


def test_interactions_get_the_moment_they_had(late):
    for _ in range(3):
        late("POST /bookmarks/", {**PAIR, "cascadeCreate": True})
    inside = late.batch("GET /users/u1/bookmarks/")[0][1]
    late.now += 10
    assert late("GET /users/u1/bookmarks/") == (200, inside)


def test_turning_it_on_hides_nothing_that_was_there(shop):
    shop.service.settings = Settings(listing_lag=10.0)
    assert items(shop) == ["i1", "i2"]


def test_turning_it_off_shows_everything_and_on_again_begins_anew(late):
    late("PUT /items/a")
    late.service.settings = Settings()
    assert items(late) == ["a"]
    late("PUT /items/b")
    late.service.settings = Settings(listing_lag=10.0)
    assert items(late) == ["a", "b"]


def test_a_shorter_lag_counts_for_what_is_waiting(late):
    late("PUT /items/a")
    late.service.settings = Settings(listing_lag=2.0)
    late.now += 2
    assert items(late) == ["a"]


def test_a_reset_is_seen_at_once(late):
    late("PUT /items/a")
    late.now += 10
    assert items(late) == ["a"]
    late("DELETE /")
    assert items(late) == []
    late("PUT /items/b")
    late.now += 10
    assert items(late) == ["b"]


def test_contents_that_were_replaced_are_seen_at_once(late):
    late("PUT /items/a")
    late.service.reset()
    late.now += 10
    assert items(late) == []


def test_nobody_waits_for_writes_from_a_time_that_was_set_back(late):
    late("PUT /items/a")
    late.now -= 3600
    late("PUT /items/b")
    assert items(late) == ["a"]
    late.now += 10
    assert items(late) == ["a", "b"]


@pytest.mark.parametrize(("bound", "most"), [("MOST_CALLS", 2), ("MOST_BYTES", 4)])
def test_what_waits_is_bounded_and_the_oldest_shows_early(late, monkeypatch, bound, most):
    monkeypatch.setattr(lagging, bound, most)
    for name in "abc":
        late(f"PUT /items/{name}", b"{}")
    assert items(late) == ["a"]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["PUT /items/{}", "DELETE /items/{}", "PUT /series/{}"]),
        st.sampled_from("abc"),
        st.floats(0, 8),
    ),
    max_size=12,
)


@given(STEPS)
def test_a_listing_is_what_it_was_a_lag_ago(steps):
    late, plain = Service(Settings(listing_lag=5.0)), Service()
    history = [(0.0, b"[]")]
    listing = lagging.Call("GET", "/items/list/")
    now = 100.0
    for line, name, pause in steps:
        method, _, path = line.format(name).partition(" ")
        call = lagging.Call(method, path)
        now += pause
        late.apply(call, now)
        plain.apply(attrs.evolve(call), now)
        history.append((now, plain.apply(listing, now).body))
        then = [body for at, body in history if at <= now - 5.0]
        assert late.apply(listing, now).body == then[-1]
