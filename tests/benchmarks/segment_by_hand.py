"""What somebody would write who knew every event beforehand, and that nothing in it is ever odd.

The limit of what a general engine can reach in this language: the same requests, without mappings,
without conversions, without a check.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aiorecombee import (
    AddBookmark,
    AddCartAddition,
    AddDetailView,
    AddPurchase,
    DeleteCartAddition,
    MergeUsers,
    Request,
    SetViewPortion,
)

Event = dict[str, Any]


def by_hand(event: Event) -> list[Request[Any]]:
    """The requests that an event becomes."""
    return MAKERS[event.get("event") or event["type"]](event)


def user(event: Event) -> str:
    return event["userId"] if "userId" in event else event["anonymousId"]


def moment(event: Event) -> float:
    return datetime.fromisoformat(event["timestamp"]).timestamp()


def about(event: Event) -> dict[str, Any]:
    return {
        "segmentEventType": event["type"],
        "segmentEventName": event.get("event") or event["name"],
    }


def view(event: Event) -> list[Request[Any]]:
    item = event["properties"]["product_id"]
    return [
        AddDetailView(
            user(event),
            item,
            timestamp=moment(event),
            cascade_create=True,
            additional_data=about(event),
        )
    ]


def look(event: Event) -> list[Request[Any]]:
    item = event["name"]
    return [
        AddDetailView(
            user(event),
            item,
            timestamp=moment(event),
            cascade_create=True,
            additional_data=about(event),
        )
    ]


def bookmark(event: Event) -> list[Request[Any]]:
    item = event["properties"]["product_id"]
    return [
        AddBookmark(
            user(event),
            item,
            timestamp=moment(event),
            cascade_create=True,
            additional_data=about(event),
        )
    ]


def cart(event: Event) -> list[Request[Any]]:
    properties = event["properties"]
    amount = properties["quantity"]
    return [
        AddCartAddition(
            user(event),
            properties["product_id"],
            timestamp=moment(event),
            cascade_create=True,
            amount=amount,
            price=properties["price"] * amount,
            additional_data=about(event),
        )
    ]


def removal(event: Event) -> list[Request[Any]]:
    return [DeleteCartAddition(user(event), event["properties"]["product_id"])]


def order(event: Event) -> list[Request[Any]]:
    who, when, additional_data = user(event), moment(event), about(event)
    return [
        AddPurchase(
            who,
            one["product_id"],
            timestamp=when,
            cascade_create=True,
            amount=one["quantity"],
            price=one["price"] * one["quantity"],
            additional_data=additional_data,
        )
        for one in event["properties"]["products"]
    ]


def video(event: Event) -> list[Request[Any]]:
    properties = event["properties"]
    return [
        SetViewPortion(
            user(event),
            properties["content_asset_id"],
            properties["position"] / properties["total_length"],
            session_id=properties["session"],
            timestamp=moment(event),
            cascade_create=True,
            additional_data=about(event),
        )
    ]


def alias(event: Event) -> list[Request[Any]]:
    return [MergeUsers(event["userId"], event["previousId"], cascade_create=True)]


MAKERS: dict[str, Callable[[Event], list[Request[Any]]]] = {
    "Product Viewed": view,
    "Product Added": cart,
    "Product Removed": removal,
    "Product Shared": bookmark,
    "Product Added to Wishlist": bookmark,
    "Order Completed": order,
    "Video Content Playing": video,
    "page": look,
    "screen": look,
    "alias": alias,
}
