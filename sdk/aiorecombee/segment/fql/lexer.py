"""Text to tokens, with every habit of Segment's lexer.

The ones that surprise: a quote closes a text only before a blank, a comma, `]`, `)` or the end, and
otherwise also opens the next one; `!=`, `<=` and `>=` are read only before one of these, too; and
the last word of a subscription loses its end where it is as short as the keyword it might be.

Source: Segment's package fql-ts, run.
"""

import re
from enum import Enum, auto
from typing import Final

import attrs

from aiorecombee.segment.fql.errors import SubscriptionError, short
from aiorecombee.segment.javascript import utf16_units


class Kind(Enum):
    """What a token is."""

    NAME = auto()
    DOT = auto()
    OPERATOR = auto()
    CONNECTOR = auto()
    TEXT = auto()
    NUMBER = auto()
    NULL = auto()
    OPEN = auto()
    CLOSE = auto()
    OTHER = auto()
    END = auto()


@attrs.frozen
class Token:
    """A piece of a subscription.

    Attributes:
        kind: What it is.
        value: What it says: a name without backslashes, a text with its quotes.
        start: Index of its first character.
        end: Index after its last one.
    """

    kind: Kind
    value: str
    start: int
    end: int


_BLANKS: Final = " \t\n"
_STOPS: Final = frozenset(_BLANKS + ",])")
_AFTER_NAME: Final = _STOPS | frozenset(".(=!")
_SIGNS: Final = {
    ".": Kind.DOT,
    "=": Kind.OPERATOR,
    "(": Kind.OPEN,
    ")": Kind.CLOSE,
    "[": Kind.OTHER,
    "]": Kind.OTHER,
    ",": Kind.OTHER,
}
_KEYWORDS: Final = {"a": "and", "o": "or", "n": "null"}
# JavaScript sees characters beyond the first 65,536 as two, and a backslash covers only one.
_NAME: Final = re.compile(r"(?:[A-Za-z0-9_-]|\\[^\U00010000-\U0010ffff])+", re.DOTALL)
_NAME_START: Final = re.compile(r"[A-Za-z_\\]")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_NUMBER: Final = re.compile(r"[0-9+-][0-9.]*")
_SPACE: Final = re.compile(f"[{_BLANKS}]*")


def lex(text: str) -> list[Token]:
    """The tokens of a text, an `END` last.

    Raises:
        SubscriptionError: A character is out of place.
    """
    tokens: list[Token] = []
    at = _skip_space(text, 0)
    while at < len(text):
        token, at = _token(text, at)
        tokens.append(token)
        at = _skip_space(text, at)
    return [*tokens, end_token(at, at)]


def end_token(start: int, end: int) -> Token:
    """The end; where a value is missing, Segment's engine takes it for the text `eos`."""
    return Token(Kind.END, "eos", start, end)


def _skip_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _token(text: str, at: int) -> tuple[Token, int]:
    """The token there, and where to go on; that is not always its end."""
    character = text[at]
    if character in _SIGNS:
        return _read(_SIGNS[character], text, at, at + 1)
    if character in "\"'":
        return _quoted(text, at)
    if character in "<>":
        return _read(Kind.OPERATOR, text, at, at + 1 + _is_word(text, at + 1, "="))
    if character == "!":
        return _not(text, at)
    if _NAME_START.match(character):
        return _word(text, at)
    if _NUMBER.match(character):
        return _number(text, at)
    raise SubscriptionError(f"{character!r} means nothing here; text needs quotes", at)


def _read(kind: Kind, text: str, at: int, end: int) -> tuple[Token, int]:
    return Token(kind, text[at:end], at, end), end


def _stops(text: str, at: int) -> bool:
    return at >= len(text) or text[at] in _STOPS


def _is_word(text: str, at: int, word: str) -> bool:
    return text.startswith(word, at) and _stops(text, at + len(word))


def _quoted(text: str, at: int) -> tuple[Token, int]:
    end = text.find(text[at], at + 1) + 1
    if not end:
        raise SubscriptionError(
            "a text begins here and does not end; a quote closes a text only before"
            " a blank, a comma, `)` or the end, and there is no quote within a text",
            at,
        )
    return Token(Kind.TEXT, text[at:end], at, end), end if _stops(text, end) else end - 1


def _not(text: str, at: int) -> tuple[Token, int]:
    after = text[at + 1 : at + 2]
    if after == "(" or (after.isascii() and after.isalpha()):
        return _read(Kind.OPERATOR, text, at, at + 1)
    if _is_word(text, at + 1, "="):
        return _read(Kind.OPERATOR, text, at, at + 2)
    raise SubscriptionError("`!` stands before contains( or match(, or in `!=` before a blank", at)


def _number(text: str, at: int) -> tuple[Token, int]:
    found = _NUMBER.match(text, at)
    assert found is not None  # noqa: S101  # its first character is one of a number
    token, end = _read(Kind.NUMBER, text, at, found.end())
    if token.value.count(".") > 1 or (token.value.endswith(".") and _stops(text, end)):
        raise SubscriptionError(f"{short(token.value)} is no number; text needs quotes", at)
    return token, end


def _word(text: str, at: int) -> tuple[Token, int]:
    keyword = _KEYWORDS.get(text[at])
    if keyword is not None:
        if _is_word(text, at, keyword):
            kind = Kind.NULL if keyword == "null" else Kind.CONNECTOR
            return _read(kind, text, at, at + len(keyword))
        if _is_cut_off(text, at, keyword):
            return Token(Kind.NAME, text[at], at, len(text)), len(text)
    return _name(text, at)


def _is_cut_off(text: str, at: int, keyword: str) -> bool:
    """Whether the text ends where the keyword might still go on; what was looked at is lost."""
    ahead = utf16_units(text[at + 1 : at + len(keyword)])[: len(keyword) - 1]
    return len(ahead) < len(keyword) - 1 and _STOPS.isdisjoint(ahead)


def _name(text: str, at: int) -> tuple[Token, int]:
    found = _NAME.match(text, at)
    end = found.end() if found else at
    if not found or (end < len(text) and text[end] not in _AFTER_NAME):
        after = text[end : end + 1]
        raise SubscriptionError(
            f"a name ends here, and {after!r} cannot follow it; put a blank between,"
            " or write it as a text in double quotes",
            end,
        )
    return Token(Kind.NAME, _ESCAPED.sub(r"\1", found[0]), at, end), end
