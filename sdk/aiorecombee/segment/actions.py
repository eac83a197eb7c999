"""The ten actions of the destination: the fields of their payloads and what they become.

Source: the destination's action definitions; labels are those of the Segment app.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from aiorecombee.segment.interactions import (
    Build,
    Requests,
    add_bookmark,
    add_cart_addition,
    add_detail_view,
    add_purchases,
    add_rating,
    delete_bookmark,
    delete_cart_addition,
    merge_users,
    set_view_portion,
    set_view_portion_from_watch_time,
)
from aiorecombee.segment.schema import (
    Field,
    array_of,
    free_object,
    integer,
    lenient,
    number,
    object_of,
    text,
    timestamp,
    validator,
)

Action: TypeAlias = Callable[[Mapping[str, Any]], Requests]
"""Payload to requests; raises `PayloadError` for a payload that can't be one."""

_USER: Final = Field("userId", text("User ID"), required=True)
_ITEM_ID: Final = Field("itemId", text("Item ID"), required=True)
_WHEN: Final = Field("timestamp", timestamp("Timestamp"))
_RECOMM_ID: Final = Field("recommId", text("Recommendation ID"))
_SESSION: Final = text("Session ID")
_TAIL: Final = (
    _RECOMM_ID,
    Field("additionalData", free_object("Additional Data")),
    Field("internalAdditionalData", free_object("Internal Additional Data")),
)
_WITHIN_ITEM: Final = (
    Field("itemId", text("Item ID"), required=True, keeps_empty=True),
    Field("amount", number("Amount")),
    Field("price", number("Price (per item)")),
)
_PROFIT: Final = Field("profit", number("Profit (per item)"))
_WATCHED: Final = (
    Field("totalLength", number("Total Length"), required=True),
    Field("watchTime", number("Watch Time"), required=True),
)


def _action(build: Build, *fields: Field) -> Action:
    validate = validator(fields)

    def perform(payload: Mapping[str, Any]) -> Requests:
        return build(validate(payload))

    return perform


def _purchase(*of_item: Field) -> Action:
    element = object_of(None, (*_WITHIN_ITEM, _PROFIT, *of_item), cleaned=False)
    items = Field("items", array_of(element), required=True)
    return _action(add_purchases, _USER, items, _WHEN, *_TAIL)


def _view_portions(session: Field) -> Mapping[str, Action]:
    portion = Field("portion", number("Portion", maximum=1), required=True)
    watched = Field("portion", object_of("Portion", _WATCHED), required=True)
    rest: Sequence[Field] = (session, _WHEN, *_TAIL)
    return {
        "setViewPortion": _action(set_view_portion, _USER, _ITEM_ID, portion, *rest),
        "setViewPortionFromWatchTime": _action(
            set_view_portion_from_watch_time, _USER, _ITEM_ID, watched, *rest
        ),
    }


_DURATION: Final = Field("duration", integer("Duration"))
_RATING: Final = Field("rating", number("Rating"), required=True)
_ITEM: Final = Field("item", object_of("Item", _WITHIN_ITEM), required=True)

ACTIONS: Final[Mapping[str, Action]] = {
    "addBookmark": _action(add_bookmark, _USER, _ITEM_ID, _WHEN, *_TAIL),
    "addCartAddition": _action(add_cart_addition, _USER, _ITEM, _WHEN, *_TAIL),
    "addDetailView": _action(add_detail_view, _USER, _ITEM_ID, _WHEN, _DURATION, *_TAIL),
    "addPurchase": _purchase(),
    "addRating": _action(add_rating, _USER, _ITEM_ID, _RATING, _WHEN, *_TAIL),
    "deleteBookmark": _action(delete_bookmark, _USER, _ITEM_ID, _WHEN),
    "deleteCartAddition": _action(delete_cart_addition, _USER, _ITEM_ID, _WHEN),
    "mergeUsers": _action(
        merge_users,
        Field("targetUserId", text("Target User ID"), required=True),
        Field("sourceUserId", text("Source User ID"), required=True),
    ),
    **_view_portions(Field("sessionId", _SESSION)),
}
"""The actions as Segment runs them, by `partnerAction`."""

# What the documents promise and Segment loses may never cost an event that Segment delivers: where
# such a value is not usable, the event goes without it.
DOCUMENTED_ACTIONS: Final[Mapping[str, Action]] = {
    **ACTIONS,
    "addPurchase": _purchase(Field("recommId", lenient(_RECOMM_ID.check))),
    **_view_portions(Field("sessionId", lenient(_SESSION))),
}
"""The same, but an order's items may have a `recommId` of their own."""
