"""What a broker must be able to do; everything else is decided here, beside it.

A broker keeps a **log** that is cut into shards. What is put is written to the end of the shard of
its user, with a number that rises over all shards. It stays there until it is removed: what is in
the log is what is still to be delivered. One process at a time has the **claim** to a shard; it
reads the shard from its beginning, and keeps in memory who waits for what. When it dies, its claim
runs out, and the next one reads the shard from its beginning again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Protocol

import attrs

from aiorecombee.delivery.broker.records import Entry, Mark, Record
from aiorecombee.delivery.ledger import Fact, Ledger
from aiorecombee.delivery.queue import Item, Letter, QueueError, Receipt

DEATHS_FOR: Final = 86_400.0
"""Seconds for which deaths are known."""


class BrokerError(QueueError):
    """The broker cannot be reached, or does not do what it was asked; the text says what to do."""


class ClaimLostError(QueueError):
    """The shard is somebody else's by now."""

    @classmethod
    def of(cls, shard: int) -> "ClaimLostError":
        """The error for a shard."""
        return cls(f"shard {shard} is with another process")


@attrs.frozen
class Extent:
    """How much a broker keeps.

    Attributes:
        items: In the log.
        size: Bytes of them and of dead letters.
        letters: Dead letters.
        oldest: When the oldest item was put, in Unix seconds; `None` if there is none.
    """

    items: int
    size: int
    letters: int
    oldest: float | None


@attrs.frozen
class Removal:
    """An item that leaves the log.

    Attributes:
        number: Its number.
        size: Bytes of its body.
        marks: How many marks it has in other lanes.
        letter: What it becomes, if it could not be delivered; its number is not known yet.
    """

    number: int
    size: int
    marks: int = 0
    letter: Letter | None = None


class Claim(Protocol):
    """A shard that is ours for some time."""

    @property
    def shard(self) -> int:
        """Which."""

    async def read(self, limit: int, wait: float) -> Sequence[Record]:
        """The next records, in order, each once; none if there are none for `wait` seconds.

        Raises:
            ClaimLostError: It is somebody else's.
        """

    async def keep(self) -> None:
        """Have it for as long as at the beginning, from now.

        Raises:
            ClaimLostError: It is somebody else's.
        """

    async def remove(self, removals: Sequence[Removal]) -> None:
        """Take items out of the log, the dead ones to the dead letters; nothing if they are gone.

        Raises:
            ClaimLostError: It is somebody else's.
        """

    async def pass_mark(self, mark: Mark) -> None:
        """Take a mark out of the log, whose item is settled."""

    async def release(self) -> None:
        """Let others have it."""

    async def end(self) -> None:
        """Read no more: nobody waits for `read` any more."""


class Log(Protocol):
    """A broker; see above. Every call ends in bounded time, with `BrokerError` if need be.

    Attributes:
        shards: How many there are; known once it is open.
        claimed_for: Seconds for which a claim lasts unless it is kept.
    """

    shards: int
    claimed_for: float

    async def open(self) -> None:
        """Connect, and make what is missing."""

    async def aclose(self) -> None:
        """Disconnect."""

    async def dedicate(self, purpose: str) -> str:
        """What the queue is for; this, if nobody has said so yet."""

    async def append(self, items: Sequence[Item]) -> tuple[Receipt, ...]:
        """Write items to their shards, with their marks; those whose key is known are not."""

    async def claim(self, shard: int) -> Claim | None:
        """Have a shard; `None` while it is somebody's."""

    async def attend(self) -> int:
        """Say that we live; how many do, we included."""

    async def leave(self) -> None:
        """Say that we are gone, with nothing in hand."""

    async def hold(self, numbers: Sequence[int]) -> None:
        """Write down which items we have in hand, in place of those before."""

    async def deaths(self) -> Mapping[int, int]:
        """How many seem to have died of an item: of those who had it in hand, one after another.

        Who does not live any more (see `attend`) has died with what was written down for him. It is
        known for `DEATHS_FOR`.
        """

    async def acquit(self, numbers: Collection[int]) -> None:
        """Nobody dies of these items: count anew."""

    async def arrive(self, mark: Mark) -> bool:
        """Say that nothing is before a mark any more; whether its item is still in the log."""

    async def arrived(self, entry: Entry) -> int:
        """How many marks of an item have arrived; those that were not written yet, are now."""

    async def learn(self, facts: Iterable[Fact]) -> None:
        """Keep facts, the latest about each user."""

    async def known(self, users: Iterable[str]) -> Ledger:
        """Facts about just these users."""

    async def extent(self) -> Extent:
        """How much there is."""

    async def letters(self, after: int, limit: int) -> Sequence[Letter]:
        """Dead letters with higher numbers than `after`, in order."""

    async def letter(self, number: int) -> Letter | None:
        """One of them."""

    async def replace_letter(self, letter: Letter) -> Letter | None:
        """Put another in its place, with a number of its own; `None` if it is gone."""

    async def resend(self, letters: Sequence[Letter]) -> int:
        """Write them to the log again, and forget them; how many were still there."""

    async def forget(self, letters: Sequence[Letter]) -> int:
        """Forget them; how many were still there."""
