"""`boolean`, `number`, `string` and `timestamp` of one value that is not null.

Unpublished are the exact texts `string` gives and those the others read: we choose the forms of
literals and ISO 8601.
"""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Final

from recombee_mock.reql.failure import Failure
from recombee_mock.reql.values import NUMBERS, Area, Moment, Record, Value, kind, unpacked, whole

_NUMBER: Final = re.compile(r"\s*([+-]?)(\d+)((?:\.\d+)?(?:[eE][+-]?\d+)?)\s*", re.ASCII)
_DIRECTIVE: Final = re.compile(r"%(.?)", re.DOTALL)
# Those of ISO C without widths and other modifiers, which would make texts of any length.
_DIRECTIVES: Final = frozenset("aAbBcdDeFGHIjmMpSTuUVwWxXyYZ%")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS: Final = 20


def boolean(value: Value) -> bool:
    """False of 0 and of what is empty. Source: ReQL, Type conversion."""
    if isinstance(value, Area):
        raise Failure("boolean() does not take a geo area")
    return True if type(value) is Record else bool(value)


def number(value: Value) -> Value:
    """Of a text that is no number: null. Source: ReQL, Type conversion."""
    if type(value) is bool:
        return int(value)
    if type(value) is Moment:
        return float(value)
    if type(value) in NUMBERS:
        return value
    if type(value) is str:
        return _number_of_text(value)
    raise Failure(f"number() does not take {kind(value)}")


def _number_of_text(text: str) -> Value:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    sign, digits, rest = match.groups()
    digits = digits.lstrip("0") or "0"
    if not rest and len(digits) < _DIGITS:
        return whole(int(sign + digits))
    found = float(sign + digits + rest)
    return found if math.isfinite(found) else None


def string(value: Value, layout: Value = None) -> Value:
    """The value as text; a layout is for timestamps only."""
    if layout is not None:
        if type(value) is not Moment:
            raise Failure(f"string() takes a format only with a timestamp, not with {kind(value)}")
        if type(layout) is not str:
            raise Failure(f"The format of string() is a string, not {kind(layout)}")
        return _formatted(value, layout)
    if type(value) is Moment:
        return _formatted(value, "%FT%TZ")
    if type(value) in {tuple, Record} or isinstance(value, Area):
        raise Failure(f"string() does not take {kind(value)}")
    return _text(value)


def _text(value: Value) -> str:  # noqa: PLR0911  (a line per kind)
    if type(value) is str:
        return value
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is frozenset:
        return f"{{{', '.join(sorted(_text(unpacked(member)) for member in value))}}}"
    if type(value) is tuple:
        return f"[{', '.join(_text(unpacked(member)) for member in value)}]"
    if type(value) is Moment:
        return str(string(value) or "null")
    if type(value) in NUMBERS:
        return repr(value)
    raise Failure(f"string() does not take {kind(value)}")


def _formatted(moment: Moment, layout: str) -> str | None:
    try:
        when = _EPOCH + timedelta(seconds=moment)
    except (OverflowError, ValueError):
        return None  # before the year 1, after 9999, or not a number

    def replaced(match: re.Match[str]) -> str:
        if match[1] not in _DIRECTIVES:
            raise Failure(f"There is no %{match[1]} in a format")
        if match[1] == "Y":
            return f"{when.year:04}"
        return f"{when.year:04}-{when:%m-%d}" if match[1] == "F" else when.strftime(match[0])

    return _DIRECTIVE.sub(replaced, layout)


def timestamp(value: Value) -> Value:
    """Of Unix seconds or ISO 8601 text; null of any other text."""
    if type(value) in NUMBERS:
        return Moment(value)
    if type(value) is not str:
        raise Failure(f"timestamp() does not take {kind(value)}")
    try:
        when = datetime.fromisoformat(value.strip())
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return Moment((when - _EPOCH).total_seconds())
    except (OverflowError, ValueError):
        return None
