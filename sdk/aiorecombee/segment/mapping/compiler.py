"""A mapping becomes one closure: validated once, then only lookups per event."""

from collections.abc import Mapping
from typing import Any

from aiorecombee.errors import MappingError
from aiorecombee.segment.javascript import UNDEFINED, is_array, type_name
from aiorecombee.segment.mapping.directives import DIRECTIVES, PLANNED, is_directive
from aiorecombee.segment.mapping.resolver import Resolver


def compile_mapping(mapping: Mapping[str, Any]) -> Resolver:
    """Compile a mapping to a function from event to payload.

    What turns out undefined is left out of objects and becomes null in arrays.

    Raises:
        MappingError: The mapping is malformed, or uses a directive that is not supported yet;
            names its path.
    """
    if not isinstance(mapping, Mapping):
        raise MappingError(f"a mapping is an object, not {type_name(mapping)}")
    try:
        return _compile(mapping, "")
    except RecursionError:
        raise MappingError("the mapping is nested too deeply") from None


def _compile(value: Any, path: str) -> Resolver:
    if is_directive(value):
        return _directive(value, path)
    if isinstance(value, Mapping):
        return _object(value, path)
    if is_array(value):
        return _array([_compile(part, f"{path}/{at}") for at, part in enumerate(value)])
    return _constant(value)


def _directive(value: Mapping[str, Any], path: str) -> Resolver:
    keys = [key for key in value if key != "_metadata"]  # what Segment's editor notes down
    if len(keys) > 1:
        raise MappingError(
            f"{path} should only have one @-prefixed key but it has {len(keys)} keys"
        )
    name = keys[0]
    if name in PLANNED:
        raise MappingError(f"{path}/{name}: this directive is not supported yet")
    if name not in DIRECTIVES:
        known = ", ".join(sorted(DIRECTIVES))
        raise MappingError(f"{path} has an invalid directive: {name} (supported: {known})")
    return DIRECTIVES[name](value[name], f"{path}/{name}", _compile)


def _object(value: Mapping[str, Any], path: str) -> Resolver:
    members = [(key, _compile(inner, f"{path}/{key}")) for key, inner in value.items()]

    def resolve(data: Any) -> dict[str, Any]:
        return {key: found for key, inner in members if (found := inner(data)) is not UNDEFINED}

    return resolve


def _array(members: list[Resolver]) -> Resolver:
    def resolve(data: Any) -> list[Any]:
        return [None if (found := inner(data)) is UNDEFINED else found for inner in members]

    return resolve


def _constant(value: Any) -> Resolver:
    def resolve(_: Any) -> Any:
        return value

    return resolve
