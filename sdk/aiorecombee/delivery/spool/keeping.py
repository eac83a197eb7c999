"""Keeping the file small, and saying how it stands."""

from collections.abc import Mapping
from sqlite3 import Connection
from types import MappingProxyType
from typing import Final

from aiorecombee.delivery.queue import Counts
from aiorecombee.delivery.spool import leases, letters
from aiorecombee.delivery.spool.incoming import oldest_window
from aiorecombee.delivery.spool.state import read_state

_AT_ONCE: Final = 5_000
_PAGES_AT_ONCE: Final = 1_000


def forget_keys(db: Connection, now: float) -> int:
    """Forget some keys whose time is over; how many there were."""
    state = read_state(db)
    window = int(now // state.window)
    first = min(window - 1, oldest_window(db, state, window))
    return db.execute(
        "DELETE FROM seen WHERE (window, digest) IN"
        " (SELECT window, digest FROM seen WHERE window < ? LIMIT ?)",
        (first, _AT_ONCE),
    ).rowcount


def forget_letters(db: Connection, now: float, letters_for: float) -> int:
    """Forget some dead letters whose time is over; how many there were."""
    return letters.drop(db, now, letters.outdated(db, now - letters_for))


def give_room_back(db: Connection) -> int:
    """Cut some free pages off the file; how many there were."""
    before = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})").fetchall()
    return int(before - db.execute("PRAGMA page_count").fetchone()[0])


def count(db: Connection, now: float) -> Counts:
    """How it stands."""
    state = read_state(db)
    oldest = db.execute("SELECT put_at FROM item ORDER BY number LIMIT 1").fetchone()
    return Counts(
        items=state.items,
        leased_lanes=len(leases.lanes(db, now)),
        size=state.size,
        letters=state.letters,
        oldest=None if oldest is None else max(0.0, now - oldest[0]),
        tally=_frozen(state.tally),
    )


def _frozen(tally: Mapping[str, int]) -> Mapping[str, int]:
    return MappingProxyType(dict(tally))
