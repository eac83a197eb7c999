"""Leases in the file: who has which items of which lanes, and until when.

A row of `lease` names the items it still holds in two lists of equal length, packed as SQLite need
not look into them: the numbers of items, and for each the number of a lane of it. An item of
several lanes is named once for each of them.
"""

import sys
from array import array
from collections.abc import Collection, Iterable, Iterator
from sqlite3 import Connection
from typing import Final

import attrs

_ADD: Final = "INSERT INTO lease (token, until, lanes, numbers) VALUES (?, ?, ?, ?)"


@attrs.frozen
class Held:
    """What a lease holds.

    Attributes:
        lanes: Numbers of lanes.
        numbers: The number of an item of each of these lanes.
    """

    lanes: Collection[int]
    numbers: Collection[int]

    def entries(self) -> Iterator[tuple[int, int]]:
        """Lane and number, one after another."""
        return zip(self.lanes, self.numbers, strict=True)

    def without(self, settled: Collection[int]) -> "Held":
        """What is left when these items are settled."""
        left = [entry for entry in self.entries() if entry[1] not in settled]
        return Held([lane for lane, _ in left], [number for _, number in left])


def add(db: Connection, token: int, until: float, held: Held) -> None:
    """Begin a lease."""
    db.execute(_ADD, (token, until, _packed(held.lanes), _packed(held.numbers)))


def find(db: Connection, token: int) -> Held | None:
    """What a lease still holds; `None` if it is over."""
    row = db.execute("SELECT lanes, numbers FROM lease WHERE token = ?", (token,)).fetchone()
    return None if row is None else Held(*map(_unpacked, row))


def keep(db: Connection, token: int, held: Held) -> None:
    """Have a lease hold no more than this; with nothing left it is over."""
    if held.numbers:
        values = (_packed(held.lanes), _packed(held.numbers), token)
        db.execute("UPDATE lease SET lanes = ?, numbers = ? WHERE token = ?", values)
    else:
        db.execute("DELETE FROM lease WHERE token = ?", (token,))


def prolong(db: Connection, token: int, until: float) -> None:
    """Have a lease last."""
    db.execute("UPDATE lease SET until = ? WHERE token = ?", (until, token))


def outdated(db: Connection, now: float) -> int | None:
    """The lease that ran out first, of those that nobody has looked after yet."""
    found = db.execute(
        "SELECT token FROM lease WHERE until <= ? ORDER BY until, token LIMIT 1", (now,)
    ).fetchone()
    return None if found is None else int(found[0])


def lanes(db: Connection, after: float = 0.0) -> set[int]:
    """All lanes that are leased, by leases that last until after a time."""
    found = db.execute("SELECT lanes FROM lease WHERE until > ?", (after,))
    return {lane for (packed,) in found for lane in _unpacked(packed)}


def numbers(db: Connection, after: float) -> set[int]:
    """All items that are leased, by leases that last until after a time."""
    found = db.execute("SELECT numbers FROM lease WHERE until > ?", (after,))
    return {number for (packed,) in found for number in _unpacked(packed)}


def _packed(values: Iterable[int]) -> bytes:
    packed = array("q", values)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _unpacked(packed: bytes) -> "array[int]":
    values = array("q", packed)
    if sys.byteorder == "big":
        values.byteswap()
    return values
