"""Liquid's expressions in pieces: words with dashes, texts with escapes.

The tokens are python-liquid's. Its own lexer keeps words such as `limit` and `empty` from being
names of members, and knows no escapes.
"""

import re
from collections.abc import Iterator
from typing import Final

from liquid import Token, TokenStream
from liquid.token import (
    TOKEN_COLON,
    TOKEN_COMMA,
    TOKEN_DOT,
    TOKEN_EOF,
    TOKEN_EXPRESSION,
    TOKEN_FLOAT,
    TOKEN_IDENTINDEX,
    TOKEN_IDENTSTRING,
    TOKEN_INTEGER,
    TOKEN_LBRACKET,
    TOKEN_LPAREN,
    TOKEN_PIPE,
    TOKEN_RANGE,
    TOKEN_RANGE_LITERAL,
    TOKEN_RBRACKET,
    TOKEN_RPAREN,
    TOKEN_STRING,
    TOKEN_WORD,
    operators,
)

from aiorecombee.segment.mapping.liquid.refusal import UnreadableError

_QUOTED: Final = r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'"""
_WORD: Final = r"(?:[\w?-]|[^\x00-\xa0])"
_KINDS: Final = (
    (TOKEN_RANGE_LITERAL, r"\((?=[^()]*\.\.)"),
    (TOKEN_IDENTINDEX, r"\[\s*-?\d+\s*\]"),
    (TOKEN_IDENTSTRING, rf"\[\s*(?:{_QUOTED})\s*\]"),
    (TOKEN_STRING, _QUOTED),
    (TOKEN_RANGE, r"\.\."),
    (TOKEN_FLOAT, rf"[+-]?\d+\.(?!\.)\d*(?!{_WORD})"),
    (TOKEN_INTEGER, rf"[+-]?\d+(?!{_WORD})"),
    (TOKEN_DOT, r"\."),
    (TOKEN_WORD, rf"{_WORD}+"),
    (TOKEN_LPAREN, r"\("),
    (TOKEN_RPAREN, r"\)"),
    (TOKEN_LBRACKET, r"\["),
    (TOKEN_RBRACKET, r"\]"),
    (TOKEN_COLON, ":"),
    (TOKEN_COMMA, ","),
    (TOKEN_PIPE, r"\|"),
    ("operator", "[=!<>]=?"),
    ("blank", r"\s+"),
    ("other", "."),
)
_TOKEN: Final = re.compile("|".join(f"(?P<{kind}>{rule})" for kind, rule in _KINDS), re.DOTALL)
_RESERVED: Final = frozenset(
    {"and", "blank", "contains", "empty", "false", "nil", "not", "null", "or", "true"}
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{0,4})|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def inner_tokens(stream: TokenStream) -> TokenStream:
    """The tokens of the expression that is next in a template.

    Raises:
        UnreadableError: There is none.
    """
    outer = stream.current
    if outer.kind != TOKEN_EXPRESSION:
        raise UnreadableError('invalid value expression: ""', outer, outer.start_index)
    return _Expression(outer)


def _tokens(outer: Token) -> Iterator[Token]:
    previous = ""
    for found in _TOKEN.finditer(outer.value):
        kind = str(found.lastgroup)
        if kind == "blank":
            continue
        value = _value(kind, found[0])
        start = outer.start_index + found.start()
        if kind == "operator":
            kind = operators.get(value, kind)
        elif kind == TOKEN_WORD and value in _RESERVED and previous != TOKEN_DOT:
            kind = value
        yield Token(kind, value, start, outer.source)
        previous = kind


class _Expression(TokenStream):
    """The tokens of an expression; its end has a place, too."""

    def __init__(self, outer: Token) -> None:
        super().__init__(_tokens(outer))
        end = outer.start_index + len(outer.value)
        if not outer.value:  # between the braces is nothing but blanks
            end = next(at for at, one in enumerate(outer.source) if at >= end and one.strip())
        self.eof = Token(TOKEN_EOF, "", end, outer.source)


def _value(kind: str, text: str) -> str:
    if kind in (TOKEN_IDENTINDEX, TOKEN_IDENTSTRING):
        text = text[1:-1].strip()
    if kind in (TOKEN_STRING, TOKEN_IDENTSTRING):
        return _ESCAPE.sub(_unescaped, text[1:-1])
    return text.removeprefix("+") if kind in (TOKEN_INTEGER, TOKEN_FLOAT) else text


def _unescaped(escape: re.Match[str]) -> str:
    if escape[1] is not None:
        return chr(int(escape[1] or "0", 16))
    if escape[2] is not None:
        return chr(int(escape[2], 8))
    return _ESCAPED.get(escape[3], escape[3])
