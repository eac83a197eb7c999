"""Directives on whole objects: `@flatten`, `@merge`, `@excludeWhenNull`."""

from collections.abc import Iterable, Mapping
from typing import Any

from aiorecombee.segment.javascript import (
    UNDEFINED,
    is_array,
    is_falsy,
    kind_name,
    ordered_items,
    utf16_units,
)
from aiorecombee.segment.mapping.budget import COPY
from aiorecombee.segment.mapping.errors import MappingFailedError
from aiorecombee.segment.mapping.resolver import Resolver, Spend
from aiorecombee.segment.mapping.scope import Scope, failing


def flatten_directive(argument: Any, scope: Scope) -> Resolver:
    """`@flatten`: one level of members, their keys joined; empty objects and arrays vanish."""
    if not isinstance(argument, dict):
        return failing('@flatten requires an object with a "separator" key')
    if is_falsy(argument.get("separator")):
        return failing('@flatten requires a "separator" key')
    separated = scope.inner(argument["separator"], "separator")
    written = scope.inner(argument.get("value", UNDEFINED), "value")
    arrays = is_falsy(argument.get("omitArrays"))

    def resolve(data: Any) -> dict[str, Any]:
        separator = separated(data)
        if not isinstance(separator, str):
            raise MappingFailedError("@flatten requires a string separator")
        flat: dict[str, Any] = {}
        _flatten(written(data), "", separator, arrays, flat, scope.spend)
        return flat

    return resolve


def _flatten(
    value: Any, prefix: str, separator: str, arrays: bool, flat: dict[str, Any], spend: Spend
) -> None:
    spend(len(prefix) + 1)
    if isinstance(value, Mapping) or (arrays and is_array(value)):
        for key, inner in _members(value):
            joined = f"{prefix}{separator}{key}" if prefix else key
            _flatten(inner, joined, separator, arrays, flat, spend)
    else:
        flat[prefix] = value


def _members(value: Any) -> Iterable[tuple[str, Any]]:
    """What can be spread: members, elements and UTF-16 units; other values have none."""
    if isinstance(value, Mapping):
        return ordered_items(value)
    units = utf16_units(value) if isinstance(value, str) else value
    return ((str(at), unit) for at, unit in enumerate(units)) if _is_sequence(units) else ()


def _is_sequence(value: Any) -> bool:
    return isinstance(value, str) or is_array(value)


def merge_directive(argument: Any, scope: Scope) -> Resolver:
    """`@merge`: objects laid over one another, the last on top, or with `left` the first."""
    if not isinstance(argument, dict):
        return failing('@merge requires an object with an "objects" key and a "direction" key')
    if is_falsy(argument.get("direction")):
        return failing('@merge requires a "direction" key')
    objects = argument.get("objects")
    if is_falsy(objects):
        return failing('@merge requires a "objects" key')
    if not isinstance(objects, list):
        return failing(f"@merge: expected opts.array, got {kind_name(objects)}")
    directed = scope.inner(argument["direction"], "direction")
    within = scope.at("objects")
    layers = [within.inner(one, str(at)) for at, one in enumerate(objects)]

    def resolve(data: Any) -> dict[str, Any]:
        backwards = directed(data) == "left"
        found = [layer(data) for layer in layers]
        return _merged(found[::-1] if backwards else found, scope.spend)

    return resolve


def _merged(layers: list[Any], spend: Spend) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for layer in layers:
        if isinstance(layer, Mapping) or _is_sequence(layer):
            spend(len(layer) + COPY)
            merged.update(_members(layer))
    return merged


def exclude_when_null_directive(argument: Any, scope: Scope) -> Resolver:
    """`@excludeWhenNull`: null counts as missing, also in objects, but not in arrays."""
    written = scope.compile_value(argument, scope)

    def resolve(data: Any) -> Any:
        found = written(data)
        return UNDEFINED if found is None else _without_nulls(found, scope)

    return resolve


def _without_nulls(value: Any, scope: Scope) -> Any:
    if not isinstance(value, Mapping):
        return value
    scope.spend(len(value) + COPY)
    cleaned = {
        key: UNDEFINED if inner is None else _without_nulls(inner, scope)
        for key, inner in value.items()
    }
    if scope.keeps:
        return cleaned
    return {key: inner for key, inner in cleaned.items() if inner is not UNDEFINED}
