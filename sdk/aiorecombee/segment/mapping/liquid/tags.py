"""Tags of Liquid: those that Segment allows; the others are refused."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final, NoReturn, TypeAlias

from aiorecombee.segment.javascript import as_double, is_number, member, number_text, paired
from aiorecombee.segment.mapping.liquid.branches import ReadNode, not_closed, read_if, read_unless
from aiorecombee.segment.mapping.liquid.context import Context
from aiorecombee.segment.mapping.liquid.cycle import read_cycle
from aiorecombee.segment.mapping.liquid.expressions import read_filtered
from aiorecombee.segment.mapping.liquid.nodes import Node, StoppedError, Write, render_all
from aiorecombee.segment.mapping.liquid.pieces import Piece, Pieces, lines_of
from aiorecombee.segment.mapping.liquid.refusal import TemplateError
from aiorecombee.segment.mapping.liquid.values import printed

_LINE_WITHOUT_MARK: Final = re.compile(r"\n[^\S\x1c-\x1f\x85]*[^#\s]")
_Read: TypeAlias = Callable[[Piece, Pieces, ReadNode], Node]


def read_nodes(pieces: Pieces) -> list[Node]:
    """Read all pieces.

    Raises:
        TemplateError: A tag is unknown, disabled, not closed or not in order.
    """
    nodes = []
    while pieces:
        nodes.append(_read_node(pieces.popleft(), pieces))
    return nodes


def _read_node(piece: Piece, rest: Pieces) -> Node:
    if piece.reader is None:
        return Node(piece.begin, lambda _, write: write(piece.text))
    if not piece.name:
        return _read_output(piece, rest, _read_node)
    read = _TAGS.get(piece.name)
    if read is None:
        raise TemplateError(f'tag "{piece.name}" not found', piece.begin, "ParseError")
    return read(piece, rest, _read_node)


def _read_output(piece: Piece, _: Pieces, __: ReadNode) -> Node:
    value = read_filtered(piece.content())

    def render(context: Context, write: Write) -> None:
        write(printed(value(context), context.spend))

    return Node(piece.begin, render)


def _read_echo(tag: Piece, rest: Pieces, read_node: ReadNode) -> Node:
    if tag.content().at_end():
        return Node(tag.begin, _nothing)
    return _read_output(tag, rest, read_node)


def _nothing(_: Context, __: Write) -> None:
    """What prints nothing."""


def _read_assign(tag: Piece, _: Pieces, __: ReadNode) -> Node:
    reader = tag.content()
    name = reader.identifier()
    if not name:
        raise reader.error("expected variable name")
    reader.skip_blanks()
    if reader.peek() != "=":
        raise reader.error('expected "="')
    reader.at += 1
    value = read_filtered(reader)

    def render(context: Context, _: Write) -> None:
        context.assigned[name] = value(context)

    return Node(tag.begin, render)


def _read_capture(tag: Piece, rest: Pieces, read_node: ReadNode) -> Node:
    reader = tag.content()
    name = reader.identifier() or reader.quoted()
    if name is None:
        raise reader.error("invalid capture name")
    nodes = [read_node(piece, rest) for piece in _until(tag, rest, "endcapture")]

    def render(context: Context, _: Write) -> None:
        written: list[str] = []
        render_all(nodes, context, written.append)
        text = paired("".join(written))
        context.spend(len(text))
        context.assigned[name] = text

    return Node(tag.begin, render)


def _read_block(tag: Piece, rest: Pieces, read_node: ReadNode) -> Node:
    """Without a layout, a block prints what is in it."""
    nodes = [read_node(piece, rest) for piece in _until(tag, rest, "endblock")]

    def render(context: Context, write: Write) -> None:
        context.blocks += 1
        render_all(nodes, context, write)
        context.blocks -= 1

    return Node(tag.begin, render)


def _read_comment(tag: Piece, rest: Pieces, _: ReadNode) -> Node:
    for _piece in _until(tag, rest, "endcomment"):
        pass
    return Node(tag.begin, _nothing)


def _read_raw(tag: Piece, rest: Pieces, _: ReadNode) -> Node:
    text = "".join([piece.text for piece in _until(tag, rest, "endraw")])
    return Node(tag.begin, lambda _, write: write(text))


def _until(tag: Piece, rest: Pieces, end: str) -> Iterator[Piece]:
    while rest:
        piece = rest.popleft()
        if piece.name == end:
            return
        yield piece
    raise not_closed(tag)


def _read_line_comment(tag: Piece, _: Pieces, __: ReadNode) -> Node:
    if _LINE_WITHOUT_MARK.search(tag.content().rest()):
        message = "every line of an inline comment must start with a '#' character"
        raise TemplateError(message, tag.begin, "ParseError")
    return Node(tag.begin, _nothing)


def _read_liquid(tag: Piece, _: Pieces, __: ReadNode) -> Node:
    nodes = read_nodes(lines_of(tag))
    return Node(tag.begin, lambda context, write: render_all(nodes, context, write))


def _read_counter(tag: Piece, _: Pieces, __: ReadNode, *, step: int) -> Node:
    """`increment` prints and counts, `decrement` counts and prints."""
    name = tag.content().identifier()

    def render(context: Context, write: Write) -> None:
        value = context.counters.get(name, member(context.data, name))
        before = value if is_number(value) else 0
        after = as_double(float(before) + step)
        context.counters[name] = after
        write(number_text(after if step < 0 else before))

    return Node(tag.begin, render)


def _read_stop(tag: Piece, _: Pieces, __: ReadNode) -> Node:
    def render(_: Context, __: Write) -> None:
        raise StoppedError

    return Node(tag.begin, render)


def _refuse(tag: Piece, _: Pieces, __: ReadNode) -> NoReturn:
    raise TemplateError(f'tag "{tag.name}" is disabled', tag.begin, "ParseError")


DISABLED: Final = ("case", "for", "include", "layout", "render", "tablerow")

_TAGS: Final[Mapping[str, _Read]] = {
    "#": _read_line_comment,
    "assign": _read_assign,
    "block": _read_block,
    "break": _read_stop,
    "capture": _read_capture,
    "comment": _read_comment,
    "continue": _read_stop,
    "cycle": lambda tag, _, __: read_cycle(tag),
    "decrement": partial(_read_counter, step=-1),
    "echo": _read_echo,
    "if": read_if,
    "increment": partial(_read_counter, step=1),
    "liquid": _read_liquid,
    "raw": _read_raw,
    "unless": read_unless,
    **dict.fromkeys(DISABLED, _refuse),
}
