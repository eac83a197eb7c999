"""Liquid's operators, as JavaScript compares."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import attrs

from aiorecombee.segment.mapping.liquid.values import contains, equal, less, truthy
from aiorecombee.segment.mapping.resolver import Spend

_Test: TypeAlias = Callable[[Any, Any, Spend], bool]


@attrs.frozen
class Operator:
    """A question about two values.

    Attributes:
        rank: How tightly it binds.
        test: The answer.
    """

    rank: int
    test: _Test


OPERATORS: Final[Mapping[str, Operator]] = {
    "!=": Operator(2, lambda left, right, spend: not equal(left, right, spend)),
    "<": Operator(2, less),
    "<=": Operator(2, lambda left, right, spend: less(left, right, spend, or_equal=True)),
    "==": Operator(2, equal),
    ">": Operator(2, lambda left, right, spend: less(right, left, spend)),
    ">=": Operator(2, lambda left, right, spend: less(right, left, spend, or_equal=True)),
    "and": Operator(0, lambda left, right, _: truthy(left) and truthy(right)),
    "contains": Operator(2, contains),
    "not": Operator(1, lambda _, right, __: not truthy(right)),
    "or": Operator(0, lambda left, right, _: truthy(left) or truthy(right)),
}
