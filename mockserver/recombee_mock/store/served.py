"""Served answers: what was asked and shown, so that it can be continued and rotated.

For those who keep a database on disk: `changed()` gives the sessions that changed since it was last
asked, as rows of JSON, and `restore(rows)` takes rows over, in the order in which they were given.
`dump()` and `load()` do the same with all of them.
"""

import uuid
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from itertools import islice
from typing import Any, Final

import attrs

from recombee_mock.json_bytes import dumps, loads

CONTINUABLE_FOR: Final = 1800.0
"""Seconds after an answer in which it can be continued.

Source: API reference, Recommend next items."""


@attrs.define
class Session:
    """An answer, and those that continued it.

    Attributes:
        id: Its recommId.
        number: How many answers there were before, in all the time of the database.
        operation: That was asked for.
        entity: What it showed: `item`, `user` or `segment`.
        params: Its parameters as JSON text.
        user: Who saw it; `None` for somebody unknown.
        shown: Everything it showed, in order.
        times: When something was shown, and how much had been shown then.
        calls: How often it was continued.
    """

    id: str
    number: int
    operation: str
    entity: str
    params: bytes
    user: str | None
    shown: list[str]
    times: list[tuple[float, int]]
    calls: int = 0

    def asked(self) -> dict[str, Any]:
        """The parameters."""
        found: dict[str, Any] = loads(self.params)
        return found

    def open_at(self, now: float) -> bool:
        """Whether it can be continued."""
        return now <= self.times[-1][0] + CONTINUABLE_FOR

    def moments(self) -> Iterator[tuple[str, float]]:
        """What it showed, and when."""
        start = 0
        for moment, end in self.times:
            for shown in self.shown[start:end]:
                yield shown, moment
            start = end

    @property
    def weight(self) -> int:
        """How much room it takes, in what an ID takes."""
        return len(self.shown) + len(self.params) // 8 + len(self.times)

    def row(self) -> list[Any]:
        """It as JSON."""
        params = self.params.decode()
        head = [self.id, self.number, self.operation, self.entity, params, self.user]
        return [*head, self.shown, self.times, self.calls]


def _session(row: Sequence[Any]) -> Session:
    key, number, operation, entity, params, user, shown, times, calls = row
    moments = [(moment, end) for moment, end in times]
    head = (key, number, operation, entity, params.encode(), user)
    return Session(*head, list(shown), moments, calls)


class Served:
    """The latest sessions; the oldest go when there are too many, or when they take too much room.

    Args:
        sessions: How many there may be.
        weight: How much room all of them may take, in what an ID takes.
        per_user: How many one user may have.

    Attributes:
        distinct: While a batch asks for distinct results: what each user was recommended in it.
        sources: While a batch is carried out: what its composite recommendations started from, by
            entity and segmentation.
    """

    __slots__ = (
        "_changed",
        "_count",
        "_limits",
        "_of_user",
        "_sessions",
        "_weight",
        "distinct",
        "sources",
    )

    def __init__(
        self, *, sessions: int = 20_000, weight: int = 1_000_000, per_user: int = 1_000
    ) -> None:
        self._limits = (sessions, weight, per_user)
        self._count = 0
        self.distinct: dict[str, set[str]] | None = None
        self.sources: dict[tuple[str, str], set[str]] | None = None
        self.clear()

    def clear(self) -> None:
        """Forget all sessions; what comes is still numbered on, so that no ID comes twice."""
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._of_user: dict[str, OrderedDict[str, None]] = {}
        self._changed: dict[str, None] = {}
        self._weight = 0

    @property
    def count(self) -> int:
        """How many answers there were in all, forgotten ones too."""
        return self._count

    @count.setter
    def count(self, count: int) -> None:
        self._count = max(self._count, count)

    def get(self, recomm_id: str) -> Session | None:
        """The session of that ID."""
        return self._sessions.get(recomm_id)

    def start(
        self,
        operation: str,
        entity: str,
        params: Mapping[str, Any],
        user: str | None,
        shown: list[str],
        *,
        now: float,
        seed: int,
    ) -> Session:
        """Remember a new answer, and name it."""
        made = _name(seed, self._count, now)
        times = [(now, len(shown))]
        # A copy, since what orjson gives back keeps the 4 KiB that it was written into.
        asked = bytes(memoryview(dumps(params)))
        session = Session(made, self._count, operation, entity, asked, user, shown, times)
        self._keep(session)
        return session

    def go_on(self, session: Session, shown: Iterable[str], now: float) -> None:
        """Remember what continued an answer."""
        before = session.weight
        session.shown.extend(shown)
        session.times.append((now, len(session.shown)))
        session.calls += 1
        self._weight += session.weight - before
        self._sessions.move_to_end(session.id)
        self._changed[session.id] = None
        self._shrink()

    def latest(self, user: str, limit: int = 50) -> list[Session]:
        """The latest sessions of a user, the very last one first."""
        own = reversed(self._of_user.get(user, OrderedDict()))
        return [self._sessions[key] for key in islice(own, limit)]

    def forget_user(self, user: str) -> None:
        """Forget the sessions of a user."""
        for key in list(self._of_user.get(user, ())):
            self._drop(key)

    @contextmanager
    def batch(self, *, distinct: bool) -> Iterator[None]:
        """While this is entered, the requests of one batch are answered."""
        self.distinct = {} if distinct else None
        self.sources = {}
        try:
            yield
        finally:
            self.distinct = self.sources = None

    def changed(self) -> list[list[Any]]:
        """The sessions that changed since this was last asked, as rows of JSON."""
        changed, self._changed = self._changed, {}
        return [self._sessions[key].row() for key in changed]

    def restore(self, rows: Iterable[Sequence[Any]]) -> None:
        """Take over rows that `changed` gave; they replace what there is of the same ID."""
        for row in rows:
            self._drop(row[0])
            self._keep(_session(row))
            self._changed.pop(row[0], None)

    def dump(self) -> Any:
        """All of it as JSON."""
        rows = [session.row() for session in self._sessions.values()]
        return {"count": self._count, "sessions": rows}

    def load(self, dumped: Any) -> None:
        """Take over what was dumped."""
        self.clear()
        self.restore(dumped["sessions"])
        self._count = dumped["count"]

    def _keep(self, session: Session) -> None:
        self._count = max(self._count, session.number + 1)
        self._sessions[session.id] = session
        self._changed[session.id] = None
        self._weight += session.weight
        if session.user is not None:
            own = self._of_user.setdefault(session.user, OrderedDict())
            own[session.id] = None
            if len(own) > self._limits[2]:
                self._drop(next(iter(own)))
        self._shrink()

    def _shrink(self) -> None:
        sessions, weight, _ = self._limits
        while len(self._sessions) > sessions or self._weight > weight:
            self._drop(next(iter(self._sessions)))

    def _drop(self, key: str) -> None:
        session = self._sessions.pop(key, None)
        if session is None:
            return
        self._weight -= session.weight
        self._changed.pop(key, None)
        if session.user is not None:
            own = self._of_user[session.user]
            del own[key]
            if not own:
                del self._of_user[session.user]


def _name(seed: int, number: int, now: float) -> str:
    """A UUID that depends on nothing else than these, and looks like any other."""
    digest = blake2b(f"{seed}:{number}:{now!r}".encode(), digest_size=16).digest()
    return str(uuid.UUID(bytes=digest, version=4))
