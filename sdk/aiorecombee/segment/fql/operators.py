"""What each operator asks of the value that was found."""

import operator
import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from aiorecombee.segment.fql.tree import Literal
from aiorecombee.segment.javascript import (
    UNDEFINED,
    as_double,
    is_number,
    to_number,
    to_text,
    utf16_units,
)

Test: TypeAlias = Callable[[Any], bool]

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
ORDERS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "number_equals": operator.eq,
    "number_not_equals": operator.ne,
}
_PARTS: Final[dict[str, Callable[[str, str], bool]]] = {
    "contains": operator.contains,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
}
KNOWN: Final = frozenset(
    ["=", "!=", "exists", "not_exists", "is_true", "is_false", *ORDERS, *_PARTS]
    + [f"not_{part}" for part in _PARTS]
)


def compile_test(name: str, value: Literal | None) -> Test:
    """The test that an operator makes; one that Segment's engine does not know never holds."""
    if name in _FIXED:
        return _FIXED[name]
    if name in ORDERS:
        return _ordered(ORDERS[name], _number(value))
    text = "" if value is None else to_text(value)
    if name == "=":
        return lambda found: isinstance(found, str) and found == text
    if name == "!=":
        return lambda found: not isinstance(found, str) or found != text
    part = name.removeprefix("not_")
    if part in _PARTS:
        return _about_part(_PARTS[part], text, part == name)
    return _never


def _number(value: Literal | None) -> float:
    return to_number(value) if isinstance(value, str) else float(value or 0)


def _ordered(holds: Callable[[float, float], bool], number: float) -> Test:
    return lambda found: is_number(found) and holds(as_double(found), number)


def _about_part(holds: Callable[[str, str], bool], text: str, expected: bool) -> Test:
    if not _SURROGATE.search(text):
        return lambda found: isinstance(found, str) and holds(found, text) is expected

    def test(found: Any) -> bool:
        """Half a character can be found in a whole one: look at both as JavaScript does."""
        return isinstance(found, str) and holds("".join(utf16_units(found)), text) is expected

    text = "".join(utf16_units(text))
    return test


def _never(_: Any) -> bool:
    return False


_FIXED: Final[dict[str, Test]] = {
    "exists": lambda found: found is not None and found is not UNDEFINED,
    "not_exists": lambda found: found is None or found is UNDEFINED,
    "is_true": lambda found: found is True,
    "is_false": lambda found: found is False,
}
