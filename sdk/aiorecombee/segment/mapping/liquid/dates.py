"""Filters for dates."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from aiorecombee.segment.javascript import UNDEFINED
from aiorecombee.segment.mapping.liquid.moments import Moment, moment
from aiorecombee.segment.mapping.liquid.values import is_nothing, plain, printed
from aiorecombee.segment.mapping.resolver import Spend

_CODE: Final = re.compile(r"%([-_0^#:]+)?([0-9]+)?[EO]?(.)", re.DOTALL)
_USUAL: Final = "%A, %B %-e, %Y at %-l:%M %P %z"
_BLANK_PADDED: Final = frozenset("aAbBceklpP")
_NOON: Final = 12
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def _day(when: Moment) -> str:
    return f"{when.shown.month}/{when.shown.day}/{when.year}"


def _clock(when: Moment) -> str:
    return f"{when.shown.hour % 12 or 12}:{when.shown:%M:%S} {_half(when)}"


def _half(when: Moment) -> str:
    return "AM" if when.shown.hour < _NOON else "PM"


def _ordinal(day: int) -> str:
    teens = day in (11, 12, 13)
    return "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _week(when: Moment, since_start: int) -> int:
    """The week of the year; the days before its first full week are in week 0."""
    return (_day_of_year(when) - 1 - since_start + 7) // 7


def _day_of_year(when: Moment) -> int:
    return when.shown.timetuple().tm_yday


_Part: TypeAlias = Callable[[Moment], object]
_PARTS: Final[Mapping[str, tuple[int, _Part]]] = {
    "%": (0, lambda _: "%"),
    "A": (0, lambda when: _DAYS[when.shown.weekday()]),
    "a": (0, lambda when: _DAYS[when.shown.weekday()][:3]),
    "B": (0, lambda when: _MONTHS[when.shown.month - 1]),
    "b": (0, lambda when: _MONTHS[when.shown.month - 1][:3]),
    "C": (2, lambda when: when.year // 100),
    "c": (0, lambda when: f"{_day(when)}, {_clock(when)}"),
    "d": (2, lambda when: when.shown.day),
    "e": (2, lambda when: when.shown.day),
    "H": (2, lambda when: when.shown.hour),
    "h": (0, lambda when: _MONTHS[when.shown.month - 1][:3]),
    "I": (2, lambda when: when.shown.hour % 12 or 12),
    "j": (3, _day_of_year),
    "k": (2, lambda when: when.shown.hour),
    "L": (3, lambda when: when.shown.microsecond // 1000),
    "l": (2, lambda when: when.shown.hour % 12 or 12),
    "M": (2, lambda when: when.shown.minute),
    "m": (2, lambda when: when.shown.month),
    "n": (0, lambda _: "\n"),
    "P": (0, lambda when: _half(when).lower()),
    "p": (0, _half),
    "q": (0, lambda when: _ordinal(when.shown.day)),
    "S": (2, lambda when: when.shown.second),
    "s": (0, lambda when: when.milliseconds // 1000),
    "t": (0, lambda _: "\t"),
    "U": (2, lambda when: _week(when, (when.shown.weekday() + 1) % 7)),
    "u": (0, lambda when: when.shown.isoweekday()),
    "W": (2, lambda when: _week(when, when.shown.weekday())),
    "w": (0, lambda when: when.shown.isoweekday() % 7),
    "X": (0, _clock),
    "x": (0, _day),
    "Y": (4, lambda when: when.year),
    "y": (2, lambda when: when.year % 100),
}


def _date(spend: Spend, value: Any, form: Any = UNDEFINED, zone: Any = UNDEFINED) -> Any:
    when, form = moment(plain(value), zone, spend), plain(form)
    if when is None:
        return value
    return written(when, _USUAL if is_nothing(form) else printed(form, spend), spend)


def written(when: Moment, form: str, spend: Spend) -> str:
    """The moment in a form, such as `%Y-%m-%d`."""
    return _CODE.sub(lambda code: _written(when, code, spend), form)


def _written(when: Moment, code: re.Match[str], spend: Spend) -> str:
    flags, width, letter = code[1] or "", int((code[2] or "0")[:9]), code[3]
    if letter == "N":
        thousandths = f"{when.shown.microsecond // 1000:03}"[: width or 9]
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


def _zone(when: Moment, letter: str, flags: str) -> str:
    offset = when.offset(":" if ":" in flags else "")
    return offset if letter == "z" else when.zone or offset


def _cased(text: str, flags: str) -> str:
    if "^" in flags:
        return text.upper()
    if "#" in flags:
        return text.upper() if re.search("[a-z]", text) else text.lower()
    return text


def _padded(text: str, width: int, letter: str, flags: str, spend: Spend) -> str:
    spend(width)
    if "_" in flags or ("0" not in flags and letter in _BLANK_PADDED):
        return text.rjust(width, " ")
    sign = text[:1] if text.startswith("-") else ""
    return sign + text[len(sign) :].rjust(width - len(sign), "0")


def _in_form(form: str) -> Callable[..., Any]:
    def run(spend: Spend, value: Any) -> Any:
        when = moment(value, UNDEFINED, spend)
        return value if when is None else written(when, form, spend)

    return run


def _in_words(month: str) -> Callable[..., Any]:
    def run(spend: Spend, value: Any, kind: Any = UNDEFINED, style: Any = UNDEFINED) -> Any:
        when = moment(value, UNDEFINED, spend)
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
