"""`if` and `unless`: the first block whose condition is as wanted, or else the last."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import attrs

from aiorecombee.segment.mapping.json_text import quoted
from aiorecombee.segment.mapping.liquid.context import Context, Evaluate
from aiorecombee.segment.mapping.liquid.expressions import read_filtered
from aiorecombee.segment.mapping.liquid.nodes import Node, Write, render_all
from aiorecombee.segment.mapping.liquid.pieces import Piece, Pieces
from aiorecombee.segment.mapping.liquid.refusal import TemplateError
from aiorecombee.segment.mapping.liquid.values import truthy

ReadNode: TypeAlias = Callable[[Piece, Pieces], Node]
"""Reads what begins with a piece; takes what else belongs to it from the rest."""


@attrs.define
class _Branch:
    condition: Evaluate | None = None
    wanted: bool = True
    block: list[Node] = attrs.field(factory=list)

    def holds(self, context: Context) -> bool:
        return self.condition is None or truthy(self.condition(context)) is self.wanted


def read_if(tag: Piece, rest: Pieces, read_node: ReadNode) -> Node:
    """`{% if value %}`, with `elsif` and `else`.

    Raises:
        TemplateError: It is not closed, or its parts are not in order.
    """
    branches = [_Branch(read_filtered(tag.content()))]
    for piece in _parts(tag, rest, "endif"):
        if piece.name == "elsif":
            _check(tag, branches, "unexpected elsif after else")
            branches.append(_Branch(read_filtered(piece.content())))
        elif piece.name == "else":
            _check_alone(tag, piece)
            _check(tag, branches, "duplicated else")
            branches.append(_Branch())
        elif piece.name == "endif":
            _check_alone(tag, piece)
        else:
            branches[-1].block.append(read_node(piece, rest))
    return Node(tag.begin, _rendering(branches))


def read_unless(tag: Piece, rest: Pieces, read_node: ReadNode) -> Node:
    """`{% unless value %}`, with `elsif` and `else`; what follows the `else` in vain is ignored.

    Raises:
        TemplateError: It is not closed.
    """
    branches = [_Branch(read_filtered(tag.content()), wanted=False)]
    ignored = _Branch()
    current = branches[0]
    for piece in _parts(tag, rest, "endunless"):
        if piece.name in ("elsif", "else"):
            after_else = branches[-1].condition is None
            condition = None
            if piece.name == "elsif" and not after_else:
                condition = read_filtered(piece.content())
            current = ignored if after_else else _Branch(condition)
            branches += [] if after_else else [current]
        elif piece.name != "endunless":
            current.block.append(read_node(piece, rest))
    return Node(tag.begin, _rendering(branches))


def _parts(tag: Piece, rest: Pieces, end: str) -> Iterator[Piece]:
    """The pieces up to the end; reading one may take more of the rest."""
    while rest:
        piece = rest.popleft()
        yield piece
        if piece.name == end:
            return
    raise not_closed(tag)


def not_closed(tag: Piece) -> TemplateError:
    """The error for a tag that has no end."""
    return TemplateError(f"tag {tag.text} not closed", tag.begin, "ParseError")


def _check(tag: Piece, branches: list[_Branch], message: str) -> None:
    if branches[-1].condition is None:
        raise TemplateError(message, tag.begin, "ParseError")


def _check_alone(tag: Piece, part: Piece) -> None:
    beside = part.content().rest()
    if beside:
        raise TemplateError(f"unexpected {quoted(beside)}", tag.begin, "ParseError")


def _rendering(branches: list[_Branch]) -> Callable[[Context, Write], None]:
    def render(context: Context, write: Write) -> None:
        for branch in branches:
            if branch.holds(context):
                return render_all(branch.block, context, write)
        return None

    return render
