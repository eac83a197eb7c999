"""A table of cells by user and item that can be read from either side."""

from collections.abc import Iterator
from typing import Generic, TypeVar

C = TypeVar("C")


class Pairs(Generic[C]):
    """One cell per pair of user and item.

    Cells hang on users; items know only who has a cell with them. Dictionaries with None for
    values take half the memory of sets, keep the order of writing, and the collector skips them.
    Callers pass the one stored string of an ID, so that no copy of it is kept.
    """

    __slots__ = ("_by_item", "_by_user")

    def __init__(self) -> None:
        self._by_user: dict[str, dict[str, C]] = {}
        self._by_item: dict[str, dict[str, None]] = {}

    def get(self, user: str, item: str) -> C | None:
        """The cell of the pair."""
        cells = self._by_user.get(user)
        return None if cells is None else cells.get(item)

    def put(self, user: str, item: str, cell: C) -> None:
        """Set the cell of the pair."""
        cells = self._by_user.get(user)
        if cells is None:
            self._by_user[user] = {item: cell}
        else:
            cells[item] = cell
        users = self._by_item.get(item)
        if users is None:
            self._by_item[item] = {user: None}
        else:
            users[user] = None

    def discard(self, user: str, item: str) -> None:
        """Drop the cell of the pair, if there is one."""
        _forget(self._by_user, user, item)
        _forget(self._by_item, item, user)

    def of_user(self, user: str) -> Iterator[tuple[str, C]]:
        """Items and cells of a user."""
        yield from self._by_user.get(user, {}).items()

    def of_item(self, item: str) -> Iterator[tuple[str, C]]:
        """Users and cells of an item."""
        for user in self._by_item.get(item, ()):
            yield user, self._by_user[user][item]

    def drop_user(self, user: str) -> None:
        """Drop every cell of a user."""
        for item in self._by_user.pop(user, ()):
            _forget(self._by_item, item, user)

    def drop_item(self, item: str) -> None:
        """Drop every cell of an item."""
        for user in self._by_item.pop(item, ()):
            _forget(self._by_user, user, item)


V = TypeVar("V")


def _forget(table: dict[str, dict[str, V]], outer: str, inner: str) -> None:
    row = table.get(outer)
    if row is not None:
        row.pop(inner, None)
        if not row:
            del table[outer]
