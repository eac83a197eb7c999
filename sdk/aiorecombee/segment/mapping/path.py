"""Path lookup: `$.properties.products[0].sku`."""

import re
from typing import Any, Final

from aiorecombee.segment.javascript import UNDEFINED, is_falsy, is_index, kind_name, member
from aiorecombee.segment.mapping.errors import MappingFailedError
from aiorecombee.segment.mapping.resolver import Resolver
from aiorecombee.segment.mapping.scope import Scope, join_paths

_SEPARATORS: Final = re.compile(r"""\.|\[(?=['"0-9])|(?<=['"0-9])\]+""")
_QUOTES: Final = str.maketrans("", "", "'\"")


def split_path(path: str) -> tuple[str, ...]:
    """The keys of a path; none for the whole event.

    There is no escaping, so a key that holds a dot can't be reached.
    """
    return tuple(piece.translate(_QUOTES) for piece in _SEPARATORS.split(path) if piece)


def without_dollar(path: str) -> str:
    """The path as it is looked up."""
    return path.replace("$.", "", 1)


def path_directive(argument: Any, scope: Scope) -> Resolver:
    """`@path`: what is at a path of the event."""
    if isinstance(argument, str):
        return compile_lookup(without_dollar(argument), scope)
    written = scope.compile_value(argument, scope)

    def resolve(data: Any) -> Any:
        path = expect_text(written(data), "@path")
        return compile_lookup(without_dollar(path), scope)(data)

    return resolve


def expect_text(value: Any, directive: str) -> str:
    """The value, if it is text.

    Raises:
        MappingFailedError: It is not.
    """
    if not isinstance(value, str):
        raise MappingFailedError(f"{directive}: expected string, got {kind_name(value)}")
    return value


def compile_lookup(path: str, scope: Scope) -> Resolver:
    """Compile a path that has no `$.` any more."""
    find = _find(split_path(path))
    if scope.observe is None or scope.path is None:
        return find
    observe, pointer, place = scope.observe, scope.pointer, join_paths(scope.path, path)

    def resolve(data: Any) -> Any:
        found = find(data)
        observe(pointer, place, found)
        return found

    return resolve


def _find(keys: tuple[str, ...]) -> Resolver:
    if not keys:
        return _whole
    if len(keys) == 1:
        return _one(keys[0])
    if len(keys) == 2:  # noqa: PLR2004
        return _two(*keys)
    if len(keys) == 3 and is_index(keys[2]):  # noqa: PLR2004
        return _element(*keys)
    return _many(keys)


def lookup(data: Any, keys: tuple[str, ...]) -> Any:
    """Walk the keys; a falsy value on the way is the answer."""
    for key in keys:
        if data.__class__ is dict:
            data = data.get(key, UNDEFINED)
        elif is_falsy(data):
            return data
        else:
            data = member(data, key)
    return data


def _whole(data: Any) -> Any:
    return data


def _one(key: str) -> Resolver:
    keys = (key,)

    def resolve(data: Any) -> Any:
        return data.get(key, UNDEFINED) if data.__class__ is dict else lookup(data, keys)

    return resolve


def _two(outer: str, inner: str) -> Resolver:
    keys = (outer, inner)

    def resolve(data: Any) -> Any:
        if data.__class__ is dict:
            found = data.get(outer, UNDEFINED)
            if found.__class__ is dict:
                return found.get(inner, UNDEFINED)
        return lookup(data, keys)

    return resolve


def _element(outer: str, inner: str, index: str) -> Resolver:
    keys, at = (outer, inner, index), int(index)

    def resolve(data: Any) -> Any:
        if data.__class__ is dict:
            found = data.get(outer)
            if found.__class__ is dict:
                array = found.get(inner)
                if array.__class__ is list and at < len(array):
                    return array[at]
        return lookup(data, keys)

    return resolve


def _many(keys: tuple[str, ...]) -> Resolver:
    def resolve(data: Any) -> Any:
        return lookup(data, keys)

    return resolve
