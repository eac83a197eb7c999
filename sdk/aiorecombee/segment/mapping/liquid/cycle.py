"""`cycle`: one of several values, in turn."""

from aiorecombee.segment.javascript import UNDEFINED, is_falsy, to_text
from aiorecombee.segment.mapping.liquid.context import Context, Evaluate
from aiorecombee.segment.mapping.liquid.expressions import read_filtered
from aiorecombee.segment.mapping.liquid.nodes import Node, Write
from aiorecombee.segment.mapping.liquid.paths import read_value
from aiorecombee.segment.mapping.liquid.pieces import Piece
from aiorecombee.segment.mapping.liquid.reader import Reader
from aiorecombee.segment.mapping.liquid.values import plain, printed


def read_cycle(tag: Piece) -> Node:
    """`{% cycle group: value, value %}`; cycles of the same words share their turns.

    Raises:
        TemplateError: There is no value.
    """
    reader = tag.content()
    group = _read_group(reader)
    candidates, words = [], []
    while not reader.at_end():
        start = reader.at
        candidates.append(read_filtered(reader))
        words.append(reader.source[start : reader.at])
        reader.skip_past(",")
    if not candidates:
        raise reader.error(f'empty candidates: "{tag.text}"')
    return _cycle(tag.begin, group, candidates, ",".join(words))


def _read_group(reader: Reader) -> Evaluate | None:
    start = reader.at
    group = read_value(reader)
    reader.skip_blanks()
    if group is not None and reader.peek() == ":":
        reader.at += 1
        return group
    reader.at = reader.at if group is None else start
    return None


def _cycle(at: int, group: Evaluate | None, candidates: list[Evaluate], words: str) -> Node:
    def render(context: Context, write: Write) -> None:
        found = UNDEFINED if group is None else group(context)
        mark = "undefined" if found is UNDEFINED else to_text(found, context.spend)
        mark = f"{mark}:{words}"
        turn = context.turns.get(mark, 0)
        context.turns[mark] = (turn + 1) % len(candidates)
        value = plain(candidates[turn](context))
        if not is_falsy(value):
            write(printed(value, context.spend))

    return Node(at, render)
