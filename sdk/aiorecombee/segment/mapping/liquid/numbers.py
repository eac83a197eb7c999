"""Filters for numbers. A text counts as the number it holds; what is none counts as 0."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from aiorecombee.segment.javascript import as_double, number_text, to_number
from aiorecombee.segment.mapping.liquid.values import number, number_or_zero
from aiorecombee.segment.mapping.resolver import Spend

_MOST_EXACT: Final = 2**53 - 1


def _of(calculate: Callable[[float, float], float]) -> Callable[..., float]:
    """With one number of two missing there is none."""

    def run(_: Spend, value: Any, *others: Any) -> float:
        if not others:
            return math.nan
        return as_double(calculate(float(number_or_zero(value)), float(number_or_zero(others[0]))))

    return run


def _of_all(choose: Callable[[list[float]], float]) -> Callable[..., float]:
    return lambda _, *values: as_double(choose([number_or_zero(value) for value in values]))


def divided(dividend: float, divisor: float) -> float:
    """`dividend / divisor`, by zero as well."""
    if divisor:
        return dividend / divisor
    if not dividend or math.isnan(dividend):
        return math.nan
    return math.copysign(math.inf, dividend) * math.copysign(1, divisor)


def _divided_by(_: Spend, value: Any, *others: Any) -> float:
    if not others:
        return math.nan
    found = divided(float(number_or_zero(value)), float(number_or_zero(others[0])))
    return _floor(found) if number_or_zero(others[1] if others[1:] else 0) else as_double(found)


def _floor(value: float) -> float:
    return as_double(math.floor(value)) if math.isfinite(value) else value


def _remainder(value: float, other: float) -> float:
    if not other or math.isinf(value):
        return math.nan
    return math.fmod(math.fmod(value, other) + other, other)


def _round(_: Spend, value: Any, digits: Any = 0) -> float:
    found, places = float(number_or_zero(value)), number_or_zero(digits)
    scaled = _shifted(abs(found), places)
    if not scaled <= _MOST_EXACT:
        return as_double(found)
    rounded = _shifted(math.floor(scaled + 0.5) if scaled < _MOST_EXACT else scaled, -places)
    return as_double(math.copysign(rounded, found))


def _shifted(value: float, places: float) -> float:
    """The number with its point moved, done on its digits to stay exact."""
    mantissa, _, power = number_text(value).partition("e")
    return to_number(f"{mantissa}e{number_text(number(power or '0') + places)}")


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "abs": lambda _, value: as_double(abs(number_or_zero(value))),
    "at_least": _of_all(max),
    "at_most": _of_all(min),
    "ceil": lambda _, value: -_floor(-number_or_zero(value)),
    "divided_by": _divided_by,
    "floor": lambda _, value: _floor(number_or_zero(value)),
    "minus": _of(lambda value, other: value - other),
    "modulo": _of(_remainder),
    "plus": _of(lambda value, other: value + other),
    "round": _round,
    "times": _of(lambda value, other: value * other),
    "to_integer": lambda _, value: number(value),
}
