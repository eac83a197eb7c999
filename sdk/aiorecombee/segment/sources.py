"""Which paths of an event a field of the payload is read from, as its mapping says."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from aiorecombee.segment.javascript import is_array
from aiorecombee.segment.mapping.path import without_dollar

_PLACEHOLDER: Final = re.compile(r"\{\{+\s*([^{}]+?)\s*\}")
_BRANCHES: Final = ("then", "else")
_ENCLOSING: Final = "__segment_internal_directive"


def sources_of(field: str, mapping: Any) -> list[str]:
    """The paths that may fill a field: `/items/0/price` is of `properties.products[].price`.

    Args:
        field: Its place in the payload; elements count from 0.
        mapping: The mapping of the whole payload.
    """
    return list(dict.fromkeys(_reads(mapping, field.split("/")[1:])))


def indexed(path: str, field: str) -> str:
    """The path with the elements that the field's place tells: `properties.products[0].price`."""
    for part in field.split("/"):
        if part.isdigit():
            path = path.replace("[]", f"[{part}]", 1)
    return path


def _reads(mapping: Any, parts: Sequence[str]) -> Iterator[str]:
    if is_array(mapping):
        yield from _of_array(mapping, parts)
    elif isinstance(mapping, Mapping) and (name := _directive(mapping)):
        yield from _of_directive(name, mapping[name], parts)
    elif isinstance(mapping, Mapping):
        inner = [mapping.get(parts[0])] if parts else mapping.values()
        for one in inner:
            yield from _reads(one, parts[1:])


def _directive(mapping: Mapping[Any, Any]) -> str | None:
    """The directive that an object is, or that encloses all of its fields."""
    marked = (key for key in mapping if str(key).startswith("@") or key == _ENCLOSING)
    return next(marked, None)


def _of_array(mapping: Sequence[Any], parts: Sequence[str]) -> Iterator[str]:
    for index, one in enumerate(mapping):
        if not parts or parts[0] == str(index):
            yield from _reads(one, parts[1:])


def _of_directive(name: str, argument: Any, parts: Sequence[str]) -> Iterator[str]:
    if name == "@path" and isinstance(argument, str):
        yield _below(without_dollar(argument), parts)
    elif name == "@template" and isinstance(argument, str):
        yield from _PLACEHOLDER.findall(argument)
    elif name == "@arrayPath" and is_array(argument) and argument:
        yield from _of_array_path(argument[0], argument[1:], parts)
    elif name == "@if" and isinstance(argument, Mapping):
        for branch in _BRANCHES:
            yield from _reads(argument.get(branch), parts)
    elif name == "@transform" and isinstance(argument, Mapping):
        yield from _reads(argument.get("apply"), [])
    elif isinstance(argument, Mapping | list | tuple):
        yield from _anywhere(argument)


def _of_array_path(root: Any, shape: Sequence[Any], parts: Sequence[str]) -> Iterator[str]:
    roots = [without_dollar(root)] if isinstance(root, str) else list(_reads(root, []))
    if not parts or not shape:
        yield from roots
        return
    for inner in _reads(shape[0], parts[1:] if parts[0].isdigit() else parts):
        yield "".join(f"{path}[]." for path in roots[:1]) + inner


def _below(path: str, parts: Sequence[str]) -> str:
    """What is taken over whole has the payload's parts under their own names."""
    return "".join([path, *(f"[{part}]" if part.isdigit() else f".{part}" for part in parts)])


def _anywhere(value: Any) -> Iterator[str]:
    """All that other directives read: which of it a part comes from is for them to know."""
    for inner in value.values() if isinstance(value, Mapping) else value:
        yield from _reads(inner, [])
