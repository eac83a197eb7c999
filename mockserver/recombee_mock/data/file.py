"""The file that keeps the databases of a server: SQLite, and what may be done with it.

It holds the databases, the journal of their calls, and snapshots: for each database one that the
journal goes on from, and those that somebody gave a name.

A committed transaction has left the process, so a killed server loses nothing. When the machine
itself loses power, the last transactions may be missing (the file stays whole), unless `sync` is
asked for: then every one waits for the disk.

One server has the file at a time. The lock is the operating system's: it goes with the process,
however that ends.
"""

import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

_APPLICATION: Final = 0x52434D4B
_VERSION: Final = 1
_WAIT: Final = 1.0
_PAGES_TO_WRITE_BACK: Final = 4096

_SCHEMA: Final = """
CREATE TABLE database (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, token TEXT NOT NULL, public_token TEXT,
    region TEXT NOT NULL, clock TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY, database INTEGER NOT NULL, kind TEXT NOT NULL, now REAL NOT NULL,
    method TEXT NOT NULL, path TEXT NOT NULL, query TEXT NOT NULL, body BLOB NOT NULL,
    public INTEGER NOT NULL, sum INTEGER NOT NULL
);
CREATE TABLE snapshot (
    number INTEGER PRIMARY KEY, database INTEGER NOT NULL, name TEXT, seq INTEGER NOT NULL,
    taken REAL NOT NULL, size INTEGER NOT NULL, UNIQUE (database, name)
);
CREATE TABLE line (
    snapshot INTEGER NOT NULL, at INTEGER NOT NULL, sum INTEGER NOT NULL, content BLOB NOT NULL,
    UNIQUE (snapshot, at)
);
"""
_INSERT: Final = "INSERT OR REPLACE INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_DAMAGED: Final = (
    "is damaged ({reason}); put a copy of it back, or move it away to start with an empty one"
)


class DataError(Exception):
    """The file cannot be read or written; the text names it, and says what to do."""


class Entry(NamedTuple):
    """A row of the journal.

    Attributes:
        kind: `call`, or what else happened to the database.
        now: Its time, in Unix seconds.
        method: Of the call, like all that follow.
    """

    kind: str
    now: float
    method: str = ""
    path: str = ""
    query: str = ""
    body: bytes = b""
    public: bool = False


def _sum(now: float, head: str, body: bytes) -> int:
    """Tells whether an entry was read as it was written."""
    return zlib.crc32(body, zlib.crc32(head.encode(), hash(now) & 0xFFFFFFFF))


