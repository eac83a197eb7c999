"""The journal: the last requests, as they came and how they were answered.

A tuple per request goes in; everything that costs time (decoding, hiding secrets, JSON) happens
when somebody reads. It is bounded twice, by entries and by the bytes of the bodies it keeps.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs

_HIDDEN: Final = "***"
# `=` may itself be encoded: a whole signed URL inside a body or a parameter.
_SIGN_VALUE = re.compile(
    r"((?:hmac|frontend)_sign(?:=|%3D|\"\s*:\s*\"))[0-9A-Za-z]+", re.IGNORECASE
)

Row = tuple[int, float, str, bytes, str, str, str, int, str, int, bytes]


@attrs.frozen
class Entry:
    """One request and its answer.

    Attributes:
        seq: Counts up from 1 over the server's life.
        time: Unix seconds on the server's clock.
        method: As received.
        target: Path and query without the signature parameters.
        host: The `Host` header.
        database: The ID in the path, known or not; `""` when there was none.
        operation: The request class it was understood as, `""` when none.
        status: Of the answer.
        auth: `private`, `public`, `unchecked`, or the reason of the refusal.
        body_size: Bytes of the request body, as far as it was read.
        body: The body, cut off at the journal's limit.
        body_truncated: Whether it was cut off.
    """

    seq: int
    time: float
    method: str
    target: str
    host: str
    database: str
    operation: str
    status: int
    auth: str
    body_size: int
    body: str
    body_truncated: bool

    def to_json(self) -> dict[str, Any]:
        """The entry as `/_mock/journal` shows it."""
        names = {"body_size": "bodySize", "body_truncated": "bodyTruncated"}
        return {names.get(key, key): value for key, value in attrs.asdict(self).items()}


class Journal:
    """A ring of requests.

    Args:
        size: Entries to keep.
        body_limit: Bytes to keep of one body.
        bodies_limit: Bytes to keep of all bodies together.
    """

    def __init__(
        self, size: int = 10_000, body_limit: int = 65_536, bodies_limit: int = 64 * 2**20
    ) -> None:
        self._rows: deque[Row] = deque()
        self._size = size
        self._body_limit = body_limit
        self._bodies_limit = bodies_limit
        self._bodies = 0
        self._last = 0

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def last(self) -> int:
        """Sequence number of the newest entry ever written, 0 before the first."""
        return self._last

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
    ) -> None:
        """Write one request down; `target` comes without its signature."""
        size = len(body)
        if size > self._body_limit:
            body = body[: self._body_limit]
        self._last = seq = self._last + 1
        rows = self._rows
        rows.append(
            (seq, time, method, target, host, database, operation, status, auth, size, body)
        )
        self._bodies += len(body)
        while len(rows) > self._size or self._bodies > self._bodies_limit:
            self._bodies -= len(rows.popleft()[10])

    def entries(
        self,
        *,
        since: int = 0,
        limit: int | None = None,
        database: str | None = None,
        secrets: Iterable[str] = (),
    ) -> list[Entry]:
        """The entries after number `since`, oldest first.

        Args:
            since: Only entries with a greater sequence number.
            limit: At most so many.
            database: Only those that named this database.
            secrets: Texts to blank out wherever they turn up, longest first or not.
        """
        hide = _Hider(secrets)
        chosen: Iterator[Row] = (
            row for row in self._rows if row[0] > since and (database is None or row[5] == database)
        )
        entries: list[Entry] = []
        for row in chosen:
            if limit is not None and len(entries) >= limit:
                break
            entries.append(_render(row, hide))
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


class _Hider:
    def __init__(self, secrets: Iterable[str]) -> None:
        words = sorted({s for s in secrets if s}, key=len, reverse=True)
        self._words = re.compile("|".join(map(re.escape, words))) if words else None

    def __call__(self, text: str) -> str:
        if self._words is not None:
            text = self._words.sub(_HIDDEN, text)
        return _SIGN_VALUE.sub(rf"\1{_HIDDEN}", text)


def _render(row: Row, hide: _Hider) -> Entry:
    seq, time, method, target, host, database, operation, status, auth, size, body = row
    return Entry(
        seq=seq,
        time=time,
        method=method,
        target=hide(target.decode("utf-8", "replace")),
        host=hide(host.encode("utf-8", "replace").decode()),
        database=hide(database),
        operation=operation,
        status=status,
        auth=auth,
        body_size=size,
        body=hide(body.decode("utf-8", "replace")),
        body_truncated=size > len(body),
    )
