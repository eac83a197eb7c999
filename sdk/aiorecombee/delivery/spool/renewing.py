"""Making a lease last longer, as far as it is still one."""

from sqlite3 import Connection

from aiorecombee.delivery.queue import Lease, LeaseLostError
from aiorecombee.delivery.spool import leases


def renew(db: Connection, now: float, given: Lease, for_seconds: float) -> Lease:
    """Make it last from now.

    Raises:
        LeaseLostError: Nothing is left of it.
    """
    until, token = now + for_seconds, int(given.token)
    held = leases.find(db, token)
    numbers = frozenset(() if held is None else held.numbers)
    kept = tuple(leased for leased in given.items if leased.number in numbers)
    if not kept:
        raise LeaseLostError("nothing is left of the lease: it ran out, or all of it is settled")
    leases.prolong(db, token, until)
    return Lease(given.token, until, kept)
