"""Counting requests: a few additions of numbers for each, everything else when somebody asks."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

import attrs

BOUNDS: Final = (
    0.0001,
    0.00025,
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
)
"""Upper ends of the buckets of durations, in seconds."""

_TOOK: Final = len(BOUNDS) + 1
_RECEIVED: Final = _TOOK + 1
_SENT: Final = _TOOK + 2
_ITEMS: Final = _TOOK + 3
_EMPTY: Final = (*(0,) * _TOOK, 0.0, 0, 0, 0)
_MOST: Final = 10_000

Key: TypeAlias = tuple[str, str, int]


@attrs.frozen
class Tally:
    """What was counted of one database, operation and status.

    Attributes:
        database: `""` for all that are not served.
        operation: Request class, `""` when none was understood.
        status: Of the answers.
        buckets: Requests by how long they took, by `BOUNDS`; the last is above all of them.
        took: Seconds, all together.
        received: Bytes of request bodies.
        sent: Bytes of answers' bodies.
        items: Requests that were in batches.
    """

    database: str
    operation: str
    status: int
    buckets: tuple[int, ...]
    took: float
    received: int
    sent: int
    items: int

    @property
    def count(self) -> int:
        """Requests."""
        return sum(self.buckets)


class Meter:
    """Counts requests by database, operation and status, and faults by their names."""

    def __init__(self) -> None:
        self.faults: dict[str, int] = {}
        self._series: dict[Key, list[float]] = {}

    def count(
        self,
        database: str,
        operation: str,
        status: int,
        took: float,
        received: int,
        sent: int,
        items: int,
    ) -> None:
        """Count one request; `database` must be one that is served, or `""`."""
        key = (database, operation, status)
        try:
            series = self._series[key]
        except KeyError:
            series = self._new(key)
        series[bisect_left(BOUNDS, took)] += 1
        series[_TOOK] += took
        series[_RECEIVED] += received
        series[_SENT] += sent
        if items:
            series[_ITEMS] += items

    def count_fault(self, fault: str) -> None:
        """Count one fault."""
        if fault in self.faults or len(self.faults) < _MOST:
            self.faults[fault] = self.faults.get(fault, 0) + 1

    def tallies(self, served: Iterable[str]) -> list[Tally]:
        """All counts, sorted; what is served no more counts for `""`."""
        self._fold(set(served))
        return [_tally(key, series) for key, series in sorted(self._series.items())]

    def _new(self, key: Key) -> list[float]:
        if len(self._series) >= _MOST:  # databases come and go with every test
            self._fold({key[0]})
        return self._series.setdefault(key, list(_EMPTY))

    def _fold(self, served: set[str]) -> None:
        for key in [key for key in self._series if key[0] and key[0] not in served]:
            gone = self._series.pop(key)
            rest = self._series.setdefault(("", *key[1:]), list(_EMPTY))
            rest[:] = map(sum, zip(rest, gone, strict=True))


def by_operation(tallies: Iterable[Tally]) -> Mapping[str, list[Tally]]:
    """The counts of each operation."""
    found: dict[str, list[Tally]] = {}
    for tally in tallies:
        found.setdefault(tally.operation, []).append(tally)
    return found


def _tally(key: Key, series: list[float]) -> Tally:
    *buckets, took, received, sent, items = series
    whole = (int(received), int(sent), int(items))
    return Tally(*key, tuple(map(int, buckets)), took, *whole)
