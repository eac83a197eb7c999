"""The functions by name. Those with a lambda, and `reduce`, are in `folds`."""

import math
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from recombee_mock.reql import conversions, geography, lookups, numeric, texts
from recombee_mock.reql.environment import Environment
from recombee_mock.reql.values import Moment, Value

Function: TypeAlias = Callable[..., Value]


def _now(env: Environment) -> Moment:
    return env.now


PURE: Final[Mapping[str, Function]] = {
    "size": texts.size,
    "boolean": conversions.boolean,
    "number": conversions.number,
    "string": conversions.string,
    "timestamp": conversions.timestamp,
    "max": numeric.extreme("max", ">"),
    "min": numeric.extreme("min", "<"),
    "avg": numeric.average,
    "round": numeric.rounding("round", numeric.nearest),
    "floor": numeric.rounding("floor", math.floor),
    "ceil": numeric.rounding("ceil", math.ceil),
    "abs": numeric.magnitude,
    "sqrt": numeric.square_root,
    "pow": numeric.power,
    "log": numeric.logarithm,
    "upper": texts.upper,
    "lower": texts.lower,
    "split": texts.split,
    "earth_distance": geography.earth_distance,
    "geo_polygon": geography.geo_polygon,
    "geo_radius": geography.geo_radius,
}
"""Of their arguments alone, none of which is null."""

LOOKUPS: Final[Mapping[str, Function]] = {
    "context_item": lookups.context_item,
    "context_user": lookups.context_user,
    "context_segment": lookups.context_segment,
    "now": _now,
    "random": Environment.random,
    "item_values": lookups.item_values,
    "num_item_bookmarks": lookups.counting("bookmarks"),
    "num_item_detail_views": lookups.counting("detail_views"),
    "num_item_purchases": lookups.counting("purchases"),
    "num_item_ratings": lookups.count_ratings,
    "user_interactions": lookups.user_interactions,
    "segment_items": lookups.segment_items,
    "item_segments": lookups.item_segments,
}
"""Of the environment and their arguments, none of which is null."""
