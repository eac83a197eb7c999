"""The journal: the last requests, as they came and how they were answered.

A tuple per request goes in; everything that costs time (decoding, understanding, hiding secrets,
JSON) happens when somebody reads. It is bounded twice, by entries and by the bytes of the bodies it
keeps.
"""

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Final

from recombee_mock.seeing.entry import Entry, Hider, Row
from recombee_mock.seeing.journal_filter import EVERYTHING, Filter
from recombee_mock.seeing.listening import Listener
from recombee_mock.seeing.meter import Meter

_BATCH: Final = "Batch"
_UNCHECKED: Final = "unchecked"


class Journal:
    """A ring of requests.

    Args:
        size: Entries to keep.
        body_limit: Bytes to keep of one body.
        bodies_limit: Bytes to keep of all bodies together.
        batch_limit: Bytes to keep of the body of a batch, so that its requests can be told; a full
            batch of interactions has about 1.5 million.

    Attributes:
        dropped: Sequence number of the newest entry that had to make room.
        meter: Counts what is written down; forgets nothing.
    """

    def __init__(
        self,
        size: int = 10_000,
        body_limit: int = 65_536,
        bodies_limit: int = 16 * 2**20,
        batch_limit: int = 4 * 2**20,
    ) -> None:
        self.dropped = 0
        self.meter = Meter()
        self._rows: deque[Row] = deque()
        self._size = size
        self._body_limit = body_limit
        self._batch_limit = max(batch_limit, body_limit)
        self._bodies_limit = bodies_limit
        self._bodies = 0
        self._last = 0
        self._listeners: set[Listener] = set()

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def last(self) -> int:
        """Sequence number of the newest entry ever written, 0 before the first."""
        return self._last

    @property
    def bodies(self) -> int:
        """Bytes of the bodies that are kept."""
        return self._bodies

    def record(
        self,
        time: float,
        method: str,
        target: bytes,
        host: str,
        database: str,
        operation: str,
        status: int,
        auth: str,
        body: bytes,
        fault: str = "",
        took: float = 0.0,
        sent: int = 0,
        items: int = 0,
    ) -> None:
        """Write one request down.

        Args:
            time: Unix seconds on the server's clock.
            method: As received.
            target: Path and query without the signature.
            host: The `Host` header.
            database: The ID in the path, known or not; `""` when there was none.
            operation: The request class it was understood as, `""` when none.
            status: Of the answer; 0 where none was made.
            auth: Verdict of the admission.
            body: As far as it was read.
            fault: The fault that befell it.
            took: Seconds it took to answer.
            sent: Bytes of the answer's body.
            items: Requests it held, for a batch.
        """
        size = len(body)
        # What nobody serves shares one count: its names are whatever strangers ask for.
        known = "" if auth == _UNCHECKED else database
        self.meter.count(known, operation, status, took, size, sent, items)
        if fault:
            self.meter.count_fault(fault)
        if size > self._body_limit:
            body = body[: self._batch_limit if operation == _BATCH else self._body_limit]
        self._last = seq = self._last + 1
        rows = self._rows
        rows.append(
            (
                seq,
                time,
                method,
                target,
                host,
                database,
                operation,
                status,
                auth,
                size,
                body,
                fault,
                took,
                items,
            )
        )
        self._bodies += len(body)
        while len(rows) > self._size or self._bodies > self._bodies_limit:
            oldest = rows.popleft()
            self.dropped = oldest[0]
            self._bodies -= len(oldest[10])
        if self._listeners:
            self._wake()

    def entries(
        self,
        *,
        since: int = 0,
        limit: int | None = None,
        database: str | None = None,
        only: Filter = EVERYTHING,
        secrets: Iterable[str] = (),
    ) -> list[Entry]:
        """The entries after number `since`, oldest first.

        Args:
            since: Only entries with a greater sequence number.
            limit: At most so many.
            database: Only those that named this database.
            only: What they have to be besides.
            secrets: Texts to blank out wherever they turn up, longest first or not.
        """
        hide = Hider(secrets)
        entries: list[Entry] = []
        for row in self._after(since):
            if limit is not None and len(entries) >= limit:
                break
            if (database is None or row[5] == database) and only.takes(row):
                entries.append(Entry.of(row, hide, self._body_limit))
        return entries

    def clear(self) -> None:
        """Forget all entries; the numbers go on counting."""
        self._rows.clear()
        self._bodies = 0

    def forget(self, database: str) -> None:
        """Forget the entries that named one database."""
        kept = [row for row in self._rows if row[5] != database]
        self._rows = deque(kept)
        self._bodies = sum(len(row[10]) for row in kept)

    @contextlib.contextmanager
    def listening(self) -> Iterator[Listener]:
        """One who is woken by every new entry, within the `with` block."""
        listener = Listener()
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    @property
    def listeners(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def hang_up(self) -> None:
        """Send all listeners away, because the server stops."""
        for listener in self._listeners:
            listener.end()

    def _wake(self) -> None:
        for listener in self._listeners:
            listener.wake()

    def _after(self, since: int) -> Iterator[Row]:
        if not since:
            yield from self._rows
            return
        # Who follows the journal asks for its end.
        newer: list[Row] = []
        for row in reversed(self._rows):
            if row[0] <= since:
                break
            newer.append(row)
        yield from reversed(newer)
