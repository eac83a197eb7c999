"""Values while an expression is evaluated.

    null        None            set         frozenset of packed members
    int         int             array       tuple of packed members
    double      float           map         Record
    timestamp   Moment          geo area    Area
    string      str
    boolean     bool

Python holds True and 1 for equal, ReQL does not. So booleans are packed when they become members:
then membership, equality and set operations are Python's own.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from recombee_mock.reql.failure import Failure

Value = Any
"""Of one of the kinds above."""

NAN: Final = math.nan
_SMALLEST: Final = -(2**63)
_LARGEST: Final = 2**63 - 1


class Moment(float):
    """A point in time in Unix seconds."""

    __slots__ = ()


class Area:
    """A part of the globe."""

    __slots__ = ()

    def contains(self, latitude: float, longitude: float) -> bool:
        """Whether a point lies in it."""
        raise NotImplementedError


class Record:
    """A map from names to values.

    Attributes:
        content: Values by name, packed.
        label: What it is, for messages.
    """

    __slots__ = ("content", "label")

    def __init__(self, content: Mapping[str, Value], label: str) -> None:
        self.content = content
        self.label = label

    def get(self, key: str) -> Value:
        """The value of a name, which must be one of the map's."""
        if key not in self.content:
            raise Failure(f'{self.label} has no "{key[:63]}"')
        return unpacked(self.content[key])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self.content == other.content

    def __hash__(self) -> int:
        return hash(frozenset(self.content.items()))


class _Packed:
    """A boolean among other members."""

    __slots__ = ("value",)

    def __init__(self, value: bool) -> None:
        self.value = value


_YES: Final = _Packed(True)
_NO: Final = _Packed(False)

NUMBERS: Final = frozenset({int, float, Moment})
"""Types of what counts as a number; `bool` is not among them."""
SIZED: Final = frozenset({str, frozenset, tuple})

_NAMES: Final = {
    type(None): "null",
    bool: "a boolean",
    int: "an int",
    float: "a double",
    Moment: "a timestamp",
    str: "a string",
    frozenset: "a set",
    tuple: "an array",
    Record: "a map",
}


def kind(value: Value) -> str:
    """What a value is, for messages."""
    return _NAMES.get(type(value), "a geo area")


def packed(value: Value) -> Value:
    """The value as a member of a set, array or map."""
    if value is True:
        return _YES
    if value is False:
        return _NO
    # Python finds the very same NaN in a set; NaN equals nothing.
    return float("nan") if type(value) is float and value != value else value  # noqa: PLR0124


def unpacked(member: Value) -> Value:
    """A member as a value of its own."""
    return member.value if type(member) is _Packed else member


def set_of(values: Iterable[Value]) -> frozenset[Value]:
    """The set of some values."""
    return frozenset(map(packed, values))


def array_of(values: Iterable[Value]) -> tuple[Value, ...]:
    """The array of some values."""
    return tuple(map(packed, values))


def whole(value: int) -> int | float:
    """An int, or a double when it has more than 64 bits (unpublished: we choose that)."""
    if _SMALLEST <= value <= _LARGEST:
        return value
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def ordered(container: Value) -> Iterable[Value]:
    """Members of an array in their order, of a set in one that is always the same."""
    if type(container) is tuple:
        return container
    if all(type(member) is str for member in container):
        return sorted(container)
    return sorted(container, key=rank)


def rank(member: Value) -> tuple[int, Any]:
    """Where a member stands among others of whatever kinds."""
    if type(member) in NUMBERS:
        return 2, member
    if type(member) is str:
        return 3, member
    if type(member) is frozenset:
        return 4, sorted(map(rank, member))
    if type(member) is tuple:
        return 5, list(map(rank, member))
    if type(member) is Record:
        return 6, sorted((name, rank(value)) for name, value in member.content.items())
    return (1, member.value) if type(member) is _Packed else (0, 0)
