"""Leasing items: whose turn it is, in the file.

Half of a lease goes to items that are new; the other half to lanes that were looked at before and
are free again, the one that has waited longest first. What one does not need, the other gets. So
neither a lane with endless items nor a crowd of failures keeps anybody else out. While there are
suspects (see `suspects`), every other lease is for one of them.
"""

from sqlite3 import Connection

from aiorecombee.delivery.queue import Lease
from aiorecombee.delivery.retrying import Retrying
from aiorecombee.delivery.spool import leases
from aiorecombee.delivery.spool.leases import Held
from aiorecombee.delivery.spool.owners import token_of
from aiorecombee.delivery.spool.rows import to_leased
from aiorecombee.delivery.spool.state import read_state, write_state
from aiorecombee.delivery.spool.taking import Taking


def lease(
    db: Connection, now: float, limit: int, for_seconds: float, retrying: Retrying, owner: int
) -> Lease | None:
    """Take what is due; `None` if that was not found yet, and others should have a turn first."""
    state = read_state(db)
    taking = Taking(db, now, limit, retrying, state)
    taking.begin()
    turn, whose = divmod(state.token, 2)
    if whose:
        taking.take_suspect()
    if taking.is_empty:
        if taking.is_ready():
            # Of an odd number, the odd one goes to each of them in turn.
            taking.take_fresh((limit + turn % 2) // 2, taking.room_bytes // 2)
            taking.take_ready()
        taking.take_fresh(taking.room, taking.room_bytes)
        taking.take_ready()
    if taking.is_empty:
        taking.take_suspect()
    if taking.is_empty:
        write_state(db, state)
        return None if taking.is_tired else Lease(str(token_of(state.token, owner)), now, ())
    state.token += 1
    token, until = token_of(state.token, owner), now + for_seconds
    lanes, numbers = zip(*taking.entries, strict=True)
    leases.add(db, token, until, Held(lanes, numbers))
    write_state(db, state)
    return Lease(str(token), until, tuple(map(to_leased, taking.rows)))
