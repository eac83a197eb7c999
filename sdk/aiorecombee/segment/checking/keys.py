"""The parts of a mapping: whether they are all there, and whether there are others."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from aiorecombee.reql.nearest import meant
from aiorecombee.segment.actions.catalogue import Actions
from aiorecombee.segment.checking.finding import Finding, did_you_mean
from aiorecombee.segment.exported import SPELLINGS, contradiction, part, unsuitable
from aiorecombee.segment.javascript import type_name
from aiorecombee.segment.pointer import step

_OURS: Final = [key for keys in SPELLINGS.values() for key in keys]
_ELSEWHERE: Final = {
    "id",
    "type",
    "actionId",
    "destinationId",
    "modelId",
    "createdAt",
    "updatedAt",
    "reverseETLSchedule",
    "reverseETLModelId",
    "fieldSelections",
    "fields",
    "metadata",
    "workspaceId",
    "sourceId",
    "description",
    "eventSlug",
}
"""What Segment keeps besides; it does not decide how events are mapped."""

_MISSING: Final = {
    "subscribe": "it says which events the mapping is for",
    "partnerAction": "it says what an event becomes",
    "mapping": "it says where fields are found in an event",
}
_EXAMPLES: Final = {
    "subscribe": 'Add one such as "type = \\"page\\"".',
    "mapping": 'Add an object such as {"userId": {"@path": "$.userId"}}.',
}


def check_keys(pointer: str, one: Mapping[str, Any]) -> Iterator[Finding]:
    """Find keys that nobody knows, and parts that are there under two names."""
    for key in one:
        if key in _OURS or key in _ELSEWHERE:
            continue
        place = step(pointer, key)
        advice = meant(key, [name for name in _OURS if name not in one], '"')
        if advice:
            yield Finding(place, f'the key "{key}" is not known', advice, on_key=True)
        else:
            said = f'the key "{key}" is not known: it has no effect'
            yield Finding(place, said, "Remove it.", is_error=False, on_key=True)
    for name in SPELLINGS:
        twice = contradiction(one, name)
        if twice:
            said = f"{' and '.join(twice)} mean the same and differ"
            yield Finding(step(pointer, twice[1]), said, "Remove one of them.", on_key=True)


def check_name(pointer: str, one: Mapping[str, Any]) -> Iterator[Finding]:
    """Find a name that is no text, and what should be true or false and is not."""
    for name in ("name", "enabled"):
        wrong = unsuitable(one, name)
        if wrong:
            yield Finding(step(pointer, name), f'"{name}" {wrong}', "Correct it, or leave it out.")


def check_parts(pointer: str, one: Mapping[str, Any], actions: Actions) -> Iterator[Finding]:
    """Find parts that are missing or of a wrong type, and actions that do not exist."""
    yield from check_name(pointer, one)
    yield from _text(pointer, one, "subscribe")
    yield from _action(pointer, one, actions)
    key, mapping = part(one, "mapping")
    if mapping is None:
        yield Finding(pointer, f'"{key}" is missing: {_MISSING["mapping"]}', _EXAMPLES["mapping"])
    elif not isinstance(mapping, Mapping):
        said = f'"{key}" should be an object but it is {type_name(mapping)}'
        yield Finding(step(pointer, key), said, "Write an object of fields.")


def _action(pointer: str, one: Mapping[str, Any], actions: Actions) -> Iterator[Finding]:
    wrong = list(_text(pointer, one, "partnerAction", actions))
    yield from wrong
    key, action = part(one, "partnerAction")
    if not wrong and action not in actions:
        said = f'there is no action "{action}": Segment would pass over every event'
        yield Finding(step(pointer, key), said, did_you_mean(action, actions))


def _text(
    pointer: str, one: Mapping[str, Any], name: str, known: Actions | None = None
) -> Iterator[Finding]:
    key, found = part(one, name)
    advice = _EXAMPLES.get(name) or f"There are: {', '.join(known or ())}."
    if found is None or found == "":
        place = step(pointer, key) if key in one else pointer
        yield Finding(place, f'"{key}" is missing: {_MISSING[name]}', advice)
    elif not isinstance(found, str):
        said = f'"{key}" should be a string but it is {type_name(found)}'
        yield Finding(step(pointer, key), said, advice)
