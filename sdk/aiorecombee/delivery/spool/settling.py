"""Settling leased items in the file."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from sqlite3 import Connection
from typing import Any, Final, NamedTuple

import attrs

from aiorecombee.delivery.queue import Settled, Verdict
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
from aiorecombee.delivery.spool.rows import as_list, lane_numbers, with_rows
from aiorecombee.delivery.spool.state import State, read_state, write_state

_ROWS: Final = (
    "SELECT number, lane, also, key, put_at, attempts, settled, length(body) FROM item"
    " WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number"
)
_BURY: Final = (
    "INSERT INTO letter SELECT ?, lane, also, key, origin, put_at, ?, ?, ?, body"
    " FROM item WHERE number = ?"
)
_HELD: Final = (
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
    settled: int
    size: int


@attrs.define
class Settling:
    """Verdicts of one lease, or its end, as they are carried out."""

    db: Connection
    now: float
    token: int
    retrying: Retrying
    state: State

    def settle(self, verdicts: Mapping[int, Verdict]) -> Settled:
        """Carry out those that are still in time."""
        rows = self._in_time(list(verdicts))
        effects = {row.number: self._effect(row, verdicts[row.number]) for row in rows}
        suspects.forget(self.db, effects)
        settled = self._carry_out(rows, effects)
        stale = tuple(number for number in verdicts if number not in effects)
        return attrs.evolve(settled, stale=stale)

    def expire(self, lanes: Iterable[int]) -> None:
        """The lease of these lanes ran out: give up what does that again and again."""
        found = self.db.execute(_HELD, (self.token, as_list(lanes)))
        rows = self._in_time(list({number for (number,) in found}))
        times = suspects.count(self.db, {row.number: row.lanes for row in rows})
        effects: dict[int, Effect] = {
            row.number: effect_of_loss(times[row.number], row.attempts, self.now, self.retrying)
            for row in rows
        }
        suspects.forget(self.db, self._carry_out(rows, effects).dead)

    def _carry_out(self, rows: Sequence[Row], effects: Mapping[int, Effect]) -> Settled:
        gone = {n: effect for n, effect in effects.items() if isinstance(effect, Gone)}
        again = {n: effect for n, effect in effects.items() if isinstance(effect, Again)}
        dead = {n: effect for n, effect in effects.items() if isinstance(effect, Dead)}
        self._bury(dead, rows)
        self._remove([row for row in rows if row.number not in again])
        self._keep(again)
        self._free(Counter(lane for row in rows for lane in row.lanes))
        self.state.size -= sum(row.size for row in rows if row.number in gone)
        self.state.tally.update(effect.name for effect in gone.values())
        self.state.tally.update(effect.name for effect in again.values())
        return Settled(tuple(gone), tuple(again), tuple(dead))

    def _in_time(self, numbers: Sequence[int]) -> list[Row]:
        rows = [_to_row(*values) for values in self.db.execute(_ROWS, (as_list(numbers),))]
        found = self.db.execute(
            "SELECT lane, upto FROM lane WHERE lease = ?"
            " AND lane IN (SELECT value FROM json_each(?))",
            (self.token, as_list({row.lanes[0] for row in rows})),
        )
        held = dict(found.fetchall())
        return [
            row
            for row in rows
            if row.number <= held.get(row.lanes[0], 0) and row.settled != self.token
        ]

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

    def _free(self, settled: Mapping[int, int]) -> None:
        """Give lanes free of which nothing is leased any more."""
        lanes = as_list(settled)
        held = self.db.execute(
            "SELECT lane, held FROM lane WHERE lane IN (SELECT value FROM json_each(?))", (lanes,)
        ).fetchall()
        left = {lane: count - settled[lane] for lane, count in held}
        self.db.executemany(
            "UPDATE lane SET held = ? WHERE lane = ?",
            [(count, lane) for lane, count in left.items() if count],
        )
        self._wake([lane for lane, count in left.items() if not count])

    def _wake(self, lanes: Iterable[int]) -> None:
        asked = as_list(lanes)
        self.db.execute(_END_EMPTY, (asked,))
        self.db.execute(_WAKE, (self.now, asked))


def settle(
    db: Connection, now: float, token: int, verdicts: Mapping[int, Verdict], retrying: Retrying
) -> Settled:
    """Carry out the verdicts of a lease."""
    state = read_state(db)
    settled = Settling(db, now, token, retrying, state).settle(verdicts)
    write_state(db, state)
    return settled


def _to_row(number: int, lane: str, also: str | None, *rest: Any) -> Row:
    return Row(number, lane_numbers(lane, also), *rest)
