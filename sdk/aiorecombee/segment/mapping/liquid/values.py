"""What Liquid's values are in JavaScript: text, numbers, comparisons, members."""

import math
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from aiorecombee.segment.javascript import (
    BLANKS,
    UNDEFINED,
    as_double,
    is_array,
    is_number,
    kind_name,
    member,
    number_text,
    paired,
    to_number,
    to_text,
    utf16_length,
)
from aiorecombee.segment.mapping.resolver import Spend


class _Word(Enum):
    BLANK = "blank"
    EMPTY = "empty"
    NIL = "nil"


BLANK: Final = _Word.BLANK
EMPTY: Final = _Word.EMPTY
NIL: Final = _Word.NIL
"""The words that compare in their own way."""

BLOCK: Final = object()
"""What `block` stands for within a block: an object of which nothing is known."""

_SIZE, _FIRST, _LAST = "size", "first", "last"
_MOST_STEPS: Final = 1e9  # more than there is to step over
_DEEPEST: Final = 100  # arrays in arrays that are looked through for a number


def is_nothing(value: Any) -> bool:
    """Whether it is null or undefined."""
    return value is None or value is UNDEFINED


def plain(value: Any) -> Any:
    """The value as JSON has it: `nil` becomes null, `empty` and `blank` become ""."""
    if not isinstance(value, _Word):
        return value
    return None if value is NIL else ""


def printed(value: Any, spend: Spend) -> str:
    """The value as Liquid prints it: nothing for null, arrays without commas."""
    value = plain(value)
    if is_nothing(value):
        return ""
    if is_array(value):
        spend(len(value))
        return paired("".join([printed(inner, spend) for inner in value]))
    return to_text(value, spend)


def number(value: Any) -> float:
    """`Number(value)`."""
    value = plain(value)
    if is_number(value):
        return as_double(value)
    if value is None or isinstance(value, bool):
        return int(bool(value))
    if is_array(value):
        return _number_of_array(value)
    return to_number(value) if isinstance(value, str) else math.nan


def _number_of_array(value: Any) -> float:
    """An array is its text; with more than one element that has a comma."""
    for _ in range(_DEEPEST):
        if not is_array(value):
            break
        if len(value) != 1:
            return math.nan if value else 0
        value = value[0]
    if is_nothing(value):
        return 0
    return math.nan if isinstance(value, bool) else number(value)


def number_or_zero(value: Any) -> float:
    """The number that filters for numbers see."""
    found = number(value)
    return 0 if math.isnan(found) else found


def count_to(limit: float) -> int:
    """How many steps a loop makes that counts from 0 to below a limit."""
    return 0 if math.isnan(limit) else math.ceil(max(min(limit, _MOST_STEPS), 0))


def truthy(value: Any) -> bool:
    """All but null, undefined and false."""
    return not (is_nothing(plain(value)) or value is False)


def equal(left: Any, right: Any, spend: Spend) -> bool:
    """`==`: of the same type and the same, arrays by element, other objects only themselves."""
    if isinstance(left, _Word):
        return _is_word(right, left)
    if isinstance(right, _Word):
        return _is_word(left, right)
    if is_array(left) and is_array(right):
        spend(len(left) + 1)
        pairs = zip(left, right, strict=False)
        return len(left) == len(right) and all(equal(*pair, spend) for pair in pairs)
    if kind_name(left) != kind_name(right):
        return False
    return left is right if isinstance(left, Mapping) else bool(left == right)


def _is_word(value: Any, word: _Word) -> bool:
    if is_nothing(plain(value)):
        return word is not EMPTY
    if word is NIL or isinstance(value, _Word):
        return False
    return _is_empty(value) or (word is BLANK and _is_blank(value))


def _is_empty(value: Any) -> bool:
    return (isinstance(value, str | Mapping) or is_array(value)) and not value


def _is_blank(value: Any) -> bool:
    return value is False or (isinstance(value, str) and not value.strip(BLANKS))


def less(left: Any, right: Any, spend: Spend, *, or_equal: bool = False) -> bool:
    """`<` and `<=`: text by its letters, anything else by its number."""
    if isinstance(left, _Word) or isinstance(right, _Word):
        return False
    left, right = _primitive(left, spend), _primitive(right, spend)
    texts = isinstance(left, str) and isinstance(right, str)
    one, other = (_units(left), _units(right)) if texts else (number(left), number(right))
    return one <= other if or_equal else one < other


def _primitive(value: Any, spend: Spend) -> Any:
    return to_text(value, spend) if is_array(value) or isinstance(value, Mapping) else value


def _units(text: str) -> Any:
    return text.encode("utf-16-be", "surrogatepass")


def contains(left: Any, right: Any, spend: Spend) -> bool:
    """Whether an array has an element, or a text another text."""
    if is_array(left):
        return any(equal(inner, right, spend) for inner in left)
    left, right = plain(left), plain(right)
    if isinstance(left, str):
        return ("undefined" if right is UNDEFINED else to_text(right, spend)) in left
    return False


def read(value: Any, key: Any, spend: Spend) -> Any:
    """`value[key]`; `size`, `first` and `last` are there where no member is called so."""
    value = plain(value)
    if is_nothing(value):
        return value
    if is_array(value) and is_number(key):
        return member(value, number_text(key + len(value) if key < 0 else key))
    found = member(value, to_text(key, spend))
    if found is not UNDEFINED or not isinstance(key, str):
        return found
    if key == _SIZE:
        return _size(value)
    if is_array(value) and key in (_FIRST, _LAST):
        return member(value, "0" if key == _FIRST else str(len(value) - 1))
    return found


def _size(value: Any) -> Any:
    if isinstance(value, str):
        return utf16_length(value)
    return len(value) if is_array(value) or isinstance(value, Mapping) else UNDEFINED
