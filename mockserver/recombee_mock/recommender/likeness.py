"""How alike items are by what is known of them, for those that nobody had to do with yet."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final, TypeAlias

from recombee_mock.recommender import Activity

Features: TypeAlias = frozenset[object]

_SAMPLE: Final = 2000


def features(values: Mapping[str, Any]) -> Features:
    """The texts of an item, and the members of its sets, with the names of their properties."""
    found: set[object] = set()
    for name, value in values.items():
        if isinstance(value, str):
            found.add((name, value))
        elif isinstance(value, list):
            found.update((name, member) for member in value)
    return frozenset(found)


def likeness(one: Features, other: Features) -> float:
    """The share of what they have in common, from 0 to 1."""
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0


def alike(items: Iterable[str], activity: Activity) -> dict[str, float]:
    """Items that have something in common with any of `items`; in a large catalogue, of a sample.

    The more popular of two that are as like is a little ahead.
    """
    wanted = [found for found in (features(activity.values(item)) for item in items) if found]
    if not wanted:
        return {}
    popularity = activity.popularity("item")
    top = max(popularity.values(), default=0.0) or 1.0
    step = 1 + len(activity.items) // _SAMPLE
    found: dict[str, float] = {}
    for item in islice(activity.items, 0, None, step):
        own = features(activity.values(item))
        best = max(likeness(one, own) for one in wanted)
        if best > 0:
            found[item] = best * (0.9 + 0.1 * max(popularity.get(item, 0.0), 0.0) / top)
    return found
