"""What Liquid's values are in JavaScript: text, numbers, comparisons, members."""

import math
from collections.abc import Mapping
from typing import Any, Final

from liquid.builtin.expressions.primitive import Blank, Empty

from aiorecombee.segment.javascript import (
    BLANKS,
    UNDEFINED,
    as_double,
    is_array,
    is_number,
    kind_name,
    member,
    number_text,
    tidy,
    to_number,
    to_text,
    utf16_length,
)
from aiorecombee.segment.mapping.resolver import Spend

_SIZE, _FIRST, _LAST = "size", "first", "last"
_DEEPEST: Final = 100  # arrays in arrays that are looked through for a number


def is_nothing(value: Any) -> bool:
    """Whether it is null or undefined."""
    return value is None or value is UNDEFINED


def unrolled(value: Any, spend: Spend) -> Any:
    """The value with a range as an array."""
    if not isinstance(value, range):
        return value
    spend(max(value.stop - value.start, 0))
    return list(value)


def plain(value: Any, spend: Spend) -> Any:
    """The value as JSON has it: ranges become arrays, `empty` and `blank` become ""."""
    return "" if isinstance(value, Empty | Blank) else unrolled(value, spend)


def printed(value: Any, spend: Spend) -> str:
    """The value as Liquid prints it: nothing for null, arrays without commas."""
    value = plain(value, spend)
    if is_nothing(value):
        return ""
    if is_array(value):
        spend(len(value))
        return "".join(printed(inner, spend) for inner in value)
    return to_text(value, spend)


def number(value: Any) -> float:
    """`Number(value)`."""
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


def truthy(value: Any) -> bool:
    """All but null, undefined and false."""
    return not (is_nothing(value) or value is False)


def equal(left: Any, right: Any, spend: Spend) -> bool:
    """`==`: of the same type and the same, arrays by element, objects never."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Empty | Blank):
            return _is_empty(other) or (isinstance(one, Blank) and _is_blank(other))
    if is_nothing(left) or is_nothing(right):
        return is_nothing(left) and is_nothing(right)
    if is_array(left) and is_array(right):
        spend(len(left) + 1)
        pairs = zip(left, right, strict=False)
        return len(left) == len(right) and all(equal(*pair, spend) for pair in pairs)
    if kind_name(left) != kind_name(right):
        return False
    return left is right if isinstance(left, Mapping) else bool(left == right)


def _is_empty(value: Any) -> bool:
    return (isinstance(value, str | Mapping) or is_array(value)) and not value


def _is_blank(value: Any) -> bool:
    return not truthy(value) or (isinstance(value, str) and not value.strip(BLANKS))


def less(left: Any, right: Any, spend: Spend, *, or_equal: bool = False) -> bool:
    """`<` and `<=`: text by its letters, anything else by its number."""
    if any(isinstance(one, Empty | Blank) for one in (left, right)):
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
    if isinstance(left, str):
        return ("undefined" if right is UNDEFINED else to_text(right, spend)) in left
    return False


def read(value: Any, key: Any) -> Any:
    """`value[key]`; `size`, `first` and `last` are there where no member is called so."""
    if is_nothing(value):
        return value
    if is_array(value) and is_number(key):
        return member(value, number_text(key + len(value) if key < 0 else key))
    if is_array(key):
        return UNDEFINED
    found = member(value, to_text(key))
    if found is not UNDEFINED or key not in (_SIZE, _FIRST, _LAST):
        return found
    if key == _SIZE:
        return _size(value)
    return (
        member(value, "0" if key == _FIRST else str(len(value) - 1)) if is_array(value) else found
    )


def _size(value: Any) -> Any:
    if isinstance(value, str):
        return utf16_length(value)
    return len(value) if is_array(value) or isinstance(value, Mapping) else UNDEFINED


def whole(value: float) -> float:
    """The number without its fraction; what is none stays."""
    return tidy(float(math.trunc(value))) if math.isfinite(value) else value
