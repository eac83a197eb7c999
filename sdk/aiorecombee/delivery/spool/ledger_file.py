"""The ledger in a file, for a program of one thread that has nothing else to do meanwhile."""

import random
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from aiorecombee.delivery.ledger import Fact, Ledger
from aiorecombee.delivery.limits import Limits
from aiorecombee.delivery.spool import facts as facts_in_file
from aiorecombee.delivery.spool.failure import explain
from aiorecombee.delivery.spool.file import Kind, Patience, SpoolFile, make_tables
from aiorecombee.delivery.spool.state import dedicate

_LOCKED_FOR: Final = 10.0
_AT_ONCE: Final = 10_000
_NAMELESS: Final = Path("(a temporary file)")
_CACHE: Final = -8_192  # KiB, as SQLite wants it


class LedgerFile:
    """Who became whom, and who was deleted, as it stands in a spool.

    Any number of processes may use the file at once, also as a `Spool`. It belongs to the thread
    that made this. A file that is not there knows nothing, and is made when there is something to
    learn.

    Args:
        path: The file; `None` for one without a name, which is gone with the process.
        now: The time, in Unix seconds.

    Raises:
        SpoolError: It is there, but cannot be opened, or is something else; as does whatever is
            done with it.
    """

    def __init__(self, path: Path | None, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now = now
        self._file: SpoolFile | _Nameless | None = None
        if path is not None and path.exists():
            self._file = self._opened(path, None)

    @property
    def is_shared(self) -> bool:
        """Whether others may learn something there."""
        return self._path is not None

    def dedicate(self, purpose: str) -> str:
        """What the file is for; see `DurableQueue.dedicate`. It is made if it is not there."""
        with self._made().transaction(Kind.LASTS) as db:
            return dedicate(db, purpose)

    def close(self) -> None:
        """Leave it."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def known(self, users: Iterable[str]) -> Ledger:
        """All that is known of these users, and of those they became."""
        if self._file is None:
            return Ledger()
        with self._file.transaction(Kind.READS) as db:
            return facts_in_file.known(db, users)

    def learn(self, facts: Iterable[Fact]) -> None:
        """Keep facts; once it returns they survive a loss of power."""
        with self._made().transaction(Kind.LASTS) as db:
            facts_in_file.keep(db, self._now(), facts)

    def learnt(self, after: tuple[float, str]) -> list[tuple[float, str]]:
        """When something was learnt last, of which user: some of those behind a place, in order."""
        if self._file is None:
            return []
        with self._file.transaction(Kind.READS) as db:
            return facts_in_file.learnt(db, after, _AT_ONCE)

    def _made(self) -> "SpoolFile | _Nameless":
        if self._file is None:
            path = self._path
            self._file = _Nameless() if path is None else self._opened(path, Limits().keys_for)
        return self._file

    def _opened(self, path: Path, window: float | None) -> SpoolFile:
        patience = Patience(_LOCKED_FOR, time.sleep, random.random)
        return SpoolFile(path, window, self._now(), patience)


class _Nameless:
    """A file of SQLite's own that no other process can open; nothing of it is ever left behind."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        with self.transaction(Kind.WRITES) as db:
            make_tables(db, Limits().keys_for)
        self._db.execute(f"PRAGMA cache_size = {_CACHE}")

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self, _: Kind) -> Iterator[sqlite3.Connection]:
        try:
            self._db.execute("BEGIN")
            try:
                yield self._db
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise explain(_NAMELESS, error) from None
