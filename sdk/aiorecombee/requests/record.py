"""How requests and results show and compare: written once.

attrs would generate these methods for each of the hundred classes, which would double the time
that importing them takes.
"""

from typing import Any

import attrs


class Record:
    """An attrs class that is equal to its like with equal fields, and shows those that matter."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Fields that differ from their defaults, as they would be typed."""
        shown = (
            f"{field.name}={value!r}"
            for field in _fields(type(self))
            if (value := getattr(self, field.name)) != field.default
        )
        return f"{type(self).__name__}({', '.join(shown)})"

    def __eq__(self, other: object) -> bool:
        """Same class, same fields."""
        if type(other) is not type(self):
            return NotImplemented
        return _values(self) == _values(other)

    def __hash__(self) -> int:
        """By fields; what holds a list or a dictionary is as unhashable as they are."""
        return hash((type(self), *_values(self)))


def _fields(cls: type[Any]) -> "tuple[attrs.Attribute[Any], ...]":
    found: tuple[attrs.Attribute[Any], ...] = attrs.fields(cls)
    return found


def _values(record: object) -> list[Any]:
    return [getattr(record, field.name) for field in _fields(type(record))]
