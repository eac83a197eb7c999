"""Filters for arrays and for any value."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from aiorecombee.segment.javascript import (
    UNDEFINED,
    as_double,
    is_array,
    is_falsy,
    is_number,
    member,
    to_text,
    utf16_units,
)
from aiorecombee.segment.mapping.json_text import json_text
from aiorecombee.segment.mapping.liquid.refusal import FilterRefusedError
from aiorecombee.segment.mapping.liquid.values import (
    equal,
    is_nothing,
    number,
    number_or_zero,
    plain,
    printed,
    read,
    truthy,
)
from aiorecombee.segment.mapping.resolver import Spend

_MOST: Final = 1e8  # what the original lets a slice have


def _elements(value: Any) -> list[Any]:
    if is_nothing(value):
        return []
    return list(value) if is_array(value) else [value]


def _join(spend: Spend, value: Any, separator: Any = UNDEFINED) -> str:
    glue = " " if is_nothing(separator) else printed(separator, spend)
    elements = _elements(value)
    spend(len(glue) * len(elements))
    return glue.join("" if is_nothing(one) else to_text(one, spend) for one in elements)


def _first(_: Spend, value: Any) -> Any:
    return member(value, "0") if is_array(value) or isinstance(value, str) else ""


def _last(_: Spend, value: Any) -> Any:
    if isinstance(value, str):
        return utf16_units(value)[-1] if value else UNDEFINED
    return (value[-1] if value else UNDEFINED) if is_array(value) else ""


def _size(_: Spend, value: Any) -> Any:
    length = member(value, "length")
    return length if truthy(length) else 0


def _slice(spend: Spend, value: Any, begin: Any = UNDEFINED, length: Any = 1) -> Any:
    if is_nothing(value):
        return []
    sequence = value if is_array(value) else printed(value, spend)
    start, count = number(begin), number(length)
    if count > _MOST:
        raise FilterRefusedError("memory alloc limit exceeded")
    if math.isnan(start + count):
        start, count = (0, 0) if is_array(value) else (number_or_zero(start), number_or_zero(count))
    start, count = int(start), int(count)
    start = start + len(sequence) if start < 0 else start
    if start < 0 or count < 0:
        return [] if is_array(value) else ""
    return sequence[start : start + count]


def _sum(spend: Spend, value: Any, name: Any = UNDEFINED) -> float:
    found = [one if is_falsy(name) else _property(one, name, spend) for one in _elements(value)]
    return as_double(sum(number_or_zero(number(one)) for one in found))


def _property(value: Any, path: Any, spend: Spend) -> Any:
    for key in printed(path, spend).split("."):
        value = read(value, key)
    return value


def _where(spend: Spend, value: Any, name: Any = UNDEFINED, expected: Any = UNDEFINED) -> list[Any]:
    found = ((one, _property(one, name, spend)) for one in _elements(value))
    if expected is UNDEFINED:
        return [one for one, seen in found if truthy(seen)]
    return [one for one, seen in found if equal(seen, expected, spend)]


def _default(_: Spend, value: Any, other: Any = UNDEFINED, *, allow_false: Any = False) -> Any:
    if is_array(value) or isinstance(value, str):
        return value or other
    if value is False and truthy(allow_false):
        return value
    return value if truthy(value) else other


def _json(spend: Spend, value: Any, indent: Any = 0) -> Any:
    if is_number(indent) and indent:
        raise FilterRefusedError("json with an indent is not supported")
    return json_text(value, spend)


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "compact": lambda _, value: [one for one in _elements(value) if not is_nothing(one)],
    "default": _default,
    "first": _first,
    "inspect": _json,
    "join": _join,
    "json": _json,
    "jsonify": _json,
    "last": _last,
    "pop": lambda _, value: _elements(value)[:-1],
    "push": lambda _, value, one=UNDEFINED: [*_elements(value), one],
    "raw": lambda spend, value: plain(value, spend),
    "shift": lambda _, value: _elements(value)[1:],
    "size": _size,
    "slice": _slice,
    "sum": _sum,
    "unshift": lambda _, value, one=UNDEFINED: [one, *_elements(value)],
    "where": _where,
}
