"""The file: opening it, and changes of it that are done as a whole or not at all.

It is SQLite with a write-ahead log. A committed transaction has left the process: a killed process
loses nothing. A loss of power is another matter: of a transaction that `LASTS` the log is on the
disk before it counts as done (SQLite's `synchronous=FULL`); of those that `WRITES` (`NORMAL`) the
last may be missing afterwards, but never one that a later one which lasts followed. The file stays
whole either way, provided that the disk does not lie about what it has written. What only `READS`
waits for nobody.
"""

import enum
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import attrs

from aiorecombee.delivery.spool.failure import NotBegunError, SpoolError, explain, is_busy
from aiorecombee.delivery.spool.owners import Owner
from aiorecombee.delivery.spool.schema import (
    APPLICATION,
    HELD,
    TABLES,
    UPGRADES,
    VERSION,
    objection,
)
from aiorecombee.delivery.spool.state import first_state, read_state, write_state

_PAGES_TO_WRITE_BACK: Final = 8192
_CACHE: Final = -32_768  # KiB, as SQLite wants it
_STATEMENTS: Final = 256


class Kind(enum.IntEnum):
    """What a transaction does; the highest of several counts for all."""

    READS = 0
    WRITES = 1
    LASTS = 2


@attrs.define
class Patience:
    """Waiting for a file that other processes write, too.

    SQLite's own waiting grows to 0.1 s a time, in which a process that writes without pause would
    never let anybody in.

    Attributes:
        limit: Seconds altogether.
        pause: Waits.
        rand: Gives numbers from 0 to 1.
    """

    limit: float
    pause: Callable[[float], None]
    rand: Callable[[], float]

    def try_until(self, run: Callable[[], Any]) -> None:
        """Run it until the file is free."""
        waited = 0.0
        while True:
            try:
                run()
            except sqlite3.OperationalError as error:
                if not is_busy(error) or waited >= self.limit:
                    raise
            else:
                return
            step = 0.0005 + 0.002 * self.rand()
            self.pause(step)
            waited += step


class SpoolFile:
    """An open file. It belongs to the thread that opened it.

    Args:
        path: Where it is; made when there is none, for its owner's eyes only.
        window: Seconds for which keys are known. `None` to take the file as it is; it must be
            there then.
        now: The time, in Unix seconds.
        patience: How to wait for other processes.

    Attributes:
        path: Where it is.
        owner: Who has opened it, as far as leases are concerned.
        db: The connection, for those who change the contents within `transaction`.

    Raises:
        SpoolError: It cannot be opened, is somebody else's, or is damaged.
    """

    def __init__(self, path: Path, window: float | None, now: float, patience: Patience) -> None:
        self.path = path
        self._patience = patience
        self._kind: Kind | None = None
        with self.said():
            if path.is_dir():
                raise SpoolError(f"{path}: this is a directory; give the name of a file in it")
            if window is not None:
                make_private(path)
            elif not path.is_file():
                raise SpoolError(f"{path}: there is no such file")
            self.owner = Owner(path)
            try:
                self._is = _identity(path)
                self._connect(window, now)
            except BaseException:
                self.owner.withdraw()
                raise

    def close(self) -> None:
        """Leave it."""
        with self.said():
            try:
                self.db.close()
            finally:
                self.owner.close()

    @contextmanager
    def said(self) -> Iterator[None]:
        """Errors within are said in words, with the name of the file."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise explain(self.path, error) from None

    @contextmanager
    def transaction(self, kind: Kind) -> Iterator[sqlite3.Connection]:
        """All changes within are done, or none.

        Raises:
            NotBegunError: Nothing can be written.
            SpoolError: What was done within failed.
        """
        with self.said():
            self._begin(kind)
            try:
                self._require_in_place()
                yield self.db
                self.db.execute("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def write_back(self) -> None:
        """Move the log into the file, and cut it off; not within a transaction."""
        with self.said():
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _require_in_place(self) -> None:
        """Or what is written would be gone with us: SQLite's log lies beside the name."""
        try:
            found = _identity(self.path)
        except FileNotFoundError:
            found = None
        if found != self._is:
            raise SpoolError(
                f"{self.path}: the file was moved, replaced or deleted while it was in use; put it"
                " back, or end whoever uses it"
            )

    def _begin(self, kind: Kind) -> None:
        if kind is Kind.READS:
            self.db.execute("BEGIN")
            return
        try:
            self._patience.try_until(lambda: self._begin_to_write(kind))
        except sqlite3.Error as error:
            raise NotBegunError(str(explain(self.path, error))) from None

    def _begin_to_write(self, kind: Kind) -> None:
        if kind is not self._kind:
            self.db.execute(f"PRAGMA synchronous = {'FULL' if kind is Kind.LASTS else 'NORMAL'}")
            self._kind = kind
        self.db.execute("BEGIN IMMEDIATE")

    def _roll_back(self) -> None:
        # A full disk may have ended the transaction already.
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")

    def _connect(self, window: float | None, now: float) -> None:
        self.db = sqlite3.connect(
            self.path, timeout=0, isolation_level=None, cached_statements=_STATEMENTS
        )
        try:
            # Even reading may have to wait: for one who recovers the log of a killed process.
            self._patience.try_until(lambda: self._set_up(window, now))
        except BaseException:
            self.db.close()
            raise

    def _set_up(self, window: float | None, now: float) -> None:
        run = self.db.execute
        run(f"PRAGMA cache_size = {_CACHE}")
        self._refuse_foreign()
        if window is None and not self._has_tables():
            raise SpoolError(f"{self.path}: this is an empty file, no spool")
        run("PRAGMA auto_vacuum = INCREMENTAL")
        run("PRAGMA journal_mode = WAL").fetchall()
        run(f"PRAGMA wal_autocheckpoint = {_PAGES_TO_WRITE_BACK}")
        run("SELECT json_array(1)").fetchall()
        with self.transaction(Kind.LASTS):
            self._refuse_foreign()
            if window is not None and not self._has_tables():
                make_tables(self.db, window)
            self._upgrade()
            if window is not None:
                self._set_window(window, now)
            if self._has_tables():
                self.owner.end_leases_of_the_dead(self.db, now)

    def _upgrade(self) -> None:
        (version,) = self.db.execute("PRAGMA user_version").fetchone()
        if version in UPGRADES:
            for statement in UPGRADES[version]:
                self.db.execute(statement)
            self.db.execute(f"PRAGMA user_version = {version + 1}")

    def _set_window(self, window: float, now: float) -> None:
        """Keys of another window are known for a whole new one: better too long than too short."""
        state = read_state(self.db)
        if state.window != window:
            self.db.execute(
                "UPDATE OR REPLACE seen SET window = ? WHERE window <> ?",
                (int(now // window), HELD),
            )
            state.window = window
            write_state(self.db, state)

    def _refuse_foreign(self) -> None:
        if not self._has_tables():
            return
        (application,) = self.db.execute("PRAGMA application_id").fetchone()
        (version,) = self.db.execute("PRAGMA user_version").fetchone()
        if (said := objection(application, version)) is not None:
            raise SpoolError(f"{self.path}: {said}")

    def _has_tables(self) -> bool:
        return bool(self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def make_tables(db: sqlite3.Connection, window: float) -> None:
    """Make an empty file a spool, whose keys are known for a window of so many seconds."""
    for statement in TABLES:
        db.execute(statement)
    first_state(db, window)
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute(f"PRAGMA user_version = {VERSION}")


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def make_private(path: Path) -> None:
    """Make an empty file for its owner's eyes only: it holds what users did."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
