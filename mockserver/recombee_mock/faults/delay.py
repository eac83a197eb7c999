"""How long: fixed, or drawn from a distribution; always bounded."""

import math
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, Final

import attrs

from recombee_mock.fields import FieldError, Fields

MOST: Final = 300.0
"""The longest delay, in seconds; no official client waits longer for a single request."""

_PARAMETERS: Final[Mapping[str, tuple[str, str]]] = {
    "fixed": ("seconds", ""),
    "uniform": ("from", "to"),
    "normal": ("mean", "deviation"),
    "lognormal": ("median", "sigma"),
    "exponential": ("mean", ""),
}
_DRAW: Final[Mapping[str, Callable[[Random, float, float], float]]] = {
    "fixed": lambda _, seconds, __: seconds,
    "uniform": lambda random, low, high: random.uniform(low, high),
    "normal": lambda random, mean, deviation: random.normalvariate(mean, deviation),
    "lognormal": lambda random, median, sigma: random.lognormvariate(
        math.log(median) if median else -math.inf, sigma
    ),
    "exponential": lambda random, mean, _: random.expovariate(1 / mean) if mean else 0.0,
}


@attrs.frozen
class Delay:
    """A time to wait.

    Attributes:
        kind: `fixed`, `uniform`, `normal`, `lognormal` or `exponential`.
        first: Seconds; or the lower end, mean or median.
        second: The upper end, deviation, or sigma (which has no unit).
        most: Seconds it never exceeds.
    """

    kind: str
    first: float
    second: float = 0.0
    most: float = MOST

    def draw(self, random: Random) -> float:
        """Seconds, this time."""
        return min(max(_DRAW[self.kind](random, self.first, self.second), 0.0), self.most)

    def to_json(self) -> dict[str, Any]:
        """As it is written in a rule."""
        first, second = _PARAMETERS[self.kind]
        parameters = {first: self.first, **({second: self.second} if second else {})}
        return {"kind": self.kind, **parameters, "most": self.most}


def delay_from_json(value: Any, where: str) -> Delay:
    """A number of seconds, or `{"kind": "normal", "mean": 0.2, "deviation": 0.1}`.

    Raises:
        FieldError: It is neither.
    """
    if isinstance(value, int | float) and type(value) is not bool:
        value = {"kind": "fixed", "seconds": value}
    fields = Fields(value, where)
    kind = fields.choice("kind", list(_PARAMETERS))
    first, second = _PARAMETERS[kind]
    delay = Delay(
        kind,
        fields.number(first, most=MOST),
        fields.number(second, most=MOST) if second else 0.0,
        fields.number("most", MOST, most=MOST),
    )
    fields.done()
    if kind == "uniform" and delay.first > delay.second:
        raise FieldError(f"{where}.from must not be greater than {where}.to")
    return delay
