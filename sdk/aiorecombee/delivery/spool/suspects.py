"""Items whose leases ran out, one after another: perhaps they kill whoever takes them.

A sender that dies says nothing of what it died of. So every item of its leases is counted here,
until somebody settles it, which shows that one can live with it. An item that was met several times
is a suspect: it is leased alone, and no two of them at a time, so that what happens then is its own
doing. Those that were met least come first: the innocent are soon out of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from sqlite3 import Connection
from typing import Final

from aiorecombee.delivery.spool.rows import as_list, with_rows

_COUNT: Final = "INSERT INTO suspect {} ON CONFLICT (number, lane) DO UPDATE SET times = times + 1"
_NEXT: Final = (
    "SELECT lane FROM suspect CROSS JOIN lane USING (lane)"  # in this order: the other are many
    " WHERE times >= ? AND due <= ? AND suspect.number ="
    " (SELECT min(number) FROM queued WHERE queued.lane = suspect.lane)"
    " ORDER BY times, due LIMIT 1"
)


def known(db: Connection, least: int) -> frozenset[int]:
    """Numbers of items that were met at least so often."""
    rows = db.execute("SELECT DISTINCT number FROM suspect WHERE times >= ?", (least,))
    return frozenset(number for (number,) in rows)


def count(db: Connection, items: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """Count a lease that ran out with these items, by their lanes; how often each was met."""
    rows = [(number, lane, 1) for number, lanes in items.items() for lane in lanes]
    with_rows(db, _COUNT, rows)
    numbers = as_list(items)
    return dict(
        db.execute(
            "SELECT number, times FROM suspect WHERE number IN (SELECT value FROM json_each(?))",
            (numbers,),
        ).fetchall()
    )


def forget(db: Connection, numbers: Iterable[int]) -> None:
    """Count anew."""
    if db.execute("SELECT 1 FROM suspect LIMIT 1").fetchone() is not None:
        db.execute(
            "DELETE FROM suspect WHERE number IN (SELECT value FROM json_each(?))",
            (as_list(numbers),),
        )


def next_lane(db: Connection, now: float, least: int) -> int | None:
    """A lane that is free and begins with a suspect."""
    found = db.execute(_NEXT, (least, now)).fetchone()
    return None if found is None else int(found[0])
