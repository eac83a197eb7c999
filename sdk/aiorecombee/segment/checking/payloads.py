"""What a mapping gives, as far as that is known without an event, checked against the action."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from aiorecombee.errors import MappingError
from aiorecombee.reql.nearest import meant
from aiorecombee.segment.actions.catalogue import Action
from aiorecombee.segment.actions.problems import Problem
from aiorecombee.segment.actions.schema import absent_at_root, acceptor, member
from aiorecombee.segment.checking.finding import Finding
from aiorecombee.segment.javascript import UNDEFINED, is_array
from aiorecombee.segment.mapping import MappingInvalidError, compile_mapping
from aiorecombee.segment.mapping.trees import directive_keys, plain_copy
from aiorecombee.segment.pointer import step

# Stands for what only an event tells: it will do as text, number, portion and time.
_UNKNOWN: Final = 1
_READING: Final = ("@path", "@liquid", "@arrayPath")
_WITHIN: Final = (
    "itemId",
    "amount",
    "price",
    "profit",
    "recommId",
    "totalLength",
    "watchTime",
)
_SEGMENTS_OWN: Final = {"enable_batching", "batch_size", "batch_keys", "batch_bytes"}


def check_payload(pointer: str, mapping: Mapping[str, Any], action: Action) -> Iterator[Finding]:
    """Find fields that the action needs or does not know, and values that it will never accept.

    Args:
        pointer: Of the mapping, in the file.
        mapping: What the file has there; what is malformed in it counts as known to an event only.
        action: What it leads to.
    """
    if any(key.startswith(("@", "__segment_internal")) for key in mapping):
        return  # what a directive at the root gives is known only with an event
    try:
        plain_copy(mapping)
    except MappingError:
        return  # nested too deeply, or too large
    draft = _Draft(pointer)
    payload = draft.object(pointer, mapping)
    yield from draft.failures
    fields = [(field, member(field.name)) for field in action.fields]
    problems: list[Problem] = []
    accepted = acceptor("The payload", fields, absent_at_root)(payload, "", problems)
    for problem in problems:
        if not draft.is_unknown(problem.at):
            yield _finding(problem, draft)
    names = [field.name for field in action.fields]
    wrong = frozenset(problem.at for problem in problems if problem.at == problem.field)
    yield from _dropped(payload, accepted, "", draft, wrong, names)


class _Draft:
    """A payload with gaps, and where in the file its parts are written."""

    def __init__(self, pointer: str) -> None:
        self.failures: list[Finding] = []
        self._places = {"": pointer}
        self._gaps: set[str] = set()

    def object(self, pointer: str, value: Mapping[str, Any], at: str = "") -> dict[str, Any]:
        """What an object gives, as far as it is known."""
        self._places[at] = pointer
        made = {
            key: self._value(step(pointer, key), inner, f"{at}/{key}")
            for key, inner in value.items()
        }
        return {key: inner for key, inner in made.items() if inner is not UNDEFINED}

    def is_unknown(self, at: str) -> bool:
        """Whether a place of the payload is, or lies in, something that only an event tells."""
        while at and at not in self._gaps:
            at = at.rpartition("/")[0]
        return bool(at)

    def has(self, at: str) -> bool:
        """Whether a place of the payload is written in the file, whatever comes of it."""
        return at in self._places

    def place(self, at: str) -> str:
        """Where in the file the part of the payload is written that a place is or lies in."""
        while at not in self._places:
            at = at.rpartition("/")[0]
        return self._places[at]

    def _value(self, pointer: str, value: Any, at: str) -> Any:
        self._places[at] = pointer
        if isinstance(value, Mapping):
            inner = self._directive if directive_keys(value) else self.object
            return inner(pointer, value, at)
        if is_array(value):
            return self._array(pointer, value, at)
        return value

    def _array(self, pointer: str, value: Sequence[Any], at: str) -> list[Any]:
        found = [
            self._value(f"{pointer}/{index}", inner, f"{at}/{index}")
            for index, inner in enumerate(value)
        ]
        return [None if inner is UNDEFINED else inner for inner in found]

    def _directive(self, pointer: str, value: Mapping[str, Any], at: str) -> Any:
        shape = _shape_of(value)
        if shape is not None:
            inner = f"{pointer}/@arrayPath/1"
            return [self.object(inner, shape, f"{at}/0")]
        if _reads(value):
            self._gaps.add(at)
            return _UNKNOWN
        try:
            return compile_mapping({"value": value})({}).get("value", UNDEFINED)
        except MappingError as error:
            if not isinstance(error, MappingInvalidError):  # that is told elsewhere
                self.failures.append(Finding(pointer, f"it always fails: {error}", "Correct it."))
            self._gaps.add(at)
            return _UNKNOWN


def _shape_of(value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The shape of the elements that an @arrayPath gives, where it is an object of fields."""
    argument = value.get("@arrayPath")
    shape = argument[1] if is_array(argument) and len(argument) > 1 else None
    return shape if isinstance(shape, Mapping) and shape and not directive_keys(shape) else None


def _reads(value: Any) -> bool:
    """Whether an event has a say in it."""
    if isinstance(value, Mapping):
        template = value.get("@template", "")
        reading = not isinstance(template, str) or "{{" in template
        return reading or any(key in _READING or _reads(inner) for key, inner in value.items())
    return is_array(value) and any(_reads(inner) for inner in value)


def _finding(problem: Problem, draft: _Draft) -> Finding:
    place = draft.place(problem.field)
    if problem.at != problem.field:  # it is missing
        name = problem.field.rpartition("/")[2]
        state = "empty" if draft.has(problem.field) else "missing"
        said = f'the field "{name}" is {state}: no event would be accepted'
        return Finding(place, said, f'Map "{name}" to a field of the event.')
    said = f"no event would be accepted: {problem.text}"
    return Finding(place, said, "Correct the value, or map it to a field of the event.")


def _dropped(
    payload: Any,
    accepted: Any,
    at: str,
    draft: _Draft,
    wrong: frozenset[str],
    names: Sequence[str] = (),
) -> Iterator[Finding]:
    """Fields that come to nothing because the action has none of that name."""
    for key, value, inner in _members(payload, accepted, at):
        if inner in wrong:
            continue
        if isinstance(accepted, Mapping) and key not in accepted:
            if value is not None and value != "" and key not in names:
                yield from _unknown(key, draft.place(inner), at, names or _WITHIN)
        else:
            deeper = accepted[key] if isinstance(accepted, Mapping) else accepted[int(key)]
            yield from _dropped(value, deeper, inner, draft, wrong)


def _members(payload: Any, accepted: Any, at: str) -> Iterator[tuple[str, Any, str]]:
    if isinstance(payload, Mapping) and isinstance(accepted, Mapping):
        yield from ((key, value, f"{at}/{key}") for key, value in payload.items())
    elif is_array(payload) and is_array(accepted) and len(payload) == len(accepted):
        yield from ((str(n), value, f"{at}/{n}") for n, value in enumerate(payload))


def _unknown(key: str, place: str, at: str, names: Sequence[str]) -> Iterator[Finding]:
    if not at and key in _SEGMENTS_OWN:
        return
    said = f'the action has no field "{key}"'
    advice = meant(key, [name for name in names if name != key], '"')
    if advice:
        yield Finding(place, said, advice, on_key=True)
    else:
        advice = f"Remove it. It has: {', '.join(names)}." if not at else "Remove it."
        yield Finding(place, f"{said}: it is dropped", advice, is_error=False, on_key=True)
