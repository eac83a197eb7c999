"""Tokens of one condition to the condition."""

import re
from typing import Final

from aiorecombee.segment.fql.errors import short
from aiorecombee.segment.fql.lexer import Kind, Token
from aiorecombee.segment.fql.tree import (
    OBJECT_FIELDS,
    PLAIN_FIELDS,
    Comparison,
    Failing,
    Field,
    Literal,
    Span,
)
from aiorecombee.segment.javascript import to_number, to_text, utf16_units

FUNCTIONS: Final = frozenset({"contains", "match"})
_ABOUT_PRESENCE: Final = {("!=", "null"): "exists", ("=", "null"): "not_exists"}
_ABOUT_TRUTH: Final = {("=", "true"): "is_true", ("=", "false"): "is_false"}
_SPECIAL: Final = {
    "name": _ABOUT_PRESENCE,
    "userId": _ABOUT_PRESENCE | _ABOUT_TRUTH,
    **dict.fromkeys(OBJECT_FIELDS, _ABOUT_PRESENCE | _ABOUT_TRUTH),
}
_ABOUT_NUMBERS: Final = {"=": "number_equals", "!=": "number_not_equals"}
_IN_FUNCTIONS: Final = PLAIN_FIELDS - {"type"}
_KEYS: Final = re.compile(r"[^\[.\]]+")
_NO_KEYS: Final = "Cannot read properties of null (reading 'reduce')"


def read_comparison(name: Token, root: str, operator: Token, value: Token) -> Comparison | Failing:
    """`field operator value`."""
    span = Span(name.start, value.start if value.kind is Kind.END else value.end)
    special = _SPECIAL.get(root, {}).get((operator.value, value.value))
    if special is not None:
        return _comparison(name.value, root, special, None, span)
    literal = _literal(value)
    if root in PLAIN_FIELDS:
        return _comparison(name.value, root, operator.value, to_text(literal), span)
    meaning = operator.value
    if value.kind is Kind.NUMBER:
        meaning = _ABOUT_NUMBERS.get(meaning, meaning)
    return _comparison(name.value, root, meaning, literal, span)


def read_function(
    function: str, field: Token, value: Token, span: Span, *, negated: bool
) -> Comparison | Failing | None:
    """`contains(field, value)` or `match(field, value)`; None where the field is none of theirs."""
    root = _root_in_function(field.value)
    if root is None:
        return None
    operator, text = "contains", to_text(_literal(value))
    if function == "match":
        operator, text = _pattern(value, text)
    return _comparison(field.value, root, f"not_{operator}" if negated else operator, text, span)


def _pattern(value: Token, text: str) -> tuple[str, str]:
    """A beginning (all of it but the last character), or an end (all of it but the first)."""
    if value.value.endswith('*"'):
        return "starts_with", text[:-1]
    return "ends_with", "".join(utf16_units(text[:1])[1:]) + text[1:]


def _root_in_function(name: str) -> str | None:
    if name in _IN_FUNCTIONS:
        return name
    return next((root for root in OBJECT_FIELDS if name.startswith(root)), None)


def _comparison(
    name: str, root: str, operator: str, value: Literal | None, span: Span
) -> Comparison | Failing:
    if root in PLAIN_FIELDS:
        return Comparison(Field(root), operator, value, span)
    keys = name.removeprefix(f"{root}.")
    path = tuple(_KEYS.findall(keys))
    if keys and not path:
        return Failing(f"`{short(name)}` names no key", _NO_KEYS, span)
    return Comparison(Field(root, path), operator, value, span)


def _literal(token: Token) -> Literal:
    if token.kind is Kind.TEXT:
        return token.value.removeprefix('"').removesuffix('"')
    if token.kind is Kind.NUMBER:
        return to_number(token.value)
    if token.kind is Kind.NAME and token.value in {"true", "false"}:
        return token.value == "true"
    return token.value
