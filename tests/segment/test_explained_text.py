"""Explanations as people read them."""

import re

from aiorecombee.segment import Destination
from aiorecombee.segment.explaining.explainer import explain
from aiorecombee.segment.explaining.text import as_text

DESTINATION = Destination("main-2026-07", ["Page - Viewed", "Ecommerce - Order Completed"])


def told(event, width=None, destination=DESTINATION):
    return as_text(explain(destination, event), width).splitlines()


def order(*products):
    return {
        "type": "track",
        "event": "Order Completed",
        "userId": 7,
        "timestamp": "2024-01-05T10:00:00Z",
        "properties": {"products": list(products), "recomm_id": ""},
    }


def test_a_matched_event_is_told_from_what_was_read_to_what_is_sent():
    assert told(order({"sku": "s", "quantity": "2", "price": 1.5})) == [
        'track "Order Completed" of user 7: 1 request',
        "",
        "✓ Ecommerce - Order Completed → addPurchase",
        '  `type = "track"`: yes, found "track"',
        '  `event = "Order Completed"`: yes, found "Order Completed"',
        "",
        '  userId                  userId                             7 → "7"',
        (
            '  items                   properties.products                [{"sku": "s", "quantity":'
            ' "2", "price"…'
        ),
        "    [0]",
        "      itemId              properties.products[0].product_id  nothing",
        '                          properties.products[0].sku         "s"',
        '      amount              properties.products[0].quantity    "2" → 2',
        "      price               properties.products[0].price       1.5",
        "      profit              properties.products[0].profit      nothing",
        "  timestamp               properties.timestamp               nothing",
        '                          timestamp                          "2024-01-05T10:00:00Z"',
        '  recommId                properties.recomm_id               "", dropped',
        "  internalAdditionalData",
        '    segmentEventType      type                               "track"',
        '    segmentEventName      event                              "Order Completed"',
        "",
        "  AddPurchase   POST /purchases/",
        '    userId          "7"',
        '    itemId          "s"',
        '    timestamp       1704448800   from "2024-01-05T10:00:00Z"',
        "    cascadeCreate   true",
        "    amount          2",
        "    price           3   2 at 1.5 each",
        (
            '    additionalData  {"segmentEventType": "track", "segmentEventName":'
            ' "Order Completed"}'
        ),
        "",
        "not for it:",
        '  · Page - Viewed  `type = "page"`: no, found "track"',
    ]


def test_a_rejected_event_is_told_with_its_remedy():
    lines = told({"type": "page", "userId": "u", "properties": {"path": "/tea"}})

    assert lines[:3] == [
        'page of user "u": 0 requests',
        "",
        "✗ Page - Viewed → addDetailView",
    ]
    assert "  itemId                  name                  nothing ✗" in lines
    at = lines.index("  ✗ The root value is missing the required field 'itemId'.")
    assert lines[at + 1 : at + 4] == [
        "    remedy: Send `name`, or map `itemId` to a field that the event has.",
        '    here:   This page has no `name`. It has `properties.path` ("/tea"): map `itemId` to',
        "            `$.properties.path`.",
    ]


def test_an_event_that_nobody_listens_to_is_told_with_what_was_perhaps_meant():
    event = {"type": "track", "event": "order completed"}

    assert told(event) == [
        'track "order completed": 0 requests',
        "No subscription asks for the event `order completed`; did you mean `Order Completed`?",
        "",
        "not for it:",
        '  · Page - Viewed                `type = "page"`: no, found "track"',
        (
            '  · Ecommerce - Order Completed  `event = "Order Completed"`: no, found "order'
            ' completed"'
        ),
    ]


def test_what_is_no_event_is_told_in_three_lines():
    assert told([1]) == [
        "no event: 0 requests",
        "  ✗ An event must be an object but it was an array.",
        "    remedy: Send one JSON object per event.",
    ]


def test_of_a_long_order_the_beginning_is_told_and_what_is_wrong():
    lines = told(order(*[{"sku": "s"}] * 8, {"sku": ""}))

    assert [line for line in lines if line.startswith("    [")] == ["    [0]", "    [1]", "    [2]"]
    assert "    … and 6 more" in lines
    assert len([line for line in lines if line.startswith("  AddPurchase")]) == 4
    assert "  … and 5 more requests like these" in lines
    assert "    ✗ the client refuses it: AddPurchase.item_id = '': must not be empty" in lines


def test_a_broken_product_far_behind_is_told():
    lines = told(order(*[{"sku": "s"}] * 8, {"sku": "s", "quantity": "two"}))

    at = lines.index("    [8]")
    assert lines[at + 3] == ('      amount              properties.products[8].quantity    "two" ✗')
    assert '    here:   Here `properties.products[8].quantity` is "two".' in lines


def test_the_share_of_a_video_is_told_with_its_sum():
    event = {
        "type": "track",
        "event": "Video Content Playing",
        "userId": "u",
        "properties": {"content_asset_id": "v", "position": "30", "total_length": 120},
    }

    for profile in ("main-2026-07", "classic"):
        assert "    portion         0.25   30 of 120" in told(event, None, Destination(profile))


def test_what_stands_in_the_mapping_is_told_as_such():
    event = {
        "type": "track",
        "event": "Video Playback Completed",
        "userId": "u",
        "properties": {"content_asset_id": "v"},
    }

    lines = told(event, None, Destination())

    assert ["portion", "(from the mapping)", "1"] in [
        re.split(r"\s{2,}", line.strip()) for line in lines
    ]


def test_text_keeps_to_the_width_and_to_one_line():
    mapping = {
        "name": "A name that is\nvery long and\x1b[31m strange",
        "partnerAction": "addBookmark",
        "subscribe": 'type = "x"',
        "mapping": {"userId": "u", "itemId": {"@path": "$.i"}},
    }
    event = {"type": "x", "i": "\x1b[2J\u202e" + "long" * 50}

    lines = told(event, 60, Destination(mappings=[mapping]))

    assert max(map(len, lines)) <= 60
    assert all(line.isprintable() for line in lines)
    assert "✓ A name that is\\nvery long and\\x1b[31m strange → addBookma…" in lines
