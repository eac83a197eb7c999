"""Which leased events are still ours."""

from collections.abc import Callable

import attrs

from aiorecombee.delivery.queue import Lease


@attrs.define
class Held:
    """A lease, as it was renewed last.

    A sender that is suspended for longer finds its events with another, or delivered. Most would
    meet themselves if they were sent again, but not all: a user who was deleted would be there
    again, and one who came back since would be deleted once more. What is left is the moment
    between looking here and sending: the service knows of no leases.

    Attributes:
        lease: The lease.
        now: The time, in Unix seconds.
    """

    lease: Lease
    now: Callable[[], float]

    def numbers(self) -> frozenset[int]:
        """Numbers of the events that nobody else may have."""
        if self.now() >= self.lease.until:
            return frozenset()
        return frozenset(leased.number for leased in self.lease.items)
