"""Moments on the calendar, as far as JavaScript's dates reach: 275,000 years each way."""

import math
from datetime import UTC, datetime
from typing import Any, Final

import attrs

from aiorecombee.segment.actions.timestamps import date_seconds
from aiorecombee.segment.javascript import is_array, is_number, number_text, to_text
from aiorecombee.segment.mapping.liquid.values import is_nothing, number
from aiorecombee.segment.mapping.liquid.zones import offset_minutes
from aiorecombee.segment.mapping.resolver import Spend

_NOW: Final = ("now", "today")
_LAST: Final = 8.64e15
_DAY: Final = 86_400_000
_CYCLE_YEARS: Final = 400  # the calendar repeats
_CYCLE_DAYS: Final = 146_097
_FROM_YEAR_ZERO: Final = 719_528  # days from there to 1970
_SAFE: Final = 400  # the year of a cycle that Python knows, and its first day
_SAFE_DAY: Final = datetime(_SAFE, 1, 1).toordinal()  # noqa: DTZ001  # a day has no zone


@attrs.frozen
class Moment:
    """A moment, and how it is shown.

    Attributes:
        milliseconds: Since 1970.
        behind: How many minutes the clock that is shown is behind UTC.
        zone: What the zone is called; "" if it is only a number.
        shown: The date and the time on that clock, in a year that Python knows.
        year: The true year.
    """

    milliseconds: int
    behind: float
    zone: str
    shown: datetime
    year: int

    def offset(self, separator: str) -> str:
        """The clock's offset, such as `+0100`."""
        minutes = abs(self.behind)
        hours, rest = number_text(minutes // 60), number_text(minutes % 60)
        sign = "-" if self.behind > 0 else "+"
        return f"{sign}{hours.rjust(2, '0')}{separator}{rest.rjust(2, '0')}"


def moment(value: Any, zone: Any, spend: Spend) -> Moment | None:
    """The moment that a value stands for: Unix seconds, or a date as text; none for others.

    `now` reads the clock, as the template asks for it.

    Args:
        value: Any value.
        zone: The name of a time zone, or how many minutes it is behind UTC.
        spend: Told what is made.

    Raises:
        FilterRefusedError: There is no such zone.
    """
    milliseconds = _milliseconds(value, spend)
    if math.isnan(milliseconds) or abs(milliseconds) > _LAST:
        return None
    whole = int(milliseconds)
    if is_nothing(zone):
        return _on_clock(whole, 0, "UTC")
    if isinstance(zone, str):
        return _on_clock(whole, offset_minutes(zone, whole / 1000), zone)
    return _on_clock(whole, number(zone), "")


def _milliseconds(value: Any, spend: Spend) -> float:
    if isinstance(value, str) and value in _NOW:
        return datetime.now(UTC).timestamp() * 1000
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return number(value) * 1000
    if isinstance(value, bool):
        return int(value)
    if is_number(value):
        return value * 1000
    if isinstance(value, str) or is_array(value):
        seconds = date_seconds(to_text(value, spend))
        return math.nan if seconds is None else round(seconds * 1000)
    return math.nan


def _on_clock(milliseconds: int, behind: float, zone: str) -> Moment | None:
    shown = milliseconds - behind * 60_000
    if math.isnan(shown) or abs(shown) > _LAST:
        return None
    day, clock = divmod(int(shown), _DAY)
    cycle, day_of_cycle = divmod(day + _FROM_YEAR_ZERO, _CYCLE_DAYS)
    date = datetime.fromordinal(day_of_cycle + _SAFE_DAY)
    time = date.replace(
        hour=clock // 3_600_000,
        minute=clock // 60_000 % 60,
        second=clock // 1000 % 60,
        microsecond=clock % 1000 * 1000,
    )
    year = time.year - _SAFE + cycle * _CYCLE_YEARS
    return Moment(milliseconds, 0 if behind == 0 else behind, zone, time, year)
