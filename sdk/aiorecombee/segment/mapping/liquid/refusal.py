"""What is raised within a template, before it becomes an error of the mapping."""

from typing import Final

from liquid import Token, TokenStream
from liquid.exceptions import LiquidSyntaxError

from aiorecombee.segment.mapping.json_text import quoted

_MOST_SHOWN: Final = 32


class FilterRefusedError(Exception):
    """A filter that is disabled, or can't do with what it was given."""


class UnreadableError(LiquidSyntaxError):
    """An expression that can't be read.

    Attributes:
        at: Where in the template.
    """

    def __init__(self, message: str, token: Token, at: int) -> None:
        super().__init__(message, token=token)
        self.at = at


def unreadable(what: str, token: Token, tokens: TokenStream) -> UnreadableError:
    """The error for a token that can't be where it is; shows what follows."""
    end = max(tokens.eof.start_index, 0)
    at = token.start_index if token.kind != tokens.eof.kind else end
    return UnreadableError(f"{what} {shown(token.source[at:end])}", token, at)


def shown(text: str) -> str:
    """A part of a template, as error messages show it."""
    return quoted(text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}...")
