"""Filters, boosters and expressions of recommendations, and of their scenarios."""

import pytest

from recombee_mock.store.scenarios import Scenario

LINE = "POST /recomms/users/u/items/"
PRICES = {"i1": 10, "i2": 20, "i3": 30, "i4": None}


def ids(answer):
    status, body = answer
    assert status == 200, body
    return [one["id"] for one in body["recomms"]]


@pytest.fixture
def priced(db):
    """Four items, each more popular than the next; the last one has no price."""
    db("PUT /items/properties/price", {"type": "double"})
    db("PUT /users/properties/limit", {"type": "double"})
    for at, (item, price) in enumerate(PRICES.items()):
        db(f"POST /items/{item}", {"price": price, "!cascadeCreate": True})
        for user in range(4 - at):
            view = {"userId": f"v{user}", "itemId": item, "timestamp": 5, "cascadeCreate": True}
            db("POST /detailviews/", view)
    db("POST /users/u", {"limit": 15, "!cascadeCreate": True})
    return db


def scenario(db, endpoint="recommendItemsToUser", **settings):
    db.service.contents.scenarios.put(Scenario(id="s", endpoint=endpoint, **settings))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("'price' >= 20", ["i2", "i3"]),
        ("'price' == null", ["i4"]),
        ("'price' < context_user[\"limit\"]", ["i1"]),
        ('\'itemId\' in {"i3", "i1"}', ["i1", "i3"]),
        ("false", []),
    ],
)
def test_a_filter_leaves_out(priced, source, expected):
    assert ids(priced(LINE, {"count": 9, "filter": source})) == expected
    assert ids(priced(LINE, {"count": 1, "filter": source})) == expected[:1]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1", ["i1", "i2", "i3", "i4"]),
        ("if 'itemId' == \"i4\" then 100000 else 1", ["i4", "i1", "i2", "i3"]),
        ("if 'itemId' == \"i1\" then 0 else 1", ["i2", "i3", "i4", "i1"]),
        ("'price' * 'price'", ["i3", "i2", "i1", "i4"]),
    ],
)
def test_a_booster_puts_forward(priced, source, expected):
    assert ids(priced(LINE, {"count": 9, "booster": source})) == expected


def test_a_huge_booster_pins_what_nobody_knows_before_what_is_relevant(priced):
    priced("PUT /items/new")
    booster = "if 'itemId' == \"new\" then 100000 else 1"
    for line, params in (
        (LINE, {}),
        ("POST /recomms/items/i1/items/", {"targetUserId": None}),
        (LINE, {"diversity": 0.1}),
    ):
        assert ids(priced(line, {"count": 2, "booster": booster, **params}))[0] == "new"


def test_filter_and_booster_work_together(priced):
    asked = {"filter": "'price' <= 20", "booster": "'price' * 'price'"}
    assert ids(priced(LINE, {"count": 9, **asked})) == ["i2", "i1"]


def test_those_of_a_scenario_are_added(priced):
    scenario(priced, filter="'price' >= 20", booster="if 'itemId' == \"i3\" then 1000 else 1")
    asked = {"count": 9, "scenario": "s"}
    assert ids(priced(LINE, asked)) == ["i3", "i2"]
    assert ids(priced(LINE, {**asked, "filter": "'price' <= 20"})) == ["i2"]
    booster = "if 'itemId' == \"i3\" then 0.001 else 1"
    assert ids(priced(LINE, {**asked, "booster": booster})) == ["i2", "i3"]


def test_those_of_another_requests_scenario_are_not(priced):
    scenario(priced, "recommendItemsToItem", filter="false")
    assert len(ids(priced(LINE, {"count": 9, "scenario": "s"}))) == 4


def test_expressions_come_beside_the_id(priced):
    expressions = {"twice": "'price' * 2", "cheap": "'price' < 15", "text": "string(1)"}
    _, body = priced(LINE, {"count": 1, "reqlExpressions": expressions})
    outcome = {"twice": 20.0, "cheap": True, "text": "1"}
    assert body["recomms"] == [{"id": "i1", "reqlEvaluations": outcome}]
    asked = {"count": 1, "reqlExpressions": {}, "returnProperties": True}
    _, body = priced(LINE, asked)
    assert list(body["recomms"][0]) == ["id", "values", "reqlEvaluations"]


def test_all_of_it_is_inherited_by_what_continues(priced):
    asked = {"filter": "'price' >= 20", "reqlExpressions": {"p": "'price'"}, "count": 1}
    base = priced(LINE, asked)[1]
    found = priced(f"POST /recomms/next/items/{base['recommId']}", {"count": 9})[1]["recomms"]
    assert found == [{"id": "i3", "reqlEvaluations": {"p": 30.0}}]


@pytest.mark.parametrize(
    "wrong",
    [
        {"filter": "'price' <"},
        {"filter": "'price'"},
        {"filter": "'nothing' == 1"},
        {"filter": ""},
        {"filter": 'context_item["price"] > 1'},
        {"booster": "'price' >"},
        {"booster": "true"},
        {"booster": ""},
        {"reqlExpressions": {"a": "1 +"}},
        {"reqlExpressions": {"a": 5}},
    ],
)
def test_wrong_reql_is_400_before_anything_is_looked_up(db, wrong):
    db("PUT /items/properties/price", {"type": "double"})
    asked = {"count": 1, "cascadeCreate": True, **wrong}
    assert db("POST /recomms/users/nobody/items/", asked)[0] == 400
    assert db("GET /users/list/") == (200, [])


def test_wrong_reql_of_a_scenario_is_400_and_named(priced):
    scenario(priced, filter="'gone' == 1")
    status, body = priced(LINE, {"count": 1, "scenario": "s"})
    assert (status, "gone" in body["message"]) == (400, True)


def test_the_context_item_is_there_where_there_is_one(priced):
    asked = {"count": 9, "targetUserId": "u", "filter": "'price' > context_item[\"price\"]"}
    assert ids(priced("POST /recomms/items/i2/items/", asked)) == ["i3"]
    users = {"count": 9, "filter": "'limit' == null and context_item[\"price\"] == 20"}
    assert set(ids(priced("POST /recomms/items/i2/users/", users))) == {"v0", "v1", "v2", "v3"}


def test_users_can_be_filtered_and_boosted(priced):
    asked = {"count": 9, "booster": "if 'userId' == \"v2\" then 1000 else 1"}
    found = ids(priced("POST /recomms/users/u/users/", asked))
    assert (found[0], len(found)) == ("v2", 4)


def test_segments_have_ids_and_a_context(priced):
    priced("PUT /items/properties/kind", {"type": "string"})
    for item, kind in (("i1", "a"), ("i2", "b"), ("i3", "c")):
        priced(f"POST /items/{item}", {"kind": kind})
    definition = {"sourceType": "items", "propertyName": "kind"}
    priced("PUT /segmentations/property-based/kinds", definition)
    scenario(priced, "recommendItemSegmentsToUser", segmentation="kinds")
    asked = {"count": 9, "scenario": "s", "reqlExpressions": {"s": "'segmentId'"}}
    asked["filter"] = '\'segmentId\' != "b" and context_user["userId"] == "u"'
    _, body = priced("POST /recomms/users/u/item-segments/", asked)
    assert body["recomms"] == [
        {"id": "a", "reqlEvaluations": {"s": "a"}},
        {"id": "c", "reqlEvaluations": {"s": "c"}},
    ]
