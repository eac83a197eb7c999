"""What the request classes declare about their fields: names on the wire, and kinds of values.

The service does not use it: its validation is its own. It serves to show requests as the API names
them, and to ask about them in the words of the classes.
"""

import functools
import types
import typing
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Union, get_args, get_origin

import attrs

from aiorecombee.requests import ALL_REQUESTS
from aiorecombee.requests.endpoint import Named, Request, Spread
from recombee_mock.fields import hint

CLASSES: Final[Mapping[str, type[Request[Any]]]] = {cls.__name__: cls for cls in ALL_REQUESTS}


def misnamed(operation: str) -> str:
    """What is wrong with the name of a request class; empty where there is one of that name."""
    if operation in CLASSES:
        return ""
    return f"{operation} is no request of the API{hint(operation, CLASSES)}"


@attrs.frozen
class Field:
    """One field of a request class.

    Attributes:
        name: In Python.
        wire: As the API names it.
        kinds: Types its value can have, of `bool`, `int`, `float`, `str`, `datetime`, `list`.
        spread: Whether it is a dictionary whose entries are the parameters.
    """

    name: str
    wire: str
    kinds: frozenset[type]
    spread: bool


@functools.cache
def fields_of(operation: str) -> Mapping[str, Field]:
    """The fields of a request class, by their names in Python."""
    cls = CLASSES[operation]
    hints = typing.get_type_hints(cls, include_extras=True)
    names = [field.name for field in attrs.fields(cls)]  # type: ignore[arg-type]  # attrs classes
    return {name: _field(name, hints[name]) for name in names}


@functools.cache
def fields_by_wire(operation: str) -> Mapping[str, Field]:
    """The fields of a request class, by their names on the wire."""
    return {field.wire: field for field in fields_of(operation).values()}


def _field(name: str, kind: Any) -> Field:
    marks = list(_marks(kind))
    named = next((mark.wire for mark in marks if isinstance(mark, Named)), _camel(name))
    return Field(name, named, frozenset(_kinds(kind)), any(isinstance(m, Spread) for m in marks))


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def _marks(kind: Any) -> typing.Iterator[Any]:
    if get_origin(kind) is Annotated:
        inner, *marks = get_args(kind)
        yield from marks
        yield from _marks(inner)
    elif get_origin(kind) in {Union, types.UnionType}:
        for choice in get_args(kind):
            yield from _marks(choice)


def _kinds(kind: Any) -> typing.Iterator[type]:
    if get_origin(kind) is Annotated:
        yield from _kinds(get_args(kind)[0])
    elif get_origin(kind) in {Union, types.UnionType}:
        for choice in get_args(kind):
            yield from _kinds(choice)
    elif get_origin(kind) is Sequence:
        yield list
    elif kind in {bool, int, float, str, datetime}:
        yield kind
