"""`+ - * / % &` and unary `-` on values. Null on either side gives null."""

import math
import operator
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from recombee_mock.reql.failure import Failure
from recombee_mock.reql.values import NAN, NUMBERS, Moment, Value, kind, whole

Binary: TypeAlias = Callable[[Value, Value], Value]

_LONGEST: Final = 2**20


def add(left: Value, right: Value) -> Value:
    """Sum, text of both, union of sets, array of both."""
    if left is None or right is None:
        return None
    if type(left) in NUMBERS and type(right) in NUMBERS:
        total = left + right
        if type(total) is int:
            return whole(total)
        return Moment(total) if (type(left) is Moment) != (type(right) is Moment) else total
    if type(left) is type(right):
        if type(left) is frozenset:
            return left | right
        if type(left) in {str, tuple}:
            return _joined(left, right)
    raise mismatch("+", left, right)


def _joined(left: Value, right: Value) -> Value:
    if len(left) + len(right) > _LONGEST:
        raise Failure(f"A string or array would be longer than {_LONGEST}")
    return left + right


def subtract(left: Value, right: Value) -> Value:
    """Difference of numbers or sets."""
    if left is None or right is None:
        return None
    if type(left) in NUMBERS and type(right) in NUMBERS:
        rest = left - right
        if type(rest) is int:
            return whole(rest)
        return Moment(rest) if type(left) is Moment and type(right) is not Moment else rest
    if type(left) is frozenset and type(right) is frozenset:
        return left - right
    raise mismatch("-", left, right)


def _numeric(sign: str, calculate: Binary) -> Binary:
    def apply(left: Value, right: Value) -> Value:
        if left is None or right is None:
            return None
        if type(left) in NUMBERS and type(right) in NUMBERS:
            return calculate(left, right)
        raise mismatch(sign, left, right)

    return apply


def _product(left: float, right: float) -> float:
    product = left * right
    return whole(product) if type(product) is int else product


def _quotient(left: float, right: float) -> float:
    return left / right if right else NAN


def _remainder(left: float, right: float) -> float:
    # The sign of the dividend (unpublished: we choose C's).
    if not right or math.isinf(left):
        return NAN
    if type(left) is int and type(right) is int:
        rest = abs(left) % abs(right)
        return -rest if left < 0 else rest
    return math.fmod(left, right)


def intersect(left: Value, right: Value) -> Value:
    """What is in both sets."""
    if left is None or right is None:
        return None
    if type(left) is frozenset and type(right) is frozenset:
        return left & right
    raise mismatch("&", left, right)


def negate(value: Value) -> Value:
    """The number below zero."""
    if value is None:
        return None
    if type(value) is int:
        return whole(-value)
    if type(value) in NUMBERS:
        return type(value)(operator.neg(value))
    raise Failure(f'"-" does not negate {kind(value)}')


def mismatch(sign: str, left: Value, right: Value) -> Failure:
    """The operator does not take such values."""
    return Failure(f'"{sign}" does not take {kind(left)} and {kind(right)}')


ARITHMETIC: Final[Mapping[str, Binary]] = {
    "+": add,
    "-": subtract,
    "*": _numeric("*", _product),
    "/": _numeric("/", _quotient),
    "%": _numeric("%", _remainder),
    "&": intersect,
}
