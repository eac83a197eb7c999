"""What Segment asks of an event, and whose it is.

Source: Segment's documentation, HTTP API and Common Fields.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiorecombee.forwarder.faults import Fault
from aiorecombee.segment.javascript import is_number, number_text

TYPES: Final = ("track", "page", "screen", "identify", "group", "alias")
"""What the Tracking API takes. Deletions are not among them: its keys are no secrets."""
DELETION: Final = "delete"
NAMES: Final = ("Recombee", "Recombee AI")
"""What `integrations` call the destination, and the older one."""

_MOST_KEY: Final = 99
_MOST_ID: Final = 1_000  # a queue takes no more; Recombee less, which is for the mapper to tell


def fault_of(event: Mapping[str, Any], types: Sequence[str]) -> Fault | None:
    """What is wrong with the type of an event, or with what belongs to it."""
    kind = event.get("type")
    if kind == "track":
        name = event.get("event")
        return None if isinstance(name, str) and name else Fault.NO_EVENT
    if kind in types:
        return None
    return Fault.UNKNOWN_TYPE if kind else Fault.NO_TYPE


def key_of(event: Mapping[str, Any]) -> str | Fault | None:
    """Its `messageId`; `None` if it has none."""
    found = _first(event, "messageId")
    if found is None:
        return None
    key = _text(found)
    if key is None:
        return Fault.BAD_MESSAGE_ID
    return key if len(key) <= _MOST_KEY else Fault.LONG_MESSAGE_ID


def lanes_of(event: Mapping[str, Any]) -> tuple[str, ...] | Fault:
    """The users whose order it keeps, as text.

    An anonymous ID counts where there is no user ID; for an alias also where there is no
    `previousId`, which comes first.
    """
    user = _first(event, "userId", "anonymousId")
    if user is None:
        return Fault.NO_USER
    users = [user]
    if event.get("type") == "alias":
        previous = _first(event, "previousId", "anonymousId")
        users = [user if previous is None else previous, user]
    return _lanes(users)


def rename(event: dict[str, Any], names: Mapping[str, str]) -> None:
    """Give fields the names that the mapper knows (`names`: from old to new), if those are free."""
    for old, new in names.items():
        if old in event:
            value = event.pop(old)
            if event.get(new) is None:
                event[new] = value


def opted_out(integrations: object, names: Sequence[str], *, by_all: bool = True) -> bool:
    """Whether an event says that it is not for us.

    Args:
        integrations: Destination to `false`, `true` or settings, as the event has it.
        names: Of the destinations that we are; case counts.
        by_all: Whether `"All": false` is about us, too.
    """
    if not integrations or not isinstance(integrations, Mapping):
        return False
    said = [integrations.get(name) for name in names]
    if any(one is False for one in said):
        return True
    return by_all and integrations.get("All") is False and all(one is None for one in said)


def _first(event: Mapping[str, Any], *names: str) -> Any:
    """The first of these fields that says something."""
    for name in names:
        value = event.get(name)
        if value is not None and value != "":
            return value
    return None


def _lanes(users: Sequence[Any]) -> tuple[str, ...] | Fault:
    lanes: dict[str, None] = {}
    for user in users:
        lane = _text(user)
        if lane is None:
            return Fault.BAD_USER
        if len(lane) > _MOST_ID:
            return Fault.LONG_USER
        lanes[lane] = None
    return tuple(lanes)


def _text(value: Any) -> str | None:
    """A text as it is, a number as the mapper writes it; `None` for all else."""
    if isinstance(value, str):
        return value
    return number_text(value) if is_number(value) else None
