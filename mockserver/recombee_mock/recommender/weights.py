"""How much an interaction counts: by its kind, its age, and what it says.

Source: recommendation logics ("more important actions have higher weight"); the figures are ours.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from recombee_mock.store.cells import Cell, entries
from recombee_mock.store.view_portions import Portion

Weigh: TypeAlias = Callable[[Any, float], float]
"""From a cell and the present to what the cell counts."""

HALF: Final = 30 * 86_400.0
"""Seconds after which an interaction counts half."""

_MORE_THAN_ONCE: Final = 1.5
_LIKED: Final = 2.0
_WATCHED: Final = 1.5

IMPORTANCE: Final = {
    "purchases": 5.0,
    "cart_additions": 3.0,
    "bookmarks": 2.5,
    "ratings": _LIKED,
    "view_portions": _WATCHED,
    "detail_views": 1.0,
}


def faded(moment: float, now: float) -> float:
    """What is left of something that happened at `moment`; never nothing, however long ago."""
    age = now - moment
    return 1.0 if age <= 0 else HALF / (HALF + age)


def counting(importance: float) -> Weigh:
    """For kinds that say no more than that something happened."""

    def weigh(cell: Cell, now: float) -> float:
        if type(cell) is float:
            age = now - cell
            return importance if age <= 0 else importance * HALF / (HALF + age)
        moment = max(moment for moment, _ in entries(cell))
        often = _MORE_THAN_ONCE if isinstance(cell, dict) else 1.0
        return importance * often * faded(moment, now)

    return weigh


def rated(cell: Cell, now: float) -> float:
    """The latest rating; a bad one counts against."""
    if type(cell) is tuple:
        moment, details = cell
    else:
        moment, details = max(entries(cell), key=lambda entry: entry[0])
    return _LIKED * float(details[0] if details else 0.0) * faded(moment, now)


def watched(cell: dict[str | None, Portion], now: float) -> float:
    """The most that was seen in a session."""
    best = max(cell.values(), key=lambda portion: portion.portion)
    return _WATCHED * best.portion * faded(best.timestamp, now)


WEIGH: Final[dict[str, Weigh]] = {
    **{name: counting(importance) for name, importance in IMPORTANCE.items()},
    "ratings": rated,
    "view_portions": watched,
}
