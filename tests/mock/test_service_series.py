"""Series."""

import pytest


def test_a_series_creates_its_item_unless_told_not_to(db):
    db("PUT /items/b")
    assert db("PUT /series/a") == (201, "ok")
    assert db("PUT /series/b", {"cascadeCreate": True}) == (201, "ok")
    assert db("PUT /series/c", {"cascadeCreate": False}) == (201, "ok")
    assert db("GET /series/list/") == (200, ["a", "b", "c"])
    assert db("GET /items/list/") == (200, ["a", "b"])


def test_deleting_a_series_keeps_its_item_unless_told_otherwise(db):
    for name in ("a", "b"):
        db(f"PUT /series/{name}")
    db("DELETE /series/a", {})
    db("DELETE /series/b", {"cascadeDelete": True})
    assert db("GET /series/list/") == (200, [])
    assert db("GET /items/list/") == (200, ["a"])


def test_deleting_a_series_frees_its_members(shop):
    shop("PUT /series/s")
    shop("POST /series/s/items/", {"itemType": "item", "itemId": "i1", "time": 1})
    shop("DELETE /series/s")
    shop("PUT /series/s")
    assert shop("GET /series/s/items/") == (200, [])


def test_a_deleted_series_leaves_the_series_it_was_in(db):
    for name in ("outer", "inner"):
        db(f"PUT /series/{name}")
    db("POST /series/outer/items/", {"itemType": "series", "itemId": "inner", "time": 1})
    db("DELETE /series/inner")
    assert db("GET /series/outer/items/") == (200, [])


def test_a_deleted_item_leaves_a_series_of_the_same_id_alone(db):
    db("PUT /series/s")
    db("DELETE /items/s")
    assert db("GET /series/list/") == (200, ["s"])


def test_members_are_listed_by_time(shop):
    shop("PUT /series/s")
    for name, time in (("i1", 3), ("i2", 1.5), ("i1", -2)):
        body = {"itemType": "item", "itemId": name, "time": time}
        assert shop("POST /series/s/items/", body) == (200, "ok")
    assert shop("GET /series/s/items/") == (
        200,
        [
            {"itemType": "item", "itemId": "i1", "time": -2},
            {"itemType": "item", "itemId": "i2", "time": 1.5},
            {"itemType": "item", "itemId": "i1", "time": 3},
        ],
    )


def test_the_same_member_at_the_same_time_is_a_conflict(shop):
    shop("PUT /series/s")
    body = {"itemType": "item", "itemId": "i1", "time": 1}
    shop("POST /series/s/items/", body)
    assert shop("POST /series/s/items/", body)[0] == 409
    assert shop("POST /series/s/items/", {**body, "time": 2}) == (200, "ok")


def test_removing_takes_every_entry_of_the_member(shop):
    shop("PUT /series/s")
    for time in (1, 2):
        shop("POST /series/s/items/", {"itemType": "item", "itemId": "i1", "time": time})
    body = {"itemType": "item", "itemId": "i1"}
    assert shop("DELETE /series/s/items/", body) == (200, "ok")
    assert shop("DELETE /series/s/items/", body)[0] == 404
    assert shop("DELETE /series/s/items/?itemType=item&itemId=i1")[0] == 404
    assert shop("GET /series/s/items/") == (200, [])


@pytest.mark.parametrize(
    ("member", "items", "series"),
    [("item", ["i", "s"], ["s"]), ("series", ["i", "s"], ["i", "s"])],
)
def test_cascade_creates_what_is_missing(db, member, items, series):
    body = {"itemType": member, "itemId": "i", "time": 1}
    assert db("POST /series/s/items/", body)[0] == 404
    assert db("GET /series/list/") == (200, [])
    assert db("POST /series/s/items/", {**body, "cascadeCreate": True}) == (200, "ok")
    assert db("GET /items/list/") == (200, items)
    assert db("GET /series/list/") == (200, series)


def test_a_missing_member_is_a_404(db):
    db("PUT /series/s")
    for member in ("item", "series"):
        body = {"itemType": member, "itemId": "unknown", "time": 1}
        assert db("POST /series/s/items/", body)[0] == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"itemType": "user"},
        {"itemType": None},
        {"itemType": ["item"]},
        {"itemId": "a b"},
        {"time": "now"},
        {"time": None},
        {"cascadeCreate": 1},
    ],
)
def test_a_malformed_parameter_is_a_400_and_creates_nothing(db, wrong):
    body = {"itemType": "item", "itemId": "i", "time": 1, "cascadeCreate": True, **wrong}
    assert db("POST /series/s/items/", body)[0] == 400
    assert db("GET /series/list/") == (200, [])


@pytest.mark.parametrize("line", ["GET /series/s/items/", "DELETE /series/s"])
def test_an_unknown_series_is_a_404(db, line):
    assert db(line) == (404, {"message": 'Series "s" does not exist!'})


def test_a_series_brings_no_item_into_being_that_could_not_be_added(shop):
    cascade = {"cascadeCreate": True, "time": 1}
    of_series = {"itemType": "series", "itemId": "undefined"}
    of_item = {"itemType": "item", "itemId": "a"}
    assert shop("PUT /series/undefined")[0] == 400
    assert shop("POST /series/undefined/items/", {**of_item, **cascade})[0] == 400
    assert shop("POST /series/s/items/", {**of_series, **cascade})[0] == 400
    assert shop("GET /items/list/") == (200, ["i1", "i2"])
    assert shop("PUT /series/undefined", {"cascadeCreate": False}) == (201, "ok")
    assert shop("POST /series/undefined/items/", {**of_series, "time": 1}) == (200, "ok")
