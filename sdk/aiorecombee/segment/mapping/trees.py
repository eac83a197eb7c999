"""Mappings as trees: copied to plain JSON, looked through for directives."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from aiorecombee.errors import MappingError
from aiorecombee.segment.javascript import UNDEFINED, is_array, ordered_items
from aiorecombee.segment.mapping.budget import COPY
from aiorecombee.segment.mapping.resolver import Spend

DEEPEST: Final = 128
"""Objects and arrays that a mapping may have in one another."""

LARGEST: Final = 100_000
"""Values that a mapping may hold."""

_LEAVES: Final = frozenset({bool, float, int, str, type(None)})


def plain_copy(mapping: Any) -> Any:
    """The mapping as dicts and lists of its own, keys in the order that JavaScript has them in.

    Raises:
        MappingError: It is nested too deeply or too large.
    """
    left = LARGEST

    def copied(value: Any, depth: int) -> Any:
        nonlocal left
        left -= 1
        if depth > DEEPEST:
            raise MappingError("the mapping is nested too deeply")
        if left < 0:
            raise MappingError("the mapping is too large")
        if isinstance(value, Mapping):
            return {str(key): copied(inner, depth + 1) for key, inner in ordered_items(value)}
        return [copied(inner, depth + 1) for inner in value] if is_array(value) else value

    return copied(mapping, 0)


def directive_keys(value: Mapping[str, Any]) -> list[str]:
    """The keys that say to do something."""
    return [key for key in value if key.startswith("@")]


def is_directive(value: Any) -> bool:
    """Whether a value is an instruction rather than data.

    `_metadata` is what Segment's editor notes down; any other key makes it data.
    """
    if not isinstance(value, dict):
        return False
    marked = directive_keys(value)
    return bool(marked) and len(marked) + ("_metadata" in value) == len(value)


def walk(value: Any) -> Iterator[Any]:
    """The value and all that is in it."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        yield found
        if isinstance(found, dict):
            waiting.extend(found.values())
        elif isinstance(found, list):
            waiting.extend(found)


def size(value: Any) -> int:
    """How many values there are in a value, itself included."""
    return sum(1 for _ in walk(value))


def settled(value: Any, spend: Spend, hole: Any) -> Any:
    """A copy without undefined members; undefined elements become the `hole`."""
    if isinstance(value, Mapping):
        spend(len(value) + COPY)
        return {
            key: inner if inner.__class__ in _LEAVES else settled(inner, spend, hole)
            for key, inner in value.items()
            if inner is not UNDEFINED
        }
    if is_array(value):
        spend(len(value) + COPY)
        return [
            inner if inner.__class__ in _LEAVES else settled(inner, spend, hole) for inner in value
        ]
    return hole if value is UNDEFINED else value
