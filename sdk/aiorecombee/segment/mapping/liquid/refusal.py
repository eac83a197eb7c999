"""What is raised within a template, before it becomes an error of the mapping."""

from typing import Final

from aiorecombee.segment.javascript import paired, utf16_length, utf16_units
from aiorecombee.segment.mapping.errors import MappingFailedError
from aiorecombee.segment.mapping.json_text import quoted

_MOST_SHOWN: Final = 32


class FilterRefusedError(Exception):
    """A filter that is disabled, or can't do with what it was given."""


class TemplateError(Exception):
    """A template that can't be read, or not be rendered.

    Attributes:
        message: What the engine says, without the place.
        at: The place: an index of the template.
        name: The engine's name for the error.
    """

    def __init__(self, message: str, at: int, name: str = "TokenizationError") -> None:
        super().__init__(message, at, name)
        self.message = message
        self.at = at
        self.name = name


def located(error: TemplateError, template: str) -> MappingFailedError:
    """The error as the mapping kit reports it; columns count UTF-16 units."""
    before = template[: error.at]
    line, start = before.count("\n") + 1, before.rfind("\n") + 1
    column = utf16_length(before[start:]) + error.at - len(before) + 1
    return MappingFailedError(f"{error.message}, line:{line}, col:{column}", "liquid", error.name)


def shown(text: str) -> str:
    """A part of a template, as error messages show it."""
    if utf16_length(text) > _MOST_SHOWN:
        text = paired("".join(utf16_units(text)[: _MOST_SHOWN - 3])) + "..."
    return quoted(text)
