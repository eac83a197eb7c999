"""JSON becomes a request: the way back from `encode`.

    recognise({"request": "AddItem", "method": "PUT", "path": "/items/tv-1"})  # AddItem("tv-1")

A request is written down as the name of its class, and what stands in a batch for it. What is read
back is sent as the same bytes; a time that was a `datetime` is then text, and a set is a list.
"""

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final
from urllib.parse import unquote

import attrs

from aiorecombee.core.fields import Field, fields_of, wire_name
from aiorecombee.requests import SECTIONS
from aiorecombee.requests.endpoint import Request, Spread
from aiorecombee.requests.inputs import Input


class NoRequestError(ValueError):
    """What was read is no request; says why."""


class WrongValueError(ValueError):
    """A text or JSON value that cannot become what the field takes."""


def recognise(value: Any) -> Request[Any]:
    """Make a request of what `Encoder.to_json` writes.

    Whether it keeps the rules of the API is for the client to say.

    Raises:
        NoRequestError: It is nothing of the kind.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("request"), str):
        raise NoRequestError("a request is an object with request, path and params")
    path, params = value.get("path"), value.get("params", {})
    if not isinstance(path, str) or not isinstance(params, Mapping):
        raise NoRequestError("path should be text, and params an object")
    cls = request_class(value["request"])
    return build(cls, fields_in(cls, path), params)


def request_class(name: str) -> type[Request[Any]]:
    """The request class of this name.

    Raises:
        NoRequestError: There is none.
    """
    for section, members in SECTIONS.items():
        if name in members:
            found: type[Request[Any]] = getattr(
                import_module(f"aiorecombee.requests.{section}"), name
            )
            return found
    raise NoRequestError(f"there is no request {name!r:.80}")


def fields_in(cls: type[Request[Any]], path: str) -> dict[str, str]:
    """The fields that stand in the path of a request.

    Raises:
        NoRequestError: It is the path of another.
    """
    found = route_to(cls).match(path)
    if found is None:
        raise NoRequestError(f"the path of {cls.__name__} is {cls.path}, not {path!r:.80}")
    return found


def build(
    cls: type[Request[Any]], in_path: Mapping[str, Any], params: Mapping[str, Any]
) -> Request[Any]:
    """Make a request of the fields in its path and of its parameters.

    Parameters may have their names in Python, except where those could be names of properties.

    Raises:
        NoRequestError: Something is missing, unknown or of a wrong shape.
    """
    spread = next((field for field in fields_of(cls) if _is_spread(field)), None)
    left = dict(params)
    given: dict[str, Any] = dict(in_path)
    for field in fields_of(cls):
        if field is spread or field.name in given:
            continue
        taken = spread is None or field.required
        names = (field.wire, field.name) if taken else (field.wire,)
        if (name := next((name for name in names if name in left), None)) is not None:
            given[field.name] = _value(cls, field, left.pop(name))
    if spread is not None:
        given[spread.name] = left
    elif left:
        unknown = ", ".join(f"{name!r:.40}" for name in left)
        raise NoRequestError(f"{cls.__name__} has no parameter {unknown}")
    _require_all(cls, given)
    return cls(**given)


def from_json(field: Field, value: Any) -> Any:
    """The value that JSON stands for: objects with a class of their own become it.

    Raises:
        WrongValueError: It has a member that the class does not know.
    """
    kind = input_of(field)
    if kind is None or not isinstance(value, Mapping):
        return value
    names = {wire_name(one.name): one.name for one in attrs.fields(kind)}
    names |= {name: name for name in names.values()}
    for member in value:
        if member not in names:
            raise WrongValueError(f"has a member {member!r:.60}; it knows {', '.join(names)}")
    try:
        made: Input = kind(**{names[member]: inner for member, inner in value.items()})
    except TypeError:
        raise WrongValueError("lacks its name") from None
    return made


def input_of(field: Field) -> Any:
    """The class of its own that a field's values have, `None` if they have none."""
    return next((k for k in field.types if isinstance(k, type) and issubclass(k, Input)), None)


def _is_spread(field: Field) -> bool:
    return any(isinstance(mark, Spread) for mark in field.marks)


def _value(cls: type[Request[Any]], field: Field, value: Any) -> Any:
    try:
        return from_json(field, value)
    except WrongValueError as error:
        raise NoRequestError(f"{cls.__name__}.{field.name} {error}") from None


def _require_all(cls: type[Request[Any]], given: Mapping[str, Any]) -> None:
    needed = [field for field in fields_of(cls) if field.required]
    missing = [field.wire for field in needed if field.name not in given]
    if missing:
        raise NoRequestError(f"{cls.__name__} lacks {', '.join(missing)}")


# --- Routes ---------------------------------------------------------------------------------------


@attrs.frozen
class Route:
    """The path of a request class, to be compared with others.

    Attributes:
        cls: The class.
        pattern: Its path.
        names: The fields that stand in it, in order.
    """

    cls: type[Request[Any]]
    pattern: re.Pattern[str]
    names: tuple[str, ...]

    def match(self, path: str) -> dict[str, str] | None:
        """The fields that stand in a path, `None` if it is another request's."""
        found = self.pattern.fullmatch(path)
        if found is None:
            return None
        return dict(zip(self.names, map(unquote, found.groups()), strict=True))


def route_to(cls: type[Request[Any]]) -> Route:
    """The route of a request class."""
    if (found := _KNOWN.get(cls)) is None:
        names = {field.wire: field.name for field in fields_of(cls)}
        parts = re.split(r"\{(\w+)\}", cls.path)
        pattern = re.compile("([^/]*)".join(map(re.escape, parts[::2])))
        found = _KNOWN[cls] = Route(cls, pattern, tuple(names[wire] for wire in parts[1::2]))
    return found


_KNOWN: Final[dict[type, Route]] = {}
