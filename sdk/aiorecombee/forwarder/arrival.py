"""When things happened, by our clock: a client's own may be wrong by hours."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import attrs

from aiorecombee.segment.actions.timestamps import date_seconds

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  # UTC; its zone would take half as long again
_SECONDS_IN_MIND: Final = 1_024  # events of a call lie close together


@attrs.frozen
class Arrival:
    """When a call came, and by how much its sender's clock differs from ours.

    Attributes:
        received: When it came, as events have it.
        sent: When it was sent, by the sender's clock, as it came.
        behind: Milliseconds from that to `received`; `None` if nobody can say.
    """

    received: str
    sent: Any = None
    behind: int | None = None

    @classmethod
    def at(cls, received_at: float, sent: Any = None) -> "Arrival":
        """Read the times of a call.

        Args:
            received_at: When it came, in Unix seconds.
            sent: Its `sentAt`.
        """
        now = round(received_at * 1000)
        then = _milliseconds(sent)
        return cls(_text(now) or "", sent, None if then is None else now - then)

    def stamp(self, event: dict[str, Any]) -> None:
        """Set `timestamp` to when an event happened by our clock.

        What the client said becomes `originalTimestamp`. It stays the timestamp where it cannot
        be corrected: as it is unreadable, say, the mapper will tell.
        """
        original = event.get("timestamp")
        if original is None:
            original = event.get("originalTimestamp")
        event["receivedAt"] = self.received
        if self.sent is not None:
            event["sentAt"] = self.sent
        if original is None:
            event["timestamp"] = self.received
        else:
            event["originalTimestamp"] = original
            event["timestamp"] = self._corrected(original)

    def complete(self, event: dict[str, Any]) -> None:
        """Set the times that an event lacks, for one that Segment has stamped already."""
        for name in ("timestamp", "receivedAt"):
            if event.get(name) is None:
                event[name] = self.received

    def _corrected(self, original: Any) -> Any:
        if self.behind is None:
            return original
        then = _milliseconds(original)
        return original if then is None else _text(then + self.behind) or original


def _milliseconds(date: Any) -> int | None:
    seconds = date_seconds(date) if isinstance(date, str) else None
    return None if seconds is None else round(seconds * 1000)


def _text(milliseconds: int) -> str | None:
    """ISO 8601 as JavaScript writes it; `None` outside the years 1 to 9999."""
    seconds, rest = divmod(milliseconds, 1000)
    second = _second(seconds)
    return None if second is None else f"{second}.{rest:03}Z"


@lru_cache(_SECONDS_IN_MIND)
def _second(seconds: int) -> str | None:
    try:
        return (_EPOCH + timedelta(seconds=seconds)).isoformat()
    except OverflowError:
        return None
