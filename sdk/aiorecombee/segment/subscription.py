"""Subscriptions: the condition under which a mapping applies, in Segment's filter language (FQL).

This knows what the presets say: `type = "x"`, `event = "y"`, joined by `and`. The rest of the
language is refused by name rather than half understood.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from aiorecombee.errors import MappingError

Condition: TypeAlias = Callable[[Mapping[str, Any]], bool]

_CONDITION: Final = re.compile(r'[ \t\n]*(type|event)[ \t\n]*=[ \t\n]*"([^"]*)"')
_AND: Final = re.compile(r"[ \t\n]+and(?=[ \t\n])")
_END: Final = re.compile(r"[ \t\n]*$")


def compile_subscription(text: object) -> Condition:
    """Compile a subscription to a predicate on events.

    Raises:
        MappingError: It is empty, malformed, or says what is not supported yet.
    """
    if not isinstance(text, str) or not text:
        raise MappingError("the subscription is empty: it says which events the mapping is for")
    conditions = _parse(text)
    if len(conditions) == 1:
        return _equals(*conditions[0])
    if len(conditions) == 2:  # noqa: PLR2004
        return _both_equal(*conditions[0], *conditions[1])
    return _all([_equals(field, value) for field, value in conditions])


def _parse(text: str) -> list[tuple[str, str]]:
    conditions = []
    at = 0
    while True:
        found = _CONDITION.match(text, at)
        if found is None:
            raise _not_understood(text, at)
        conditions.append((found[1], found[2]))
        if _END.match(text, found.end()):
            return conditions
        joint = _AND.match(text, found.end())
        if joint is None:
            raise _not_understood(text, found.end())
        at = joint.end()


def _not_understood(text: str, at: int) -> MappingError:
    return MappingError(
        f"subscription {text!r}: from {text[at:].strip()!r} on it is not understood;"
        ' supported are type = "…" and event = "…", joined by and'
    )


def _equals(field: str, value: str) -> Condition:
    def holds(event: Mapping[str, Any]) -> bool:
        return event.get(field) == value

    return holds


def _both_equal(first: str, value: str, second: str, other: str) -> Condition:
    def hold(event: Mapping[str, Any]) -> bool:
        return event.get(second) == other and event.get(first) == value

    return hold


def _all(conditions: list[Condition]) -> Condition:
    def hold(event: Mapping[str, Any]) -> bool:
        return all(condition(event) for condition in conditions)

    return hold
