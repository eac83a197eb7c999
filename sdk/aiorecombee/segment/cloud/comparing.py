"""Where two JSON values differ, by place; and where a case comes to something else."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from aiorecombee.segment.javascript import as_double, is_array, is_number
from aiorecombee.segment.pointer import step

_NOWHERE: Final = "nothing"
_NOTE: Final = "note"
_NOT_JSON: Final = "invalid json response body at "
_REASON: Final = " reason: "


@attrs.frozen
class Difference:
    """One place where two values are not the same.

    Attributes:
        at: JSON pointer.
        expected: What one of them has there, as text; `nothing` where it has none.
        found: What the other has.
    """

    at: str
    expected: str
    found: str


def case_differences(expect: Any, found: Any) -> list[Difference]:
    """Where what a case came to differs from what it says under `expect`.

    Not everything counts: a `note` is for people; of the errors that are JavaScript's own
    accidents, only that there is one; of a subscription that cannot be read, too; of an answer that
    is not JSON, not the words in which the parser says so.
    """
    return list(differences(_what_counts(expect), _what_counts(found)))


def differences(expected: Any, found: Any, at: str = "") -> Iterator[Difference]:
    """The places where two JSON values differ; numbers are doubles, and true is not 1."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        yield from _of_members(expected, found, at)
    elif is_array(expected) and is_array(found):
        yield from _of_members(dict(enumerate(expected)), dict(enumerate(found)), at)
    elif not _same(expected, found):
        yield Difference(at, _shown(expected), _shown(found))


def _of_members(
    expected: Mapping[Any, Any], found: Mapping[Any, Any], at: str
) -> Iterator[Difference]:
    for key in dict.fromkeys([*expected, *found]):
        place = step(at, key)
        if key not in found:
            yield Difference(place, _shown(expected[key]), _NOWHERE)
        elif key not in expected:
            yield Difference(place, _NOWHERE, _shown(found[key]))
        else:
            yield from differences(expected[key], found[key], place)


def _same(one: Any, other: Any) -> bool:
    if is_number(one) and is_number(other):
        return as_double(one) == as_double(other)  # however they are written
    return type(one) is type(other) and bool(one == other)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _what_counts(outcome: Any) -> Any:
    if not isinstance(outcome, Mapping):
        return outcome
    counting = {key: value for key, value in outcome.items() if key != _NOTE}
    if "error" in counting:
        counting["error"] = _of_error(counting["error"])
    if is_array(counting.get("errors")):
        counting["errors"] = [_of_error(error) for error in counting["errors"]]
    return counting


def _of_error(error: Any) -> Any:
    if not isinstance(error, Mapping):
        return error
    if "kind" not in error:  # of a subscription that is asked for itself
        return {}
    if error["kind"] == "runtime":
        return {key: error[key] for key in ("subscription", "kind") if key in error}
    message = error.get("message")
    if isinstance(message, str) and _NOT_JSON in message:
        return {**error, "message": message.partition(_REASON)[0]}
    return error
