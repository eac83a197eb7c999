"""Filters for arrays and for any value."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from aiorecombee.segment.javascript import (
    UNDEFINED,
    as_double,
    is_array,
    is_falsy,
    is_number,
    kind_name,
    member,
    to_text,
)
from aiorecombee.segment.mapping.json_text import json_text
from aiorecombee.segment.mapping.liquid.context import Context
from aiorecombee.segment.mapping.liquid.indented import indented
from aiorecombee.segment.mapping.liquid.paths import path, read_keys
from aiorecombee.segment.mapping.liquid.reader import Reader
from aiorecombee.segment.mapping.liquid.refusal import FilterRefusedError, TemplateError, located
from aiorecombee.segment.mapping.liquid.values import (
    count_to,
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
    value = plain(value)
    if is_nothing(value):
        return []
    return list(value) if is_array(value) else [value]


def _join(spend: Spend, value: Any, separator: Any = UNDEFINED) -> str:
    glue = " " if is_nothing(separator) else printed(separator, spend)
    elements = _elements(value)
    spend(len(glue) * len(elements))
    return glue.join("" if is_nothing(one) else to_text(one, spend) for one in elements)


def _first(_: Spend, value: Any) -> Any:
    return member(value, "0") if _length(value) else _without_elements(value)


def _last(_: Spend, value: Any) -> Any:
    length = _length(value)
    return member(value, to_text(length - 1)) if length else _without_elements(value)


def _length(value: Any) -> float:
    length = member(value, "length")
    return length if is_number(length) else 0


def _without_elements(value: Any) -> Any:
    return UNDEFINED if is_array(value) else ""


def _size(_: Spend, value: Any) -> Any:
    length = member(value, "length")
    return 0 if is_falsy(length) else length


def _slice(spend: Spend, value: Any, begin: Any = UNDEFINED, length: Any = 1) -> Any:
    if is_nothing(value):
        return []
    sequence = value if is_array(value) else printed(value, spend)
    start, count = number(begin), number(length)
    start = start + len(sequence) if start < 0 else start
    if start < 0 or count < 0:
        return [] if is_array(value) else ""
    if count > _MOST:
        raise FilterRefusedError("memory alloc limit exceeded")
    if is_array(value):
        return list(value[_index(start) : _index(start + count)])
    first = count_to(start)
    return sequence[first : first + count_to(count)]


def _index(place: float) -> int:
    return 0 if math.isnan(place) else int(min(place, _MOST))


def _sum(spend: Spend, value: Any, name: Any = UNDEFINED) -> float:
    total = 0.0
    for one in _elements(value):
        total += number_or_zero(one if is_falsy(name) else _member(one, name, spend))
    return as_double(total)


def _member(value: Any, name: Any, spend: Spend) -> Any:
    for key in printed(name, spend).split("."):
        value = read(value, key, spend)
    return value


def _where(spend: Spend, value: Any, name: Any = UNDEFINED, expected: Any = UNDEFINED) -> list[Any]:
    find = _path(printed(name, spend))
    found = (
        (one, find(Context({} if is_nothing(one) else one, spend, {}))) for one in _elements(value)
    )
    if expected is UNDEFINED:
        return [one for one, seen in found if truthy(seen)]
    return [one for one, seen in found if equal(seen, expected, spend)]


def _path(written: str) -> Callable[[Context], Any]:
    reader = Reader(written, 0, len(written))
    reader.skip_blanks()
    try:
        keys = read_keys(reader)
    except TemplateError as error:
        raise located(error, written) from None
    return path(None, keys) if keys else lambda _: UNDEFINED


def _default(spend: Spend, value: Any, other: Any = UNDEFINED, *options: Any) -> Any:
    value = plain(value)
    if is_array(value) or isinstance(value, str):
        return value or other
    if value is False and _allows_false(options, spend):
        return value
    return value if truthy(value) else other


def _allows_false(options: Sequence[Any], spend: Spend) -> bool:
    """Whether there is a pair that says so; the original wants nothing but pairs."""
    for option in options:
        if kind_name(option) not in ("array", "object"):
            text = "undefined" if option is UNDEFINED else to_text(option, spend)
            raise FilterRefusedError(f"Iterator value {text} is not an entry object")
    said = [pair for pair in options if member(pair, "0") == "allow_false"]
    return bool(said) and not is_falsy(member(said[-1], "1"))


def _json(spend: Spend, value: Any, space: Any = 0) -> Any:
    text = json_text(value, spend)
    return text if text is UNDEFINED else indented(text, space, spend)


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "compact": lambda _, value: [one for one in _elements(value) if not is_nothing(plain(one))],
    "default": _default,
    "first": _first,
    "inspect": _json,
    "join": _join,
    "json": _json,
    "jsonify": _json,
    "last": _last,
    "pop": lambda _, value: _elements(value)[:-1],
    "push": lambda _, value, one=UNDEFINED: [*_elements(value), one],
    "raw": lambda _, value: value,
    "shift": lambda _, value: _elements(value)[1:],
    "size": _size,
    "slice": _slice,
    "sum": _sum,
    "unshift": lambda _, value, one=UNDEFINED: [one, *_elements(value)],
    "where": _where,
}
