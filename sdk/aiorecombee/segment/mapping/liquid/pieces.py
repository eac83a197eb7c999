"""A template taken apart: text, outputs and tags, with the blanks around them."""

import re
from collections import deque
from typing import Final, TypeAlias

import attrs

from aiorecombee.segment.mapping.liquid.reader import BLANKS, LETTER, QUOTED, Reader
from aiorecombee.segment.mapping.liquid.refusal import TemplateError, shown

_OPENING: Final = re.compile(r"\{\{|\{%")
_OUTPUT: Final = re.compile(rf"\{{\{{(?:{QUOTED}|(?!\}}\}})[^\"'])*\}}\}}", re.DOTALL)
_END_OF_RAW: Final = re.compile(rf"\{{%[{BLANKS}]*endraw(?!{LETTER})(?:(?!\{{%).)*?%\}}", re.DOTALL)


@attrs.define
class Piece:
    """A text, an output or a tag.

    Attributes:
        begin: Where it begins in the template.
        end: Where it ends.
        text: What it prints, for a text; all that it is, for others.
        name: Of a tag; "" for others.
        reader: Reads what is in a tag (behind its name) or an output; texts have none.
    """

    begin: int
    end: int
    text: str
    name: str = ""
    reader: Reader | None = None

    def content(self) -> Reader:
        """What reads the piece; a text has nothing to read."""
        return self.reader or Reader(self.text, 0, 0)


Pieces: TypeAlias = deque[Piece]


def take_apart(template: str) -> Pieces:
    """The pieces of a template.

    Raises:
        TemplateError: Something is not closed, or a tag has no name.
    """
    pieces: Pieces = deque()
    at = 0
    while at < len(template):
        opening = _OPENING.search(template, at)
        begin = len(template) if opening is None else opening.start()
        if begin > at:
            pieces.append(Piece(at, begin, template[at:begin]))
        if opening is None:
            break
        piece = _tag(template, begin) if opening[0] == "{%" else _output(template, begin)
        pieces.append(piece)
        at = piece.end
        if piece.name == "raw" and at < len(template):
            at = _add_raw(template, piece, pieces)
    _strip(pieces)
    return pieces


def _tag(template: str, begin: int) -> Piece:
    end = template.find("%}", begin + 1)
    if end < 0:
        raise TemplateError(f"tag {shown(template[begin:])} not closed", begin)
    return named_piece(template, begin, end + 2, inner=(begin + 2, end))


def named_piece(
    template: str,
    begin: int,
    end: int,
    inner: tuple[int, int],
    nameless: str = "illegal tag syntax, tag name expected",
) -> Piece:
    """A tag.

    Args:
        template: The whole.
        begin: Where the tag begins.
        end: Where it ends.
        inner: The same, without braces.
        nameless: What is wrong if it has no name.

    Raises:
        TemplateError: It has no name.
    """
    reader = _inside(template, *inner)
    reader.skip_blanks()
    if reader.source[reader.at : reader.at + 1] == "#":
        name = "#"
        reader.at += 1
    else:
        name = reader.identifier()
    if not name:
        raise reader.error(nameless)
    reader.skip_blanks()
    return Piece(begin, end, template[begin:end], name, reader)


def lines_of(tag: Piece) -> Pieces:
    """The tags within `{% liquid %}`, one a line.

    Raises:
        TemplateError: One has no name.
    """
    reader = tag.content()
    lines: Pieces = deque()
    while True:
        reader.skip_blanks()
        if reader.at_end():
            return lines
        begin = reader.at
        reader.skip_past("\n")
        inner = begin, reader.at
        lines.append(
            named_piece(reader.source, *inner, inner=inner, nameless="illegal liquid tag syntax")
        )


def _output(template: str, begin: int) -> Piece:
    found = _OUTPUT.match(template, begin)
    if found is None:
        raise TemplateError(f"output {shown(template[begin:])} not closed", begin)
    end = found.end()
    return Piece(begin, end, found[0], reader=_inside(template, begin + 2, end - 2))


def _inside(template: str, begin: int, end: int) -> Reader:
    """What is between braces, without dashes and blanks at both ends."""
    first = begin + (template[begin : begin + 1] == "-")
    last = end - (template[end - 1] == "-")
    while first < last and template[first] in BLANKS:
        first += 1
    while last > first and template[last - 1] in BLANKS:
        last -= 1
    return Reader(template, first, last)


def _add_raw(template: str, raw: Piece, pieces: Pieces) -> int:
    """Add what no tag within counts in, and the tag that ends it."""
    found = _END_OF_RAW.search(template, raw.end)
    if found is None:
        raise TemplateError(f"raw {shown(template[raw.begin :])} not closed", raw.end)
    if found.start() > raw.end:
        pieces.append(Piece(raw.end, found.start(), template[raw.end : found.start()]))
    inner = found.start() + 2, found.end() - 2
    pieces.append(named_piece(template, found.start(), found.end(), inner))
    return found.end()


def _strip(pieces: Pieces) -> None:
    """Take the blanks away that dashes say are too many; not within `raw`."""
    within_raw = False
    before: Piece | None = None
    dash = False
    for piece in pieces:
        if piece.reader is None:
            if dash:
                piece.text = piece.text.lstrip(BLANKS)
            before, dash = piece, False
            continue
        if not within_raw and before is not None and piece.text[2:3] == "-":
            before.text = before.text.rstrip(BLANKS)
        within_raw = piece.name == "raw" or (within_raw and piece.name != "endraw")
        before, dash = None, not within_raw and piece.text[-3:-2] == "-"
