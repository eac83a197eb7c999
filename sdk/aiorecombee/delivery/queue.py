"""A durable queue between those who receive and those who send: its promises and its records.

    receipts = await queue.put([Item(("user-1",), body, key=message_id)])  # stored when it returns
    lease = await queue.lease(1_000, 60.0)
    await queue.settle(lease, {leased.number: Delivered() for leased in lease.items})

**Delivered at least once**: an item stays until somebody settles it; a lease that runs out gives
it back, and counts as an attempt. An item whose leases run out again and again, as if it killed
whoever takes it, is leased alone, and becomes a dead letter at last. **In order**: a lane is a
user. Of one lane, items are leased in the order they were put, never while an earlier one is leased
to somebody else or waits for its next attempt. Items of one lane that were leased together travel
together; should a later one arrive where an earlier one failed, the earlier is tried again after
it. **Barriers**: an item that concerns several lanes (an alias: both users) or that changes what
later ones mean (a deletion) is leased when nothing is left before it in any of its lanes, and
nothing behind it until it is settled.

Any number of processes may put, any number may lease. How long a lease lasts, and which time has
come, is decided by the clock of the machine that keeps the queue.
"""

import binascii
import enum
import hashlib
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

import attrs

from aiorecombee.delivery.ledger import Fact, Ledger
from aiorecombee.errors import RecombeeError


class QueueError(RecombeeError):
    """The queue cannot do what was asked; nothing was half done."""


class InvalidItemError(QueueError, ValueError):
    """An item that no queue would take: without a lane, too large, not text where text belongs."""


class NoRoomError(QueueError):
    """There is no room for these items; none of them was stored. Try again later."""


class LeaseLostError(QueueError):
    """The lease ran out, and its items are somebody else's or settled."""


class QueueClosedError(QueueError):
    """The queue was closed, or was never opened."""


def _size(body: bytes) -> str:
    return f"<{len(body)} bytes>"


@attrs.frozen
class Item:
    """Something to deliver.

    Attributes:
        lanes: Whose order it keeps: one user, or all users that it concerns.
        body: What is to be delivered; the queue does not look into it.
        key: What tells a repetition apart, `None` if nothing does.
        origin: A word on where it came from, at most 1,000 characters.
        barrier: Nothing of its lanes travels with it. Always so with several lanes.
    """

    lanes: tuple[str, ...]
    body: bytes = attrs.field(repr=_size)
    key: str | None = None
    origin: str = ""
    barrier: bool = False


class Receipt(enum.Enum):
    """What became of an item that was put."""

    STORED = "stored"
    ALREADY_THERE = "already there"


@attrs.frozen
class Leased:
    """An item that somebody is to deliver now.

    Attributes:
        number: Names it in `settle`; rises within a lane.
        item: What was put.
        attempts: How often it failed before, or was never heard of again.
        put_at: When it was put, in Unix seconds.
    """

    number: int
    item: Item
    attempts: int
    put_at: float


@attrs.frozen
class Lease:
    """Items that are nobody else's for some time.

    Attributes:
        token: Names the lease.
        until: When the time is over, in Unix seconds.
        items: In the order in which they must be sent.
    """

    token: str
    until: float
    items: tuple[Leased, ...]


@attrs.frozen
class Delivered:
    """The service has it.

    Attributes:
        already_there: It had it before: an earlier delivery of the same item.
    """

    already_there: bool = False


@attrs.frozen
class Rejected:
    """The service will never take it as it is: it becomes a dead letter."""

    reason: str


@attrs.frozen
class Dropped:
    """It must not be delivered, and not be kept either: its user was deleted."""

    reason: str


@attrs.frozen
class RetryLater:
    """It failed, and may succeed later; a dead letter if it failed too often, or for too long.

    Attributes:
        reason: Why.
        after: Seconds to wait at least, as the service may have asked.
    """

    reason: str
    after: float = 0.0


@attrs.frozen
class Returned:
    """Nothing was tried, or nothing was wrong with it (the service is down): no attempt counts.

    Attributes:
        after: Seconds to wait at least.
    """

    after: float = 0.0


Verdict = Delivered | Rejected | Dropped | RetryLater | Returned


@attrs.frozen
class Settled:
    """What came of verdicts.

    Attributes:
        done: Numbers of items that have left the queue: delivered or dropped.
        again: Numbers of items that wait for another attempt.
        dead: Numbers of items that became dead letters.
        stale: Numbers that were not this lease's any more; nothing was done about them.
    """

    done: tuple[int, ...] = ()
    again: tuple[int, ...] = ()
    dead: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()


