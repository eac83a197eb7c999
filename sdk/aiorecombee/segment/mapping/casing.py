"""`@case`: small or capital letters."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from aiorecombee.segment.javascript import UNDEFINED, is_falsy
from aiorecombee.segment.mapping.errors import MappingFailedError
from aiorecombee.segment.mapping.resolver import Resolver
from aiorecombee.segment.mapping.scope import Scope, constant, failing

_OPERATORS: Final[Mapping[Any, Callable[[str], str]]] = {"lower": str.lower, "upper": str.upper}


def case_directive(argument: Any, scope: Scope) -> Resolver:
    """`@case`: change the letters of a text; other values stay."""
    if not isinstance(argument, dict):
        return failing('@case requires an object with a "operator" key')
    operator = argument.get("operator")
    if is_falsy(operator):
        return failing('@case requires a "operator" key')
    if is_falsy(argument.get("value")):
        return constant(UNDEFINED)
    change = _OPERATORS.get(operator) if isinstance(operator, str) else None
    return _changing(scope.inner(argument["value"], "value"), change)


def _changing(written: Resolver, change: Callable[[str], str] | None) -> Resolver:
    def resolve(data: Any) -> Any:
        value = written(data)
        if not isinstance(value, str):
            return value
        if change is None:
            raise MappingFailedError('operator key should have a value of "lower" or "upper"')
        return change(value)

    return resolve
