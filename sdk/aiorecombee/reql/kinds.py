"""Kinds of values, and what is known of a value before it is there.

A set of kinds is an int with a bit for each. Null is not among them: it may stand for any.
"""

from collections.abc import Mapping
from typing import Final, Optional

import attrs

INT: Final = 1
DOUBLE: Final = 2
TIMESTAMP: Final = 4
STRING: Final = 8
BOOLEAN: Final = 16
SET: Final = 32
ARRAY: Final = 64
MAP: Final = 128
AREA: Final = 256

NUMBER: Final = INT | DOUBLE | TIMESTAMP
ANY: Final = 511

_NAMES: Final = {
    INT: "an int",
    DOUBLE: "a double",
    TIMESTAMP: "a timestamp",
    STRING: "a string",
    BOOLEAN: "a boolean",
    SET: "a set",
    ARRAY: "an array",
    MAP: "a map",
    AREA: "a geo area",
}


def named(kinds: int) -> str:
    """The kinds for a message: `an int or a string`."""
    if kinds == ANY:
        return "any value"
    if kinds & NUMBER == NUMBER or kinds & NUMBER == INT | DOUBLE:
        rest = named(kinds & ~NUMBER) if kinds & ~NUMBER else ""
        return f"a number or {rest}" if rest else "a number"
    return " or ".join(name for kind, name in _NAMES.items() if kinds & kind)


@attrs.frozen
class Shape:
    """What is known of a value.

    Attributes:
        kinds: Those it may have, unless it is null.
        element: Of the members of a set or array; `None` when nothing is known.
        fields: Whose properties a map holds: `item`, `user`, `segment` or `interaction`; `None`
            when that is not known.
    """

    kinds: int
    element: Optional["Shape"] = None
    fields: str | None = None


ANYTHING: Final = Shape(ANY)

PROPERTY_SHAPES: Final[Mapping[str, Shape]] = {
    "int": Shape(INT),
    "double": Shape(DOUBLE),
    "string": Shape(STRING),
    "boolean": Shape(BOOLEAN),
    "timestamp": Shape(TIMESTAMP),
    "set": Shape(SET, Shape(STRING)),
    "image": Shape(STRING),
    "imageList": Shape(ARRAY, Shape(STRING)),
}
"""Of properties, by their type. What images are in ReQL is unpublished: we choose their URLs."""


def either(one: Shape, other: Shape) -> Shape:
    """What is known of a value that is one of two."""
    if one == other:
        return one
    fields = one.fields if one.fields == other.fields else None
    return Shape(one.kinds | other.kinds, _shared_element(one, other), fields)


def _shared_element(one: Shape, other: Shape) -> Shape | None:
    holds = SET | ARRAY
    if not one.kinds & holds:
        return other.element
    if not other.kinds & holds:
        return one.element
    return either(one.element, other.element) if one.element and other.element else None
