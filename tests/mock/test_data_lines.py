"""Data as lines: what an import does with them, and that an export is one."""

import json

import pytest

from recombee_mock.data.export import export
from recombee_mock.data.lines import Intake, whole_lines
from recombee_mock.databases import Database, OpenDatabase
from recombee_mock.planted import planted
from recombee_mock.service import Service

NOW = 1_700_000_000.0


@pytest.fixture
def shop():
    return OpenDatabase(Database("shop", "token"), Service)


def take(database, *lines):
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return Intake(database, NOW).take(raw)


def put(path, **params):
    return {"method": "PUT", "path": path, "params": params}


def test_lines_are_carried_out_in_order(shop):
    report = take(
        shop,
        put("/items/properties/price", type="double"),
        {"method": "POST", "path": "/items/a", "params": {"price": 2, "!cascadeCreate": True}},
    )
    assert (report.lines, report.done, report.failed) == (2, 2, 0)
    assert shop.service.contents.items.values("a") == {"price": 2.0}


def test_failures_are_told_with_their_lines_and_the_rest_is_carried_out(shop):
    report = take(
        shop,
        put("/items/a"),
        b"",
        b'{"method": "PUT", "path": "/items/half',
        put("/nowhere/at/all"),
        b"[1]",
        put("/items/b"),
        {"method": "POST", "path": "/purchases/", "params": {"userId": "u", "itemId": "a"}},
        {"path": "/items/c"},
        put("/items/d"),
    )
    assert [(one.line, one.status) for one in report.failures] == [
        (3, 400),
        (4, 404),
        (5, 400),
        (7, 404),
        (8, 400),
    ]
    assert (report.lines, report.done, report.failed) == (9, 3, 5)
    assert sorted(shop.service.contents.items.ids) == ["a", "b", "d"]


def test_only_the_first_failures_are_told(shop):
    report = take(shop, *[b"x"] * 500)
    assert (report.failed, len(report.failures)) == (500, 20)


def test_what_is_there_already_is_no_failure(shop):
    take(shop, put("/items/a"))
    report = take(shop, put("/items/a"), put("/items/b"))
    assert (report.done, report.conflicts, report.failed) == (1, 1, 0)


def test_two_requests_in_a_line_are_none(shop):
    line = json.dumps(put("/items/a")).encode()
    report = take(shop, line + b"," + line)
    assert (report.done, report.failed) == (0, 1)


def test_scenarios_and_settings_have_lines_of_their_own(shop):
    report = take(
        shop,
        {"scenario": {"id": "home", "endpoint": "recommendItemsToUser"}},
        {"settings": {"seed": 7}},
        {"settings": {"sed": 7}},
        {"scenario": {"id": "x", "endpoint": "nope"}},
        {"settings": {}, "scenario": {}},
    )
    assert [one.line for one in report.failures] == [3, 4, 5]
    assert "did you mean seed?" in report.failures[0].message
    assert shop.service.settings.seed == 7
    assert [one.id for one in shop.service.contents.scenarios.all()] == ["home"]


def test_a_mark_of_the_byte_order_and_windows_line_ends_are_fine(shop):
    raw = b"\xef\xbb\xbf" + json.dumps(put("/items/a")).encode() + b"\r\n"
    assert take(shop, raw, json.dumps(put("/items/b")).encode() + b"\r\n").done == 2


def test_a_small_limit_of_batches_does_not_matter(shop):
    report = take(shop, {"settings": {"maxBatch": 2}}, *(put(f"/items/{n}") for n in range(9)))
    assert (report.done, report.failed) == (10, 0)


def test_an_export_makes_the_same_database_anew(shop):
    take(
        shop,
        *(
            {"method": method, "path": path, "params": params}
            for method, path, params in planted(users=20, items=10, interactions=300, seed=1)
        ),
        put("/users/properties/tier", type="string", metadata=["internal"]),
        put("/items/properties/tags2", type="set", role="tags"),
        put("/users/plain"),
        put("/series/season", cascadeCreate=False),
        put("/series/show"),
        {
            "method": "POST",
            "path": "/series/show/items/",
            "params": {"itemType": "series", "itemId": "season", "time": 1},
        },
        {
            "method": "POST",
            "path": "/purchases/",
            "params": {
                "userId": "user-1",
                "itemId": "item-1",
                "timestamp": 5.25,
                "price": -3,
                "recommId": "r",
                "additionalData": {"a": [None, "ü"]},
            },
        },
        {
            "method": "POST",
            "path": "/synonyms/items/",
            "params": {"term": "a", "synonym": "b", "oneWay": True},
        },
        put("/segmentations/property-based/genres", sourceType="items", propertyName="genre"),
        put("/segmentations/manual-reql/hand", sourceType="items", title="By hand"),
        put("/segmentations/manual-reql/hand/segments/cheap", filter="'price' < 10"),
        {"scenario": {"id": "home", "endpoint": "recommendItemsToUser", "filter": "'price' < 9"}},
        {"settings": {"listingLag": 0, "seed": 4}},
    )
    lines = list(export(shop.service.contents))
    copy = OpenDatabase(Database("copy", "token"), Service)
    report = Intake(copy, NOW).take(lines)
    assert (report.failures, report.conflicts) == ([], 0)
    assert list(export(copy.service.contents)) == lines
    assert len(lines) > 340


def test_an_export_holds_only_requests_and_what_no_request_sets(shop):
    take(
        shop,
        {"scenario": {"id": "home", "endpoint": "recommendItemsToUser"}},
        put("/items/a"),
        put("/users/u"),
        {
            "method": "POST",
            "path": "/viewportions/",
            "params": {"userId": "u", "itemId": "a", "portion": 0.5, "timestamp": 1},
        },
    )
    assert [json.loads(line) for line in export(shop.service.contents)] == [
        {"scenario": {"id": "home", "endpoint": "recommendItemsToUser"}},
        {"method": "PUT", "path": "/items/a", "params": {}},
        {"method": "PUT", "path": "/users/u", "params": {}},
        {
            "method": "POST",
            "path": "/viewportions/",
            "params": {
                "userId": "u",
                "itemId": "a",
                "timestamp": 1.0,
                "portion": 0.5,
                "timeSpent": 0,
            },
        },
    ]


def test_lines_are_found_wherever_a_text_is_cut():
    assert list(whole_lines([b"a", b"b\nc", b"", b"\n\nd"])) == [b"ab", b"c", b"", b"d"]
