"""`@if`: one value or another."""

from typing import Any, Final

from aiorecombee.segment.javascript import UNDEFINED, is_array, is_falsy
from aiorecombee.segment.mapping.path import split_path, without_dollar
from aiorecombee.segment.mapping.resolver import Resolver
from aiorecombee.segment.mapping.scope import Scope, constant, failing

_UNDEFINED: Final = constant(UNDEFINED)
_DEEPEST: Final = 100  # lists in lists that are still looked through for being blank


def if_directive(argument: Any, scope: Scope) -> Resolver:
    """`@if`: `then` where something exists, or is not blank; else `else`.

    A falsy literal counts as no `else`, and as no test.
    """
    if not isinstance(argument, dict):
        return failing('@if requires an object with an "exists" key')
    if is_falsy(argument.get("exists")) and is_falsy(argument.get("blank")):
        return failing('@if requires an "exists" key or a "blank" key')
    then = scope.inner(argument["then"], "then") if "then" in argument else _UNDEFINED
    no_else = is_falsy(argument.get("else"))
    otherwise = _UNDEFINED if no_else else scope.inner(argument["else"], "else")
    if "exists" not in argument:
        return _unless_blank(scope.inner(argument["blank"], "blank"), then, otherwise)
    if scope.observe is None and _keys(argument["exists"]) == _keys(argument.get("then")) != ():
        return _shorter(argument, scope) or _first_existing(then, otherwise)
    return _when_existing(scope.inner(argument["exists"], "exists"), then, otherwise)


def _shorter(argument: dict[str, Any], scope: Scope) -> Resolver | None:
    """What the presets say most: one property, or else its neighbour."""
    first, other = _keys(argument["exists"]), _keys(argument.get("else"))
    if not other:
        return None
    slow = _first_existing(
        scope.inner(argument["exists"], "then"), scope.inner(argument["else"], "else")
    )
    if len(first) == len(other) == 1:
        return _one_or_other(first[0], other[0], slow)
    if len(first) == 2 and len(other) == 1:  # noqa: PLR2004
        return _property_or_one(first[0], first[1], other[0], slow)
    if len(first) == len(other) == 2 and first[0] == other[0]:  # noqa: PLR2004
        return _property_or_other(first[0], first[1], other[1], slow)
    return slow


def _keys(value: Any) -> tuple[str, ...]:
    if isinstance(value, dict) and value.keys() == {"@path"} and isinstance(value["@path"], str):
        return split_path(without_dollar(value["@path"]))
    return ()


def _one_or_other(key: str, other: str, slow: Resolver) -> Resolver:
    def resolve(data: Any) -> Any:
        if data.__class__ is not dict:
            return slow(data)
        found = data.get(key)
        return data.get(other, UNDEFINED) if found is None else found

    return resolve


# This and the next say in one call what lookups put together say in three, in less than two
# thirds of the time: the presets ask so for nearly each field of each event.
def _property_or_one(outer: str, key: str, other: str, slow: Resolver) -> Resolver:
    def resolve(data: Any) -> Any:
        if data.__class__ is dict:
            within = data.get(outer)
            if within.__class__ is dict:
                found = within.get(key)
                return data.get(other, UNDEFINED) if found is None else found
        return slow(data)

    return resolve


def _property_or_other(outer: str, key: str, other: str, slow: Resolver) -> Resolver:
    def resolve(data: Any) -> Any:
        if data.__class__ is dict:
            within = data.get(outer)
            if within.__class__ is dict:
                found = within.get(key)
                return within.get(other, UNDEFINED) if found is None else found
        return slow(data)

    return resolve


def _first_existing(first: Resolver, otherwise: Resolver) -> Resolver:
    """`exists` and `then` are the same: look it up once."""

    def resolve(data: Any) -> Any:
        found = first(data)
        return otherwise(data) if found is None or found is UNDEFINED else found

    return resolve


def _when_existing(test: Resolver, then: Resolver, otherwise: Resolver) -> Resolver:
    def resolve(data: Any) -> Any:
        found = test(data)
        return otherwise(data) if found is None or found is UNDEFINED else then(data)

    return resolve


def _unless_blank(test: Resolver, then: Resolver, otherwise: Resolver) -> Resolver:
    def resolve(data: Any) -> Any:
        return otherwise(data) if _is_blank(test(data)) else then(data)

    return resolve


def _is_blank(value: Any) -> bool:
    """`value == ''` with JavaScript's conversions, or nothing there."""
    if not is_array(value):
        return is_falsy(value) and value == value  # noqa: PLR0124  # NaN is not blank
    for _ in range(_DEEPEST):
        if not is_array(value):
            return value is None or value is UNDEFINED or value == ""
        if len(value) != 1:
            return not value
        value = value[0]
    return False
