"""What users of a database did, read from its tables when somebody asks.

Nothing is kept: adding an interaction costs what it cost without recommendations.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Any, Final, Literal

from recombee_mock.recommender.rankings import Ranking
from recombee_mock.recommender.weights import IMPORTANCE, WEIGH
from recombee_mock.store.contents import Contents
from recombee_mock.store.pairs import Pairs

_MANY: Final = 200


class Traces:
    """The `Activity` of one database at one moment."""

    __slots__ = ("_contents", "_now", "_rankings", "_tables")

    def __init__(self, contents: Contents, now: float) -> None:
        self._contents = contents
        self._now = now
        self._rankings: dict[str, Ranking] = {}
        self._tables = [(table, WEIGH[name]) for name, table in kinds(contents)]

    @property
    def items(self) -> Collection[str]:
        """IDs of all items."""
        return self._contents.items.ids

    @property
    def users(self) -> Collection[str]:
        """IDs of all users."""
        return self._contents.users.ids

    def values(self, item: str) -> Mapping[str, Any]:
        """Properties of an item that are set."""
        return self._contents.items.row(item)

    def tastes(self, user: str, limit: int = _MANY) -> dict[str, float]:
        """The latest items of a user, and how much each counts."""
        now = self._now
        found: dict[str, float] = {}
        for table, weigh in self._tables:
            row = table.row(user)
            latest: Iterable[str] = row
            if len(row) > limit:
                latest = islice(reversed(row), limit)
            for item in latest:
                found[item] = found.get(item, 0.0) + weigh(row[item], now)
        return found

    def audience(self, item: str, limit: int = _MANY) -> dict[str, float]:
        """The latest users of an item, and how much it counts for each."""
        now = self._now
        found: dict[str, float] = {}
        for table, weigh in self._tables:
            for user in table.latest_users(item, limit):
                found[user] = found.get(user, 0.0) + weigh(table.row(user)[item], now)
        return found

    def popularity(self, entity: Literal["item", "user"]) -> Mapping[str, float]:
        """How much was done with each item, or by each user."""
        return self.ranking(entity).scores

    def ranking(self, entity: Literal["item", "user"]) -> Ranking:
        """All items or users, the most popular first."""
        kept = self._rankings.get(entity)
        if kept is None:
            kept = self._contents.rankings.of(self._contents, entity, self._now)
            self._rankings[entity] = kept
        return kept

    def had(self, user: str) -> set[str]:
        """Every item that a user ever had to do with."""
        return {item for table, _ in self._tables for item in table.row(user)}


def kinds(contents: Contents) -> list[tuple[str, Pairs[Any]]]:
    """The tables that are not empty, by name."""
    tables: list[tuple[str, Pairs[Any]]] = [(name, getattr(contents, name)) for name in IMPORTANCE]
    return [(name, table) for name, table in tables if table.rows()]