@attrs.frozen
class Letter:
    """A dead letter: an item that could not be delivered.

    Attributes:
        number: Names it among the dead letters.
        item: What was put, or what it was edited to.
        reason: Why it could not be delivered, at last.
        attempts: How often it failed.
        put_at: When it was put, in Unix seconds.
        died_at: When it was given up, in Unix seconds.
    """

    number: int
    item: Item
    reason: str
    attempts: int
    put_at: float
    died_at: float


@attrs.frozen
class Counts:
    """How a queue stands.

    Attributes:
        items: In the queue: waiting, leased, or to be tried again.
        leased_lanes: Lanes of which something is leased at the moment.
        size: Bytes of the bodies of items and dead letters.
        letters: Dead letters.
        oldest: Seconds since the oldest item was put, `None` if there is none.
        tally: What ever happened, by name: `stored`, `already there`, `delivered`, `repeated`
            (delivered before), `dropped`, `retried`, `returned`, `dead`, `expired` (their lease
            ran out), `resent`, `discarded` (dead letters).
    """

    items: int
    leased_lanes: int
    size: int
    letters: int
    oldest: float | None
    tally: Mapping[str, int]


class DurableQueue(Protocol):
    """Keeps items until they are delivered; see the promises above.

    `SpoolError`, or an error of the broker's own, is raised where the storage fails.
    """

    async def put(self, items: Sequence[Item], /) -> tuple[Receipt, ...]:
        """Store all of them, or none; once it returns they survive a loss of power.

        Whoever is cancelled does not know whether they were stored: their keys will tell.

        Raises:
            InvalidItemError: One of them cannot be stored.
            NoRoomError: There is no room for them.
        """

    async def lease(self, limit: int, for_seconds: float, *, wait: float = 0.0) -> Lease:
        """Take what is due: at most `limit` items, the first of their lanes, for a limited time.

        Args:
            limit: Most items.
            for_seconds: How long they are nobody else's.
            wait: Seconds to wait for something to become due; the lease is empty if nothing does.
        """

    async def renew(self, lease: Lease, for_seconds: float, /) -> Lease:
        """Make a lease last from now; what is left of it.

        Raises:
            LeaseLostError: Nothing is left.
        """

    async def settle(
        self, lease: Lease, verdicts: Mapping[int, Verdict], /, *, facts: Collection[Fact] = ()
    ) -> Settled:
        """Say what became of leased items, and what was learnt by delivering them.

        Items without a verdict stay leased. A verdict that comes too late does nothing. Facts are
        kept in any case, never later than the verdicts. What a loss of power takes back here
        is delivered again.
        """

    async def dedicate(self, purpose: str, /) -> str:
        """What the queue is for: what was said first, by whomever; so this, if nobody did."""

    async def ledger(self, users: Iterable[str], /) -> Ledger:
        """All that is known of these users, and of those they became."""

    async def counts(self) -> Counts:
        """How it stands."""


class DeadLetters(Protocol):
    """What could not be delivered, for people to look at."""

    async def letters(
        self,
        *,
        after: int = 0,
        limit: int = 100,
        reason: str | None = None,
        lane: str | None = None,
    ) -> tuple[Letter, ...]:
        """A page of them, oldest first; `after` is the last number of the page before."""

    async def letter(self, number: int, /) -> Letter | None:
        """One of them."""

    async def edit(
        self,
        number: int,
        body: bytes,
        /,
        *,
        lanes: Sequence[str] | None = None,
        barrier: bool | None = None,
    ) -> Letter | None:
        """Give one another body; its number may be another afterwards. `None` if it is gone.

        Its key stays.

        Args:
            number: Names it.
            body: What is to be delivered from now on.
            lanes: Whose order it keeps from now on, if the body is about somebody else now.
            barrier: Whether it is one from now on; `None` leaves it as it is.

        Raises:
            InvalidItemError: It cannot be stored like that.
        """

    async def resend(self, numbers: Iterable[int], /) -> int:
        """Put them back, as the last of their lanes, with no attempt counted; how many there were.

        Its key stays known: a repetition is still told apart.
        """

    async def drop(self, numbers: Iterable[int], /) -> int:
        """Forget them; how many there were."""


def shard_of(lane: str, shards: int) -> int:
    """The shard of a lane, for queues that are cut into a fixed number of them; never changes."""
    return zlib.crc32(lane.encode()) % shards


def digest_of(key: str) -> str:
    """A key as queues keep it: 20 characters of ASCII."""
    digest = hashlib.blake2b(key.encode(), digest_size=15).digest()
    return binascii.b2a_base64(digest, newline=False).decode()
