"""Reading a request class: which fields it has, how each travels, what each must be."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

import attrs

from aiorecombee.requests.endpoint import Named, Request


@attrs.frozen
class Field:
    """One argument of a request.

    Attributes:
        name: In Python.
        wire: In the API.
        in_path: Part of the path, not a parameter.
        required: Always sent.
        nullable: May be `None`.
        types: The classes its annotation names, `None` aside.
        marks: What the annotation says besides: rules, and how it is written.
    """

    name: str
    wire: str
    in_path: bool
    required: bool
    nullable: bool
    types: tuple[Any, ...]
    marks: tuple[object, ...]


def fields_of(cls: type[Request[Any]]) -> tuple[Field, ...]:
    """The fields of a request class, in the order of its arguments."""
    found = _KNOWN.get(cls)
    if found is None:
        made: Any = cls
        found = _KNOWN[cls] = tuple(_field(cls, field) for field in attrs.fields(made))
    return found


_KNOWN: Final[dict[type, tuple[Field, ...]]] = {}


def wire_name(name: str) -> str:
    """`cascade_create` becomes `cascadeCreate`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _field(cls: type[Request[Any]], field: "attrs.Attribute[Any]") -> Field:
    parts = tuple(_flatten(field.type))
    marks = tuple(filter(_is_mark, parts))
    types = tuple(part for part in parts if not _is_mark(part) and part is not type(None))
    wire = next((mark.wire for mark in marks if isinstance(mark, Named)), wire_name(field.name))
    return Field(
        name=field.name,
        wire=wire,
        in_path=f"{{{wire}}}" in cls.path,
        required=field.default is attrs.NOTHING,
        nullable=type(None) in parts,
        types=types,
        marks=marks,
    )


def _flatten(annotation: Any) -> Iterator[Any]:
    """The classes and marks of an annotation, unions and `Annotated` opened up."""
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        yield from _flatten(inner)
        yield from marks
    elif get_origin(annotation) in {Union, UnionType}:
        for part in get_args(annotation):
            yield from _flatten(part)
    else:
        yield annotation


def _is_mark(part: Any) -> bool:
    return type(part).__module__ == Request.__module__
