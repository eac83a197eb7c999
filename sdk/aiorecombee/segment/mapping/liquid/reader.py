"""The text of a tag or an output, read piece by piece."""

import re
from typing import Final

import attrs

from aiorecombee.segment.javascript import paired
from aiorecombee.segment.mapping.liquid.refusal import TemplateError, shown

BLANKS: Final = (
    "\t\n\v\f\r \u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""What separates words in a template; JavaScript's own blanks are others."""

QUOTED: Final = r""""(?:\\.|[^"\\])*(?:"|\\?\Z)|'(?:\\.|[^'\\])*(?:'|\\?\Z)"""
"""A text in quotes; the second quote may be missing at the end."""

LETTER: Final = rf"(?:[A-Za-z0-9_?-]|[^\x00-\x7f{BLANKS}\u201c\u201d])"
"""What a word is made of."""

_BLANK: Final = re.compile(f"[{BLANKS}]*")
_IDENTIFIER: Final = re.compile(f"{LETTER}*")
_QUOTED: Final = re.compile(QUOTED, re.DOTALL)
_PIECE: Final = re.compile(r"[^\\]+(?=.)|\\(?:u([0-9a-fA-F]{0,4})|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@attrs.define
class Reader:
    """A place in a template, and how far reading may go.

    Attributes:
        source: The whole template.
        at: Where to read on.
        end: Where the tag or output ends.
        depth: How many values contain the one that is being read.
    """

    source: str
    at: int
    end: int
    depth: int = 0

    def at_end(self) -> bool:
        """Whether there is nothing more."""
        return self.at >= self.end

    def peek(self, ahead: int = 0) -> str:
        """A character, "" beyond the end."""
        return self.source[self.at + ahead] if self.at + ahead < self.end else ""

    def rest(self) -> str:
        """All that is left."""
        return self.source[self.at : self.end]

    def skip_blanks(self) -> None:
        """Go on to what is no blank."""
        self.match(_BLANK)

    def match(self, pattern: re.Pattern[str]) -> str:
        """What is here by a pattern; "" if it isn't."""
        found = pattern.match(self.source, self.at, self.end) if self.at < self.end else None
        if found is None:
            return ""
        self.at = found.end()
        return found[0]

    def identifier(self) -> str:
        """A word, numbers and dashes included; "" if there is none."""
        self.skip_blanks()
        return self.match(_IDENTIFIER)

    def quoted(self) -> str | None:
        """A text in quotes, escapes resolved."""
        self.skip_blanks()
        written = self.match(_QUOTED)
        return _unescaped(written) if written else None

    def skip_past(self, mark: str) -> bool:
        """Go on behind a mark; to the end if it isn't there."""
        found = self.source.find(mark, self.at, self.end)
        self.at = max(self.at, self.end) if found < 0 else found + len(mark)
        return found >= 0

    def expect(self, mark: str, message: str) -> None:
        """Read one character.

        Raises:
            TemplateError: It is another one.
        """
        found = self.peek()
        self.at += 1
        if found != mark:
            raise self.error(message)

    def error(self, message: str) -> TemplateError:
        """What is wrong here."""
        return TemplateError(message, self.at)

    def shown(self) -> str:
        """What follows, as error messages show it."""
        return shown(self.rest())


def _unescaped(written: str) -> str:
    """The text between the quotes; without a second quote the last character is lost."""
    return paired("".join(map(_piece, _PIECE.finditer(written, 1))))


def _piece(found: re.Match[str]) -> str:
    if found[1] is not None:
        return chr(int(found[1] or "0", 16))
    if found[2] is not None:
        return chr(int(found[2], 8))
    return found[0] if found[3] is None else _ESCAPED.get(found[3], found[3])
