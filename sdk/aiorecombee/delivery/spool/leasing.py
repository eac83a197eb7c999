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
from aiorecombee.delivery.spool import suspects
from aiorecombee.delivery.spool.lanes import Admission, Waiting, admit, together
from aiorecombee.delivery.spool.owners import token_of
from aiorecombee.delivery.spool.retrying import Retrying
from aiorecombee.delivery.spool.rows import (
    ITEM,
    as_list,
    lane_numbers,
    to_leased,
    with_rows,
)
from aiorecombee.delivery.spool.schema import NEVER
from aiorecombee.delivery.spool.settling import Settling
from aiorecombee.delivery.spool.state import State, read_state, write_state

MOST_BYTES: Final = 16 * 2**20
"""Bytes of bodies after which a lease takes no more."""
_MOST_LOOKED_AT: Final = 5_000
_COLUMNS: Final = ", ".join(f"item.{name}" for name in ITEM.split(", "))
_FRESH: Final = f"SELECT {ITEM} FROM item WHERE number > ? ORDER BY number LIMIT ?"  # noqa: S608 - ours
_OF_LANE: Final = (
    f"SELECT {_COLUMNS} FROM queued JOIN item USING (number)"  # noqa: S608 - ours
    " WHERE queued.lane = ? ORDER BY queued.number LIMIT ?"
)
_READY: Final = "SELECT lane, lease FROM lane WHERE due <= ? ORDER BY due, lane LIMIT ?"
_READY_BESIDE_SUSPECTS: Final = (
    "SELECT lane, lease FROM lane WHERE due <= ? AND (lease <> 0 OR NOT EXISTS (SELECT 1"
    " FROM suspect WHERE times >= ? AND number = (SELECT min(number) FROM queued"
    " WHERE queued.lane = lane.lane))) ORDER BY due, lane LIMIT ?"
)
_STANDING: Final = (
    "SELECT lane.lease = 0 OR lane.due <= ?, (SELECT min(number) FROM queued"
    " WHERE queued.lane = lane.lane) FROM lane WHERE lane.lane = ?"
)

Row = tuple[Any, ...]


@attrs.define
class Taking:
    """A lease in the making.

    Attributes:
        db: Where, within a transaction.
        now: The time, in Unix seconds.
        until: When the lease will be over.
        token: What it is named.
        room: How many items more it takes.
        retrying: Says who is a suspect, and when one is given up.
        suspects: Numbers of those there are.
        room_bytes: How many bytes more.
        rows: What it has taken.
        lanes: Lanes that it has taken from, of those that were looked at before.
        looked_at: How many items it has looked at for the first time.
    """

    db: Connection
    now: float
    until: float
    token: int
    room: int
    retrying: Retrying
    suspects: frozenset[int]
    room_bytes: int = MOST_BYTES
    rows: list[Row] = attrs.field(factory=list)
    lanes: set[int] = attrs.field(factory=set)
    looked_at: int = 0

    def is_ready(self) -> bool:
        """Whether any lane is free again."""
        return bool(self._ready(1))

    def take_ready(self, state: State) -> None:
        """Take items of lanes that are free again."""
        while self.has_room():
            found = self._ready(self.room)
            if not found:
                return
            if any(lease for _, lease in found):
                self._expire(found, state)
                continue
            for lane, _ in found:
                if not self.has_room():
                    return
                if lane not in self.lanes:  # a barrier may have taken it along
                    self._take_lane(lane)

    def take_suspect(self) -> None:
        """Take a suspect, with nothing else."""
        least = self.retrying.suspect_after
        if not self.suspects or suspects.is_one_out(self.db, self.now, least):
            return
        while not self.rows and (lane := suspects.next_lane(self.db, self.now, least)) is not None:
            self._take_lane(lane)

    def take_fresh(self, room: int, state: State) -> None:
        """Take up to so many items that were never looked at; enter all in their lanes."""
        rest = self.room - room
        while self.room > rest and self.has_room() and self.looked_at < _MOST_LOOKED_AT:
            rows = self._read(_FRESH, state.head, self.room - rest)
            if not rows:
                return
            self.looked_at += len(rows)
            state.head = rows[-1][0]
            waiting = [_waiting(row) for row in rows]
            admission = admit(waiting, self._occupied(waiting))
            self._enter(admission)
            numbers = {item.number for item in admission.taken}
            everything = len(numbers) == len(rows)
            self._keep(rows if everything else [row for row in rows if row[0] in numbers])

    def has_room(self) -> bool:
        """Whether it takes more."""
        return self.room > 0 and self.room_bytes > 0

    def _ready(self, limit: int) -> list[tuple[int, int]]:
        """Lanes that are free again, but for those of suspects, with the lease that ran out."""
        if not self.suspects:
            return self.db.execute(_READY, (self.now, limit)).fetchall()
        values = (self.now, self.retrying.suspect_after, limit)
        return self.db.execute(_READY_BESIDE_SUSPECTS, values).fetchall()

    def _expire(self, found: Sequence[tuple[int, int]], state: State) -> None:
        """Free the lanes whose lease ran out."""
        for token in {lease for _, lease in found if lease}:
            settling = Settling(self.db, self.now, token, self.retrying, state)
            settling.expire(lane for lane, lease in found if lease == token)
        self.suspects = suspects.known(self.db, self.retrying.suspect_after)

    def _take_lane(self, lane: int) -> None:
        rows = self._read(_OF_LANE, lane, self.room)
        waiting = [self._alone(_waiting(row)) for row in rows]
        first = waiting[0]
        taken = together(waiting, self.now)
        if taken:
            self._hold(lane, len(taken), taken[-1].number)
            self._keep(rows[: len(taken)])
        elif all(self._is_first(other, first) for other in first.lanes):
            for other in first.lanes:
                self._hold(other, 1, first.number)
            self._keep(rows[:1])
        else:
            self._set_lane(lane, NEVER, 0, 0, 0)

    def _alone(self, item: Waiting) -> Waiting:
        return item._replace(barrier=True) if item.number in self.suspects else item

    def _is_first(self, lane: int, item: Waiting) -> bool:
        free, first = self.db.execute(_STANDING, (self.now, lane)).fetchone()
        return bool(free) and first == item.number

    def _hold(self, lane: int, held: int, upto: int) -> None:
        self._set_lane(lane, self.until, self.token, held, upto)
        self.lanes.add(lane)

    def _set_lane(self, lane: int, due: float, lease: int, held: int, upto: int) -> None:
        self.db.execute(
            "UPDATE lane SET due = ?, lease = ?, held = ?, upto = ? WHERE lane = ?",
            (due, lease, held, upto, lane),
        )

    def _occupied(self, waiting: Sequence[Waiting]) -> set[int]:
        lanes = {lane for item in waiting for lane in item.lanes}
        found = self.db.execute(
            "SELECT lane FROM lane WHERE lane IN (SELECT value FROM json_each(?))",
            (as_list(lanes),),
        )
        return {lane for (lane,) in found}

    def _enter(self, admission: Admission) -> None:
        with_rows(self.db, "INSERT INTO queued {}", admission.entered)
        held: dict[int, list[int]] = {}
        for item in admission.taken:
            for lane in item.lanes:
                held.setdefault(lane, []).append(item.number)
        new = [(lane, self.until, self.token, len(of), of[-1]) for lane, of in held.items()]
        new += [(lane, NEVER, 0, 0, 0) for lane in admission.blocked]
        with_rows(self.db, "INSERT INTO lane {}", new)

    def _read(self, statement: str, *values: int) -> list[Row]:
        """Rows of items, as many as there is room for in bytes, at least one."""
        rows: list[Row] = []
        left = self.room_bytes
        for row in self.db.execute(statement, values):
            rows.append(row)
            left -= len(row[-1])
            if left <= 0:
                break
        return rows

    def _keep(self, rows: Sequence[Row]) -> None:
        self.rows += rows
        self.room -= len(rows)
        self.room_bytes -= sum(len(row[-1]) for row in rows)


def lease(
    db: Connection, now: float, limit: int, for_seconds: float, retrying: Retrying, owner: int
) -> Lease | None:
    """Take what is due; `None` if that was not found yet, and others should have a turn first."""
    state = read_state(db)
    known = suspects.known(db, retrying.suspect_after)
    token = token_of(state.token + 1, owner)
    taking = Taking(db, now, now + for_seconds, token, limit, retrying, known)
    if state.token % 2:
        taking.take_suspect()
    if not taking.rows:
        # Of an odd number, the odd one goes to each of them in turn.
        taking.take_fresh((limit + state.token % 2) // 2 if taking.is_ready() else limit, state)
        taking.take_ready(state)
        taking.take_fresh(taking.room, state)
    if not taking.rows:
        taking.take_suspect()
    state.token += bool(taking.rows)
    write_state(db, state)
    if not taking.rows and taking.looked_at >= _MOST_LOOKED_AT:
        return None
    items = tuple(map(to_leased, sorted(taking.rows, key=itemgetter(0))))
    return Lease(str(taking.token), taking.until, items)


def _waiting(row: Row) -> Waiting:
    number, lane, also, _, _, _, _, due, _, _ = row
    return Waiting(number, lane_numbers(lane, also), also is not None, due)
