"""Mappings as Segment's engine checks them, and where it does not look until an event comes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from aiorecombee.errors import MappingError
from aiorecombee.segment.checking.finding import Finding, did_you_mean, warning
from aiorecombee.segment.javascript import is_array
from aiorecombee.segment.mapping import (
    MappingFailedError,
    MappingInvalidError,
    MappingProblem,
    compile_mapping,
)
from aiorecombee.segment.mapping.directives import DIRECTIVES
from aiorecombee.segment.mapping.trees import DEEPEST, directive_keys
from aiorecombee.segment.pointer import step

_DIRECTIVE_KEYS: Final = "A directive is an object with one @-key and nothing else."
_PLACEHOLDER: Final = "{{$."


def check_directives(pointer: str, mapping: Mapping[str, Any]) -> Iterator[Finding]:
    """Find malformed directives, also in arrays, and paths that look like ones but are none.

    Args:
        pointer: Of the mapping, in the file.
        mapping: What the file has there.
    """
    try:
        compile_mapping(mapping)
    except MappingInvalidError as error:
        yield from (_finding(problem, pointer, mapping) for problem in error.problems)
    except MappingError as error:
        yield Finding(pointer, str(error), f"No more than {DEEPEST} levels are followed.")
        return
    yield from _walk(pointer, mapping)


def _walk(pointer: str, value: Any) -> Iterator[Finding]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "_metadata":
                continue
            place = step(pointer, key)
            check = _CHECKS.get(key)
            if check is not None:
                yield from check(place, inner)
            yield from _walk(place, inner)
    elif is_array(value):
        seen = _seen_by_engine(pointer)
        for index, inner in enumerate(value):
            place = f"{pointer}/{index}"
            if index not in seen and isinstance(inner, Mapping):
                yield from _in_array(place, inner)
            yield from _walk(place, inner)


def _seen_by_engine(pointer: str) -> range:
    """Which elements of an array the engine checks itself."""
    if pointer.endswith("/@arrayPath"):
        return range(2)
    return range(100_000) if pointer.endswith("/@merge/objects") else range(0)


def _in_array(pointer: str, value: Mapping[str, Any]) -> Iterator[Finding]:
    """The engine does not look into arrays: it fails when an event gets there."""
    if set(value) == {"_metadata"} or not directive_keys(value):
        return
    try:
        compile_mapping({"x": value})
    except MappingInvalidError as error:
        yield from (_finding(problem, pointer, {"x": value}, 1) for problem in error.problems)
    except MappingError:
        return  # told for the whole mapping


def _finding(
    problem: MappingProblem, pointer: str, mapping: Mapping[str, Any], above: int = 0
) -> Finding:
    """Bring a problem to its place in the file; the mapping may begin some levels above it."""
    place = pointer
    value: Any = mapping
    for level, key in enumerate(_keys_to(problem.pointer.split("/")[1:], mapping)):
        place, value = step(place, key) if level >= above else place, value[key]
    said = f"it {problem.text.removeprefix(problem.pointer or '/').strip(' .')}"
    unknown = [key for key in value if key.startswith("@")] if isinstance(value, Mapping) else []
    if "invalid directive" in said and unknown:
        remedy = did_you_mean(unknown[0], DIRECTIVES)
        return Finding(step(place, unknown[0]), said, remedy, on_key=True)
    if "one @-prefixed key" in said:
        return Finding(place, said, _DIRECTIVE_KEYS)
    return Finding(place, said, _advice(problem.pointer))


def _advice(pointer: str) -> str:
    names = [part for part in pointer.split("/") if part in DIRECTIVES]
    return f"Correct the argument of {names[-1]}." if names else "Correct it."


def _keys_to(parts: list[str], value: Any) -> list[str]:
    """The keys that lead to a problem, as far as they do.

    The engine's places don't tell a `/` in a key from one between keys, and begin anew in @merge.
    """
    for count in range(1, len(parts) + 1):
        key = "/".join(parts[:count])
        if isinstance(value, Mapping) and key in value:
            return [key, *_keys_to(parts[count:], value[key])]
    return []


def _path(pointer: str, argument: Any) -> Iterator[Finding]:
    if isinstance(argument, str) and "$." not in argument and argument not in ("", "."):
        if argument == "$":
            remedy = 'Write "$." for the whole event.'
            yield warning(pointer, "`$` is read as the name of a field", remedy)
        else:
            said = f'the path "{argument}" does not begin with "$."'
            yield warning(pointer, said, f'Write "$.{argument}".')


def _array_path(pointer: str, argument: Any) -> Iterator[Finding]:
    if is_array(argument) and argument:
        yield from _path(f"{pointer}/0", argument[0])


def _template(pointer: str, argument: Any) -> Iterator[Finding]:
    if isinstance(argument, str) and _PLACEHOLDER in argument.replace(" ", ""):
        said = "placeholders have no `$.`: this one finds nothing"
        yield warning(pointer, said, "Write {{userId}} rather than {{$.userId}}.")


def _liquid(pointer: str, argument: Any) -> Iterator[Finding]:
    """A template that fails for an event without anything is one that cannot be read."""
    if not isinstance(argument, str):
        return
    try:
        compile_mapping({"@liquid": argument})({})
    except MappingFailedError as error:
        yield Finding(pointer, f"the template fails: {error}", "Correct the template.")
    except MappingError as error:
        yield Finding(pointer, str(error), "Install it, or do without @liquid.")


_CHECKS: Final = {
    "@path": _path,
    "@arrayPath": _array_path,
    "@template": _template,
    "@liquid": _liquid,
}
