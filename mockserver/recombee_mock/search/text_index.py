"""Texts by key, and which of them match."""

import weakref
from collections.abc import Iterable
from typing import Final, NamedTuple

from recombee_mock.answers import Refusal

_TABLE: Final = (
    "CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize = 'unicode61 remove_diacritics 2')"
)
_PUT: Final = "INSERT OR REPLACE INTO texts (rowid, title, body) VALUES (?, ?, ?)"
# A word in a title counts for five. Unpublished: we choose so.
_FIND: Final = "SELECT rowid, -bm25(texts, 5.0, 1.0) FROM texts WHERE texts MATCH ?"


class Text(NamedTuple):
    """What can be found.

    Attributes:
        key: Of what it is the text.
        title: The words that say most.
        body: The other words.
    """

    key: str
    title: str
    body: str


class TextIndex:
    """An index of texts."""

    __slots__ = ("__weakref__", "_connection", "_keys", "_rows", "_used")

    def __init__(self) -> None:
        import sqlite3  # noqa: PLC0415 - only who searches needs it

        # Whoever holds the database may hand it to another thread, and it is asked one by one.
        self._connection = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False
        )
        weakref.finalize(self, self._connection.close)
        try:
            self._connection.execute(_TABLE)
        except sqlite3.OperationalError as error:
            text = f"Search needs an SQLite with FTS5, and this Python's has none: {error}!"
            raise Refusal(501, text) from None
        self._rows: dict[str, int] = {}
        self._keys: dict[int, str] = {}
        self._used = 0

    def in_order(self, keys: Iterable[str]) -> list[str]:
        """The keys in the order in which putting and discarding is fast: FTS5 wants it so."""
        return sorted(keys, key=lambda key: self._rows.get(key, self._used + 1))

    def put(self, texts: Iterable[Text]) -> None:
        """Add or replace texts."""
        with self._connection:
            self._connection.execute("BEGIN")
            self._connection.executemany(
                _PUT, ((self._row(key), title, body) for key, title, body in texts)
            )

    def discard(self, keys: Iterable[str]) -> None:
        """Drop texts, where there are any."""
        rows = [row for key in keys if (row := self._rows.pop(key, None)) is not None]
        for row in rows:
            del self._keys[row]
        with self._connection:
            self._connection.execute("BEGIN")
            self._connection.executemany(
                "DELETE FROM texts WHERE rowid = ?", ((row,) for row in rows)
            )

    def find(self, expression: str) -> dict[str, float]:
        """Keys of the texts that match, in no order, and how well they do (always above 0)."""
        found = self._connection.execute(_FIND, (expression,)).fetchall()
        keys = self._keys
        return {keys[row]: score for row, score in found}

    def _row(self, key: str) -> int:
        row = self._rows.get(key)
        if row is None:
            row = self._used = self._used + 1
            self._rows[key] = row
            self._keys[row] = key
        return row
