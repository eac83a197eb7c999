"""A lease in the making: what it takes, of what is new and of what waited.

What it looks at and cannot take costs an effort, and each step makes only so much of one: so no
transaction takes long, however much there is that must wait. The next call goes on from there.
"""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from sqlite3 import Connection
from typing import Any, Final

import attrs

from aiorecombee.delivery.retrying import Retrying
from aiorecombee.delivery.spool import leases, suspects
from aiorecombee.delivery.spool.lanes import Waiting, admit, together
from aiorecombee.delivery.spool.rows import ITEM, NAMED_ITEMS, as_list, lane_numbers, with_rows
from aiorecombee.delivery.spool.schema import NEVER
from aiorecombee.delivery.spool.settling import KNOW_LANE, Settling
from aiorecombee.delivery.spool.state import State

MOST_BYTES: Final = 16 * 2**20
"""Bytes of bodies after which a lease takes no more."""
_MOST_EFFORT: Final = 5_000
_BYTES_OF_EFFORT: Final = 4_096
_EFFORT_OF_EXPIRY: Final = 500
_READY_AT_ONCE: Final = 1_024
_LANES_AT_ONCE: Final = 64
_FRESH: Final = f"SELECT {ITEM} FROM item WHERE number > ? ORDER BY number LIMIT ?"  # noqa: S608 - ours
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
_MUST_WAIT: Final = "UPDATE lane SET due = ? WHERE lane IN (SELECT value FROM json_each(?))"

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
        room_bytes: How many bytes more it takes.
        entries: Lane and number of all that it has taken.
        is_tired: It has not looked at everything: others should have a turn before.
    """

    db: Connection
    now: float
    room: int
    retrying: Retrying
    state: State
    room_bytes: int = MOST_BYTES
    entries: list[tuple[int, int]] = attrs.field(factory=list)
    is_tired: bool = False
    _rows: list[Row] = attrs.field(factory=list)
    _suspects: frozenset[int] = frozenset()
    _leased: set[int] | None = None

    def begin(self) -> None:
        """End one lease that ran out, if there is one; learn who is a suspect."""
        if not self._expire_one():
            self._suspects = suspects.known(self.db, self.retrying.suspect_after)

    @property
    def rows(self) -> list[Row]:
        """What it has taken, in the order in which it was put."""
        return sorted(self._rows, key=itemgetter(0))

    @property
    def is_empty(self) -> bool:
        """Whether it has taken nothing."""
        return not self._rows

    def is_ready(self) -> bool:
        """Whether any lane is free again."""
        return bool(self._ready(1))

    def take_fresh(self, room: int, room_bytes: int) -> None:
        """Take up to so much that was never looked at; what may not travel waits in its lanes."""
        rest, rest_bytes = self.room - room, self.room_bytes - room_bytes
        effort = 0
        while self.room > rest and self.room_bytes > rest_bytes:
            if effort >= _MOST_EFFORT:
                self.is_tired = True
                return
            left = self.room_bytes - rest_bytes
            rows = self._read(left, _FRESH, self.state.head, self.room - rest)
            if not rows:
                return
            self.state.head = rows[-1][0]
            waiting = [_waiting(row) for row in rows]
            admission = admit(waiting, self._occupied(waiting))
            self._let_wait(admission.kept)
            kept = {item.number for item in admission.kept}
            effort += sum(1 + len(row[-1]) // _BYTES_OF_EFFORT for row in rows if row[0] in kept)
            self._take([row for row in rows if row[0] not in kept], admission.taken)

    def take_ready(self) -> None:
        """Take items of lanes that are free again."""
        effort = 0
        while self._has_room() and effort < _MOST_EFFORT:
            if found := self._ready(min(self.room, _READY_AT_ONCE)):
                for start in range(0, len(found), _LANES_AT_ONCE):
                    effort += self._take_lanes(found[start : start + _LANES_AT_ONCE])
            elif held := self._expire_one():
                effort += _EFFORT_OF_EXPIRY + held
            else:
                return
        self.is_tired = self._has_room()

    def take_suspect(self) -> None:
        """Take a suspect, with nothing else."""
        if not self._suspects or self._suspects & leases.numbers(self.db, self.now):
            return
        least = self.retrying.suspect_after
        for _ in range(_MOST_EFFORT):
            lane = suspects.next_lane(self.db, self.now, least) if self._has_room() else None
            if lane is None or not self.is_empty:
                return
            self._take_lanes([lane])
        self.is_tired = True

    def _has_room(self) -> bool:
        return self.room > 0 and self.room_bytes > 0

    @property
    def _busy(self) -> set[int]:
        """Lanes that are leased, by this lease too; who finds nothing to take need not know."""
        if self._leased is None:
            self._leased = leases.lanes(self.db)
        return self._leased

    def _ready(self, limit: int) -> list[int]:
        """Lanes that are free again, but for those of suspects; the longest free come first."""
        if self._suspects:
            values = (self.now, self.retrying.suspect_after, limit)
            found = self.db.execute(_READY_BESIDE_SUSPECTS, values)
        else:
            found = self.db.execute(_READY, (self.now, limit))
        return [lane for (lane,) in found.fetchall()]

    def _expire_one(self) -> int:
        """End a lease that ran out, if there is one; how much it held."""
        token = leases.outdated(self.db, self.now)
        held = None if token is None else leases.find(self.db, token)
        if token is None or held is None:
            return 0
        Settling(self.db, self.now, token, held, self.retrying, self.state).expire()
        if self._leased is not None:
            self._leased.difference_update(held.lanes)
        self._suspects = suspects.known(self.db, self.retrying.suspect_after)
        return len(held.numbers)

    def _take_lanes(self, lanes: Sequence[int]) -> int:
        """Take what is first in lanes that are free; those of which nothing is taken must wait.

        Each gives as many as the others do, and those that have more give more if there is room.

        Returns:
            The effort of those that were looked at in vain.
        """
        seen: set[int] = set()
        before, bytes_before, bytes_read = len(self.entries), self.room_bytes, 0
        while lanes and self._has_room():
            of_each = max(1, self.room // len(lanes))
            taken_before = len(self.entries)
            full: list[int] = []
            for lane, rows in self._first_of(lanes, of_each):
                bytes_read += sum(len(row[-1]) for row in rows)
                if lane in seen:
                    taken = self._take_together(rows)
                else:
                    seen.add(lane)
                    taken = self._take_first(lane, rows)
                if taken == of_each:
                    full.append(lane)
            with_rows(self.db, LEAVE, self.entries[taken_before:])
            lanes = full
        given = {lane for lane, _ in self.entries[before:]}
        looked_at = as_list(seen | given)
        self.db.execute(_END_EMPTY, (looked_at,))
        self.db.execute(_MUST_WAIT, (NEVER, looked_at))
        in_vain = bytes_read - (bytes_before - self.room_bytes)
        return len(seen - given) + max(0, in_vain) // _BYTES_OF_EFFORT

    def _first_of(self, lanes: Sequence[int], of_each: int) -> Iterator[tuple[int, list[Row]]]:
        """Of each lane the first items, as far as there is room for any in bytes."""
        values = (as_list(lanes), of_each, self.room)
        numbers: dict[int, list[int]] = {}
        for lane, number in self.db.execute(_FIRST_OF_EACH, values).fetchall():
            numbers.setdefault(lane, []).append(number)
        asked = as_list({number for found in numbers.values() for number in found})
        rows = {row[0]: row for row in self._read(self.room_bytes, NAMED_ITEMS, asked)}
        for lane, found in numbers.items():
            if there := [rows[number] for number in found if number in rows]:
                yield lane, there

    def _take_first(self, lane: int, rows: Sequence[Row]) -> int:
        """Take what may travel of the first items of a lane; how many that were."""
        if lane in self._busy:  # a barrier has taken it along
            return 0
        if taken := self._take_together(rows):
            return taken
        first = self._alone(_waiting(rows[0]))
        if all(self._is_first(one, first) for one in first.lanes):
            self._take(rows[:1], [first])
        return 0

    def _take_together(self, rows: Sequence[Row]) -> int:
        taken = together([self._alone(_waiting(row)) for row in rows], self.now)
        self._take(rows[: len(taken)], taken)
        return len(taken)

    def _alone(self, item: Waiting) -> Waiting:
        return item._replace(barrier=True) if item.number in self._suspects else item

    def _is_first(self, lane: int, item: Waiting) -> bool:
        if lane in self._busy:
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
        return {lane for (lane,) in found.fetchall()} | (lanes & self._busy)

    def _let_wait(self, items: Sequence[Waiting]) -> None:
        entries = [(lane, item.number) for item in items for lane in item.lanes]
        with_rows(self.db, "INSERT INTO queued {}", entries)
        self.db.execute(KNOW_LANE, (NEVER, as_list({lane for lane, _ in entries})))

    def _read(self, room_bytes: int, statement: str, *values: object) -> list[Row]:
        """Rows of items, as many as there is room for in bytes, at least one."""
        rows: list[Row] = []
        for row in self.db.execute(statement, values):
            rows.append(row)
            room_bytes -= len(row[-1])
            if room_bytes <= 0:
                break
        return rows

    def _take(self, rows: Sequence[Row], items: Sequence[Waiting]) -> None:
        entries = [(lane, item.number) for item in items for lane in item.lanes]
        self.entries += entries
        self._busy.update(lane for lane, _ in entries)
        self._rows += rows
        self.room -= len(rows)
        self.room_bytes -= sum(len(row[-1]) for row in rows)


def _waiting(row: Row) -> Waiting:
    number, lane, also, _, _, _, _, due, _ = row
    return Waiting(number, lane_numbers(lane, also), also is not None, due)
