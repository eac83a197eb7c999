"""Functions of strings, and sizes."""

from recombee_mock.reql.failure import Failure
from recombee_mock.reql.values import Value, kind


def _texts(name: str, *values: Value) -> None:
    for value in values:
        if type(value) is not str:
            raise Failure(f"{name}() takes strings, not {kind(value)}")


def upper(value: Value) -> str:
    """In capitals. Source: ReQL, String (of all alphabets)."""
    _texts("upper", value)
    return str(value.upper())


def lower(value: Value) -> str:
    """In small letters."""
    _texts("lower", value)
    return str(value.lower())


def split(value: Value, separator: Value) -> tuple[str, ...]:
    """The pieces, empty ones too; an empty separator gives the characters (unpublished)."""
    _texts("split", value, separator)
    return tuple(value.split(separator) if separator else value)


def size(value: Value) -> int:
    """Characters or members."""
    if type(value) not in {str, frozenset, tuple}:
        raise Failure(f"size() takes a string, a set or an array, not {kind(value)}")
    return len(value)
