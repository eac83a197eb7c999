"""What is made of an event, and when that happened, as far as they say so themselves."""

from collections.abc import Callable
from typing import Any, TypeAlias

from aiorecombee.errors import MappingError
from aiorecombee.requests.endpoint import Interaction, Request
from aiorecombee.segment.actions.timestamps import to_seconds
from aiorecombee.segment.destination import Mapped

Mapper: TypeAlias = Callable[[Any], Mapped]
"""Makes requests of an event."""


def moment(event: Any, name: str) -> float | None:
    """A field of an event in Unix seconds; `None` if it is no timestamp."""
    found = event.get(name) if isinstance(event, dict) else None
    if not isinstance(found, str | int | float) or isinstance(found, bool):
        return None
    try:
        return to_seconds(found)
    except (MappingError, OverflowError):  # no date, or more digits than a float has room for
        return None


def is_untimed(request: Request[Any]) -> bool:
    """Whether a request is an interaction that would happen whenever it is sent."""
    return isinstance(request, Interaction) and getattr(request, "timestamp", None) is None
