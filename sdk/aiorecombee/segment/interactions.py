"""From an accepted payload to requests, action by action.

Source: the destination's `perform` functions.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, TypeVar

from aiorecombee.requests.bookmarks import AddBookmark, DeleteBookmark
from aiorecombee.requests.cart_additions import AddCartAddition, DeleteCartAddition
from aiorecombee.requests.detail_views import AddDetailView
from aiorecombee.requests.endpoint import Request
from aiorecombee.requests.purchases import AddPurchase
from aiorecombee.requests.ratings import AddRating
from aiorecombee.requests.users import MergeUsers
from aiorecombee.requests.view_portions import SetViewPortion
from aiorecombee.segment.javascript import tidy
from aiorecombee.segment.problems import refuse
from aiorecombee.segment.timestamps import to_seconds

Payload: TypeAlias = Mapping[str, Any]
Requests: TypeAlias = list[Request[Any]]
Build: TypeAlias = Callable[[Payload], Requests]
Deletion = TypeVar("Deletion", DeleteBookmark, DeleteCartAddition)

_NONE: Final[Mapping[str, Any]] = {}


def add_detail_view(payload: Payload) -> Requests:
    """A detail view."""
    return [
        AddDetailView(
            payload["userId"],
            payload["itemId"],
            timestamp=_timestamp(payload),
            duration=payload.get("duration"),
            cascade_create=True,
            recomm_id=payload.get("recommId"),
            additional_data=_additional_data(payload),
        )
    ]


def add_bookmark(payload: Payload) -> Requests:
    """A bookmark."""
    return [
        AddBookmark(
            payload["userId"],
            payload["itemId"],
            timestamp=_timestamp(payload),
            cascade_create=True,
            recomm_id=payload.get("recommId"),
            additional_data=_additional_data(payload),
        )
    ]


def add_rating(payload: Payload) -> Requests:
    """A rating."""
    return [
        AddRating(
            payload["userId"],
            payload["itemId"],
            payload["rating"],
            timestamp=_timestamp(payload),
            cascade_create=True,
            recomm_id=payload.get("recommId"),
            additional_data=_additional_data(payload),
        )
    ]


def add_cart_addition(payload: Payload) -> Requests:
    """A cart addition; events know the price of one piece, the API wants that of all."""
    item = payload["item"]
    return [
        AddCartAddition(
            payload["userId"],
            item["itemId"],
            timestamp=_timestamp(payload),
            cascade_create=True,
            amount=item.get("amount"),
            price=_of_all(item, "price"),
            recomm_id=payload.get("recommId"),
            additional_data=_additional_data(payload),
        )
    ]


def add_purchases(payload: Payload) -> Requests:
    """A purchase for each item of the order; an item's own recommendation goes before the order's.

    An order without items hides even a timestamp that is not one, as in the original.
    """
    items = payload["items"]
    when = _timestamp(payload) if items else None
    data = _additional_data(payload)
    return [
        AddPurchase(
            payload["userId"],
            item["itemId"],
            timestamp=when,
            cascade_create=True,
            amount=item.get("amount"),
            price=_of_all(item, "price"),
            profit=_of_all(item, "profit"),
            recomm_id=item.get("recommId", payload.get("recommId")),
            additional_data=data,
        )
        for item in items
    ]


def set_view_portion(payload: Payload) -> Requests:
    """A view portion."""
    return _view_portion(payload, payload["portion"])


def set_view_portion_from_watch_time(payload: Payload) -> Requests:
    """A view portion from how long the item is and how far it was watched.

    Raises:
        PayloadError: The length is zero, or more was watched than there is.
    """
    length, watched = payload["portion"]["totalLength"], payload["portion"]["watchTime"]
    if length == 0:
        raise refuse("The total length of the item cannot be zero.", "/portion/totalLength")
    if watched > length:
        raise refuse(
            "The watch time of the item cannot be greater than the total length of the item.",
            "/portion/watchTime",
        )
    return _view_portion(payload, tidy(watched / length))


def _view_portion(payload: Payload, portion: float) -> Requests:
    return [
        SetViewPortion(
            payload["userId"],
            payload["itemId"],
            portion,
            session_id=payload.get("sessionId"),
            timestamp=_timestamp(payload),
            cascade_create=True,
            recomm_id=payload.get("recommId"),
            additional_data=_additional_data(payload),
        )
    ]


def delete_bookmark(payload: Payload) -> Requests:
    """The deletion of a bookmark, or of all that the user has of the item."""
    return _deletion(DeleteBookmark, payload)


def delete_cart_addition(payload: Payload) -> Requests:
    """The deletion of a cart addition, or of all that the user has of the item."""
    return _deletion(DeleteCartAddition, payload)


def _deletion(cls: type[Deletion], payload: Payload) -> Requests:
    return [cls(payload["userId"], payload["itemId"], _timestamp(payload))]


def merge_users(payload: Payload) -> Requests:
    """The merge of an anonymous user into a known one."""
    return [MergeUsers(payload["targetUserId"], payload["sourceUserId"], cascade_create=True)]


def _timestamp(payload: Payload) -> float | None:
    found = payload.get("timestamp")
    return None if found is None else to_seconds(found)


def _additional_data(payload: Payload) -> Mapping[str, Any]:
    """What the user maps, under what Segment notes itself; sent even when it is empty."""
    return {
        **payload.get("additionalData", _NONE),
        **payload.get("internalAdditionalData", _NONE),
    }


def _of_all(item: Mapping[str, Any], name: str) -> float | None:
    one, amount = item.get(name), item.get("amount")
    if one is None or amount is None:
        return one
    return tidy(float(one) * float(amount))
