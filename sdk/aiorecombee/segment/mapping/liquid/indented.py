"""JSON text on several lines, as `JSON.stringify` has it with a third argument."""

import re
from typing import Any, Final

from aiorecombee.segment.javascript import is_number
from aiorecombee.segment.mapping.resolver import Spend

_MOST: Final = 10
_PIECE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\[\]|\{\}|[\[{\]},:]|[^"\[{\]},:]+')


def indented(text: str, space: Any, spend: Spend) -> str:
    """The text with its members on lines of their own.

    Args:
        text: JSON without blanks.
        space: How many blanks, or what else, stands before a member; the text stays if nothing.
        spend: Told the length of each line's beginning.
    """
    margin = _margin(space)
    if not margin:
        return text
    pieces, depth = [], 0
    for piece in _PIECE.findall(text):
        if piece in ("[", "{", "]", "}", ","):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(piece, 0)
            line = "\n" + margin * depth
            spend(len(line))
            pieces.append(line + piece if piece in "]}" else piece + line)
        else:
            pieces.append(": " if piece == ":" else piece)
    return "".join(pieces)


def _margin(space: Any) -> str:
    if isinstance(space, str):
        return space[:_MOST]
    return " " * int(max(min(_MOST, space), 0)) if is_number(space) else ""
