"""Requests as items of a durable queue, and items as requests again; pure.

**A lane is a user.** Merging concerns both users. Requests of no user (items and their values,
definitions, series, segmentations) are in one lane, so that a value comes after the definition of
its property.

**What is no interaction travels apart** from the rest of its user: it is sent when everything
before it is answered, and nothing behind it until it is. Interactions carry their time, and travel
together. So does what is said of items and series, definitions and deletions aside, as it would
cost a call for each otherwise: should the service fail with one of these and carry out a later one
of the same batch, the first is tried again after it.
"""

from typing import Any, Final

from aiorecombee.core.lanes import EVERYBODY, concerns
from aiorecombee.core.recognise import NoRequestError, recognise
from aiorecombee.delivery.queue import Item
from aiorecombee.errors import InvalidRequestError
from aiorecombee.requests.endpoint import Interaction, Request
from aiorecombee.segment.destination import Mapped, Rejection

OF_NO_USER: Final = "/"
"""The lane of requests of no user; no ID has a slash."""

_REMEDY: Final = "Edit the dead letter, or drop it."


def require_keepable(request: Request[Any]) -> None:
    """Refuse what nobody can put aside.

    Raises:
        InvalidRequestError: Somebody has to wait for its answer, or it must not be repeated.
    """
    name = type(request).__name__
    if not isinstance(request, Request):
        raise InvalidRequestError(f"a {name} is no request")
    if request.answer_type() is not str:
        raise InvalidRequestError(
            f"{name}: its answer is more than an ok, and would be lost; client.send waits for it"
        )
    if not request.repeatable:
        raise InvalidRequestError(
            f"{name}: it must not be sent twice, as a crash may require; use client.send"
        )


def to_item(request: Request[Any], body: bytes, key: str | None = None) -> Item:
    """The item of a request that is written down already."""
    concern = concerns(type(request))(request)
    named = (concern,) if isinstance(concern, str) else concern.lanes
    users = tuple(lane for lane in named if "/" not in lane)
    if isinstance(request, Interaction):
        apart = False
    else:
        apart = bool(users) or concern == EVERYBODY or request.method == "DELETE"
    return Item(users or (OF_NO_USER,), body, key, barrier=apart)


def to_request(value: Any) -> Mapped:
    """What is to be sent for the body of an item, for a `Sender`."""
    try:
        return Mapped((recognise(value),))
    except NoRequestError as error:
        return Mapped(rejections=(Rejection("request", "event", str(error), _REMEDY),))
