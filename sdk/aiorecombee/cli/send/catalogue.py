"""Request classes by name, and told to people."""

import inspect
import textwrap
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from aiorecombee.cli.usage import UsageError
from aiorecombee.core.fields import Field, fields_of
from aiorecombee.core.recognise import request_class
from aiorecombee.reql.nearest import meant
from aiorecombee.requests import SECTIONS
from aiorecombee.requests.endpoint import OneOf, Request

_ALONE = "Batch"  # made of other requests: --file sends them


def names() -> list[str]:
    """The names of all requests that can be sent by themselves."""
    return [name for section in SECTIONS.values() for name in section if name != _ALONE]


def find(name: str) -> type[Request[Any]]:
    """Find a request class by its name; letter case does not matter.

    Raises:
        UsageError: There is none; names the nearest.
    """
    by_lower = {other.lower(): other for other in names()}
    found = by_lower.get(name.lower())
    if found is None:
        if name == _ALONE:
            raise UsageError("a Batch is sent with --file: one request a line")
        hint = meant(name, names()) or "--list shows all there are."
        raise UsageError(f"there is no request {name!r:.80}. {hint}")
    return request_class(found)


def listing() -> Iterator[str]:
    """All requests by section, a line each."""
    for section, members in SECTIONS.items():
        if members == (_ALONE,):
            continue
        yield f"{section.replace('_', ' ')}:"
        for name in members:
            cls = find(name)
            required = " ".join(metavar(field) for field in fields_of(cls) if field.required)
            yield f"  {name} {required}".rstrip()
            yield f"      {summary(cls)}"


def summary(cls: type[Request[Any]]) -> str:
    """What it does, in one sentence."""
    return _doc(cls).partition("\n")[0]


def description(cls: type[Request[Any]]) -> str:
    """All that its documentation says besides its arguments."""
    paragraphs = _doc(cls).split("\n\n")
    return "\n\n".join(one for one in paragraphs if not one.startswith("Args:"))


def meanings(cls: type[Request[Any]]) -> dict[str, str]:
    """Argument to what its documentation says, or the documentation that its section shares."""
    module = inspect.getdoc(import_module(cls.__module__)) or ""
    return _arguments(module) | _arguments(_doc(cls))


def metavar(field: Field) -> str:
    """A field as it stands in place of its value: `USER_ID`, or what there is to choose from."""
    return field.name.upper()


def choices(field: Field) -> tuple[str, ...]:
    """The texts that a field may have, if they are few."""
    return next((mark.choices for mark in field.marks if isinstance(mark, OneOf)), ())


def _doc(cls: type[Request[Any]]) -> str:
    return inspect.getdoc(cls) or ""


def _arguments(doc: str) -> dict[str, str]:
    """The entries of an indented list of `name: meaning`, each perhaps over several lines."""
    found: dict[str, str] = {}
    for paragraph in doc.split("\n\n"):
        block = textwrap.dedent(paragraph.removeprefix("Args:\n"))
        if paragraph.startswith(("Args:", "    ")):
            found |= _entries(block)
    return found


def _entries(block: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        head, colon, rest = line.partition(": ")
        if colon and head.isidentifier():
            name, found[head] = head, rest
        elif name and line.startswith(" "):
            found[name] += f" {line.strip()}"
    return found
