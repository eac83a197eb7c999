"""Path lookup: `$.properties.products[0].sku`."""

import re
from typing import Any, Final

from aiorecombee.segment.javascript import UNDEFINED, is_falsy, member
from aiorecombee.segment.mapping.resolver import Resolver

_SEPARATORS: Final = re.compile(r"""\.|\[(?=['"0-9])|(?<=['"0-9])\]""")
_QUOTES: Final = str.maketrans("", "", "'\"")


def split_path(path: str) -> tuple[str, ...]:
    """The keys of a path; none for the whole event.

    There is no escaping, so a key that holds a dot can't be reached.
    """
    pieces = _SEPARATORS.split(path)
    return tuple(key for piece in pieces if (key := piece.translate(_QUOTES)))


def compile_path(path: str) -> Resolver:
    """Compile the argument of `@path`."""
    keys = split_path(path.replace("$.", "", 1))
    if not keys:
        return _whole
    if len(keys) == 1:
        return _one(keys[0])
    return _two(*keys) if len(keys) == 2 else _many(keys)  # noqa: PLR2004


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


def _many(keys: tuple[str, ...]) -> Resolver:
    def resolve(data: Any) -> Any:
        return lookup(data, keys)

    return resolve
