"""What a single condition does that whoever wrote it may not have meant."""

import math
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import attrs

from aiorecombee.segment.fql.conditions import FUNCTIONS
from aiorecombee.segment.fql.errors import short
from aiorecombee.segment.fql.lexer import Kind, Token, end_token
from aiorecombee.segment.fql.operators import KNOWN, ORDERS
from aiorecombee.segment.fql.tree import PLAIN_FIELDS, Comparison
from aiorecombee.segment.javascript import to_number

Doubt: TypeAlias = tuple[str, str]
"""What it does, and what to write instead."""

_VALUES: Final = frozenset({Kind.TEXT, Kind.NUMBER, Kind.NAME, Kind.NULL})
_OPERATORS: Final = "There are =, !=, <, <=, >, >=, contains() and match()."
_UNKNOWN: Final = {
    "in": "Write a condition for each value, joined by `or`.",
    ".": "Keys that begin with a digit, `and`, `or` and `null` need a backslash before them.",
}

_PRESENT: Final = {
    "type": "Leave it out: every event has a type.",
    "event": 'match(event, "*") holds for any name.',
}


@attrs.frozen
class Written:
    """The tokens of a condition.

    Attributes:
        text: The whole subscription.
        function: `contains`, `match`, or "".
        field: What is looked at.
        operator: What stands in the operator's place; for a function, its name.
        value: What stands in the value's place.
    """

    text: str
    function: str
    field: Token
    operator: Token
    value: Token

    @classmethod
    def of(cls, tokens: Sequence[Token], text: str) -> "Written":
        """Tell them apart by their places."""
        if tokens[0].value == "!":
            tokens = tokens[1:]
        name = tokens[0]
        if name.value in FUNCTIONS:
            return cls(text, name.value, tokens[2], name, tokens[4])
        value = tokens[2] if len(tokens) > 2 else end_token(len(text), len(text))  # noqa: PLR2004
        return cls(text, "", name, tokens[1], value)


def doubts(comparison: Comparison, written: Written) -> Iterator[Doubt]:
    """What there is to say about a condition."""
    yield from _about_field(comparison, written)
    if comparison.operator not in KNOWN:
        remedy = _UNKNOWN.get(comparison.operator, _OPERATORS)
        yield f"`{short(comparison.operator)}` is no operator, so this never holds", remedy
    elif written.value.kind not in _VALUES:
        yield _no_value(written)
    else:
        yield from _about_value(written)
        if written.function:
            yield from _about_function(comparison, written)
        elif comparison.operator in ORDERS:
            yield from _about_order(comparison, written)
        else:
            yield from _about_equality(comparison, written)


def _about_field(comparison: Comparison, written: Written) -> Iterator[Doubt]:
    name, field = written.field.value, comparison.field
    if field.root in PLAIN_FIELDS:
        if "." in name:
            yield f"only `{field.root}` is looked at", f"Write `{field.root}`."
    elif name == field.root:
        yield f"this looks for `{name}.{name}`", f"Test a key of it: `{name}.…`."
    elif not field.path:
        yield "this names no key, so nothing is found", f"Test a key: `{field.root}.…`."
    elif not name.startswith(f"{field.root}."):
        yield f"this looks for `{field.root}.{name}`", f"Write a dot after `{field.root}`."
    if "\\." in written.text[written.field.start : written.field.end]:
        yield "a dot divides keys with a backslash, too", "Rename the key: it cannot be reached."


def _no_value(written: Written) -> Doubt:
    if written.value.kind is Kind.END:
        return 'there is no value: it is compared with the text "eos"', "Write a value."
    operator, value = written.operator.value, written.value.value
    said = f"`{operator}` compares with the text `{value}`: what follows is not looked at"
    if value == "=" and operator in {"<", ">"}:
        return said, f"Put a blank after `{operator}=`."
    if value == "=":
        return said, "Write one `=`."
    return said, "Write a value: a text in double quotes, a number, true, false or null."


def _about_value(written: Written) -> Iterator[Doubt]:
    value = written.value.value
    if value.startswith("'") and written.value.kind is Kind.TEXT:
        yield "the single quotes are part of the text", f'Write "{short(value[1:-1])}".'


def _about_function(comparison: Comparison, written: Written) -> Iterator[Doubt]:
    value = written.value
    if value.kind is not Kind.TEXT:
        yield f"`{short(value.value)}` is taken for a text", f'Write "{short(value.value)}".'
    elif written.function == "match" and value.value.startswith('"'):
        yield from _about_pattern(value.value[1:-1])
    if comparison.operator.startswith("not_"):
        yield (
            "where the value is missing or no text, this does not hold either",
            "Add a condition for these, joined by `or`, if they count.",
        )


def _about_pattern(pattern: str) -> Iterator[Doubt]:
    if not pattern.startswith("*") and not pattern.endswith("*"):
        yield (
            "without `*`, the first character is dropped and the rest is looked for at the end",
            'Write "text*" for a beginning and "*text" for an end.',
        )
    elif pattern.count("*") > 1:
        yield "only one `*` counts, the other stands for itself", "Use contains() for a middle."


def _about_order(comparison: Comparison, written: Written) -> Iterator[Doubt]:
    value = comparison.value
    if comparison.operator == "number_not_equals":
        if written.operator.value == "!=":
            yield (
                "where the value is missing or no number, this does not hold either",
                "Add a condition for these, joined by `or`, if they count.",
            )
    elif isinstance(value, str) and math.isnan(to_number(value)):
        yield f"`{short(value)}` is no number, so this never holds", "Write a number."
    elif comparison.field.root in PLAIN_FIELDS:
        yield "this holds for numbers only", f"`{comparison.field.root}` is a text: use = or !=."


def _about_equality(comparison: Comparison, written: Written) -> Iterator[Doubt]:
    value, kind = written.value.value, written.value.kind
    root, operator = comparison.field.root, comparison.operator
    if operator not in {"=", "!="}:
        return
    if root in PLAIN_FIELDS and kind in {Kind.NUMBER, Kind.NULL}:
        remedy = f'Write "{value}".'
        if kind is Kind.NULL:
            remedy = _PRESENT[root]
        yield f'this compares with the text "{value}"', remedy
    elif root not in PLAIN_FIELDS and isinstance(comparison.value, bool):
        other = "false" if comparison.value else "true"
        said = f'this compares with the text "{value}", so it holds for true and for false'
        yield said, f"Write `= {other}`."
    elif root not in PLAIN_FIELDS and kind is Kind.TEXT and _is_number(value[1:-1]):
        yield (
            "this compares with a text: no number equals it",
            f"Write {short(value[1:-1])} for numbers.",
        )


def _is_number(text: str) -> bool:
    return bool(text.strip()) and not math.isnan(to_number(text))
