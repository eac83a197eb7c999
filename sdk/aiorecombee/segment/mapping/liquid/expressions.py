"""Liquid's expressions: values, operators and filters.

The original is forgiving: of two values side by side the second is ignored, and what an operator
lacks is undefined.
"""

import re
from typing import Any, Final

from aiorecombee.segment.javascript import UNDEFINED
from aiorecombee.segment.mapping.liquid.context import Context, Evaluate
from aiorecombee.segment.mapping.liquid.operators import OPERATORS
from aiorecombee.segment.mapping.liquid.paths import read_value
from aiorecombee.segment.mapping.liquid.reader import LETTER, Reader

_OPERATOR: Final = re.compile(rf"[=!<>]=|[<>]|(?:and|contains|not|or)(?!{LETTER})")
_AFTER_FILTERS: Final = (")", ",")


def read_filtered(reader: Reader) -> Evaluate:
    """Read a value with its filters; comparisons are values, too.

    Raises:
        TemplateError: There is no value, or a filter can't be read.
    """
    value = _read_expression(reader)
    if value is None:
        raise reader.error(f"invalid value expression: {reader.shown()}")
    while (step := _read_filter(reader)) is not None:
        value = _filtered(value, *step)
    return value


def _read_expression(reader: Reader) -> Evaluate | None:
    """Put values and operators together; of equal ones, the last binds first."""
    values: list[Evaluate] = []
    waiting: list[str] = []
    while True:
        reader.skip_blanks()
        if operator := reader.match(_OPERATOR):
            rank = OPERATORS[operator].rank
            while waiting and OPERATORS[waiting[-1]].rank > rank:
                _apply(waiting.pop(), values)
            waiting.append(operator)
        elif (value := read_value(reader)) is not None:
            values.append(value)
        else:
            break
    while waiting:
        _apply(waiting.pop(), values)
    return values[0] if values else None


def _apply(operator: str, values: list[Evaluate]) -> None:
    right = values.pop() if values else _missing
    left = values.pop() if values and operator != "not" else _missing
    test = OPERATORS[operator].test
    values.append(lambda context: test(left(context), right(context), context.spend))


def _missing(_: Context) -> Any:
    return UNDEFINED


def _filtered(value: Evaluate, name: str, arguments: list[Evaluate]) -> Evaluate:
    def evaluate(context: Context) -> Any:
        found = value(context)
        apply = context.filters.get(name)
        given = [argument(context) for argument in arguments]
        return found if apply is None else apply(context.spend, found, *given)

    return evaluate


def _read_filter(reader: Reader) -> tuple[str, list[Evaluate]] | None:
    reader.skip_blanks()
    if reader.at_end() or reader.peek() in _AFTER_FILTERS:
        return None
    reader.expect("|", 'expected "|" before filter')
    name = reader.identifier()
    if not name:
        if not reader.at_end():
            raise reader.error("expected filter name")
        return None
    reader.skip_blanks()
    if reader.peek() == ":":
        return name, _read_arguments(reader)
    if reader.peek() not in ("", "|", *_AFTER_FILTERS):
        raise reader.error('expected ":" after filter name')
    return name, []


def _read_arguments(reader: Reader) -> list[Evaluate]:
    arguments: list[Evaluate] = []
    separator = ":"
    while reader.peek() == separator:
        separator = ","
        reader.at += 1
        argument = _read_argument(reader)
        if argument is not None:
            arguments.append(argument)
        reader.skip_blanks()
        if reader.peek() not in ("", "|", *_AFTER_FILTERS):
            raise reader.error(f"unexpected character {reader.shown()}")
    return arguments


def _read_argument(reader: Reader) -> Evaluate | None:
    """An argument; one with a name is a pair."""
    reader.skip_blanks()
    start = reader.at
    value = read_value(reader)
    name = reader.source[start : reader.at]
    reader.skip_blanks()
    if value is None or reader.peek() != ":":
        return value
    reader.at += 1
    named = read_value(reader) or _missing
    return lambda context: [name, named(context)]
