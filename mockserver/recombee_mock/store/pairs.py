"""A table of cells by user and item that can be read from either side."""

from collections.abc import Iterator
from typing import Final, Generic, TypeVar

C = TypeVar("C")

_WORTH_TIDYING: Final = 64


class Pairs(Generic[C]):
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

    def put(self, user: str, item: str, cell: C) -> None:
        """Set the cell of a pair that has none."""
        row = self._rows.get(user)
        if row is None:
            row = self._rows[user] = {}
        row[item] = cell
        users = self._users_of.get(item)
        if users is None:
            self._users_of[item] = [user]
            return
        users.append(user)
        if self._untidy and item in self._untidy:
            self._tidy(item, len(users))

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
        return [user for user in dict.fromkeys(users) if self.cell(user, item) is not None]

    def _tidy(self, item: str, size: int) -> None:
        # At powers of two: then every step of the work is paid for by an addition.
        if size >= _WORTH_TIDYING and size & (size - 1) == 0:
            self._users_of[item] = self._users(item)
            self._untidy.discard(item)
