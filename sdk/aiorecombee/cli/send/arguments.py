"""One request from a command line: its fields are arguments and options."""

import argparse
from collections.abc import Callable
from typing import Any, Final

from aiorecombee.cli.send.catalogue import choices, description, meanings, metavar
from aiorecombee.cli.send.values import from_text, shape
from aiorecombee.core.fields import Field, fields_of
from aiorecombee.core.recognise import WrongValueError
from aiorecombee.requests.endpoint import Request

_PREFIX: Final = "field "  # in a namespace that options share, no option is called so


def option(field: Field) -> str:
    """`cascade_create` becomes `--cascade-create`."""
    return "--" + field.name.replace("_", "-")


def add_request(parser: argparse.ArgumentParser, cls: type[Request[Any]]) -> None:
    """Add the fields of a request: required ones by position, the others as options."""
    said = meanings(cls)
    group = parser.add_argument_group(f"what {cls.__name__} takes")
    for field in fields_of(cls):
        meaning = _help(field, said.get(field.name, ""))
        if field.required:
            group.add_argument(
                _PREFIX + field.name, metavar=metavar(field), type=_reader(field), help=meaning
            )
        elif bool in field.types:
            group.add_argument(
                option(field),
                dest=_PREFIX + field.name,
                action=argparse.BooleanOptionalAction,
                help=meaning,
            )
        else:
            group.add_argument(
                option(field),
                dest=_PREFIX + field.name,
                metavar=metavar(field),
                type=_reader(field),
                help=meaning,
            )


def make_request(options: argparse.Namespace, cls: type[Request[Any]]) -> Request[Any]:
    """The request that parsed arguments stand for; what was not given stays `None`."""
    given = vars(options)
    fields = {field.name: given[_PREFIX + field.name] for field in fields_of(cls)}
    return cls(**fields)


def example(cls: type[Request[Any]]) -> str:
    """A call of the command, without the options of the database."""
    required = " ".join(metavar(field) for field in fields_of(cls) if field.required)
    flag = next((option(f) for f in fields_of(cls) if not f.required and bool in f.types), "")
    return " ".join(filter(None, [cls.__name__, required, flag]))


def about(cls: type[Request[Any]]) -> str:
    """The documentation of the request, and how it travels."""
    return f"{description(cls)}\n\n{cls.method} {cls.path}"


def _reader(field: Field) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return from_text(field, text)
        except WrongValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


def _help(field: Field, meaning: str) -> str:
    few = choices(field)
    parts = [meaning, shape(field), f"one of {', '.join(few)}" if few else ""]
    return "; ".join(part.rstrip(".") for part in parts if part).replace("%", "%%")
