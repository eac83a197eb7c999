"""Comparisons and containment of values: true, false, or null when that is not known."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from recombee_mock.reql.areas import Polygon, point
from recombee_mock.reql.arithmetic import mismatch
from recombee_mock.reql.failure import Failure
from recombee_mock.reql.values import NUMBERS, Area, Record, Value, kind, packed

Truth: TypeAlias = bool | None
Compare: TypeAlias = Callable[[Value, Value], Truth]

_STEPS_PER_EDGE: Final = 16
_MEMBERS_PER_STEP: Final = 3


def equal(left: Value, right: Value) -> bool:
    """Same value; null equals null alone, and kinds that differ are never equal."""
    if type(left) is bool or type(right) is bool:
        return left is right
    if isinstance(left, Area) or isinstance(right, Area):
        raise mismatch("==", left, right)
    return bool(left == right)


def unequal(left: Value, right: Value) -> bool:
    """The contrary."""
    return not equal(left, right)


def _ordering(sign: str, compare: Callable[[Any, Any], bool]) -> Compare:
    def apply(left: Value, right: Value) -> Truth:
        if left is None or right is None:
            return None
        if comparable(left, right):
            return compare(left, right)
        raise mismatch(sign, left, right)

    return apply


def comparable(left: Value, right: Value) -> bool:
    """Whether `<` has a meaning: numbers, strings, or sets, of which it means inclusion."""
    if type(left) in NUMBERS:
        return type(right) in NUMBERS
    return type(left) is type(right) and type(left) in {str, frozenset}


def effort(container: Value) -> int:
    """Steps that a look into a container takes, where they depend on its size."""
    if type(container) is Polygon:
        return _STEPS_PER_EDGE * len(container)
    return len(container) // _MEMBERS_PER_STEP if type(container) is tuple else 0


def within(member: Value, container: Value) -> Truth:
    """Whether a container holds a member."""
    if container is None:
        return None
    if type(container) is frozenset or type(container) is tuple:
        return packed(member) in container
    if member is None:
        return False
    if isinstance(container, Area):
        place = point(member)
        return None if place is None else container.contains(*place)
    if type(member) is str and type(container) is str:
        return member in container
    if type(member) is str and type(container) is Record:
        return member in container.content
    raise mismatch("in", member, container)


def without(member: Value, container: Value) -> Truth:
    """The contrary."""
    found = within(member, container)
    return None if found is None else not found


COMPARISONS: Final[Mapping[str, Compare]] = {
    "==": equal,
    "!=": unequal,
    "<": _ordering("<", operator.lt),
    "<=": _ordering("<=", operator.le),
    ">": _ordering(">", operator.gt),
    ">=": _ordering(">=", operator.ge),
    "in": within,
    "not in": without,
}


def truth(value: Value) -> Truth:
    """A value where a boolean is demanded."""
    if value is None or value is True or value is False:
        return value
    raise Failure(f"A boolean is needed here, not {kind(value)}")
