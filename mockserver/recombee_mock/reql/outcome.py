"""Outcomes as the API gives them."""

import math
import re
import sys
from typing import Any, Final

from recombee_mock.reql.conversions import string
from recombee_mock.reql.failure import Failure
from recombee_mock.reql.values import NUMBERS, Record, Value, kind, ordered, unpacked

_SEGMENT: Final = re.compile(r"[a-zA-Z0-9_\-:@.]+")


def as_json(value: Value) -> Any:
    """An outcome of `reqlExpressions`.

    Only scalars are published. We choose: sets and arrays become arrays, sets in order; maps
    objects; timestamps Unix seconds; what is no finite number null.
    """
    if value is None or type(value) is bool:
        return value
    if type(value) in NUMBERS:
        return _number(value)
    if type(value) is str:
        return value.encode("utf-8", "replace").decode() if not value.isascii() else value
    if type(value) in {frozenset, tuple}:
        return [as_json(unpacked(member)) for member in ordered(value)]
    if type(value) is Record:
        return {as_json(name): as_json(unpacked(one)) for name, one in value.content.items()}
    raise Failure(f"{kind(value).capitalize()} cannot be answered")


def _number(value: Value) -> Any:
    if type(value) is int:
        return value
    return float(value) if math.isfinite(value) else None


def as_factor(value: Value) -> float:
    """An outcome of a booster.

    Unpublished: we choose 1 for null and NaN, and 0 for what is below.
    """
    if value is None:
        return 1.0
    if type(value) is not int and type(value) is not float:
        raise Failure(f"A booster must be a number, but this is {kind(value)}", 0)
    if math.isnan(value):
        return 1.0
    return min(max(float(value), 0.0), sys.float_info.max)


def as_segments(value: Value) -> list[str]:
    """An outcome of an auto segmentation: IDs of segments, sorted.

    Unpublished: we choose to convert what is no string, and to leave out null and what is no ID.
    """
    if value is None:
        return []
    if type(value) is not frozenset:
        raise Failure(f"The expression must be a set, but this is {kind(value)}", 0)
    given = (unpacked(member) for member in value if member is not None)
    texts = {one if type(one) is str else string(one) for one in given}
    return sorted(text for text in texts if text and _SEGMENT.fullmatch(text))
