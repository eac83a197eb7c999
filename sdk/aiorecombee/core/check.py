"""Is a request one that the API documents? Says field, value and rule where it is not.

This is the truth about validity, written to be read and to explain; `encode` screens with quick
tests and comes here only when one of them fails. Only rules that the API reference states without
doubt are here: the service decides the rest.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cache
from math import isfinite
from numbers import Real
from typing import Any, Final, get_origin

from aiorecombee.core.fields import Field, fields_of
from aiorecombee.core.json_values import NotJsonError, require_json
from aiorecombee.errors import InvalidRequestError
from aiorecombee.requests.endpoint import Between, Matches, OneOf, Properties, Request
from aiorecombee.requests.inputs import Input

_SHOWN: Final = 80


def check(request: Request[Any]) -> None:
    """Refuse a request that breaks a documented rule.

    Raises:
        InvalidRequestError: Names the class, the field, its value and the rule.
    """
    for field in fields_of(type(request)):
        value = getattr(request, field.name)
        if (said := _complaint(field, value)) is not None:
            where = f"{type(request).__name__}.{field.name}"
            raise InvalidRequestError(f"{where} = {_shown(value)}: {said}")


def _shown(value: Any) -> str:
    try:
        shown = repr(value)
    except ValueError:  # Python does not write integers of thousands of digits
        return f"<{type(value).__name__}>"
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"


def _complaint(field: Field, value: Any) -> str | None:
    if value is None:
        return None if field.nullable else "is required"
    if (said := _wrong_type(field, value)) is not None:
        return said
    is_free = isinstance(value, Mapping | Input)
    if is_free and not any(isinstance(mark, Properties) for mark in field.marks):
        return _why_not_json(value)
    for mark in field.marks:
        if (test := _TESTS.get(type(mark))) is not None and (said := test(mark, value)) is not None:
            return said
    return None


def _wrong_type(field: Field, value: Any) -> str | None:
    fits = [_TYPES.get(get_origin(kind) or kind, (kind.__name__, kind)) for kind in field.types]
    # A bool is an int to Python, but no number to the API.
    allowed = bool in field.types or not isinstance(value, bool)
    if allowed and isinstance(value, tuple(kind for _, kind in fits)):
        if isinstance(value, Real) and not _finite(value):
            return "must be a finite number: JSON knows no other"
        if str not in field.types and isinstance(value, str | bytes | bytearray):
            return f"must be {fits[0][0]}, not a single text"
        return None
    said = f"must be {' or '.join(dict.fromkeys(name for name, _ in fits))}"
    if str in field.types and allowed and isinstance(value, Real):
        said += f"; use {_shown(value)!r}"
    return said


def _finite(number: Real) -> bool:
    try:
        return isfinite(number)
    except OverflowError:  # an integer beyond any float
        return True


_TYPES: Final[dict[Any, tuple[str, Any]]] = {
    str: ("text (str)", str),
    int: ("a whole number (int)", int),
    float: ("a number", Real),
    bool: ("True or False", bool),
    datetime: ("a datetime", datetime),
    Mapping: ("a dictionary", Mapping),
    Sequence: ("a list", Sequence),
}


def _matches(rule: Matches, value: str) -> str | None:
    if not _pattern(rule.characters)(value):
        return f"may have {rule.said}" if value else "must not be empty"
    if value == rule.forbidden:
        return "is forbidden by the API (it comes from a missing value in JavaScript)"
    if rule.max_length is not None and len(value) > rule.max_length:
        return f"must have at most {rule.max_length} characters, has {len(value)}"
    return None


@cache
def _pattern(characters: str) -> Callable[[str], Any]:
    return re.compile(f"[{characters}]+").fullmatch


def _between(rule: Between, value: Any) -> str | None:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return "has no time zone: use datetime.now(timezone.utc), or Unix seconds"
        value = value.timestamp()
    if isinstance(value, str):  # ISO 8601: the service reads it
        return None
    if (rule.low is None or rule.low <= value) and (rule.high is None or value <= rule.high):
        return None
    if rule.high is None:
        return f"must be {rule.low} or more"
    return f"must be between {rule.low} and {rule.high}"


def _one_of(rule: OneOf, value: str) -> str | None:
    if value in rule.choices:
        return None
    return f"must be {' or '.join(map(repr, rule.choices))}"


def _why_not_json(value: Any) -> str | None:
    try:
        require_json(value)
    except NotJsonError as error:
        return str(error)
    return None


def _properties(_: Properties, values: Mapping[Any, Any]) -> str | None:
    for name, value in values.items():
        if isinstance(value, datetime):
            if value.tzinfo is None:
                return f"has a datetime without time zone for {name!r}"
            continue
        plain = list(value) if isinstance(value, AbstractSet) else value
        if (said := _why_not_json({name: plain})) is not None:
            return said
    return None


_TESTS: Final[dict[type, Callable[[Any, Any], str | None]]] = {
    Matches: _matches,
    Between: _between,
    OneOf: _one_of,
    Properties: _properties,
}
