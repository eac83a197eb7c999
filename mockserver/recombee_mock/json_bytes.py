"""JSON text in and out: orjson when it is installed, the standard library otherwise.

Both read the same language: UTF-8 only, no NaN, no Infinity, no number that overflows a double, no
lone surrogates. Integers beyond 64 bits become floats. Of a repeated key the last value counts.
"""

import json
import math
from collections.abc import Callable
from typing import Any, Final

_SURROGATE: Final = "\\ud"
_SIGNED: Final = -(2**63)
_UNSIGNED: Final = 2**64


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a JSON number")


def _real(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError("number is too large for a double")
    return value


def _whole(digits: str) -> int | float:
    # int() of thousands of digits is slow on purpose; such a number is a double anyway.
    value = int(digits) if len(digits) <= len(str(_UNSIGNED)) else _UNSIGNED
    return value if _SIGNED <= value < _UNSIGNED else _real(digits)


_decoder = json.JSONDecoder(parse_constant=_refuse, parse_float=_real, parse_int=_whole)
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def plain_loads(text: bytes) -> Any:
    """Read JSON with the standard library; raises `ValueError`."""
    decoded = text.decode("utf-8")
    try:
        value = _decoder.decode(decoded)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _SURROGATE in decoded.lower():
        plain_dumps(value)  # an escaped lone surrogate cannot be encoded
    return value


def plain_dumps(value: Any) -> bytes:
    """Write JSON with the standard library."""
    return _encoder.encode(value).encode("utf-8")


loads: Callable[[bytes], Any]
dumps: Callable[[Any], bytes]

try:
    import orjson
except ImportError:
    loads, dumps = plain_loads, plain_dumps
else:
    loads, dumps = orjson.loads, orjson.dumps
