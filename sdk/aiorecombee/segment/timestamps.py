"""Timestamps: from whatever an event holds to Unix seconds.

Dates are read as JavaScript's `Date` reads ISO 8601, plus a blank for the `T` and offsets without
a colon. Its lenient reading of other texts ("5 Jan 2024", "01/05/2024") is not copied: such a
timestamp is refused.

Source: ECMAScript, Date Time String Format; the destination's own conversion to seconds.
"""

import math
import re
from functools import lru_cache
from typing import Final

from aiorecombee.segment.javascript import number_text, tidy, to_number
from aiorecombee.segment.problems import refuse

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
    if _has_clock(text) and _date_seconds(text) is not None:
        return True
    number = to_number(text)
    if not math.isnan(number) and number_text(number) == text:
        return abs(number) <= _LAST_DAY
    if text[-1:] not in {"Z", "z"} and _TAKEN_APART.fullmatch(text):
        return True
    return _date_seconds(text) is not None


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
    seconds = _date_seconds(text if _HAS_ZONE.search(text) else text + "Z")
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
def _date_seconds(text: str) -> float | None:
    found = _DATE.fullmatch(text) or _DATE.fullmatch(text.removesuffix("Z"))
    if found is None or found["year"] == "-000000":
        return None
    if found["hour"] is None and text.endswith("Z") and found["day"] is None:
        return None
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    thousandths = int((found["fraction"] or "0")[:3].ljust(3, "0"))
    if not (1 <= month <= 12 and 1 <= day <= 31 and minute < 60 and second < 60):  # noqa: PLR2004  # a calendar
        return None
    if hour > _MIDNIGHT_AGAIN or (hour == _MIDNIGHT_AGAIN and (minute or second or thousandths)):
        return None
    offset = _offset(found["zone"] or "Z")
    if offset is None:
        return None
    # A day beyond the month's end rolls over into the next: 30 February is 1 March.
    seconds = _days(year, month, day) * _DAY + hour * 3600 + minute * 60 + second - offset
    return tidy((seconds * 1000 + thousandths) / 1000)


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
