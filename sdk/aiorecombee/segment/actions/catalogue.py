"""The actions of the destination: the fields of their payloads and what they become.

Source: the destination's action definitions; labels are those of the Segment app.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import attrs

from aiorecombee.segment.actions.dialects import ClassicInteractions, PublishedInteractions
from aiorecombee.segment.actions.interactions import Interactions, Payload, Requests
from aiorecombee.segment.actions.schema import (
    Field,
    Kind,
    array_of,
    free_object,
    integer,
    lenient,
    number,
    object_of,
    text,
    timestamp,
)

Build: TypeAlias = Callable[[Payload], Requests]
"""Accepted payload to requests; raises `PayloadError` for values that make no sense."""


@attrs.frozen
class Action:
    """What a mapping may lead to.

    Attributes:
        fields: Of the payload, in the order in which problems are told.
        build: From an accepted payload to requests.
        in_batch: Whether Segment sends even a single event's requests as a batch.
    """

    fields: tuple[Field, ...]
    build: Build
    in_batch: bool = False


Actions: TypeAlias = Mapping[str, Action]
"""Actions by `partnerAction`."""

_USER: Final = Field("userId", text("User ID"), required=True)
_ITEM_ID: Final = Field("itemId", text("Item ID"), required=True)
_RECOMM_ID: Final = Field("recommId", text("Recommendation ID"))
_OWN_RECOMM_ID: Final = Field("recommId", lenient(_RECOMM_ID.kind, empty=False))
_TAIL: Final = (
    _RECOMM_ID,
    Field("internalAdditionalData", free_object("Internal Additional Data")),
    Field("additionalData", free_object("Additional Data")),
)
_OF_ITEM: Final = (
    _ITEM_ID,
    Field("amount", number("Amount")),
    Field("price", number("Price (per item)")),
)
_OF_ORDERED: Final = (*_OF_ITEM, Field("profit", number("Profit (per item)")))
_WATCHED: Final = (
    Field("totalLength", number("Total Length"), required=True),
    Field("watchTime", number("Watch Time"), required=True),
)
_TIMESTAMP: Final = timestamp("Timestamp")
_TIMESTAMP_TEXT: Final = text("Timestamp")
_SESSION: Final = text("Session ID")


def _items(fields: tuple[Field, ...]) -> Field:
    return Field("items", array_of(object_of(None, fields, cleaned=False)), required=True)


def _actions(
    build: Interactions,
    moment: Kind = _TIMESTAMP,
    session: Kind = _SESSION,
    ordered: tuple[Field, ...] = _OF_ORDERED,
) -> Actions:
    when = Field("timestamp", moment)
    about = (_USER, _ITEM_ID, when)
    rest = (when, *_TAIL)
    portion = Field("portion", number("Portion", maximum=1), required=True)
    watched = Field("portion", object_of("Portion", _WATCHED), required=True)
    viewed = (Field("sessionId", session), *_TAIL)
    return {
        "addBookmark": Action((*about, *_TAIL), build.add_bookmark),
        "addCartAddition": Action(
            (_USER, Field("item", object_of("Item", _OF_ITEM), required=True), *rest),
            build.add_cart_addition,
        ),
        "addDetailView": Action(
            (*about, Field("duration", integer("Duration")), *_TAIL), build.add_detail_view
        ),
        "addPurchase": Action((_USER, _items(ordered), *rest), build.add_purchases, in_batch=True),
        "addRating": Action(
            (*about, Field("rating", number("Rating"), required=True), *_TAIL),
            build.add_rating,
        ),
        "deleteBookmark": Action(about, build.delete_bookmark),
        "deleteCartAddition": Action(about, build.delete_cart_addition),
        "mergeUsers": Action(
            (
                Field("targetUserId", text("Target User ID"), required=True),
                Field("sourceUserId", text("Source User ID"), required=True),
            ),
            build.merge_users,
        ),
        "setViewPortion": Action((*about, portion, *viewed), build.set_view_portion),
        "setViewPortionFromWatchTime": Action(
            (*about, watched, *viewed), build.set_view_portion_from_watch_time
        ),
    }


ACTIONS: Final = _actions(Interactions())
"""As Segment runs them."""

PUBLISHED_ACTIONS: Final = _actions(PublishedInteractions(), moment=_TIMESTAMP_TEXT)
"""As the published package ran them: a timestamp is any text."""

# What the documents promise and Segment loses may never cost an event that Segment delivers: where
# such a value is not usable, the event goes without it.
DOCUMENTED_ACTIONS: Final = _actions(
    Interactions(), session=lenient(_SESSION), ordered=(*_OF_ORDERED, _OWN_RECOMM_ID)
)
"""The same as Segment's, but an order's items may have a `recommId` of their own."""


def _classic_actions(build: ClassicInteractions) -> Actions:
    ordered = (*_OF_ORDERED, _OWN_RECOMM_ID)
    when = Field("timestamp", _TIMESTAMP)
    return {
        **_actions(build, ordered=ordered),
        "addCartAddition": Action(
            (_USER, _items(ordered), when), build.add_cart_additions, in_batch=True
        ),
        "setViewPortion": Action(
            (
                _USER,
                _ITEM_ID,
                when,
                Field("portion", number("Portion")),
                Field("watchTime", number("Watch Time")),
                Field("totalLength", number("Total Length")),
                Field("least", number("Least Portion")),
                Field("sessionId", lenient(_SESSION)),
                _RECOMM_ID,
            ),
            build.set_view_portion,
        ),
    }


CLASSIC_ACTIONS: Final = _classic_actions(ClassicInteractions())
"""What "Recombee AI" sends: cart additions, too, may be several at once."""
