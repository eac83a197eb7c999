"""Snapshots by name: in memory, or in the data file."""

import re
from collections.abc import Iterable
from typing import Final, Protocol

import attrs

from recombee_mock.data.file import DataFile

MOST: Final = 100
"""Snapshots of one database."""
_NAME: Final = re.compile(r"[A-Za-z0-9_.:@-]{1,100}")


class StateError(Exception):
    """What is asked of the state of a database cannot be done.

    Args:
        status: HTTP status that says so.
        text: What is wrong, and what to do about it.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self.status = status
        self.text = text


@attrs.frozen
class Snapshot:
    """One snapshot.

    Attributes:
        name: Its name.
        taken: When, in Unix seconds.
        size: Bytes it takes.
    """

    name: str
    taken: float
    size: int


class Shelf(Protocol):
    """The snapshots of one database."""

    def all(self) -> list[Snapshot]:
        """All there are, oldest first."""

    def put(self, name: str, taken: float, lines: Iterable[bytes]) -> None:
        """Keep one in place of the one of that name."""

    def lines(self, name: str) -> Iterable[bytes] | None:
        """What it holds, `None` when there is none."""

    def drop(self, name: str) -> bool:
        """Whether there was one of that name."""


class MemoryShelf:
    """Snapshots that live as long as the server."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, list[bytes]]] = {}

    def all(self) -> list[Snapshot]:
        """All there are, oldest first."""
        return [
            Snapshot(name, taken, sum(map(len, lines)))
            for name, (taken, lines) in self._kept.items()
        ]

    def put(self, name: str, taken: float, lines: Iterable[bytes]) -> None:
        """Keep one in place of the one of that name."""
        kept = taken, list(lines)
        self._kept.pop(name, None)
        self._kept[name] = kept

    def lines(self, name: str) -> Iterable[bytes] | None:
        """What it holds, `None` when there is none."""
        return self._kept[name][1] if name in self._kept else None

    def drop(self, name: str) -> bool:
        """Whether there was one of that name."""
        return self._kept.pop(name, None) is not None


class FileShelf:
    """Snapshots in a data file, of the database with that number."""

    def __init__(self, file: DataFile, number: int) -> None:
        self._file = file
        self._number = number

    def all(self) -> list[Snapshot]:
        """All there are, oldest first."""
        rows = self._file.run(
            "SELECT name, taken, size FROM snapshot WHERE database = ? AND name IS NOT NULL"
            " ORDER BY number",
            self._number,
        )
        return [Snapshot(*row) for row in rows]

    def put(self, name: str, taken: float, lines: Iterable[bytes]) -> None:
        """Keep one in place of the one of that name."""
        with self._file.together():
            self._file.write_snapshot(self._number, name, taken, lines)

    def lines(self, name: str) -> Iterable[bytes] | None:
        """What it holds, `None` when there is none."""
        found = self._file.run(
            "SELECT number FROM snapshot WHERE database = ? AND name = ?", self._number, name
        )
        return self._file.lines(found[0][0]) if found else None

    def drop(self, name: str) -> bool:
        """Whether there was one of that name."""
        with self._file.together():
            return self._file.drop_snapshot(self._number, name)


def check_name(shelf: Shelf, name: str) -> None:
    """Refuse a name that cannot be kept.

    Raises:
        StateError: 400 for a bad name, 409 when there are too many.
    """
    if not _NAME.fullmatch(name):
        raise StateError(400, "A snapshot's name has 1 to 100 letters, digits and _ . : @ -")
    kept = [one.name for one in shelf.all()]
    if len(kept) >= MOST and name not in kept:
        raise StateError(409, f"There are {MOST} snapshots already; delete one first")
