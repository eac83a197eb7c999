"""Functions of numbers. Whatever has no number as its outcome is NaN, as a division by zero is."""

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Final

from recombee_mock.reql.comparing import COMPARISONS, comparable
from recombee_mock.reql.failure import Failure
from recombee_mock.reql.values import NAN, NUMBERS, Value, kind, ordered, unpacked, whole

_BITS: Final = 63
_DECIMAL: Final = 10
_BINARY: Final = 2


def numbers(name: str, *values: Value) -> None:
    """Refuse what is no number."""
    for value in values:
        if type(value) not in NUMBERS:
            raise Failure(f"{name}() takes numbers, not {kind(value)}")


def rounding(name: str, toward: Callable[[float], int]) -> Callable[[Value], Value]:
    """A function to the nearest int of some sort."""

    def apply(value: Value) -> Value:
        numbers(name, value)
        return whole(toward(value)) if math.isfinite(value) else float(value)

    return apply


def nearest(value: float) -> int:
    """Halves go away from zero (published for positive ones)."""
    below = math.floor(abs(value))
    found = below + (abs(value) - below >= 0.5)  # noqa: PLR2004  (a half)
    return -found if value < 0 else found


def magnitude(value: Value) -> Value:
    """Without its sign."""
    numbers("abs", value)
    return whole(abs(value)) if type(value) is int else type(value)(abs(value))


def square_root(value: Value) -> float:
    """Of what is below zero there is none."""
    numbers("sqrt", value)
    return math.sqrt(value) if value >= 0 else NAN


def power(value: Value, exponent: Value) -> Value:
    """Exact for ints as long as it has 64 bits."""
    numbers("pow", value, exponent)
    if type(value) is int and type(exponent) is int and exponent >= 0:
        if abs(value) <= 1:
            return value ** min(exponent, 2 - exponent % 2)
        if value.bit_length() * exponent <= 2 * _BITS:
            return whole(value**exponent)
    try:
        return math.pow(value, exponent)
    except OverflowError:
        return -math.inf if value < 0 and exponent % 2 == 1 else math.inf
    except ValueError:
        return NAN


def logarithm(value: Value, base: Value = _DECIMAL) -> float:
    """Exact of exact powers. Source: ReQL, Math (the base is 10 unless given)."""
    numbers("log", value, base)
    if not (value > 0 and base > 0 and base != 1):
        return NAN
    if base == _DECIMAL:
        return math.log10(value)
    if base == _BINARY:
        return math.log2(value)
    found = math.log(value) / math.log(base)
    if not math.isfinite(found):
        return found
    near = round(found)
    return float(near) if power(base, near) == value else found


def extreme(name: str, sign: str) -> Callable[..., Value]:
    """`max` or `min` of several, or of one set or array; of equals the first."""
    better = COMPARISONS[sign]

    def further(found: Value, value: Value) -> Value:
        if not comparable(found, value):
            raise Failure(f"{name}() cannot compare {kind(found)} with {kind(value)}")
        return value if better(value, found) else found

    def apply(*values: Value) -> Value:
        given = _several(name, values)
        if not given or any(value is None for value in given):
            return None
        if not comparable(given[0], given[0]):
            raise Failure(f"{name}() cannot compare {kind(given[0])}")
        return reduce(further, given)

    return apply


def average(*values: Value) -> Value:
    """Of several, or of one set or array."""
    given = _several("avg", values)
    if not given or any(value is None for value in given):
        return None
    numbers("avg", *given)
    return float(sum(map(float, given)) / len(given))


def _several(name: str, values: Sequence[Value]) -> list[Value]:
    if len(values) > 1:
        return list(values)
    if type(values[0]) in {frozenset, tuple}:
        return [unpacked(member) for member in ordered(values[0])]
    raise Failure(f"{name}() of one argument takes a set or an array, not {kind(values[0])}")
