"""What literals stand for."""

import math
import re
from typing import Final

from aiorecombee.reql.errors import ReqlSyntaxError

_LARGEST: Final = 2**63 - 1
_DIGITS: Final = len(str(_LARGEST))

_ESCAPE: Final = re.compile(r"(?:\\u[0-9a-fA-F]{4})+|\\(.)", re.DOTALL)
_CONTROL: Final = {"n": "\n", "t": "\t", "r": "\r"}


def number(text: str, at: int) -> int | float:
    """Digits only are an int, unless it has more than 64 bits; everything else is a double.

    Source: ReQL, Numbers (superfluous zeros are harmless).
    """
    digits = text.lstrip("0") or "0"  # int() refuses thousands of digits, zeros too
    if text.isdigit() and len(digits) <= _DIGITS and int(digits) <= _LARGEST:
        return int(digits)
    value = float(text)
    if math.isinf(value):
        raise ReqlSyntaxError("The number is too large for a double", at)
    return value


def text(raw: str) -> str:
    r"""What is between the quotes, read: `\"`, `\\`, `\n`, `\t`, `\r`, `\uXXXX`.

    Unpublished: we choose that any other character stands for itself after a backslash.
    """
    return _ESCAPE.sub(_unescaped, raw) if "\\" in raw else raw


def _unescaped(match: re.Match[str]) -> str:
    single = match[1]
    if single is not None:
        return _CONTROL.get(single, single)
    units = b"".join(bytes.fromhex(unit) for unit in match[0].split("\\u")[1:])
    return units.decode("utf-16-be", "replace")  # halves of a pair belong together