class DataFile:
    """An open file.

    Args:
        path: Where it is; made when there is none.
        sync: Whether every write waits for the disk.
        must_exist: Whether there must be one.

    Attributes:
        path: Where it is.
        seq: Number of the latest entry of the journal.
        failure: Why the latest entry could not be written, `None` when it was.

    Raises:
        DataError: It cannot be opened, is somebody else's, or is damaged.
    """

    def __init__(self, path: str | Path, *, sync: bool = False, must_exist: bool = False) -> None:
        self.path = Path(path)
        self.failure: str | None = None
        with self.said():
            self._make_private(must_exist)
            self._db = sqlite3.connect(
                self.path, timeout=_WAIT, isolation_level=None, check_same_thread=False
            )
            try:
                self._set_up(sync)
            except BaseException:
                self._db.close()
                raise
        self.seq = self._last_seq()

    def close(self) -> None:
        """Give the file free."""
        self._db.close()

    @contextmanager
    def said(self) -> Iterator[None]:
        """Errors within are said in words, with the name of the file."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._error(error) from None

    @contextmanager
    def together(self) -> Iterator[None]:
        """All writes within are done, or none."""
        with self.said():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            try:
                self._db.execute("COMMIT")
            except sqlite3.Error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def run(self, statement: str, *values: Any) -> list[Any]:
        """One statement of SQL, and its rows."""
        with self.said():
            return self._db.execute(statement, values).fetchall()

    def append(self, database: int, entry: Entry) -> None:
        """Write the next entry of the journal."""
        kind, now, method, path, query, body, public = entry
        seq = self.seq + 1
        try:
            checked = _sum(now, method + path + query, body)
            self._db.execute(
                _INSERT, (seq, database, kind, now, method, path, query, body, public, checked)
            )
        except sqlite3.Error as error:
            self.failure = _explain(error)
            raise self._error(error) from None
        self.failure = None
        self.seq = seq

    def take_back(self, seq: int) -> None:
        """Let the next entry replace this one, the latest: what it asked for was refused."""
        if seq == self.seq:
            self.seq -= 1

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """The journal: database and entry of each row, in order."""
        with self.said():
            for row in self._db.execute(
                "SELECT kind, now, method, path, query, body, public, database, sum, seq"
                " FROM journal ORDER BY seq"
            ):
                if _sum(row[1], row[2] + row[3] + row[4], row[5]) != row[8]:
                    raise self.damaged(f"entry {row[9]} of its journal")
                yield row[7], Entry._make(row[:7])

    def write_snapshot(
        self, database: int, name: str | None, taken: float, lines: Iterable[bytes]
    ) -> None:
        """Keep a snapshot in place of the one of that name; `None` is what the journal follows.

        To be called within `together`.
        """
        self.drop_snapshot(database, name)
        number = self._db.execute(
            "INSERT INTO snapshot (database, name, seq, taken, size) VALUES (?, ?, ?, ?, 0)",
            (database, name, self.seq, taken),
        ).lastrowid
        size = 0
        for at, line in enumerate(lines):
            size += len(line)
            self._db.execute(
                "INSERT INTO line VALUES (?, ?, ?, ?)", (number, at, zlib.crc32(line), line)
            )
        self._db.execute("UPDATE snapshot SET size = ? WHERE number = ?", (size, number))

    def drop_snapshot(self, database: int, name: str | None) -> bool:
        """Whether there was a snapshot of that name."""
        found = self.run(
            "SELECT number FROM snapshot WHERE database = ? AND name IS ?", database, name
        )
        for (number,) in found:
            self.run("DELETE FROM line WHERE snapshot = ?", number)
            self.run("DELETE FROM snapshot WHERE number = ?", number)
        return bool(found)

    def lines(self, snapshot: int) -> Iterator[bytes]:
        """What a snapshot holds."""
        with self.said():
            for at, checked, content in self._db.execute(
                "SELECT at, sum, content FROM line WHERE snapshot = ? ORDER BY at", (snapshot,)
            ):
                if zlib.crc32(content) != checked:
                    raise self.damaged(f"line {at} of snapshot {snapshot}")
                yield content

    def _error(self, error: sqlite3.Error | OSError) -> DataError:
        return DataError(f"{self.path}: {_explain(error)}")

    def damaged(self, reason: str) -> DataError:
        """That the file is not as it was written."""
        return DataError(f"{self.path}: it {_DAMAGED.format(reason=reason)}")

    def tidy(self) -> None:
        """Give free room back to the disk."""
        with self.said():
            # Not `execute`, which stops at its first row, a page.
            self._db.executescript("PRAGMA incremental_vacuum")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _make_private(self, must_exist: bool) -> None:
        """It holds tokens."""
        if not self.path.exists() and must_exist:
            raise DataError(f"{self.path}: there is no such file; recombee-mock --data makes one")
        if not self.path.exists():
            os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))

    def _set_up(self, sync: bool) -> None:
        run = self._db.execute
        run("PRAGMA locking_mode = EXCLUSIVE")
        run("PRAGMA auto_vacuum = INCREMENTAL")
        run("PRAGMA journal_mode = WAL")
        run(f"PRAGMA synchronous = {'FULL' if sync else 'NORMAL'}")
        run(f"PRAGMA wal_autocheckpoint = {_PAGES_TO_WRITE_BACK}")
        run("BEGIN IMMEDIATE")
        tables = run("SELECT count(*) FROM sqlite_master").fetchone()[0]
        application = run("PRAGMA application_id").fetchone()[0]
        version = run("PRAGMA user_version").fetchone()[0]
        if not tables:
            for statement in _SCHEMA.split(";"):
                run(statement)
            run(f"PRAGMA application_id = {_APPLICATION}")
            run(f"PRAGMA user_version = {_VERSION}")
        elif application != _APPLICATION:
            raise DataError(f"{self.path}: this is a file of another program; give another name")
        elif version > _VERSION:
            raise DataError(
                f"{self.path}: it is of version {version}, newer than this program's {_VERSION}; "
                "update the program, or give another file"
            )
        run("COMMIT")

    def _last_seq(self) -> int:
        latest = "SELECT max(seq) AS seq FROM journal UNION ALL SELECT max(seq) FROM snapshot"
        found: int | None = self.run(f"SELECT max(seq) FROM ({latest})")[0][0]  # noqa: S608 - ours
        return found or 0


def _explain(error: sqlite3.Error | OSError) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror}; give another file, or make this one readable and writable"
    text = str(error)
    if "locked" in text:
        return "another server (or command) has it open; stop that one, or give another file"
    if isinstance(error, sqlite3.OperationalError):
        return f"{text}; free some room, or make the file and its folder writable"
    if "not a database" in text:
        return "this is no data file; give another name, or put a copy of the right one back"
    return f"it {_DAMAGED.format(reason=text)}"
