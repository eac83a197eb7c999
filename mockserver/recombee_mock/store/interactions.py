"""Interactions of one kind, told apart by user, item and moment."""

from collections.abc import Iterator
from typing import NamedTuple

from recombee_mock.store.cells import Cell, Details, entries, first, grown, shrunk
from recombee_mock.store.pairs import Pairs


class Interaction(NamedTuple):
    """One interaction as it is listed."""

    timestamp: float
    user: str
    item: str
    details: Details


class Interactions:
    """All interactions of one kind."""

    __slots__ = ("_pairs",)

    def __init__(self) -> None:
        self._pairs: Pairs[Cell] = Pairs()

    def add(self, user: str, item: str, timestamp: float, details: Details = None) -> bool:
        """Whether it was added: `False`, and nothing changed, when it was there already."""
        cell = self._pairs.get(user, item)
        if cell is None:
            self._pairs.put(user, item, first(timestamp, details))
            return True
        more = grown(cell, timestamp, details)
        if more is None:
            return False
        if more is not cell:
            self._pairs.put(user, item, more)
        return True

    def delete(self, user: str, item: str, timestamp: float | None = None) -> bool:
        """Whether there was one of that moment, or with `None` any at all; all those are gone."""
        cell = self._pairs.get(user, item)
        if cell is None:
            return False
        try:
            rest = None if timestamp is None else shrunk(cell, timestamp)
        except KeyError:
            return False
        if rest is None:
            self._pairs.discard(user, item)
        return True

    def of_user(self, user: str) -> Iterator[Interaction]:
        """What a user did, in no order."""
        for item, cell in self._pairs.of_user(user):
            for timestamp, details in entries(cell):
                yield Interaction(timestamp, user, item, details)

    def of_item(self, item: str) -> Iterator[Interaction]:
        """What was done with an item, in no order."""
        for user, cell in self._pairs.of_item(item):
            for timestamp, details in entries(cell):
                yield Interaction(timestamp, user, item, details)

    def drop_user(self, user: str) -> None:
        """Delete all of a user."""
        self._pairs.drop_user(user)

    def drop_item(self, item: str) -> None:
        """Delete all of an item."""
        self._pairs.drop_item(item)

    def move_user(self, source: str, target: str) -> None:
        """Make everything of `source` the `target`'s; of two equal ones the target's stays."""
        for moved in self.of_user(source):
            self.add(target, moved.item, moved.timestamp, moved.details)
        self.drop_user(source)
