"""Whose a lease is, so that those of a process that died are given back before they run out.

Whoever has opened a spool holds a lock on a file of its own beside it (`events.spool-owner-1`),
which the kernel takes away however the process ends. Its number is part of the tokens of its
leases. Who opens the spool later finds the locks that nobody holds any more, and ends those leases.

The files are empty, and used again by those who come later. If one was deleted, or the file system
knows no locks, or somebody opened the spool and forked, leases run out as they always did.
"""

import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from sqlite3 import Connection
from typing import Final

from aiorecombee.delivery.spool.rows import as_list

try:
    import fcntl
except ImportError:  # no Unix
    fcntl = None  # type: ignore[assignment]

_MOST: Final = 1_023


class Owner:
    """Whoever has opened a spool.

    Attributes:
        number: Among those who have opened the same file; 0 if that cannot be told.
    """

    def __init__(self, spool: Path) -> None:
        """Take the first number that nobody has."""
        self.number = 0
        self._spool = spool.resolve()  # as SQLite names its own files
        self._lock: int | None = None
        self._inherits = False
        if fcntl is not None:
            with suppress(OSError):
                self._take_number()

    def close(self) -> None:
        """Be nobody's owner any more."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def withdraw(self) -> None:
        """Leave no trace: the spool could not be opened, and may be no spool."""
        if self._lock is not None and not self._inherits:
            with suppress(OSError):
                self._path(self.number).unlink()
        self.close()

    def end_leases_of_the_dead(self, db: Connection, now: float) -> None:
        """Let their leases run out now."""
        self._keep_away(db)
        found = db.execute("SELECT DISTINCT token & ? FROM lease WHERE until > ?", (_MOST, now))
        dead = as_list(self._dead(number for (number,) in found.fetchall()))
        db.execute(
            "UPDATE lease SET until = ? WHERE until > ? AND token & ? IN"
            " (SELECT value FROM json_each(?))",
            (now, now, _MOST, dead),
        )

    def _keep_away(self, db: Connection) -> None:
        """Give up a number that somebody had whose file was deleted: perhaps they still live."""
        given = {number for (number,) in db.execute("SELECT number FROM owner")}
        if self.number in given and not self._inherits:
            with suppress(OSError):
                self._path(self.number).unlink()
            self.close()
            self._take_number(given)
        if self.number:
            db.execute("INSERT OR IGNORE INTO owner VALUES (?)", (self.number,))

    def _take_number(self, given: Collection[int] = ()) -> None:
        self.number = 0
        for number in sorted(set(range(1, _MOST + 1)).difference(given)):
            path = self._path(number)
            existed = path.exists()
            with suppress(BlockingIOError):
                self._lock = _locked(path, os.O_CREAT)
                self.number, self._inherits = number, existed
                return

    def _dead(self, numbers: Iterable[int]) -> list[int]:
        return [n for n in numbers if (self._inherits if n == self.number else self._is_dead(n))]

    def _is_dead(self, number: int) -> bool:
        if not (self.number and number):
            return False
        try:
            os.close(_locked(self._path(number)))
        except OSError:  # somebody holds it, or nobody can tell
            return False
        return True

    def _path(self, number: int) -> Path:
        return self._spool.with_name(f"{self._spool.name}-owner-{number}")


def token_of(lease: int, owner: int) -> int:
    """The token of a lease by its number, and by that of its owner."""
    return lease << _MOST.bit_length() | owner


def _locked(path: Path, flags: int = 0) -> int:
    """The descriptor of a file that nobody else has locked.

    Raises:
        BlockingIOError: Somebody has.
        OSError: It cannot be opened, or not be locked.
    """
    descriptor = os.open(path, os.O_RDWR | flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
