"""A table of cells by user and item that can be read from either side."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final, Generic, TypeVar

C = TypeVar("C")

_WORTH_TIDYING: Final = 64
_CHUNK: Final = 50_000
"""Cells that are written down in one piece."""


class Pairs(ABC, Generic[C]):
    """At most one cell per pair of user and item.

    Cells hang on users, in a dictionary each. Of an item only a list of users is kept, a third of
    the size and time of a second dictionary. Who leaves an item stays in its list until that has
    doubled, and is passed over in the meantime.

    Callers pass the one stored string of an ID, so that no copy of it is kept.
    """

    __slots__ = ("_rows", "_untidy", "_users_of")

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, C]] = {}
        self._users_of: dict[str, list[str]] = {}
        # Items whose list names a user who has left, or one who came back twice.
        self._untidy: set[str] = set()

    def cell(self, user: str, item: str) -> C | None:
        """The cell of the pair."""
        row = self._rows.get(user)
        return None if row is None else row.get(item)

    def put(self, user: str, item: str, cell: C) -> C | None:
        """Set the cell of a pair that has none; the cell of one that has, which stays."""
        row = self._rows.get(user)
        if row is None:
            row = self._rows[user] = {}
        elif (had := row.get(item)) is not None:
            return had
        row[item] = cell
        users = self._users_of.get(item)
        if users is None:
            self._users_of[item] = [user]
            return None
        users.append(user)
        if self._untidy and item in self._untidy:
            self._tidy(item, len(users))
        return None

    def replace(self, user: str, item: str, cell: C) -> None:
        """Set the cell of a pair that has one."""
        self._rows[user][item] = cell

    def discard(self, user: str, item: str) -> None:
        """Drop the cell of a pair that has one."""
        row = self._rows[user]
        del row[item]
        if not row:
            del self._rows[user]
        self._untidy.add(item)

    def cells_of_user(self, user: str) -> Iterator[tuple[str, C]]:
        """Items and cells of a user."""
        yield from self._rows.get(user, {}).items()

    def cells_of_item(self, item: str) -> Iterator[tuple[str, C]]:
        """Users and cells of an item."""
        for user in self._users(item):
            yield user, self._rows[user][item]

    def row(self, user: str) -> dict[str, C]:
        """The cells of a user by item, in the order in which they came; not to be changed."""
        return self._rows.get(user, {})

    def rows(self) -> Mapping[str, Mapping[str, C]]:
        """The rows of all users; not to be changed."""
        return self._rows

    def audiences(self) -> Iterable[tuple[str, int]]:
        """Items and how many users each has."""
        for item in self._untidy & self._users_of.keys():
            self._users_of[item] = self._users(item)
        self._untidy.clear()
        return zip(self._users_of, map(len, self._users_of.values()), strict=True)

    def latest_users(self, item: str, limit: int) -> Sequence[str]:
        """The users of an item that came last, at most `limit`; the very last one is the last."""
        users = self._users_of.get(item, [])
        if item not in self._untidy:
            return users[-limit:]
        left = (one for one in dict.fromkeys(reversed(users)) if self.cell(one, item) is not None)
        return list(islice(left, limit))[::-1]

    def drop_user(self, user: str) -> None:
        """Drop every cell of a user."""
        self._untidy.update(self._rows.pop(user, ()))

    def drop_item(self, item: str) -> None:
        """Drop every cell of an item."""
        for user in self._users(item):
            self.discard(user, item)
        self._users_of.pop(item, None)
        self._untidy.discard(item)

    def _users(self, item: str) -> list[str]:
        users = self._users_of.get(item, [])
        if item not in self._untidy:
            return users
        # Of one who came back the last place counts, so that it is the same whenever this is done.
        once = dict.fromkeys(reversed(users))
        return [user for user in once if self.cell(user, item) is not None][::-1]

    def _tidy(self, item: str, size: int) -> None:
        # At powers of two: then every step of the work is paid for by an addition.
        if size >= _WORTH_TIDYING and size & (size - 1) == 0:
            self._users_of[item] = self._users(item)
            self._untidy.discard(item)

    def dump(self, users: Mapping[str, int], items: Mapping[str, int]) -> Iterator[Any]:
        """All of it as JSON, in pieces, with numbers for the IDs.

        Also the order within it is kept, since recommendations start from what came last.
        """
        for item in self._untidy:
            self._users_of[item] = self._users(item)
        self._untidy.clear()
        for item in [item for item, who in self._users_of.items() if not who]:
            del self._users_of[item]
        for rows in _pieces(self._rows):
            yield {
                "users": [users[user] for user, _ in rows],
                "sizes": [len(row) for _, row in rows],
                "items": [items[item] for _, row in rows for item in row],
                "cells": [
                    cell if type(cell) is float else self._cell_to_json(cell)
                    for _, row in rows
                    for cell in row.values()
                ],
            }
        for lists in _pieces(self._users_of):
            yield {
                "items": [items[item] for item, _ in lists],
                "sizes": [len(who) for _, who in lists],
                "users": [users[user] for _, who in lists for user in who],
            }

    def load(self, piece: Any, users: Sequence[str], items: Sequence[str]) -> None:
        """Take over a piece of what was dumped."""
        at = 0
        if "cells" not in piece:
            who = [users[number] for number in piece["users"]]
            for item, size in zip(piece["items"], piece["sizes"], strict=True):
                self._users_of[items[item]] = who[at : at + size]
                at += size
            return
        what = [items[number] for number in piece["items"]]
        cells: list[Any] = [
            cell if type(cell) is float else self._cell_from_json(cell) for cell in piece["cells"]
        ]
        for user, size in zip(piece["users"], piece["sizes"], strict=True):
            row = zip(what[at : at + size], cells[at : at + size], strict=True)
            self._rows[users[user]] = dict(row)
            at += size

    @abstractmethod
    def _cell_to_json(self, cell: C) -> Any:
        """A cell as JSON; no bare number."""

    @abstractmethod
    def _cell_from_json(self, value: Any) -> C:
        """The cell again."""


S = TypeVar("S", bound=Mapping[str, Any] | Sequence[str])


def _pieces(table: Mapping[str, S]) -> Iterator[list[tuple[str, S]]]:
    """The rows of a table, so many together that they have about `_CHUNK` cells."""
    piece: list[tuple[str, S]] = []
    size = 0
    for key, row in table.items():
        piece.append((key, row))
        size += len(row)
        if size >= _CHUNK:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece
