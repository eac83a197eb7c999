"""Leasing items: whose turn it is, in the file.

Half of a lease goes to items that are new; the other half to lanes that were looked at before and
are free again, the one that has waited longest first. What one does not need, the other gets. So
neither a lane with endless items nor a crowd of failures keeps anybody else out. While there are
suspects (see `suspects`), every other lease is for one of them.
"""

from collections.abc import Sequence
from operator import itemgetter
from sqlite3 import Connection
from typing import Any, Final

import attrs

from aiorecombee.delivery.queue import Lease
from aiorecombee.delivery.retrying import Retrying
from aiorecombee.delivery.spool import leases, suspects
from aiorecombee.delivery.spool.lanes import Waiting, admit, together
from aiorecombee.delivery.spool.leases import Held
from aiorecombee.delivery.spool.owners import token_of
from aiorecombee.delivery.spool.rows import (
    ITEM,
    as_list,
    lane_numbers,
    to_leased,
    with_rows,
)
from aiorecombee.delivery.spool.schema import NEVER
from aiorecombee.delivery.spool.settling import KNOW_LANE, Settling
from aiorecombee.delivery.spool.state import State, read_state, write_state

MOST_BYTES: Final = 16 * 2**20
"""Bytes of bodies after which a lease takes no more."""
_MOST_LOOKED_AT: Final = 5_000
_FRESH: Final = f"SELECT {ITEM} FROM item WHERE number > ? ORDER BY number LIMIT ?"  # noqa: S608 - ours
_NAMED: Final = (
    f"SELECT {ITEM} FROM item"  # noqa: S608 - ours
    " WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number"
)
_READY: Final = "SELECT lane FROM lane WHERE due <= ? ORDER BY due, lane LIMIT ?"
_READY_BESIDE_SUSPECTS: Final = (
    "SELECT lane FROM lane WHERE due <= ? AND NOT EXISTS (SELECT 1"
    " FROM suspect WHERE times >= ? AND number = (SELECT min(number) FROM queued"
    " WHERE queued.lane = lane.lane)) ORDER BY due, lane LIMIT ?"
)
_FIRST_OF_EACH: Final = (
    "SELECT queued.lane, queued.number FROM json_each(?) AS asked"
    " CROSS JOIN queued ON queued.lane = asked.value AND queued.number IN (SELECT number"
    " FROM queued WHERE queued.lane = asked.value ORDER BY number LIMIT ?)"
    " ORDER BY asked.key, queued.number LIMIT ?"
)
LEAVE: Final = "DELETE FROM queued WHERE (lane, number) IN (SELECT * FROM ({}))"
_END_EMPTY: Final = (
    "DELETE FROM lane WHERE lane IN (SELECT value FROM json_each(?))"
    " AND NOT EXISTS (SELECT 1 FROM queued WHERE queued.lane = lane.lane)"
)
_LANES_AT_ONCE: Final = 64
_LOOKED_AT_FOR_ONE: Final = 4
"""Items that may be looked at for one that is taken: of many full lanes each gives only a few."""

Row = tuple[Any, ...]


@attrs.define
class Taking:
    """A lease in the making.

    Attributes:
        db: Where, within a transaction.
        now: The time, in Unix seconds.
        room: How many items more it takes.
        retrying: Says who is a suspect, and when one is given up.
        state: Is kept up to date; whoever made this writes it.
        suspects: Numbers of those there are.
        busy: Lanes that are leased, by this lease too.
        room_bytes: How many bytes more it takes.
        rows: What it has taken.
        entries: Lane and number of all of it.
        looked_at: How many items it has looked at for the first time.
    """

    db: Connection
    now: float
    room: int
    retrying: Retrying
    state: State
    suspects: frozenset[int] = frozenset()
    busy: set[int] = attrs.field(factory=set)
    room_bytes: int = MOST_BYTES
    rows: list[Row] = attrs.field(factory=list)
    entries: list[tuple[int, int]] = attrs.field(factory=list)
    looked_at: int = 0

    def begin(self) -> None:
        """Learn what others have; end one lease that ran out, no more, as that takes its time."""
        self._expire_one()
        self.busy = leases.lanes(self.db)
        self.suspects = suspects.known(self.db, self.retrying.suspect_after)

    def is_ready(self) -> bool:
        """Whether any lane is free again."""
        return bool(self._ready(1))

    def take_ready(self) -> None:
        """Take items of lanes that are free again."""
        while self.has_room():
            if found := self._ready(min(self.room, _LANES_AT_ONCE)):
                self._take_lanes(found)
            elif self._expire_one():
                self.busy = leases.lanes(self.db).union(lane for lane, _ in self.entries)
                self.suspects = suspects.known(self.db, self.retrying.suspect_after)
            else:
                return

    def take_suspect(self) -> None:
        """Take a suspect, with nothing else."""
        if not self.suspects or self.suspects & leases.numbers(self.db, self.now):
            return
        least = self.retrying.suspect_after
        while not self.rows and (lane := suspects.next_lane(self.db, self.now, least)) is not None:
            self._take_lanes([lane])

    def take_fresh(self, room: int) -> None:
        """Take up to so many items that were never looked at; the others wait in their lanes."""
        rest = self.room - room
        while self.room > rest and self.has_room() and self.looked_at < _MOST_LOOKED_AT:
            rows = self._read(_FRESH, self.state.head, self.room - rest)
            if not rows:
                return
            self.looked_at += len(rows)
            self.state.head = rows[-1][0]
            waiting = [_waiting(row) for row in rows]
            admission = admit(waiting, self._occupied(waiting))
            self._let_wait(admission.kept)
            kept = {item.number for item in admission.kept}
            self._take([row for row in rows if row[0] not in kept], admission.taken)

    def has_room(self) -> bool:
        """Whether it takes more."""
        return self.room > 0 and self.room_bytes > 0

    def _ready(self, limit: int) -> list[int]:
        """Lanes that are free again, but for those of suspects."""
        if self.suspects:
            values = (self.now, self.retrying.suspect_after, limit)
            found = self.db.execute(_READY_BESIDE_SUSPECTS, values)
        else:
            found = self.db.execute(_READY, (self.now, limit))
        return [lane for (lane,) in found.fetchall()]

    def _expire_one(self) -> bool:
        """End a lease that ran out; whether there was one."""
        token = leases.outdated(self.db, self.now)
        held = None if token is None else leases.find(self.db, token)
        if token is None or held is None:
            return False
        Settling(self.db, self.now, token, held, self.retrying, self.state).expire()
        return True

    def _take_lanes(self, lanes: Sequence[int]) -> None:
        """Take what is first in lanes that are free; those of which nothing is taken must wait."""
        of_each = max(1, min(self.room, _LOOKED_AT_FOR_ONE * self.room // len(lanes)))
        values = (as_list(lanes), of_each, self.room)
        numbers: dict[int, list[int]] = {}
        for lane, number in self.db.execute(_FIRST_OF_EACH, values).fetchall():
            numbers.setdefault(lane, []).append(number)
        asked = as_list({number for found in numbers.values() for number in found})
        rows = {row[0]: row for row in self._read(_NAMED, asked)}
        before = len(self.entries)
        seen = [
            lane
            for lane, found in numbers.items()
            if self._take_first(lane, [rows[number] for number in found if number in rows])
        ]
        entered = self.entries[before:]
        with_rows(self.db, LEAVE, entered)
        looked_at = as_list({*seen, *(lane for lane, _ in entered)})
        self.db.execute(_END_EMPTY, (looked_at,))
        self.db.execute(
            "UPDATE lane SET due = ? WHERE lane IN (SELECT value FROM json_each(?))",
            (NEVER, looked_at),
        )

    def _take_first(self, lane: int, rows: Sequence[Row]) -> bool:
        """Take what may travel of the first items of a lane; whether they were looked at."""
        if lane in self.busy:  # a barrier has taken it along
            return True
        if not rows:  # there was no room left for it
            return False
        waiting = [self._alone(_waiting(row)) for row in rows]
        taken = together(waiting, self.now)
        if not taken and all(self._is_first(one, waiting[0]) for one in waiting[0].lanes):
            taken = waiting[:1]
        self._take(rows[: len(taken)], taken)
        return True

    def _alone(self, item: Waiting) -> Waiting:
        return item._replace(barrier=True) if item.number in self.suspects else item

    def _is_first(self, lane: int, item: Waiting) -> bool:
        if lane in self.busy:
            return False
        found = self.db.execute("SELECT min(number) FROM queued WHERE lane = ?", (lane,))
        return bool(found.fetchone()[0] == item.number)

    def _occupied(self, waiting: Sequence[Waiting]) -> set[int]:
        """Those of their lanes that have something in front of them."""
        lanes = {lane for item in waiting for lane in item.lanes}
        found = self.db.execute(
            "SELECT lane FROM lane WHERE lane IN (SELECT value FROM json_each(?))",
            (as_list(lanes),),
        )
        return {lane for (lane,) in found.fetchall()} | (lanes & self.busy)

    def _let_wait(self, items: Sequence[Waiting]) -> None:
        entries = [(lane, item.number) for item in items for lane in item.lanes]
        with_rows(self.db, "INSERT INTO queued {}", entries)
        self.db.execute(KNOW_LANE, (NEVER, as_list({lane for lane, _ in entries})))

    def _read(self, statement: str, *values: object) -> list[Row]:
        """Rows of items, as many as there is room for in bytes, at least one."""
        rows: list[Row] = []
        left = self.room_bytes
        for row in self.db.execute(statement, values):
            rows.append(row)
            left -= len(row[-1])
            if left <= 0:
                break
        return rows

    def _take(self, rows: Sequence[Row], items: Sequence[Waiting]) -> None:
        entries = [(lane, item.number) for item in items for lane in item.lanes]
        self.entries += entries
        self.busy.update(lane for lane, _ in entries)
        self.rows += rows
        self.room -= len(rows)
        self.room_bytes -= sum(len(row[-1]) for row in rows)


def lease(
    db: Connection, now: float, limit: int, for_seconds: float, retrying: Retrying, owner: int
) -> Lease | None:
    """Take what is due; `None` if that was not found yet, and others should have a turn first."""
    state = read_state(db)
    until = now + for_seconds
    taking = Taking(db, now, limit, retrying, state)
    taking.begin()
    if state.token % 2:
        taking.take_suspect()
    if not taking.rows:
        # Of an odd number, the odd one goes to each of them in turn.
        taking.take_fresh((limit + state.token % 2) // 2 if taking.is_ready() else limit)
        taking.take_ready()
        taking.take_fresh(taking.room)
    if not taking.rows:
        taking.take_suspect()
    if taking.rows:
        state.token += 1
    token = token_of(state.token, owner)
    if taking.entries:
        lanes, numbers = zip(*taking.entries, strict=True)
        leases.add(db, token, until, Held(lanes, numbers))
    write_state(db, state)
    if not taking.rows and taking.looked_at >= _MOST_LOOKED_AT:
        return None
    items = tuple(map(to_leased, sorted(taking.rows, key=itemgetter(0))))
    return Lease(str(token), until, items)


def _waiting(row: Row) -> Waiting:
    number, lane, also, _, _, _, _, due, _ = row
    return Waiting(number, lane_numbers(lane, also), also is not None, due)
