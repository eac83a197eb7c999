"""Settling leased items in the file."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from sqlite3 import Connection
from typing import Any, Final, NamedTuple

import attrs

from aiorecombee.delivery.queue import Lease, Leased, Settled, Verdict
from aiorecombee.delivery.spool import suspects
from aiorecombee.delivery.spool.effects import (
    Again,
    Dead,
    Effect,
    Gone,
    effect_of,
    effect_of_loss,
)
from aiorecombee.delivery.spool.incoming import hold_keys
from aiorecombee.delivery.spool.retrying import Retrying
from aiorecombee.delivery.spool.rows import as_list, lane_number, lane_numbers, with_rows
from aiorecombee.delivery.spool.state import State, read_state, write_state

_ROWS: Final = (
    "SELECT number, lane, also, key, put_at, attempts, length(body) FROM item"
    " WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number"
)
_OPEN: Final = (
    "SELECT number FROM item WHERE number IN (SELECT value FROM json_each(?)) AND settled <> ?"
)
_BURY: Final = (
    "INSERT INTO letter SELECT ?, lane, also, key, origin, put_at, ?, ?, ?, body"
    " FROM item WHERE number = ?"
)
_LEASED: Final = (
    "SELECT number FROM lane JOIN queued USING (lane) WHERE lease = ? AND number <= upto"
    " AND lane IN (SELECT value FROM json_each(?))"
)
# A bare list of rows would have SQLite look at the whole table.
LEAVE: Final = "DELETE FROM queued WHERE (lane, number) IN (SELECT * FROM ({}))"
_END_EMPTY: Final = (
    "DELETE FROM lane WHERE lane IN (SELECT value FROM json_each(?))"
    " AND NOT EXISTS (SELECT 1 FROM queued WHERE queued.lane = lane.lane)"
)
_WAKE: Final = (
    "UPDATE lane SET lease = 0, held = 0, upto = 0, due = (SELECT max(due, ?) FROM item"
    " WHERE number = (SELECT min(number) FROM queued WHERE queued.lane = lane.lane))"
    " WHERE lane IN (SELECT value FROM json_each(?))"
)


class Row(NamedTuple):
    """What there is to know of an item when it is settled, without its body."""

    number: int
    lanes: tuple[int, ...]
    key: str | None
    put_at: float
    attempts: int
    size: int


@attrs.define
class Settling:
    """Verdicts of one lease, or its end, as they are carried out."""

    db: Connection
    now: float
    token: int
    retrying: Retrying
    state: State

    def settle(self, leased: Iterable[Leased], verdicts: Mapping[int, Verdict]) -> Settled:
        """Carry out verdicts on items of the lease, as far as they are still in time."""
        asked = [_row_of_leased(one) for one in leased if one.number in verdicts]
        held = self._held(asked)
        rows = self._in_time(asked, held)
        effects = {row.number: self._effect(row, verdicts[row.number]) for row in rows}
        suspects.forget(self.db, effects)
        settled = self._carry_out(rows, effects, held)
        stale = tuple(number for number in verdicts if number not in effects)
        return attrs.evolve(settled, stale=stale)

    def expire(self, lanes: Iterable[int]) -> None:
        """The lease of these lanes ran out: give up what does that again and again."""
        found = self.db.execute(_LEASED, (self.token, as_list(lanes)))
        numbers = as_list({number for (number,) in found})
        asked = [_row_of_file(*values) for values in self.db.execute(_ROWS, (numbers,))]
        held = self._held(asked)
        rows = self._in_time(asked, held)
        times = suspects.count(self.db, {row.number: row.lanes for row in rows})
        effects: dict[int, Effect] = {
            row.number: effect_of_loss(times[row.number], row.attempts, self.now, self.retrying)
            for row in rows
        }
        suspects.forget(self.db, self._carry_out(rows, effects, held).dead)

    def _held(self, rows: Iterable[Row]) -> dict[int, int]:
        """How many items of their lanes are still leased; lanes of other leases are not in it."""
        lanes = as_list(set(chain.from_iterable(row.lanes for row in rows)))
        found = self.db.execute(
            "SELECT lane, held FROM lane WHERE lease = ?"
            " AND lane IN (SELECT value FROM json_each(?))",
            (self.token, lanes),
        )
        return dict(found.fetchall())

    def _in_time(self, rows: Sequence[Row], held: Mapping[int, int]) -> list[Row]:
        """Those whose lanes are still leased, and which were not settled in this lease before."""
        ours = [row for row in rows if row.lanes[0] in held]
        found = self.db.execute(_OPEN, (as_list(row.number for row in ours), self.token))
        still_open = {number for (number,) in found.fetchall()}
        return [row for row in ours if row.number in still_open]

    def _carry_out(
        self, rows: Sequence[Row], effects: Mapping[int, Effect], held: Mapping[int, int]
    ) -> Settled:
        gone = {n: effect for n, effect in effects.items() if isinstance(effect, Gone)}
        again = {n: effect for n, effect in effects.items() if isinstance(effect, Again)}
        dead = {n: effect for n, effect in effects.items() if isinstance(effect, Dead)}
        self._bury(dead, rows)
        self._remove([row for row in rows if row.number not in again])
        self._keep(again)
        self._free(Counter(chain.from_iterable(row.lanes for row in rows)), held)
        self.state.size -= sum(row.size for row in rows if row.number in gone)
        self.state.tally.update(effect.name for effect in gone.values())
        self.state.tally.update(effect.name for effect in again.values())
        return Settled(tuple(gone), tuple(again), tuple(dead))

    def _effect(self, row: Row, verdict: Verdict) -> Effect:
        return effect_of(verdict, row.attempts, row.put_at, self.now, self.retrying)

    def _bury(self, dead: Mapping[int, Dead], rows: Sequence[Row]) -> None:
        for number, effect in dead.items():
            self.state.letter += 1
            values = (self.state.letter, effect.attempts, self.now, effect.reason, number)
            self.db.execute(_BURY, values)
        self.state.letters += len(dead)
        self.state.tally["dead"] += len(dead)
        hold_keys(self.db, [row.key for row in rows if row.number in dead and row.key is not None])

    def _remove(self, rows: Sequence[Row]) -> None:
        self.db.execute(
            "DELETE FROM item WHERE number IN (SELECT value FROM json_each(?))",
            (as_list(row.number for row in rows),),
        )
        entered = [(lane, row.number) for row in rows for lane in row.lanes]
        with_rows(self.db, LEAVE, entered)
        self.state.items -= len(rows)

    def _keep(self, again: Mapping[int, Again]) -> None:
        self.db.executemany(
            "UPDATE item SET due = ?, attempts = ?, settled = ? WHERE number = ?",
            [(e.due, e.attempts, self.token, number) for number, e in again.items()],
        )

    def _free(self, settled: Mapping[int, int], held: Mapping[int, int]) -> None:
        """Give lanes free of which nothing is leased any more."""
        left = {lane: n - settled[lane] for lane, n in held.items() if lane in settled}
        self.db.executemany(
            "UPDATE lane SET held = ? WHERE lane = ?",
            [(count, lane) for lane, count in left.items() if count],
        )
        self._wake([lane for lane, count in left.items() if not count])

    def _wake(self, lanes: Sequence[int]) -> None:
        asked = as_list(lanes)
        if self.db.execute(_END_EMPTY, (asked,)).rowcount < len(lanes):
            self.db.execute(_WAKE, (self.now, asked))


def settle(
    db: Connection, now: float, lease: Lease, verdicts: Mapping[int, Verdict], retrying: Retrying
) -> Settled:
    """Carry out verdicts on items of a lease."""
    state = read_state(db)
    settling = Settling(db, now, int(lease.token), retrying, state)
    settled = settling.settle(lease.items, verdicts)
    write_state(db, state)
    return settled


def _row_of_leased(leased: Leased) -> Row:
    item = leased.item
    lanes = tuple(dict.fromkeys(map(lane_number, item.lanes)))
    return Row(leased.number, lanes, item.key, leased.put_at, leased.attempts, len(item.body))


def _row_of_file(number: int, lane: str, also: str | None, *rest: Any) -> Row:
    return Row(number, lane_numbers(lane, also), *rest)
