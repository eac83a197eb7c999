"""Whose turn it is: pure decisions about lanes."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import takewhile
from typing import NamedTuple

import attrs


class Waiting(NamedTuple):
    """An item as far as its turn is concerned.

    Attributes:
        number: Its number.
        lanes: Numbers of its lanes.
        barrier: It travels alone in them.
        due: When it may be tried again, in Unix seconds; 0 if it was never tried.
    """

    number: int
    lanes: tuple[int, ...]
    barrier: bool
    due: float = 0.0


@attrs.frozen
class Admission:
    """What becomes of items that were looked at for the first time.

    Attributes:
        taken: Those that can be leased at once.
        kept: Those that wait.
    """

    taken: tuple[Waiting, ...]
    kept: tuple[Waiting, ...]


def admit(items: Sequence[Waiting], occupied: AbstractSet[int]) -> Admission:
    """Decide about the next items of the log, in their order.

    Args:
        items: All of them can be leased, as far as their number is concerned.
        occupied: Lanes with items in front of these.
    """
    shut = set(occupied)
    open_lanes: set[int] = set()
    taken: list[Waiting] = []
    kept: list[Waiting] = []
    for item in items:
        if not item.barrier and item.lanes[0] not in shut:  # most are such
            taken.append(item)
            open_lanes.add(item.lanes[0])
        elif item.barrier and not any(one in open_lanes or one in shut for one in item.lanes):
            taken.append(item)
            shut.update(item.lanes)
        else:
            kept.append(item)
            shut.update(item.lanes)
    return Admission(tuple(taken), tuple(kept))


def together(items: Iterable[Waiting], now: float) -> list[Waiting]:
    """The first items of a lane that travel together now, if the first is no barrier."""
    return list(takewhile(lambda item: item.due <= now and not item.barrier, items))
