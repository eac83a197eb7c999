"""JavaScript's view of JSON values: truth, numbers, text.

Segment's engine is JavaScript, and its habits show in what arrives: an ID `507` becomes `"507"`, an
ID `1e21` becomes `"1e+21"`, a quantity `" 2 "` counts as 2.

Source: ECMAScript, Number::toString, StringToNumber, ToBoolean and OrdinaryOwnPropertyKeys.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from typing import Any, Final, TypeGuard


class _Undefined(Enum):
    UNDEFINED = "undefined"


UNDEFINED: Final = _Undefined.UNDEFINED
"""What a lookup of something missing gives; not the same as null, which is `None`."""

_MOST_EXACT: Final = 2**53
_PLAIN_DIGITS: Final = 21  # from 1e21 on, numbers are printed with an exponent
_LEADING_ZEROS: Final = -6  # and below 1e-6
BLANKS: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What JavaScript takes for white space; Python has other ideas about some."""

_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INFINITE: Final = re.compile(r"[+-]?Infinity")
_OTHER_BASE: Final = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_BASES: Final = {"x": 16, "o": 8, "b": 2}
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")
_MOST_INDEX: Final = 2**32 - 2
_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")
_HALF: Final = re.compile("[\ud800-\udbff]")


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether JSON calls it a number (a boolean is none)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_array(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether it is an array."""
    return isinstance(value, list | tuple)


def is_falsy(value: object) -> bool:
    """Null, undefined, false, zero, NaN and "" are; empty arrays and objects are not."""
    if value is None or value is UNDEFINED or value is False:
        return True
    if is_number(value):
        return value == 0 or value != value  # noqa: PLR0124  # NaN
    return isinstance(value, str) and not value


def kind_name(value: object) -> str:
    """What JavaScript calls the value: `string`, `array`, `null`, `undefined` and so on."""
    if value is None or value is UNDEFINED:
        return "null" if value is None else "undefined"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "string"
    if is_number(value):
        return "number"
    return "array" if is_array(value) else "object"


def type_name(value: object) -> str:
    """The JSON type with its article: `a string`, `an array`, `null`."""
    kind = kind_name(value)
    if kind == "null":
        return kind
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def as_double(value: float) -> float:
    """The same number at the precision that JavaScript has for it."""
    if isinstance(value, int) and -_MOST_EXACT <= value <= _MOST_EXACT:
        return value
    try:
        return tidy(float(value))
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def tidy(value: float) -> float:
    """A whole number without `.0`, as JavaScript writes it in JSON."""
    return int(value) if value.is_integer() and abs(value) <= _MOST_EXACT else value


def trim(text: str) -> str:
    """The text without the blanks around it."""
    return text.strip(BLANKS)


def to_number(text: str) -> float:
    """`Number(text)`; NaN for what is none, 0 for blanks."""
    text = trim(text)
    if not text:
        return 0
    if _DECIMAL.fullmatch(text):
        return tidy(float(text))
    if _INFINITE.fullmatch(text):
        return float(text)
    if _OTHER_BASE.fullmatch(text):
        return as_double(int(text[2:], _BASES[text[1].lower()]))
    return math.nan


def number_text(value: float) -> str:
    """The number as JavaScript prints it."""
    if isinstance(value, int) and -_MOST_EXACT <= value <= _MOST_EXACT:
        return str(value)
    value = float(as_double(value))
    if math.isnan(value) or math.isinf(value):
        return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    if value == 0:
        return "0"
    return ("-" if value < 0 else "") + _digits_text(abs(value))


def _digits_text(value: float) -> str:
    parts = Decimal(repr(value)).as_tuple()
    assert isinstance(parts.exponent, int)  # noqa: S101  # neither NaN nor infinite
    point = len(parts.digits) + parts.exponent
    digits = "".join(map(str, parts.digits)).rstrip("0")
    if len(digits) <= point <= _PLAIN_DIGITS:
        return digits.ljust(point, "0")
    if 0 < point <= _PLAIN_DIGITS:
        return f"{digits[:point]}.{digits[point:]}"
    if _LEADING_ZEROS < point <= 0:
        return "0." + "0" * -point + digits
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{mantissa}e{point - 1:+d}"


def _freely(_: int) -> None:
    """Nobody counts."""


def to_text(value: object, spend: Callable[[int], None] = _freely) -> str:
    """`String(value)`: arrays are joined with commas, objects tell nothing.

    Args:
        value: Any JSON value.
        spend: Told the length of each piece before it is kept; may raise.
    """
    if isinstance(value, str):
        spend(len(value))
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return number_text(value)
    if is_array(value):
        spend(len(value))
        return ",".join(
            "" if part is None or part is UNDEFINED else to_text(part, spend) for part in value
        )
    return "null" if value is None else "[object Object]"


def member(value: object, key: str) -> Any:
    """`value[key]` for JSON values; text and arrays have indices and a `length`."""
    if isinstance(value, Mapping):
        return value.get(key, UNDEFINED)
    if isinstance(value, str):
        return utf16_length(value) if key == "length" else _at(utf16_units(value), key)
    if is_array(value):
        return len(value) if key == "length" else _at(value, key)
    return UNDEFINED


def _at(units: Sequence[Any], key: str) -> Any:
    if not is_index(key):
        return UNDEFINED
    return units[int(key)] if int(key) < len(units) else UNDEFINED


def is_index(key: str) -> bool:
    """Whether a key is the index of an array: `0`, `17`, but not `01`."""
    return _INDEX.fullmatch(key) is not None and int(key) <= _MOST_INDEX


def ordered_items(value: Mapping[Any, Any]) -> Iterable[tuple[str, Any]]:
    """Keys and values as JavaScript lists them: indices first, by size, then the rest."""
    keys = [str(key) for key in value]
    if not any(key[:1].isdigit() and is_index(key) for key in keys):
        return value.items()
    indices = sorted(filter(is_index, keys), key=int)
    return [(key, value[key]) for key in (*indices, *(key for key in keys if not is_index(key)))]


def utf16_length(text: str) -> int:
    """The `length` of a text: what is beyond the first 65,536 characters counts twice."""
    return len(text) if text.isascii() else len(text) + len(_ASTRAL.findall(text))


def utf16_units(text: str) -> Sequence[str]:
    """The text as JavaScript's indices see it, a surrogate at a time."""
    if text.isascii() or not _ASTRAL.search(text):
        return text
    raw = text.encode("utf-16-le", "surrogatepass")
    return [raw[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(raw), 2)]


def paired(text: str) -> str:
    """The text with the halves of a character that have come together as that character."""
    if text.isascii() or not _HALF.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def well_formed(text: str) -> str:
    """The text with what is half a character replaced, as it is when JavaScript writes UTF-8."""
    return (
        text
        if text.isascii()
        else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )
