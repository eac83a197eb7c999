"""Reading parameters: from JSON, where types are exact, and from queries, where all is text.

A reader takes a parameter's name and value and gives back what it means, or raises a `Refusal` that
names parameter, value and rule. Official clients disagree about how the same thing is written;
everything any of them sends is understood here.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import parse_qsl

from recombee_mock.answers import Refusal, bad_request, shown

Params: TypeAlias = Mapping[str, Any]
T = TypeVar("T")
Reader: TypeAlias = Callable[[str, Any], T]

MAX_DEPTH: Final = 100
"""How deeply a stored JSON value may nest. Unpublished: we choose what every encoder can write."""

_ID: Final = re.compile(r"[a-zA-Z0-9_\-:@.]+")
_DECIMAL: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE: Final = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_FLAGS: Final = {"true": True, "false": False}


class QueryText(str):
    """A value from a query string: text that may stand for a number, boolean or list."""

    __slots__ = ()


def parse_query(query: str) -> dict[str, Any]:
    """Parameters of a query string; `+` is a space, as the form-encoding clients write it."""
    try:
        query.encode()  # a shell may hand over undecodable bytes as lone surrogates
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
    except ValueError:
        raise bad_request("The query string is not percent-encoded UTF-8!") from None
    return {name: QueryText(value) for name, value in pairs}


def is_unset(value: Any) -> bool:
    """Whether the parameter counts as not given.

    The official Python client writes None as null into bodies and as the text None into queries.
    """
    return value is None or (type(value) is QueryText and value in {"None", "null"})


def optional(params: Params, name: str, read: Reader[T]) -> T | None:
    """The parameter as `read` understands it, `None` when not given."""
    value = params.get(name)
    return None if is_unset(value) else read(name, value)


def required(params: Params, name: str, read: Reader[T]) -> T:
    """The parameter as `read` understands it; refused with 400 when not given."""
    value = params.get(name)
    if value is None:
        raise bad_request(f'Parameter "{name}" is missing!')
    return read(name, value)


def identifier(name: str, value: Any) -> str:
    """ID of a series or session, or of an entity.

    Source: API reference, wherever an ID is described.
    """
    if isinstance(value, str) and _ID.fullmatch(value):
        return str(value)
    raise bad_request(
        f'Parameter "{name}" must match ^[a-zA-Z0-9_\\-:@\\.]+$, but is {shown(value)}!'
    )


def entity_id(name: str, value: Any) -> str:
    """ID of an item or user. Source: API reference, Items ("undefined" is forbidden)."""
    if value == "undefined":
        raise bad_request(
            f'Parameter "{name}" is "undefined": the variable was probably never assigned!'
        )
    return identifier(name, value)


def text(name: str, value: Any) -> str:
    """Any text."""
    if isinstance(value, str):
        return str(value)
    raise _wrong(name, "a text", value)


def flag(name: str, value: Any) -> bool:
    """A boolean; in queries in any letter case (Python and .NET write True)."""
    if type(value) is bool:
        return value
    if type(value) is QueryText and (known := _FLAGS.get(value.lower())) is not None:
        return known
    raise _wrong(name, "true or false", value)


def number(name: str, value: Any) -> float:
    """Any finite number, as it was given."""
    if type(value) is float or type(value) is int:
        return value
    if type(value) is QueryText and _DECIMAL.fullmatch(value) and math.isfinite(float(value)):
        return float(value)
    raise _wrong(name, "a number", value)


def number_between(low: float, high: float = math.inf) -> Reader[float]:
    """Reader of a number from `low` to `high`, both included."""
    rule = f"a number >= {low}" if high == math.inf else f"a number from {low} to {high}"

    def read(name: str, value: Any) -> float:
        found = number(name, value)
        if low <= found <= high:
            return found
        raise _wrong(name, rule, value)

    return read


def natural(name: str, value: Any) -> int:
    """A whole number >= 0."""
    found = int(value) if type(value) is QueryText and _WHOLE.fullmatch(value) else value
    if type(found) is int and found >= 0:
        return found
    raise _wrong(name, "a whole number >= 0", value)


def names(name: str, value: Any) -> list[str]:
    """A list of names: a JSON array, or one comma-joined text (queries, and .NET in bodies)."""
    if isinstance(value, str):
        return value.split(",")
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return value
    raise _wrong(name, "a list of texts", value)


def json_object(name: str, value: Any) -> dict[str, Any]:
    """A free JSON object. PHP writes an empty one as `[]`."""
    if value == []:
        return {}
    if not isinstance(value, dict):
        raise _wrong(name, "a JSON object", value)
    if _too_deep(value):
        raise bad_request(f'Parameter "{name}" is nested more than {MAX_DEPTH} levels deep!')
    return value


def moment(name: str, value: Any) -> float:
    """Point in time as Unix seconds, before or after 1970.

    Numbers and texts of digits are Unix seconds; other texts are ISO 8601, in UTC unless they say
    otherwise (unpublished: we choose UTC).
    """
    if type(value) is float or type(value) is int:
        return float(value)
    if isinstance(value, str) and (seconds := _parse_moment(value)) is not None:
        return seconds
    raise _wrong(name, "ISO 8601 text or Unix seconds", value)


def timestamp(name: str, value: Any) -> float:
    """When an interaction happened, as Unix seconds >= 0."""
    seconds = moment(name, value)
    if seconds >= 0:
        return seconds or 0.0  # not -0.0
    raise _wrong(name, "ISO 8601 text or Unix seconds >= 0", value)


def iso_moment(value: str) -> float | None:
    """Point in time of an ISO 8601 text as Unix seconds, `None` of any other text."""
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


def _parse_moment(value: str) -> float | None:
    if _DECIMAL.fullmatch(value):
        seconds = float(value)
        return seconds if math.isfinite(seconds) else None
    return iso_moment(value)


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _wrong(name: str, rule: str, value: Any) -> Refusal:
    return bad_request(f'Parameter "{name}" must be {rule}, but is {shown(value)}!')
