"""Mappings as people have them: in files of Segment's engine, of its Public API, or of ours.

Segment's engine keeps a mapping as `name`, `subscribe`, `partnerAction`, `mapping`, `enabled`; its
Public API calls three of them `trigger`, `actionSlug` and `settings`.
"""

from collections.abc import Mapping
from typing import Any, Final

from aiorecombee.errors import MappingError
from aiorecombee.segment.javascript import is_array, type_name
from aiorecombee.segment.pointer import step

SPELLINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name",),
    "subscribe": ("subscribe", "trigger"),
    "partnerAction": ("partnerAction", "actionSlug"),
    "mapping": ("mapping", "settings"),
    "enabled": ("enabled",),
}
"""The parts of a mapping, and the keys that they may stand under."""

_KEYS: Final = {key for keys in SPELLINGS.values() for key in keys}
_WRAPPERS: Final = {"data", "subscriptions", "subscription", "mappings"}
_WANTED: Final[Mapping[str, tuple[type, str]]] = {
    "name": (str, "a string"),
    "enabled": (bool, "a boolean"),
}


def read_mappings(read: Any) -> list[dict[str, Any] | str]:
    """Bring mappings to the form that `Destination` takes.

    Args:
        read: An array of mappings or a single one, in either form; names of presets as text in the
            array; all that perhaps under `mappings`, `subscriptions`, `subscription`, `data`.

    Raises:
        MappingError: It is none of that; names the place as a JSON pointer.
    """
    return [_normal(one, pointer) for pointer, one in entries(read)]


def entries(read: Any) -> list[tuple[str, Any]]:
    """Find the mappings in what was read, each with the JSON pointer of its place.

    Raises:
        MappingError: There is no place where they could be.
    """
    pointer = ""
    found = read
    while isinstance(found, Mapping) and not _WRAPPERS.isdisjoint(found):
        wrapper = next(key for key in found if key in _WRAPPERS)
        pointer, found = step(pointer, wrapper), found[wrapper]
    if is_array(found):
        return [(f"{pointer}/{index}", one) for index, one in enumerate(found)]
    if isinstance(found, Mapping) and is_mapping(found):
        return [(pointer, found)]
    raise MappingError(
        f"{pointer or 'the file'} should be a JSON array of mappings, {_said(found)}"
    )


def is_mapping(value: Mapping[str, Any]) -> bool:
    """Whether an object looks like a mapping rather than something around mappings."""
    return not _KEYS.isdisjoint(value)


def takes_away(one: Mapping[str, Any]) -> bool:
    """Whether a mapping is there only to take the preset of its name away."""
    return one.get("enabled") is False and _KEYS.intersection(one) <= {"name", "enabled"}


def part(one: Mapping[str, Any], name: str) -> tuple[str, Any]:
    """The key that a part of a mapping stands under, and the part; `None` where it is missing."""
    for key in SPELLINGS[name]:
        if one.get(key) is not None:
            return key, one[key]
    by_api = any(keys[-1] in one for keys in SPELLINGS.values() if len(keys) > 1)
    return SPELLINGS[name][-1 if by_api else 0], None


def contradiction(one: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The keys of a part that a mapping has twice, and not the same."""
    there = tuple(key for key in SPELLINGS[name] if one.get(key) is not None)
    return there if len(there) > 1 and one[there[0]] != one[there[1]] else ()


def unsuitable(one: Mapping[str, Any], name: str) -> str | None:
    """What a part should be instead, where it is of a wrong type."""
    found = part(one, name)[1]
    wanted, said = _WANTED.get(name, (object, ""))
    if found is None or isinstance(found, wanted):
        return None
    return f"should be {said} but it is {type_name(found)}"


def _normal(one: Any, pointer: str) -> dict[str, Any] | str:
    if isinstance(one, str):
        return one
    if not isinstance(one, Mapping):
        raise MappingError(
            f"{pointer} should be an object or the name of a preset but it is {type_name(one)}"
        )
    for name in SPELLINGS:
        twice = contradiction(one, name)
        if twice:
            raise MappingError(f"{pointer} has both {' and '.join(twice)}: remove one of them")
        wrong = unsuitable(one, name)
        if wrong:
            raise MappingError(f"{step(pointer, name)} {wrong}")
    parts = {name: part(one, name)[1] for name in SPELLINGS}
    return {name: found for name, found in parts.items() if found is not None}


def _said(found: Any) -> str:
    if isinstance(found, Mapping):
        return "or an object with `mappings` or `subscriptions`"
    return f"but it is {type_name(found)}"
