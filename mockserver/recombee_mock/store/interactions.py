"""Interactions of one kind, told apart by user, item and moment."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from recombee_mock.store.cells import (
    Cell,
    Details,
    cell_from_json,
    cell_to_json,
    entries,
    grown,
    shrunk,
    size,
)
from recombee_mock.store.pairs import Pairs


class Interaction(NamedTuple):
    """One interaction as it is listed."""

    timestamp: float
    user: str
    item: str
    details: Details


class Interactions(Pairs[Cell]):
    """All interactions of one kind."""

    __slots__ = ()

    def add(self, user: str, item: str, timestamp: float, details: Details = None) -> bool:
        """Whether it was added: `False`, and nothing changed, when it was there already."""
        had = self.put(user, item, timestamp if details is None else (timestamp, details))
        if had is None:
            return True
        more = grown(had, timestamp, details)
        if more is None:
            return False
        self.replace(user, item, more)
        return True

    def delete(self, user: str, item: str, timestamp: float | None = None) -> bool:
        """Whether there was one of that moment, or with `None` any at all; all those are gone."""
        cell = self.cell(user, item)
        if cell is None:
            return False
        try:
            rest = None if timestamp is None else shrunk(cell, timestamp)
        except KeyError:
            return False
        if rest is None:
            self.discard(user, item)
        else:
            self.replace(user, item, rest)
        return True

    def of_user(self, user: str) -> Iterator[Interaction]:
        """What a user did, in no order."""
        for item, cell in self.cells_of_user(user):
            for timestamp, details in entries(cell):
                yield Interaction(timestamp, user, item, details)

    def of_item(self, item: str) -> Iterator[Interaction]:
        """What was done with an item, in no order."""
        for user, cell in self.cells_of_item(item):
            for timestamp, details in entries(cell):
                yield Interaction(timestamp, user, item, details)

    def count(self, item: str) -> int:
        """How many there are with an item."""
        rows = self._rows
        return sum([size(rows[user][item]) for user in self._users(item)])

    def counts(self) -> Mapping[str, int]:
        """The same of every item that has any: far quicker than to ask for each."""
        found: Counter[str] = Counter()
        for row in self._rows.values():
            found.update(row.keys())
            for item, cell in row.items():
                if type(cell) is dict:
                    found[item] += size(cell) - 1
        return found

    def move_user(self, source: str, target: str) -> None:
        """Make everything of `source` the `target`'s; of two equal ones the target's stays."""
        for moved in self.of_user(source):
            self.add(target, moved.item, moved.timestamp, moved.details)
        self.drop_user(source)

    def _cell_to_json(self, cell: Cell) -> Any:
        return cell_to_json(cell)

    def _cell_from_json(self, value: Any) -> Cell:
        return cell_from_json(value)
