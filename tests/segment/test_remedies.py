"""What a rejection advises, in the words of the mapping."""

import pytest

from aiorecombee.segment import Destination

DESTINATION = Destination("main-2026-07")


def advice(event, **properties):
    mapped = DESTINATION.map(
        {"type": "track", "event": event, "userId": "u", "properties": properties}
    )
    return " ".join(rejection.remedy for rejection in mapped.rejections)


@pytest.mark.parametrize(
    ("event", "properties", "remedy"),
    [
        (
            "Product Viewed",
            {},
            (
                "Send `properties.product_id` or `properties.sku`, or map `itemId` to a field that"
                " the event has."
            ),
        ),
        (
            "Product Added",
            {"sku": "s", "quantity": "two"},
            (
                "Send `properties.quantity` in the type that is asked for, or map `item/amount` to"
                " another field."
            ),
        ),
        (
            "Order Completed",
            {},
            "Send `properties.products`, or map `items` to a field that the event has.",
        ),
        (
            "Order Completed",
            {"products": [{"sku": "s"}, {}]},
            (
                "Send `properties.products[].product_id` or `properties.products[].sku`, or map"
                " `items/itemId` to a field that the event has."
            ),
        ),
        (
            "Product Viewed",
            {"sku": "s", "timestamp": "soon"},
            (
                "Send `properties.timestamp` or `timestamp` as ISO 8601 text, or as seconds or"
                " milliseconds since 1970."
            ),
        ),
        (
            "Video Content Playing",
            {"content_asset_id": "v", "position": 9, "total_length": 5},
            "Send `properties.position` in the unit of the length, and not beyond the end.",
        ),
    ],
)
def test_advice_names_what_the_event_should_bring(event, properties, remedy):
    assert advice(event, **properties) == remedy


def test_advice_for_a_field_that_no_mapping_fills():
    mapping = {"partnerAction": "addRating", "subscribe": 'type = "x"', "mapping": {"userId": "u"}}

    (rejection,) = Destination(mappings=[mapping]).map({"type": "x"}).rejections

    assert rejection.remedy == (
        "Map `itemId` to a field of the event: the mapping has none for it."
        " Map `rating` to a field of the event: the mapping has none for it."
    )
