"""From Python to an expectation: request classes and objects in the words of the API."""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, TypeAlias
from urllib.parse import quote

from aiorecombee.requests.endpoint import Request
from aiorecombee.requests.inputs import Input
from recombee_mock.seeing.declared import Field, fields_of, misnamed

Asked: TypeAlias = "Request[Any] | type[Request[Any]] | str"
"""A request, its class, or the name of the class."""

_HOLE: Final = re.compile(r"{(\w+)}")
_FLAGS: Final = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s", re.VERBOSE: "x"}


def expected_of(asked: Asked, fields: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The operation, and what its parameters must be.

    Args:
        asked: A request, of which all fields that are set must be so, or its class, or its name.
        fields: By their names in Python or in the API: values, `...` for any value, a compiled
            regular expression, or rules such as `{"$gte": 2}`.

    Raises:
        TypeError: There is no such operation, or it has no such field.
    """
    operation = _operation(asked)
    known = fields_of(operation)
    values = dict(_given(asked, known)) if isinstance(asked, Request) else {}
    values.update(fields)
    return operation, {_wire(operation, name): wire_value(v) for name, v in values.items()}


def call_of(request: Any) -> Any:
    """A request as a batch holds it; what is no request stays as it is."""
    if not isinstance(request, Request):
        return request
    params: dict[str, Any] = {}
    for name, field in fields_of(type(request).__name__).items():
        value = _sent(getattr(request, name))
        if value is not None:
            params.update(value if field.spread else {field.wire: value})
    path = _HOLE.sub(lambda hole: quote(str(params.pop(hole[1])), safe=""), request.path)
    return {"method": request.method, "path": path, "params": params}


def _sent(value: Any) -> Any:
    """A value as it is sent; sets are lists there."""
    if isinstance(value, set | frozenset):
        return [_sent(inner) for inner in value]
    if isinstance(value, Mapping):
        return {str(name): _sent(inner) for name, inner in value.items()}
    return wire_value(value)


def wire_value(value: Any) -> Any:
    """A value of Python as JSON, or as a rule for it."""
    if value is ... or _is_any(value):
        return {"$any": True}
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    return wire_value(value.given()) if isinstance(value, Input) else value


def _moment(value: datetime) -> float:
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()


def _rule(pattern: "re.Pattern[str]") -> dict[str, str]:
    letters = "".join(letter for flag, letter in _FLAGS.items() if pattern.flags & flag)
    return {"$regex": f"(?{letters}){pattern.pattern}" if letters else pattern.pattern}


def _entries(value: Iterable[Any]) -> list[Any]:
    return [wire_value(inner) for inner in value]


_WRITERS: Final[tuple[tuple[Any, Callable[[Any], Any]], ...]] = (
    (datetime, _moment),
    (re.Pattern, _rule),
    (Enum, lambda value: wire_value(value.value)),
    (Mapping, lambda value: {str(name): wire_value(inner) for name, inner in value.items()}),
    (set | frozenset, lambda value: {"$set": _entries(value)}),
    (list | tuple, _entries),
)


def _is_any(value: Any) -> bool:
    """Whether it is `unittest.mock.ANY`, which is only there when somebody imported it."""
    mock = sys.modules.get("unittest.mock")
    return mock is not None and value is mock.ANY


def _operation(asked: Asked) -> str:
    name = asked if isinstance(asked, str) else getattr(asked, "__name__", type(asked).__name__)
    if wrong := misnamed(name):
        raise TypeError(wrong)
    return name


def _given(request: Request[Any], known: Mapping[str, Field]) -> "list[tuple[str, Any]]":
    values = ((name, getattr(request, name)) for name in known)
    return [(name, value) for name, value in values if value is not None]


def _wire(operation: str, name: str) -> str:
    known = fields_of(operation)
    if name in known:
        return known[name].wire
    if any(field.wire == name for field in known.values()):
        return name
    there = ", ".join(known) or "none"
    raise TypeError(f"{operation} has no field {name}; there are: {there}")
