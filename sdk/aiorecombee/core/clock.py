"""Time: where it comes from, and what to do when ours differs from the service's."""

from collections.abc import Callable
from datetime import UTC
from typing import Final, Protocol

_TOLERANCE: Final = 5.0
_STEP: Final = 1e-6


def parse_http_date(text: str) -> float:
    """Unix seconds of an HTTP date; `ValueError` if it is none."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  # slow, and seldom needed

    try:
        found = parsedate_to_datetime(text)
        # The oldest of the three formats names no zone, and means UTC. Source: RFC 9110, 5.6.7.
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except OverflowError as error:  # a year or zone of twenty digits
        raise ValueError(f"no date: {text[:40]!r}") from error


class Clock(Protocol):
    """Time as the client needs it. Replace it to freeze or advance time in tests."""

    def time(self) -> float:
        """Unix seconds."""

    def monotonic(self) -> float:
        """Seconds that never jump, for durations."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class ServiceTime:
    """The service's time as far as we know it: our clock, corrected once it was refused.

    A correction is absolute (the service's time against ours), never added to an earlier one, so
    that many calls refused at the same moment may all make it.
    """

    def __init__(self, time: Callable[[], float]) -> None:
        """Start from `time`, uncorrected."""
        self._time = time
        self._offset = 0.0
        self._last_stamp = 0.0

    def now(self) -> float:
        """Unix seconds of the service."""
        return self._time() + self._offset

    def stamp(self) -> float:
        """A timestamp for an interaction, to the microsecond, never the same twice.

        Two interactions of the same user with the same item would be one to the service if they
        had the same timestamp.
        """
        # By our own clock: a correction to an earlier time must show in the next stamp.
        stamp = round(self._time(), 6)
        if stamp <= self._last_stamp:
            stamp = round(self._last_stamp + _STEP, 6)
        self._last_stamp = stamp
        return round(stamp + self._offset, 6) if self._offset else stamp

    def correct(self, signed_at: float, date: str | None) -> bool:
        """Learn from the `Date` header of a refusal.

        Args:
            signed_at: The time that was signed, Unix seconds.
            date: The header, `None` if there was none.

        Returns:
            Whether a wrong clock explains the refusal, so that signing again makes sense.
        """
        if date is None:
            return False
        try:
            theirs = parse_http_date(date)
        except ValueError:
            return False
        if abs(theirs - signed_at) < _TOLERANCE:
            return False
        self._offset = round(theirs - self._time(), 6)
        return True
