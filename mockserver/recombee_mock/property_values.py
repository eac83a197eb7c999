"""Values of item and user properties, checked against the type of the property.

A value that does not fit is refused; how strictly is unpublished. We choose exact JSON types, since
that finds mistakes, with two leniencies: a whole double is an int, and an int is a double.
"""

from collections.abc import Mapping
from typing import Any, Final

from recombee_mock.answers import Refusal, bad_request, shown
from recombee_mock.params import Reader, iso_moment

_SIGNED: Final = range(-(2**63), 2**63)


def _mismatch(name: str, kind: str, value: Any) -> Refusal:
    return bad_request(f'Property "{name}" is of type {kind}, but the value is {shown(value)}!')


def _int(name: str, value: Any) -> int:
    whole = int(value) if type(value) is float and value.is_integer() else value
    if type(whole) is int and whole in _SIGNED:
        return whole
    raise _mismatch(name, "int", value)


def _double(name: str, value: Any) -> float:
    if type(value) is float or type(value) is int:
        return float(value)
    raise _mismatch(name, "double", value)


def _boolean(name: str, value: Any) -> bool:
    if type(value) is bool:
        return value
    raise _mismatch(name, "boolean", value)


def _timestamp(name: str, value: Any) -> float:
    seconds = iso_moment(value) if isinstance(value, str) else _seconds(value)
    if seconds is None:
        raise _mismatch(name, "timestamp", value)
    return seconds


def _seconds(value: Any) -> float | None:
    return float(value) if type(value) is float or type(value) is int else None


def _text(kind: str) -> Reader[str]:
    def read(name: str, value: Any) -> str:
        if isinstance(value, str):
            return value
        raise _mismatch(name, kind, value)

    return read


def _texts(kind: str) -> Reader[list[str]]:
    def read(name: str, value: Any) -> list[str]:
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            return value
        raise _mismatch(name, kind, value)

    return read


def _set(name: str, value: Any) -> list[str]:
    return list(dict.fromkeys(_texts("set")(name, value)))


_READERS: Final[Mapping[str, Reader[Any]]] = {
    "int": _int,
    "double": _double,
    "string": _text("string"),
    "boolean": _boolean,
    "timestamp": _timestamp,
    "set": _set,
    "image": _text("image"),
    "imageList": _texts("imageList"),
}


def property_value(name: str, kind: str, value: Any) -> Any:
    """`value` as it is stored; null fits every type.

    Raises:
        Refusal: It does not fit the type.
    """
    return None if value is None else _READERS[kind](name, value)
