"""Taking items in: many calls in one transaction, each as a whole or not at all."""

import json
from collections.abc import Iterator, Sequence
from sqlite3 import Connection
from typing import Final

import attrs

from aiorecombee.delivery.limits import Limits
from aiorecombee.delivery.queue import Item, NoRoomError, Receipt, digest_of
from aiorecombee.delivery.spool.rows import head_and_rest, known_digests, with_rows
from aiorecombee.delivery.spool.schema import HELD
from aiorecombee.delivery.spool.state import State, read_state, write_state

Digested = tuple[Item, str | None]
"""An item with the digest of its key."""
Answer = tuple[Receipt, ...] | NoRoomError

_ADD: Final = "INSERT INTO item (number, lane, also, key, origin, put_at, body) {}"
_FULL: Final = (
    "no room for {asked} more items ({size} bytes): there are {items} of {most} items "
    "({letters} of them dead letters) and {used} of {most_size} bytes; "
    "deliver or drop some, or allow more"
)


@attrs.define
class Intake:
    """Decides what is taken, call by call.

    Attributes:
        known: Digests that are known; those of what is taken join them.
        items: Items and dead letters there are.
        size: Bytes of their bodies.
        limits: What may be there.
        letters: How many are dead letters, for the error.
        fresh: What is taken.
    """

    known: set[str]
    items: int
    size: int
    limits: Limits
    letters: int = 0
    fresh: list[Digested] = attrs.field(factory=list)

    def take(self, call: Sequence[Digested]) -> Answer:
        """Take what is new of one call, all of it or nothing."""
        digests: set[str] = set()
        new: list[Digested] = []
        receipts = [self._receive(each, digests, new) for each in call]
        size = sum(len(item.body) for item, _ in new)
        if new and self._is_beyond(len(new), size):
            return self._refusal(len(new), size)
        self.known |= digests
        self.items += len(new)
        self.size += size
        self.fresh += new
        return tuple(receipts)

    def _is_beyond(self, more: int, size: int) -> bool:
        return self.items + more > self.limits.items or self.size + size > self.limits.size

    def _receive(self, each: Digested, digests: set[str], new: list[Digested]) -> Receipt:
        digest = each[1]
        if digest is not None:
            if digest in self.known or digest in digests:
                return Receipt.ALREADY_THERE
            digests.add(digest)
        new.append(each)
        return Receipt.STORED

    def _refusal(self, asked: int, size: int) -> NoRoomError:
        text = _FULL.format(
            asked=asked,
            size=size,
            items=self.items,
            most=self.limits.items,
            letters=self.letters,
            used=self.size,
            most_size=self.limits.size,
        )
        return NoRoomError(text)


def put_all(
    db: Connection, now: float, calls: Sequence[Sequence[Item]], limits: Limits
) -> list[Answer]:
    """Take the items of several calls; an answer for each."""
    state = read_state(db)
    digested = [[(item, _digest(item)) for item in call] for call in calls]
    digests = [digest for call in digested for _, digest in call if digest is not None]
    known = known_digests(db, digests, windows(db, state, now)) if digests else set()
    intake = Intake(known, state.items + state.letters, state.size, limits, state.letters)
    answers = [intake.take(call) for call in digested]
    _store(db, now, state, intake.fresh)
    told = [receipt for answer in answers if isinstance(answer, tuple) for receipt in answer]
    state.tally["stored"] += len(intake.fresh)
    state.tally["already there"] += len(told) - len(intake.fresh)
    write_state(db, state)
    return answers


def windows(db: Connection, state: State, now: float) -> Iterator[int]:
    """The windows whose keys are known: this one, the last, those since the oldest item, HELD."""
    window = int(now // state.window)
    yield from range(min(window - 1, oldest_window(db, state, window)), window + 1)
    yield HELD


def oldest_window(db: Connection, state: State, window: int) -> int:
    """The window in which the oldest item was put; this one if there is none."""
    row = db.execute("SELECT put_at FROM item ORDER BY number LIMIT 1").fetchone()
    return window if row is None else int(row[0] // state.window)


def hold_keys(db: Connection, keys: Sequence[str]) -> None:
    """Know these keys for as long as their items are dead letters."""
    _remember(db, [digest_of(key) for key in keys], HELD)


def let_keys_age(db: Connection, state: State, now: float, keys: Sequence[str]) -> None:
    """Know these keys, whose items were dead letters, as if they had come just now."""
    digests = [digest_of(key) for key in keys]
    db.execute(
        "DELETE FROM seen WHERE window = ? AND digest IN (SELECT value FROM json_each(?))",
        (HELD, json.dumps(digests)),
    )
    _remember(db, digests, int(now // state.window))


def _store(db: Connection, now: float, state: State, fresh: Sequence[Digested]) -> None:
    first, state.next = state.next, state.next + len(fresh)
    rows = [_row(first + at, item, now) for at, (item, _) in enumerate(fresh)]
    with_rows(db, _ADD, rows)
    _remember(db, [digest for _, digest in fresh if digest], int(now // state.window))
    state.items += len(fresh)
    state.size += sum(len(item.body) for item, _ in fresh)


def _remember(db: Connection, digests: Sequence[str], window: int) -> None:
    if digests:
        db.execute(
            "INSERT OR IGNORE INTO seen SELECT ?, value FROM json_each(?)",
            (window, json.dumps(digests)),
        )


def _row(number: int, item: Item, now: float) -> tuple[object, ...]:
    lane, also = head_and_rest(item)
    return (number, lane, also, item.key, item.origin, now, item.body)


def _digest(item: Item) -> str | None:
    return None if item.key is None else digest_of(item.key)
