"""Where a condition looks in an event."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from aiorecombee.segment.fql.inherited import ANY_KIND, look_up
from aiorecombee.segment.fql.tree import PLAIN_FIELDS, Field
from aiorecombee.segment.javascript import UNDEFINED

Find: TypeAlias = Callable[[Mapping[str, Any]], Any]


def compile_find(field: Field) -> Find:
    """What finds the value of a field in an event: UNDEFINED where there is none."""
    root, path = field.root, field.path
    if root in PLAIN_FIELDS:
        return lambda event: event.get(root, UNDEFINED)
    if not path:
        return lambda _: UNDEFINED
    if len(path) == 1 and ANY_KIND.isdisjoint(path):
        return _one(root, path[0])
    return lambda event: look_up(event.get(root, UNDEFINED), path)


def _one(root: str, key: str) -> Find:
    def find(event: Mapping[str, Any]) -> Any:
        within = event.get(root, UNDEFINED)
        if within.__class__ is dict:
            return within.get(key, UNDEFINED)
        return look_up(within, (key,))

    return find
