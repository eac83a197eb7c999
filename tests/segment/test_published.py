"""The published package 3.497.0: where it differs from today's destination."""

import pytest

from aiorecombee import AddCartAddition, AddDetailView, DeleteCartAddition
from aiorecombee.segment import Destination
from aiorecombee.segment.cloud.cases import outcome

PUBLISHED = Destination("npm-3.497.0")


def track(event, **properties):
    return {"type": "track", "event": event, "userId": "u", "properties": properties}


def test_a_timestamp_is_passed_on_as_the_text_it_was():
    event = {"type": "page", "userId": "u", "name": "n", "timestamp": "next week"}

    (request,) = PUBLISHED.map(event).requests

    assert request == AddDetailView(
        "u",
        "n",
        timestamp="next week",
        cascade_create=True,
        additional_data={"segmentEventType": "page", "segmentEventName": "n"},
    )


def test_a_timestamp_among_the_properties_is_not_looked_at():
    event = {**track("Product Viewed", product_id="p", timestamp=5), "timestamp": 7}

    assert [request.timestamp for request in PUBLISHED.map(event).requests] == ["7"]


def test_a_price_stays_that_of_one_piece():
    (request,) = PUBLISHED.map(track("Product Added", product_id="p", quantity=3, price=2)).requests

    assert isinstance(request, AddCartAddition)
    assert (request.amount, request.price) == (3, 2)


REMOVAL = {
    "partnerAction": "deleteCartAddition",
    "subscribe": 'type = "track"',
    "mapping": {"userId": "é b", "itemId": "i", "timestamp": {"@path": "$.when"}},
}


@pytest.mark.parametrize(
    ("when", "timestamp"),
    [
        ("1704448800.5", "1704448800.5"),
        (1704448800, "1704448800"),
        ("2024-01-05T10:00:00.123Z", 1704448800123),
        ("next week", "NaN"),
        (None, None),
    ],
)
def test_a_deletion_turns_dates_into_milliseconds(when, timestamp):
    (request,) = Destination("npm-3.497.0", [REMOVAL]).map({"type": "track", "when": when}).requests

    assert request == DeleteCartAddition("é b", "i", timestamp)


def test_a_deletion_says_everything_twice_and_encodes_nothing():
    case = {
        "mode": "event",
        "event": {"type": "track", "when": "2024-01-05"},
        "mappings": [REMOVAL],
        "settings": {"databaseId": "db", "privateToken": "t", "databaseRegion": "eu-west"},
    }

    (call,) = outcome(case, "npm-3.497.0")["requests"]

    assert call["path"] == "/db/cartadditions/?userId=é b&itemId=i&timestamp=1704412800000"
    assert call["body"] == {"userId": "é b", "itemId": "i", "timestamp": "2024-01-05"}


def test_a_deletion_by_the_presets_has_no_timestamp():
    event = {**track("Product Removed", product_id="p", timestamp=5), "timestamp": 7}

    assert PUBLISHED.map(event).requests == (DeleteCartAddition("u", "p"),)
