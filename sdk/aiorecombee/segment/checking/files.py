"""A file of mappings as a whole, and each mapping in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from aiorecombee.errors import MappingError
from aiorecombee.segment.checking.directives import check_directives
from aiorecombee.segment.checking.finding import Finding, did_you_mean, warning
from aiorecombee.segment.checking.keys import check_keys, check_name, check_parts
from aiorecombee.segment.checking.payloads import check_payload
from aiorecombee.segment.checking.positions import Located
from aiorecombee.segment.checking.subscriptions import check_subscription
from aiorecombee.segment.exported import SPELLINGS, entries, part, takes_away
from aiorecombee.segment.javascript import type_name
from aiorecombee.segment.pointer import step
from aiorecombee.segment.profiles import Profile
from aiorecombee.segment.subscriptions import Subscription


def check_mappings(
    located: Located, profile: Profile, settings: Mapping[str, Any] | None = None
) -> Iterator[Finding]:
    """Find all that is wrong with mappings, in the order of the file as far as there is one.

    Args:
        located: What a file holds, in one of the forms that `read_mappings` takes.
        profile: Whose actions and presets the mappings may name.
        settings: The destination's, if they have a say in what presets there are.
    """
    for pointer in located.repeated:
        said = "the key is there twice: the last one counts"
        yield Finding(pointer, said, "Remove one of them.", on_key=True)
    try:
        found = entries(located.value)
    except MappingError as error:
        yield Finding("", str(error), _SHAPE)
        return
    if not found:
        yield warning("", "there is no mapping: no event would become anything", _SHAPE)
    presets = [preset["name"] for preset in profile.presets(settings)]
    for pointer, one in found:
        yield from _check(pointer, one, presets, profile)
    yield from _duplicates(found)


_SHAPE = "Write an array of mappings, as `aiorecombee segment presets` prints one."


def _check(pointer: str, one: Any, presets: list[str], profile: Profile) -> Iterator[Finding]:
    if isinstance(one, str):
        if one not in presets:
            yield Finding(pointer, f'there is no preset "{one}"', did_you_mean(one, presets))
    elif isinstance(one, Mapping) and takes_away(one):
        yield from _check_removal(pointer, one, presets)
    elif isinstance(one, Mapping):
        found = list(_check_mapping(pointer, one, profile))
        yield from found
        if not any(finding.is_error for finding in found):
            yield from _check_whole(pointer, one, profile)
    else:
        said = f"a mapping should be an object or the name of a preset but it is {type_name(one)}"
        yield Finding(pointer, said, "Remove it, or write a mapping.")


def _check_removal(pointer: str, one: Mapping[str, Any], presets: list[str]) -> Iterator[Finding]:
    name = one.get("name")
    yield from check_keys(pointer, one)
    yield from check_name(pointer, one)
    if isinstance(name, str | None) and name not in presets:
        said = "it takes a preset away, but there is none of that name"
        yield warning(pointer, said, did_you_mean(name or "", presets))


def _check_mapping(pointer: str, one: Mapping[str, Any], profile: Profile) -> Iterator[Finding]:
    yield from check_keys(pointer, one)
    yield from check_parts(pointer, one, profile.actions)
    key, subscribe = part(one, "subscribe")
    if isinstance(subscribe, str):
        yield from check_subscription(step(pointer, key), subscribe)
    key, mapping = part(one, "mapping")
    action = profile.actions.get(str(part(one, "partnerAction")[1]))
    if isinstance(mapping, Mapping):
        inner = step(pointer, key)
        yield from check_directives(inner, mapping)
        if action is not None:
            yield from check_payload(inner, mapping, action)


def _check_whole(pointer: str, one: Mapping[str, Any], profile: Profile) -> Iterator[Finding]:
    """Whatever else stands in the way: the mapping is too large, a package is missing."""
    parts = {name: part(one, name)[1] for name in SPELLINGS}
    try:
        Subscription.compile(parts, 0, profile.actions)
    except MappingError as error:
        yield Finding(pointer, str(error), "Change the mapping.")


def _duplicates(found: list[tuple[str, Any]]) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for pointer, one in found:
        name, place = one, pointer
        if isinstance(one, Mapping):
            name, place = one.get("name"), step(pointer, "name")
        if isinstance(name, str) and name:
            if name in first:
                said = f'there is a mapping named "{name}" already, at {first[name]}'
                yield warning(place, said, "Give it another name, lest verdicts be mixed up.")
            first.setdefault(name, pointer)
