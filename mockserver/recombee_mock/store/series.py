"""Series: items and other series in an order of time."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

Member: TypeAlias = tuple[Literal["item", "series"], str]


class Entry(NamedTuple):
    """One position of a series."""

    time: float
    member: Member


class SeriesShelf:
    """All series. A member may stand in a series several times, at different times."""

    __slots__ = ("_containing", "_series")

    def __init__(self) -> None:
        self._series: dict[str, dict[Member, dict[float, None]]] = {}
        self._containing: dict[Member, dict[str, None]] = {}

    def __contains__(self, series: str) -> bool:
        return series in self._series

    def ids(self) -> list[str]:
        """All IDs, sorted."""
        return sorted(self._series)

    def add(self, series: str) -> None:
        """Create the series unless it exists."""
        self._series.setdefault(series, {})

    def delete(self, series: str) -> None:
        """Delete an existing series, its entries, and its places in other series."""
        self.drop_member(("series", series))
        for member in list(self._series[series]):
            self.remove(series, member)
        del self._series[series]

    def insert(self, series: str, member: Member, time: float) -> bool:
        """Whether it was inserted: `False` when the member stood at that time already."""
        times = self._series[series].setdefault(member, {})
        if time in times:
            return False
        times[time] = None
        self._containing.setdefault(member, {})[series] = None
        return True

    def remove(self, series: str, member: Member) -> bool:
        """Whether the member was in the series; all its entries there are gone."""
        if self._series[series].pop(member, None) is None:
            return False
        containing = self._containing[member]
        del containing[series]
        if not containing:
            del self._containing[member]
        return True

    def drop_member(self, member: Member) -> None:
        """Take a member out of every series."""
        for series in list(self._containing.get(member, ())):
            self.remove(series, member)

    def entries(self, series: str) -> Iterator[Entry]:
        """Entries of an existing series, by time, then by ID."""
        yield from sorted(
            Entry(time, member) for member, times in self._series[series].items() for time in times
        )

    def dump(self) -> Any:
        """All of it as JSON."""
        return {
            series: [[*member, list(times)] for member, times in members.items()]
            for series, members in self._series.items()
        }

    def load(self, dumped: Any) -> None:
        """Take over what was dumped."""
        for series, members in dumped.items():
            self.add(series)
            for kind, member, times in members:
                for time in times:
                    self.insert(series, (kind, member), time)
