"""What to do about a rejection: told in the words of the mapping that read the event."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from aiorecombee.segment.javascript import is_array
from aiorecombee.segment.problems import PayloadError, Problem

_WHERE_VALUES_CLASH: Final = {
    "/timestamp": "Send {sources} as ISO 8601 text, or as seconds or milliseconds since 1970.",
    "/portion/totalLength": (
        "Send the length in {sources}; for a livestream, which has none, map the event to"
        " setViewPortion or leave it out."
    ),
    "/portion/watchTime": "Send {sources} in the unit of the length, and not beyond the end.",
}


def remedy(error: PayloadError, mapping: Mapping[str, Any]) -> str:
    """Advice for whoever sends the event or wrote the mapping; one sentence per problem."""
    advice = dict.fromkeys(_advise(error.kind, problem, mapping) for problem in error.problems)
    return " ".join(advice)


def _advise(kind: str, problem: Problem, mapping: Mapping[str, Any]) -> str:
    sources = " or ".join(f"`{source}`" for source in _sources_of(problem.field, mapping))
    field = "/".join(part for part in problem.field.split("/") if part and not part.isdigit())
    if kind == "payload" or "date-like" in problem.text:
        return _WHERE_VALUES_CLASH[problem.field].format(sources=sources or f"`{field}`")
    if not sources:
        return f"Map `{field}` to a field of the event: the mapping has none for it."
    if problem.at != problem.field:
        return f"Send {sources}, or map `{field}` to a field that the event has."
    return f"Send {sources} in the type that is asked for, or map `{field}` to another field."


def _sources_of(field: str, mapping: Any) -> list[str]:
    """The paths of the event that a field is read from: `/items/0/price` to `products[].price`."""
    prefix = ""
    for part in field.split("/")[1:]:
        if isinstance(mapping, Mapping) and "@arrayPath" in mapping:
            root, mapping = (*mapping["@arrayPath"], None)[:2]
            prefix = "".join(f"{path}[]." for path in _paths(root)[:1])
            if part.isdigit():
                continue
        mapping = mapping.get(part) if isinstance(mapping, Mapping) else None
    if isinstance(mapping, Mapping) and "@arrayPath" in mapping:
        mapping = mapping["@arrayPath"][0]
    return [prefix + path for path in _paths(mapping)]


def _paths(mapping: Any) -> list[str]:
    return list(dict.fromkeys(_walk(mapping)))


def _walk(mapping: Any) -> Iterator[str]:
    if isinstance(mapping, str):
        if mapping.startswith("$."):
            yield mapping.removeprefix("$.")
    elif isinstance(mapping, Mapping):
        for inner in mapping.values():
            yield from _walk(inner)
    elif is_array(mapping):
        for inner in mapping:
            yield from _walk(inner)
