"""Filters for dates, in UTC."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final, TypeAlias

from aiorecombee.segment.actions.timestamps import date_seconds
from aiorecombee.segment.javascript import UNDEFINED, is_number
from aiorecombee.segment.mapping.liquid.values import is_nothing, number_or_zero, printed
from aiorecombee.segment.mapping.resolver import Spend

_CODE: Final = re.compile(r"%([-_0^#:]+)?([0-9]+)?[EO]?(.)", re.DOTALL)
_USUAL: Final = "%A, %B %-e, %Y at %-l:%M %P %z"
_BLANK_PADDED: Final = frozenset("aAbBceklpP")
_NOW: Final = ("now", "today")

_NOON: Final = 12
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def _day(when: datetime) -> str:
    return f"{when.month}/{when.day}/{when.year}"


def _clock(when: datetime) -> str:
    return f"{when.hour % 12 or 12}:{when:%M:%S %p}"


def _ordinal(day: int) -> str:
    teens = day in (11, 12, 13)
    return "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _week(when: datetime, since_start: int) -> int:
    """The week of the year; the days before its first full week are in week 0."""
    return (when.timetuple().tm_yday - 1 - since_start + 7) // 7


_Part: TypeAlias = Callable[[datetime], object]
_PARTS: Final[Mapping[str, tuple[int, _Part]]] = {
    "%": (0, lambda _: "%"),
    "A": (0, lambda when: _DAYS[when.weekday()]),
    "a": (0, lambda when: _DAYS[when.weekday()][:3]),
    "B": (0, lambda when: _MONTHS[when.month - 1]),
    "b": (0, lambda when: _MONTHS[when.month - 1][:3]),
    "C": (2, lambda when: when.year // 100),
    "c": (0, lambda when: f"{_day(when)}, {_clock(when)}"),
    "d": (2, lambda when: when.day),
    "e": (2, lambda when: when.day),
    "H": (2, lambda when: when.hour),
    "h": (0, lambda when: _MONTHS[when.month - 1][:3]),
    "I": (2, lambda when: when.hour % 12 or 12),
    "j": (3, lambda when: when.timetuple().tm_yday),
    "k": (2, lambda when: when.hour),
    "L": (3, lambda when: when.microsecond // 1000),
    "l": (2, lambda when: when.hour % 12 or 12),
    "M": (2, lambda when: when.minute),
    "m": (2, lambda when: when.month),
    "n": (0, lambda _: "\n"),
    "P": (0, lambda when: "am" if when.hour < _NOON else "pm"),
    "p": (0, lambda when: "AM" if when.hour < _NOON else "PM"),
    "q": (0, lambda when: _ordinal(when.day)),
    "S": (2, lambda when: when.second),
    "s": (0, lambda when: int(when.timestamp() // 1)),
    "t": (0, lambda _: "\t"),
    "U": (2, lambda when: _week(when, (when.weekday() + 1) % 7)),
    "u": (0, lambda when: when.isoweekday()),
    "W": (2, lambda when: _week(when, when.weekday())),
    "w": (0, lambda when: when.isoweekday() % 7),
    "X": (0, _clock),
    "x": (0, _day),
    "Y": (4, lambda when: when.year),
    "y": (2, lambda when: when.year % 100),
}


def _moment(value: Any, offset: Any = UNDEFINED) -> datetime | None:
    """The moment that a value stands for: Unix seconds, or a date as text.

    `now` reads the clock, as the template asks for it.
    """
    if isinstance(value, str) and value in _NOW:
        return datetime.now(UTC)
    if isinstance(value, bool):
        value = value / 1000
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = number_or_zero(value)
    seconds = value if is_number(value) else date_seconds(value) if isinstance(value, str) else None
    if seconds is None:
        return None
    try:
        zone = timezone(timedelta(minutes=-number_or_zero(offset)))
        return datetime.fromtimestamp(0, zone) + timedelta(milliseconds=int(seconds * 1000))
    except (OverflowError, ValueError):
        return None


def _date(spend: Spend, value: Any, form: Any = UNDEFINED, offset: Any = UNDEFINED) -> Any:
    when = _moment(value, offset)
    if when is None:
        return value
    return written(when, _USUAL if is_nothing(form) else printed(form, spend), spend)


def written(when: datetime, form: str, spend: Spend) -> str:
    """The moment in a form, such as `%Y-%m-%d`."""
    return _CODE.sub(lambda code: _written(when, code, spend), form)


def _written(when: datetime, code: re.Match[str], spend: Spend) -> str:
    flags, width, letter = code[1] or "", int((code[2] or "0")[:9]), code[3]
    if letter == "N":
        thousandths = f"{when.microsecond // 1000:03}"[: width or 9]
        spend(width)
        return thousandths.ljust(width or 9, "0")
    if letter in "zZ":
        text, usual = _zone(when, letter, flags), 0
    elif letter in _PARTS:
        usual, part = _PARTS[letter]
        text = str(part(when))
    else:
        return code[0]
    return _padded(_cased(text, flags), 0 if "-" in flags else width or usual, letter, flags, spend)


def _zone(when: datetime, letter: str, flags: str) -> str:
    offset = f"{when:%z}"
    if letter == "Z" and offset == "+0000":
        return "UTC"
    return f"{offset[:3]}:{offset[3:5]}" if ":" in flags else offset[:5]


def _cased(text: str, flags: str) -> str:
    if "^" in flags:
        return text.upper()
    if "#" in flags:
        return text.upper() if re.search("[a-z]", text) else text.lower()
    return text


def _padded(text: str, width: int, letter: str, flags: str, spend: Spend) -> str:
    spend(width)
    blank = "_" in flags or ("0" not in flags and letter in _BLANK_PADDED)
    return text.rjust(width, " " if blank else "0")


def _in_form(form: str) -> Callable[..., Any]:
    def run(spend: Spend, value: Any) -> Any:
        when = _moment(value)
        return value if when is None else written(when, form, spend)

    return run


def _in_words(month: str) -> Callable[..., Any]:
    def run(spend: Spend, value: Any, kind: Any = UNDEFINED, style: Any = UNDEFINED) -> Any:
        when = _moment(value)
        if when is None:
            return value
        if kind != "ordinal":
            return written(when, f"%d {month} %Y", spend)
        form = f"{month} %-d%q, %Y" if style == "US" else f"%-d%q {month} %Y"
        return written(when, form, spend)

    return run


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "date": _date,
    "date_to_long_string": _in_words("%B"),
    "date_to_rfc822": _in_form("%a, %d %b %Y %H:%M:%S %z"),
    "date_to_string": _in_words("%b"),
    "date_to_xmlschema": _in_form("%Y-%m-%dT%H:%M:%S%:z"),
}
