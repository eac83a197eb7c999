"""Timestamps: from whatever an event holds to Unix seconds.

Dates are read as JavaScript's `Date` reads ISO 8601, plus a blank for the `T` and offsets without
a colon. Its lenient reading of other texts ("5 Jan 2024", "01/05/2024") is not copied: such a
timestamp is refused.

Source: ECMAScript, Date Time String Format; the destination's own conversion to seconds.
"""

import math
import re
from datetime import datetime
from functools import lru_cache
from typing import Final

from aiorecombee.segment.actions.problems import refuse
from aiorecombee.segment.javascript import number_text, tidy, to_number

_DATE: Final = re.compile(
    r"""
    (?P<year> \d{4} | [+-]\d{6} ) (?: -(?P<month>\d\d) (?: -(?P<day>\d\d) )? )?
    (?: [Tt ] (?P<hour>\d\d) : (?P<minute>\d\d)
        (?: : (?P<second>\d\d) (?: \. (?P<fraction>\d+) )? )?
        (?P<zone> [Zz] | [+-]\d\d:?\d\d )?
    )?
    """,
    re.VERBOSE | re.ASCII,
)
# How nearly every timestamp is written: what separates its parts, with and without milliseconds.
# Python's own parser knows these forms, at a tenth of the time.
_USUAL: Final = frozenset({"--T::.", "--T::Z"})
_USUAL_LENGTHS: Final = frozenset({len("2026-01-02T03:04:05Z"), len("2026-01-02T03:04:05.678Z")})
# The texts that dayjs takes apart itself and never questions. Source: dayjs, REGEX_PARSE.
_TAKEN_APART: Final = re.compile(
    r"\d{4}[-/]?(?:\d{1,2})?[-/]?\d{0,2}[Tt\s]*(?:\d{1,2})?:?(?:\d{1,2})?:?(?:\d{1,2})?[.:]?\d*",
    re.ASCII,
)
_HAS_ZONE: Final = re.compile(r"(?:[Zz]|[+-]\d\d(?::?\d\d)?)\Z", re.ASCII)
_LAST_DAY: Final = 8.64e12  # of JavaScript's dates, in seconds
_MILLISECONDS_FROM: Final = 10_000_000_000  # seconds would be the year 2286
_DAY: Final = 86_400
_MIDNIGHT_AGAIN: Final = 24


def is_date_like(text: str) -> bool:
    """Whether the destination's schema accepts a text as a timestamp.

    It can accept what `to_seconds` then refuses, such as `2024-99-99`.
    """
    if _has_clock(text) and date_seconds(text) is not None:
        return True
    number = to_number(text)
    if not math.isnan(number) and number_text(number) == text:
        return abs(number) <= _LAST_DAY
    if text[-1:] not in {"Z", "z"} and _TAKEN_APART.fullmatch(text):
        return True
    return date_seconds(text) is not None


def to_seconds(value: str | float) -> float:
    """Unix seconds of a timestamp that passed the schema.

    Numbers from 10,000,000,000 on are milliseconds; a date without a zone is UTC.

    Raises:
        PayloadError: It is before 1970 (as a number), or not a date.
    """
    number = _number(value)
    if not math.isnan(number):
        if number < 0:
            raise refuse("Timestamp cannot be negative.", "/timestamp")
        return tidy(number / 1000) if number >= _MILLISECONDS_FROM else tidy(float(number))
    text = str(value)
    has_zone = text[-1:] == "Z" or _HAS_ZONE.search(text)
    seconds = date_seconds(text if has_zone else text + "Z")
    if seconds is None:
        raise refuse(f"Invalid timestamp provided: {value}", "/timestamp")
    return seconds


def _number(value: str | float) -> float:
    if not isinstance(value, str):
        return value
    return math.nan if _has_clock(value) else to_number(value)


def _has_clock(text: str) -> bool:
    """Whether it is written like most timestamps are; such a text is never a number."""
    return text[10:11] == "T"


@lru_cache(maxsize=1)  # the schema asks first, then the conversion asks again
def date_seconds(text: str) -> float | None:
    """Unix seconds of a date with its time zone (UTC where it has none); `None` if it is none."""
    if text[4:20:3] in _USUAL and text[-1] == "Z" and len(text) in _USUAL_LENGTHS:
        try:
            return tidy(datetime.fromisoformat(text).timestamp())
        except ValueError:  # the year 0, 24 o'clock, 30 February, no digits
            return _read_date(text)
    return _read_date(text)


def _read_date(text: str) -> float | None:
    found = _DATE.fullmatch(text) or _without_last_zone(text)
    if found is None or found["year"] == "-000000":
        return None
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    offset = _offset(found["zone"] or "Z")
    clock = _clock_seconds(found)
    if clock is None or offset is None or not (1 <= month <= 12 and 1 <= day <= 31):  # noqa: PLR2004  # a calendar
        return None
    # A day beyond the month's end rolls over into the next: 30 February is 1 March.
    whole = _days(year, month, day) * _DAY + clock - offset
    seconds = (whole * 1000 + _thousandths(found)) / 1000
    return tidy(seconds) if abs(seconds) <= _LAST_DAY else None


def _without_last_zone(text: str) -> re.Match[str] | None:
    """V8 takes a `Z` behind a whole date, or behind a clock that lacks the `T`, too."""
    found = _DATE.fullmatch(text[:-1]) if text.endswith("Z") else None
    if found is None or found["zone"] or (found["hour"] is None and found["day"] is None):
        return None
    return found


def _clock_seconds(found: re.Match[str]) -> int | None:
    """Seconds since midnight, with which a day also ends."""
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if minute >= 60 or second >= 60 or hour > _MIDNIGHT_AGAIN:  # noqa: PLR2004  # a clock
        return None
    beyond = hour == _MIDNIGHT_AGAIN and (minute or second or _thousandths(found))
    return None if beyond else hour * 3600 + minute * 60 + second


def _thousandths(found: re.Match[str]) -> int:
    return int((found["fraction"] or "0")[:3].ljust(3, "0"))


def _offset(zone: str) -> int | None:
    if zone in {"Z", "z"}:
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if hours >= 24 or minutes >= 60:  # noqa: PLR2004  # a clock
        return None
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)


def _days(year: int, month: int, day: int) -> int:
    """Days from 1970-01-01, in the Gregorian calendar of any year.

    Counted from March, so that the leap day comes last.
    """
    if month <= 2:  # noqa: PLR2004  # February
        year, month = year - 1, month + 12
    leap_days = year // 4 - year // 100 + year // 400
    return 365 * year + leap_days + (153 * (month - 3) + 2) // 5 + day - 719_469
