"""The directives by name: each compiles its argument to a closure."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from aiorecombee.segment.mapping.arrays import array_path_directive
from aiorecombee.segment.mapping.casing import case_directive
from aiorecombee.segment.mapping.conditions import if_directive
from aiorecombee.segment.mapping.json_text import json_directive
from aiorecombee.segment.mapping.objects import (
    exclude_when_null_directive,
    flatten_directive,
    merge_directive,
)
from aiorecombee.segment.mapping.path import path_directive
from aiorecombee.segment.mapping.replace import replace_directive
from aiorecombee.segment.mapping.resolver import Resolver
from aiorecombee.segment.mapping.scope import Scope
from aiorecombee.segment.mapping.template import template_directive
from aiorecombee.segment.mapping.transform import transform_directive

Directive: TypeAlias = Callable[[Any, Scope], Resolver]


def _literal(argument: Any, scope: Scope) -> Resolver:
    """`@literal`: the argument; directives within are followed nevertheless."""
    return scope.compile_value(argument, scope)


def _liquid(argument: Any, scope: Scope) -> Resolver:
    """`@liquid`: the engine is loaded for mappings that need it."""
    from aiorecombee.segment.mapping.liquid import liquid_directive  # noqa: PLC0415

    return liquid_directive(argument, scope)


DIRECTIVES: Final[Mapping[str, Directive]] = {
    "@arrayPath": array_path_directive,
    "@case": case_directive,
    "@excludeWhenNull": exclude_when_null_directive,
    "@flatten": flatten_directive,
    "@if": if_directive,
    "@json": json_directive,
    "@liquid": _liquid,
    "@literal": _literal,
    "@merge": merge_directive,
    "@path": path_directive,
    "@replace": replace_directive,
    "@template": template_directive,
    "@transform": transform_directive,
}

SPENDING: Final = frozenset(
    {
        "@excludeWhenNull",
        "@flatten",
        "@json",
        "@liquid",
        "@merge",
        "@replace",
        "@template",
        "@transform",
    }
)
"""Those that may make more than there was, or walk all that is in an event."""

TELLING_UNDEFINED: Final = frozenset({"@flatten", "@merge", "@transform"})
"""Those that can tell an undefined member from a missing one."""
