"""`@json`: JSON text of a value, a value of JSON text, as JavaScript writes and reads it."""

import json
import re
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any, Final

from aiorecombee.segment.javascript import (
    UNDEFINED,
    as_double,
    is_array,
    is_falsy,
    is_number,
    number_text,
    ordered_items,
)
from aiorecombee.segment.mapping.resolver import Resolver, Spend
from aiorecombee.segment.mapping.scope import Scope, failing

_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NO_NUMBERS: Final = ("NaN", "Infinity", "-Infinity")


def json_directive(argument: Any, scope: Scope) -> Resolver:
    """`@json`: `encode` a value, or `decode` a text."""
    if not isinstance(argument, dict):
        return failing('@json requires an object with a "value" key')
    if is_falsy(argument.get("mode")):
        return failing('@json requires a "mode" key')
    if is_falsy(argument.get("value")):
        return failing('@json requires a "value" key')
    written = scope.inner(argument["value"], "value")
    if argument["mode"] == "encode":
        return lambda data: json_text(written(data), scope.spend)
    if argument["mode"] == "decode":
        return lambda data: _parsed(written(data), scope.spend)
    return _nothing(written)


def _nothing(written: Resolver) -> Resolver:
    """A mode that passed validation but is none: the value is made for nothing."""

    def resolve(data: Any) -> Any:
        written(data)
        return UNDEFINED

    return resolve


def json_text(value: Any, spend: Spend) -> Any:
    """`JSON.stringify(value)`: no escapes beyond the necessary, null for what is no number."""
    if value is UNDEFINED:
        return UNDEFINED
    pieces: list[str] = []

    def write(text: str) -> None:
        spend(len(text))
        pieces.append(text)

    _write(value, write)
    return "".join(pieces)


def quoted(text: str) -> str:
    """A text in JSON; halves of characters are escaped."""
    written: str = encode_basestring(text)
    if written.isascii():
        return written
    return _LONE_SURROGATE.sub(lambda half: f"\\u{ord(half[0]):x}", written)


def _write(value: Any, write: Any) -> None:
    if isinstance(value, str):
        write(quoted(value))
    elif value is None or value is UNDEFINED:
        write("null")
    elif isinstance(value, bool):
        write("true" if value else "false")
    elif is_number(value):
        text = number_text(value)
        write("null" if text in _NO_NUMBERS else text)
    elif is_array(value):
        _write_array(value, write)
    else:
        _write_object(value if isinstance(value, Mapping) else {}, write)


def _write_array(value: Any, write: Any) -> None:
    write("[")
    for at, inner in enumerate(value):
        if at:
            write(",")
        _write(inner, write)
    write("]")


def _write_object(value: Mapping[Any, Any], write: Any) -> None:
    mark = "{"
    for key, inner in ordered_items(value):
        if inner is not UNDEFINED:
            write(f"{mark}{quoted(str(key))}:")
            _write(inner, write)
            mark = ","
    write("{}" if mark == "{" else "}")


def _parsed(value: Any, spend: Spend) -> Any:
    """`JSON.parse(value)`; what is no text, or no JSON, stays."""
    if not isinstance(value, str):
        return value
    spend(len(value))
    try:
        return json.loads(value, parse_int=_double, parse_constant=_refuse)
    except ValueError:
        return value


def _double(digits: str) -> float:
    return as_double(float(digits))


def _refuse(name: str) -> Any:
    raise ValueError(name)
