"""JavaScript's view of JSON values: truth, numbers, text.

Segment's engine is JavaScript, and its habits show in what arrives: an ID `507` becomes `"507"`, an
ID `1e21` becomes `"1e+21"`, a quantity `" 2 "` counts as 2.

Source: ECMAScript, Number::toString, StringToNumber and ToBoolean.
"""

import math
import re
from collections.abc import Mapping, Sequence
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
_BLANKS: Final = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INFINITE: Final = re.compile(r"[+-]?Infinity")
_OTHER_BASE: Final = re.compile(r"0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)")
_BASES: Final = {"x": 16, "o": 8, "b": 2}


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


def type_name(value: object) -> str:
    """The JSON type with its article: `a string`, `an array`, `null`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    if is_number(value):
        return "a number"
    return "an array" if is_array(value) else "an object"


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


def to_number(text: str) -> float:
    """`Number(text)`; NaN for what is none, 0 for blanks."""
    text = text.strip(_BLANKS)
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


def to_text(value: object) -> str:
    """`String(value)`: arrays are joined with commas, objects tell nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return number_text(value)
    if is_array(value):
        return ",".join("" if part is None else to_text(part) for part in value)
    return "null" if value is None else "[object Object]"


def member(value: object, key: str) -> Any:
    """`value[key]` for JSON values; text and arrays have indices and a `length`."""
    if isinstance(value, Mapping):
        return value.get(key, UNDEFINED)
    units: Sequence[Any]
    if isinstance(value, str):
        units = value if value.isascii() else _utf16_units(value)
    elif is_array(value):
        units = value
    else:
        return UNDEFINED
    if key == "length":
        return len(units)
    if key.isascii() and key.isdigit() and (key == "0" or key[0] != "0") and len(key) < 16:  # noqa: PLR2004  # longer ones are beyond any array
        return units[int(key)] if int(key) < len(units) else UNDEFINED
    return UNDEFINED


def _utf16_units(text: str) -> list[str]:
    raw = text.encode("utf-16-le", "surrogatepass")
    return [raw[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(raw), 2)]
