"""What JSON can hold, whatever codec writes it.

Left to themselves the codecs differ: one writes NaN as null, another as `NaN`; one takes UUIDs,
another integer keys. Here are the values that mean the same to all of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import inf
from numbers import Integral, Real
from typing import Any, Final

from aiorecombee.requests.inputs import Input

_DEEPEST: Final = 100
_INTEGERS: Final = range(-(2**63), 2**64)


class NotJsonError(Exception):
    """A value that JSON cannot hold; the text continues a sentence that names it."""


def is_plain_json(value: Any, depth: int = _DEEPEST) -> bool:
    """Whether a value is certainly JSON: quick, and false for some that `require_json` takes."""
    kind = value.__class__
    if kind is str or kind is bool or value is None:
        return True
    if kind is float:
        return bool(-inf < value < inf)
    if kind is int:
        return value in _INTEGERS
    if kind is dict:
        return depth > 0 and all(
            key.__class__ is str and is_plain_json(inner, depth - 1) for key, inner in value.items()
        )
    if kind is list:
        return depth > 0 and all(is_plain_json(inner, depth - 1) for inner in value)
    return False


def require_json(value: Any, where: str = "", depth: int = _DEEPEST) -> None:
    """Refuse what JSON cannot hold.

    Raises:
        NotJsonError: Says what it is and where it stands.
    """
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, Real):
        _require_number(value, where)
    elif depth == 0:
        raise NotJsonError(f"is nested more than {_DEEPEST} levels deep")
    else:
        for path, inner in _inside(value, where):
            require_json(inner, path, depth - 1)


def _inside(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Input):
        value = value.given()
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise NotJsonError(f"has the key {key!r}{_at(where)}, which is no text")
            yield f"{where}.{key}" if where else key, inner
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        for index, inner in enumerate(value):
            yield f"{where}[{index}]", inner
    else:
        raise NotJsonError(f"has a {type(value).__name__}{_at(where)}, which JSON cannot hold")


def _require_number(value: Any, where: str) -> None:
    if isinstance(value, Integral):
        if int(value) not in _INTEGERS:
            raise NotJsonError(f"has an integer beyond 64 bits{_at(where)}")
    elif not -inf < value < inf:
        raise NotJsonError(f"has {value}{_at(where)}: JSON knows finite numbers only")


def _at(where: str) -> str:
    return f" at {where!r}" if where else ""
