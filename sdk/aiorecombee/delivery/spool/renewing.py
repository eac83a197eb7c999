"""Making a lease last longer, as far as it is still one."""

from collections.abc import Iterator, Sequence
from sqlite3 import Connection

from aiorecombee.delivery.queue import Lease, Leased, LeaseLostError
from aiorecombee.delivery.spool.rows import as_list, lane_number


def renew(db: Connection, now: float, given: Lease, for_seconds: float) -> Lease:
    """Make it last from now.

    Raises:
        LeaseLostError: Nothing is left of it.
    """
    until, token = now + for_seconds, int(given.token)
    kept = tuple(_still_held(db, token, given.items))
    if not kept:
        raise LeaseLostError("nothing is left of the lease: it ran out, or all of it is settled")
    lanes = {lane_number(lane) for leased in kept for lane in leased.item.lanes}
    db.execute(
        "UPDATE lane SET due = ? WHERE lease = ? AND lane IN (SELECT value FROM json_each(?))",
        (until, token, as_list(lanes)),
    )
    return Lease(given.token, until, kept)


def _still_held(db: Connection, token: int, items: Sequence[Leased]) -> Iterator[Leased]:
    numbers = as_list(leased.number for leased in items)
    settled = dict(
        db.execute(
            "SELECT number, settled FROM item WHERE number IN (SELECT value FROM json_each(?))",
            (numbers,),
        )
    )
    lanes = as_list({lane_number(leased.item.lanes[0]) for leased in items})
    held = db.execute(
        "SELECT lane FROM lane WHERE lease = ? AND lane IN (SELECT value FROM json_each(?))",
        (token, lanes),
    )
    ours = {lane for (lane,) in held}
    for leased in items:
        if lane_number(leased.item.lanes[0]) in ours and settled.get(leased.number, token) != token:
            yield leased
