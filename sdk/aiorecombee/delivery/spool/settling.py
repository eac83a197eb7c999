"""Settling leased items in the file."""

from collections.abc import Iterable, Mapping, Sequence
from sqlite3 import Connection
from typing import Final

import attrs

from aiorecombee.delivery.effects import (
    Again,
    Dead,
    Effect,
    Gone,
    effect_of,
    effect_of_loss,
)
from aiorecombee.delivery.queue import Lease, Leased, Settled, Verdict
from aiorecombee.delivery.retrying import Retrying
from aiorecombee.delivery.spool import leases, suspects
from aiorecombee.delivery.spool.incoming import hold_keys
from aiorecombee.delivery.spool.leases import Held
from aiorecombee.delivery.spool.rows import NAMED_ITEMS, as_list, to_leased, with_rows
from aiorecombee.delivery.spool.schema import NEVER
from aiorecombee.delivery.spool.state import State, read_state, write_state

_BURY: Final = (
    "INSERT INTO letter SELECT ?, lane, also, key, origin, put_at, ?, ?, ?, body"
    " FROM item WHERE number = ?"
)
_WAKE: Final = (
    "UPDATE lane SET due = (SELECT max(due, ?) FROM item"
    " WHERE number = (SELECT min(number) FROM queued WHERE queued.lane = lane.lane))"
    " WHERE lane IN (SELECT value FROM json_each(?))"
)
KNOW_LANE: Final = "INSERT OR IGNORE INTO lane SELECT value, ? FROM json_each(?)"
"""A row for lanes in which something waits now; one that is there says more."""


@attrs.define
class Settling:
    """Verdicts of one lease, or its end, as they are carried out.

    Attributes:
        db: Where, within a transaction.
        now: The time, in Unix seconds.
        token: Names the lease.
        held: What it holds.
        retrying: When failed items are tried again.
        state: Is kept up to date; whoever made this writes it.
    """

    db: Connection
    now: float
    token: int
    held: Held
    retrying: Retrying
    state: State

    def settle(self, leased: Iterable[Leased], verdicts: Mapping[int, Verdict]) -> Settled:
        """Carry out verdicts on items that the lease still holds."""
        open_numbers = frozenset(self.held.numbers)
        items = [one for one in leased if one.number in verdicts and one.number in open_numbers]
        effects = {one.number: self._effect(one, verdicts[one.number]) for one in items}
        suspects.forget(self.db, effects)
        settled = self._carry_out(items, effects)
        stale = tuple(number for number in verdicts if number not in effects)
        return attrs.evolve(settled, stale=stale)

    def expire(self) -> None:
        """It ran out: give up what does that again and again."""
        numbers = as_list(set(self.held.numbers))
        items = [to_leased(row) for row in self.db.execute(NAMED_ITEMS, (numbers,))]
        lanes: dict[int, list[int]] = {}
        for lane, number in self.held.entries():
            lanes.setdefault(number, []).append(lane)
        times = suspects.count(self.db, lanes)
        effects: dict[int, Effect] = {
            one.number: effect_of_loss(times[one.number], one.attempts, self.now, self.retrying)
            for one in items
        }
        suspects.forget(self.db, self._carry_out(items, effects).dead)

    def _effect(self, leased: Leased, verdict: Verdict) -> Effect:
        return effect_of(verdict, leased.attempts, leased.put_at, self.now, self.retrying)

    def _carry_out(self, items: Sequence[Leased], effects: Mapping[int, Effect]) -> Settled:
        again: dict[int, Again] = {}
        dead: dict[int, Dead] = {}
        gone: list[int] = []
        for one in items:
            effect = effects[one.number]
            if isinstance(effect, Gone):
                gone.append(one.number)
                self.state.size -= len(one.item.body)
                self.state.tally[effect.name] += 1
            elif isinstance(effect, Again):
                again[one.number] = effect
                self.state.tally[effect.name] += 1
            else:
                dead[one.number] = effect
        self._bury(items, dead)
        self._remove([*gone, *dead])
        self._put_back(again)
        self._free(effects)
        return Settled(tuple(gone), tuple(again), tuple(dead))

    def _bury(self, items: Sequence[Leased], dead: Mapping[int, Dead]) -> None:
        for number, effect in dead.items():
            self.state.letter += 1
            values = (self.state.letter, effect.attempts, self.now, effect.reason, number)
            self.db.execute(_BURY, values)
        self.state.letters += len(dead)
        self.state.tally["dead"] += len(dead)
        keys = [one.item.key for one in items if one.number in dead]
        hold_keys(self.db, [key for key in keys if key is not None])

    def _remove(self, numbers: Sequence[int]) -> None:
        self.db.execute(
            "DELETE FROM item WHERE number IN (SELECT value FROM json_each(?))",
            (as_list(numbers),),
        )
        self.state.items -= len(numbers)

    def _put_back(self, again: Mapping[int, Again]) -> None:
        """Let these wait in their lanes, where they come before what was put after them."""
        if not again:
            return
        self.db.executemany(
            "UPDATE item SET due = ?, attempts = ? WHERE number = ?",
            [(effect.due, effect.attempts, number) for number, effect in again.items()],
        )
        entries = [entry for entry in self.held.entries() if entry[1] in again]
        with_rows(self.db, "INSERT INTO queued {}", entries)
        self.db.execute(KNOW_LANE, (NEVER, as_list({lane for lane, _ in entries})))

    def _free(self, settled: Mapping[int, Effect]) -> None:
        """Give lanes free of which nothing is leased any more, and wake what waits in them."""
        left = self.held.without(settled)
        leases.keep(self.db, self.token, left)
        free = as_list(set(self.held.lanes).difference(left.lanes))
        self.db.execute(_WAKE, (self.now, free))
        self.held = left


def settle(
    db: Connection, now: float, lease: Lease, verdicts: Mapping[int, Verdict], retrying: Retrying
) -> Settled:
    """Carry out verdicts on items of a lease."""
    token = int(lease.token)
    held = leases.find(db, token)
    if held is None:
        return Settled(stale=tuple(verdicts))
    state = read_state(db)
    settled = Settling(db, now, token, held, retrying, state).settle(lease.items, verdicts)
    write_state(db, state)
    return settled
