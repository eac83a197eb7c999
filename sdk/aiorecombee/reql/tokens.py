"""Words of the language: text in, tokens out."""

import re
from typing import Final, NamedTuple

from aiorecombee.reql.errors import ReqlSyntaxError

MAX_LENGTH: Final = 65_536
"""Characters an expression may have. Unpublished: we choose 64 KiB."""

KEYWORDS: Final = frozenset(
    {"and", "or", "not", "in", "if", "then", "else", "lambda", "true", "false", "null"}
)


class Token(NamedTuple):
    """One word.

    Attributes:
        kind: `number`, `text`, `property`, `name`, `end`; of a keyword or sign the word itself.
        text: As written, without the quotes.
        at: Where it starts, in characters.
    """

    kind: str
    text: str
    at: int


# Possessive loops: a text without its closing quote must not be tried in every way there is.
_TOKEN: Final = re.compile(
    r"""
    (?P<blank> [ \t\r\n]++ | //[^\r\n]*+ )
  | (?P<number> [0-9]++ (?:\.[0-9]++)? (?:[eE][+-]?[0-9]++)? )
  | "(?P<text> (?:[^"\\]++ | \\.)*+ )"
  | '(?P<property> [^'\r\n]*+ )'
  | (?P<name> [A-Za-z][A-Za-z0-9_]*+ )
  | (?P<sign> == | != | <= | >= | &(?!&) | <(?!>) | [-+*/%>()\[\]{},:] )
    """,
    re.VERBOSE | re.DOTALL,
)

_REMEDIES: Final = {
    "=": 'Compare with "==".',
    "&&": 'Write "and".',
    "&": 'Write "and".',
    "||": 'Write "or".',
    "|": 'Write "or"; the union of sets is "+".',
    "!": 'Write "not".',
    "<>": 'Write "!=".',
    "<": 'Write "!=".',
    '"': "Close the text with another double quote.",
    "'": "Close the name with another single quote, on the same line.",
    ".": "Numbers have a digit before and after the point.",
    "#": 'Comments begin with "//".',
    "/*": 'Comments begin with "//".',
    ";": "An expression is one value; there are no statements.",
    "?": "Write: if … then … else …",
    "^": "Write pow(x, y).",
}


def tokens(source: str) -> list[Token]:
    """All words of an expression, and the end.

    Raises:
        ReqlSyntaxError: Something in it is no word.
    """
    if len(source) > MAX_LENGTH:
        raise ReqlSyntaxError(f"The expression has more than {MAX_LENGTH} characters", MAX_LENGTH)
    found: list[Token] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None or not match.lastgroup:
            raise _unreadable(source, at)
        kind, text, end = match.lastgroup, match[match.lastgroup], match.end()
        if kind == "number" and _runs_on(source, end):
            raise ReqlSyntaxError(f"The number {text[:20]} runs on", end, _REMEDIES["."])
        if kind != "blank":
            found.append(Token(_kind(kind, text), text, at))
        at = end
    found.append(Token("end", "", len(source)))
    return found


def _kind(group: str, text: str) -> str:
    if group == "sign":
        return text
    if group == "name" and text.lower() in KEYWORDS:
        return text.lower()
    return group


def _runs_on(source: str, end: int) -> bool:
    following = source[end : end + 1]
    return following.isalnum() or following in {".", "_"}


def _unreadable(source: str, at: int) -> ReqlSyntaxError:
    sign = source[at : at + 2] if source[at : at + 2] in _REMEDIES else source[at]
    remedy = _REMEDIES.get(sign, "")
    if sign == '"':
        return ReqlSyntaxError("A text is not closed", at, remedy)
    if sign == "'":
        return ReqlSyntaxError("The name of a property is not closed", at, remedy)
    return ReqlSyntaxError(f"Unexpected {_shown(sign)}", at, remedy)


def _shown(sign: str) -> str:
    return f'"{sign}"' if sign.isprintable() else ascii(sign)
