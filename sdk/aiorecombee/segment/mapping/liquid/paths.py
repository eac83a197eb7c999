"""Liquid's values: numbers, texts, names, ranges and what is at a path of them."""

import math
import re
from typing import Any, Final

from aiorecombee.segment.javascript import to_number
from aiorecombee.segment.mapping.errors import MappingFailedError
from aiorecombee.segment.mapping.liquid.context import Context, Evaluate
from aiorecombee.segment.mapping.liquid.reader import LETTER, Reader
from aiorecombee.segment.mapping.liquid.values import BLANK, EMPTY, NIL, number, plain, read
from aiorecombee.segment.mapping.resolver import Spend

_MOST: Final = 1e9  # more than may be made
_DEEPEST: Final = 80
_WORD: Final = re.compile(rf"(?:blank|empty|false|nil|null|true)(?!{LETTER})")
_WORDS: Final = {
    "blank": BLANK,
    "empty": EMPTY,
    "false": False,
    "nil": NIL,
    "null": NIL,
    "true": True,
}
_NUMBER: Final = re.compile(rf"[+-]?[0-9]+(?:\.(?!\.)[0-9]*)?(?!\.(?!\.))(?!{LETTER})")


def read_value(reader: Reader) -> Evaluate | None:
    """Read a value; none if there is none.

    Raises:
        TemplateError: A bracket is not closed, or a range is none.
        MappingFailedError: Values are nested too deeply.
    """
    if reader.depth == _DEEPEST:
        raise MappingFailedError("the template is nested too deeply")
    reader.depth += 1
    reader.skip_blanks()
    start = _read_start(reader)
    keys = read_keys(reader, begins=start is None)
    reader.depth -= 1
    return path(start, keys) if keys else start


def _read_start(reader: Reader) -> Evaluate | None:
    if word := reader.match(_WORD):
        return _constant(_WORDS[word])
    text = reader.quoted()
    if text is not None:
        return _constant(text)
    if digits := reader.match(_NUMBER):
        return _constant(to_number(digits))
    return _read_range(reader) if reader.peek() == "(" else None


def _constant(value: Any) -> Evaluate:
    return lambda _: value


def read_keys(reader: Reader, *, begins: bool = True) -> list[Evaluate]:
    """Read a path; where it begins, its first key needs no dot.

    Raises:
        TemplateError: A bracket is not closed.
    """
    keys: list[Evaluate] = []
    while True:
        if reader.peek() == "[":
            keys.append(_read_bracket(reader))
        elif begins and not keys and (name := reader.identifier()):
            keys.append(_constant(name))
        elif reader.peek() == "." and reader.peek(1) != ".":
            reader.at += 1
            if not (name := reader.identifier()):
                return keys
            keys.append(_constant(name))
        else:
            return keys


def _read_bracket(reader: Reader) -> Evaluate:
    reader.at += 1
    key = read_value(reader) or _constant("")
    if not reader.skip_past("]"):
        raise reader.error("[ not closed")
    return key


def path(start: Evaluate | None, keys: list[Evaluate]) -> Evaluate:
    """What is at a path of a value; without one, of all that has a name."""

    def evaluate(context: Context) -> Any:
        found, *rest = [key(context) for key in keys]
        if start is None:
            value = context.find(found)
        else:
            value, rest = start(context), [found, *rest]
        for key in rest:
            value = read(value, plain(key), context.spend)
        return value

    return evaluate


def _read_range(reader: Reader) -> Evaluate:
    reader.at += 1
    low = _read_bound(reader)
    reader.skip_blanks()
    if reader.peek() != "." or reader.peek(1) != ".":
        raise reader.error("invalid range syntax")
    reader.at += 2
    high = _read_bound(reader)
    reader.skip_blanks()
    reader.expect(")", "invalid range syntax")
    return lambda context: _range(number(low(context)), number(high(context)), context.spend)


def _read_bound(reader: Reader) -> Evaluate:
    value = read_value(reader)
    if value is None:
        raise reader.error(f"unexpected token {reader.shown()}, value expected")
    return value


def _range(low: float, high: float, spend: Spend) -> list[float]:
    if not low < high + 1:
        return []
    spend(math.ceil(min(high + 1 - low, _MOST)))
    return [low + at for at in range(math.ceil(high + 1 - low))]
