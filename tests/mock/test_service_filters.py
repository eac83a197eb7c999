"""What a filter does to lists and to many items at once."""

from urllib.parse import quote

import pytest


@pytest.fixture
def cars(db):
    """Four items of which two are cheap, and two users of whom one is from Brno."""
    db("PUT /items/properties/price", {"type": "double"})
    db("PUT /items/properties/tags", {"type": "set"})
    db("PUT /users/properties/city", {"type": "string"})
    for item, price in (("d", 4), ("a", 1), ("c", 3), ("b", 2)):
        db(f"POST /items/{item}", {"price": price, "!cascadeCreate": True})
    for user, city in (("u1", "Brno"), ("u2", "Praha")):
        db(f"POST /users/{user}", {"city": city, "!cascadeCreate": True})
    return db


def listed(db, filter_, kind="items", **query):
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return db(f"GET /{kind}/list/?filter={quote(filter_)}&{asked}")


def test_a_list_is_filtered_before_it_is_cut(cars):
    assert listed(cars, "'price' > 1") == (200, ["b", "c", "d"])
    assert listed(cars, "'price' > 1", count=1, offset=1) == (200, ["c"])
    assert listed(cars, "'price' > 1", offset=9) == (200, [])
    assert listed(cars, "'price' > 1", count=0) == (200, [])
    assert listed(cars, "'price' > 1", count=10**17, offset=2) == (200, ["d"])


def test_a_batch_may_ask_for_more_than_there_can_be(cars):
    params = {"filter": "true", "count": 2**63, "offset": 2**63}
    assert cars.batch(("GET /items/list/", params)) == [(200, [])]


def test_users_are_filtered_by_their_own_properties(cars):
    assert listed(cars, "'city' == \"Brno\"", "users") == (200, ["u1"])
    assert listed(cars, "'userId' != \"u1\"", "users") == (200, ["u2"])
    assert listed(cars, "'price' > 1", "users")[0] == 404


def test_a_filtered_list_can_show_properties(cars):
    expected = [{"itemId": "a", "price": 1.0}]
    shown = {"returnProperties": "true", "includedProperties": "price"}
    assert listed(cars, "'price' < 2", **shown) == (200, expected)


@pytest.mark.parametrize(
    ("filter_", "status"),
    [
        ("'price' >", 400),
        ("5", 400),
        ("'price'", 400),
        ("", 400),
        ("'weight' > 5", 404),
        ("'price' > 5 and 'weight' > 5", 404),
        ('context_user["city"] == "Brno"', 400),
    ],
)
def test_a_wrong_filter_is_refused_whatever_there_is(cars, filter_, status):
    assert listed(cars, filter_)[0] == status
    cars("DELETE /more-items/", {"filter": "true"})
    assert listed(cars, filter_)[0] == status


def test_an_unset_filter_lets_all_pass(cars):
    assert cars("GET /items/list/?filter=None")[1] == ["a", "b", "c", "d"]
    assert cars.batch(("GET /items/list/", {"filter": None})) == [(200, ["a", "b", "c", "d"])]


def test_a_list_sees_the_clock_and_interactions(cars):
    body = {"userId": "u1", "itemId": "b"}
    cars("POST /purchases/", body)
    assert listed(cars, "num_item_purchases('itemId') > 0") == (200, ["b"])


def test_many_items_change_at_once(cars):
    body = {"filter": "'price' >= 3", "changes": {"price": 0, "tags": ["sale", "sale"]}}
    assert cars("POST /more-items/", body) == (200, {"itemIds": ["c", "d"], "count": 2})
    assert cars("GET /items/c") == (200, {"price": 0.0, "tags": ["sale"]})
    assert cars("GET /items/a") == (200, {"price": 1.0, "tags": None})


def test_a_change_to_null_clears(cars):
    cars("POST /more-items/", {"filter": "true", "changes": {"price": None}})
    assert listed(cars, "'price' == null") == (200, ["a", "b", "c", "d"])


def test_what_is_filtered_for_may_change(cars):
    body = {"filter": "'price' < 3", "changes": {"price": 9}}
    assert cars("POST /more-items/", body)[1]["count"] == 2
    assert cars("POST /more-items/", body) == (200, {"itemIds": [], "count": 0})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"filter": "true"}, 400),
        ({"changes": {"price": 5}}, 400),
        ({"filter": None, "changes": {"price": 5}}, 400),
        ({"filter": 5, "changes": {"price": 5}}, 400),
        ({"filter": "5", "changes": {"price": 5}}, 400),
        ({"filter": "'price' >", "changes": {"price": 5}}, 400),
        ({"filter": "true", "changes": [5]}, 400),
        ({"filter": "true", "changes": {"price": "cheap"}}, 400),
        ({"filter": "true", "changes": {"price": 5, "tags": [5]}}, 400),
        ({"filter": "true", "changes": {"!cascadeCreate": True}}, 400),
        ({"filter": "true", "changes": {"weight": 5}}, 404),
        ({"filter": "true", "changes": {"price": 5, "weight": 5}}, 404),
        ({"filter": "'weight' > 5", "changes": {"price": 5}}, 404),
        ({"filter": "'weight' > 5", "changes": {"price": "cheap"}}, 400),
    ],
)
def test_a_wrong_change_of_many_changes_none(cars, body, status):
    before = cars("GET /items/list/?returnProperties=true")
    assert cars("POST /more-items/", body)[0] == status
    assert cars("GET /items/list/?returnProperties=true") == before


def test_many_items_are_deleted_with_all_that_hangs_on_them(cars):
    for item in ("a", "d"):
        cars("POST /bookmarks/", {"userId": "u1", "itemId": item, "timestamp": 1})
    body = {"filter": "'price' > 2"}
    assert cars("DELETE /more-items/", body) == (200, {"itemIds": ["c", "d"], "count": 2})
    assert cars("GET /items/list/") == (200, ["a", "b"])
    assert [found["itemId"] for found in cars("GET /users/u1/bookmarks/")[1]] == ["a"]


@pytest.mark.parametrize(
    "body", [{}, {"filter": None}, {"filter": "'price'"}, {"filter": "'weight' > 5"}]
)
def test_a_wrong_filter_deletes_nothing(cars, body):
    assert cars("DELETE /more-items/", body)[0] == 400
    assert cars("GET /items/list/")[1] == ["a", "b", "c", "d"]


def test_the_real_client_may_send_the_filter_of_a_deletion_in_the_query(cars):
    assert cars(f"DELETE /more-items/?filter={quote(chr(39) + 'price' + chr(39) + ' < 2')}") == (
        200,
        {"itemIds": ["a"], "count": 1},
    )
