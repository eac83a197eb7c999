"""A shard on NATS JetStream that is ours: reading it, and taking out of it what was delivered."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aiorecombee.delivery.broker.log import BrokerError, ClaimLostError, Removal
from aiorecombee.delivery.broker.nats_connection import not_found
from aiorecombee.delivery.broker.records import Entry, Mark, Record, read_item, read_mark

if TYPE_CHECKING:
    from aiorecombee.delivery.broker.nats_log import NatsLog


class NatsClaim:
    """A shard that is ours; see `Claim`."""

    def __init__(self, log: "NatsLog", owners: Any, shard: int, revision: int, reader: Any) -> None:
        self.shard = shard
        self._log = log
        self._owners = owners
        self._revision = revision
        self._reader = reader
        self._replies: dict[int, str] = {}

    async def read(self, limit: int, wait: float) -> Sequence[Record]:
        """The next records, in order."""
        from nats.errors import TimeoutError as NothingError  # noqa: PLC0415  # an extra

        try:
            async with self._log.explained():
                try:
                    messages = await self._reader.fetch(limit, timeout=max(wait, 0.05))
                except (NothingError, TimeoutError):
                    return ()
        except BrokerError:
            await self.keep()  # or it is lost, and the reader deleted
            raise
        return [self._record(message) for message in messages]

    async def keep(self) -> None:
        """Have it for longer."""
        from nats.js.errors import KeyWrongLastSequenceError  # noqa: PLC0415  # an extra

        async with self._log.explained():
            try:
                self._revision = await self._owners.update(
                    f"shard.{self.shard}", b"", last=self._revision
                )
                # A reader that is gone would just give nothing, for ever.
                await self._reader.consumer_info()
            except (KeyWrongLastSequenceError, not_found()):
                raise ClaimLostError.of(self.shard) from None

    async def remove(self, removals: Sequence[Removal]) -> None:
        """Take items out; the dead ones are written to the dead letters before."""
        mine = [removal for removal in removals if removal.number in self._replies]
        for removal in mine:
            if removal.letter is not None:
                await self._log.dead.bury(removal.letter, f"dead-{removal.number}")
        await self._log.acknowledge(self._replies[removal.number] for removal in mine)
        for removal in mine:
            self._replies.pop(removal.number, None)
            if removal.marks:
                await self._log.forget_arrivals(removal.number)

    async def pass_mark(self, mark: Mark) -> None:
        """Take a mark out."""
        reply = self._replies.pop(mark.number, None)
        if reply is not None:
            await self._log.acknowledge([reply])

    async def release(self) -> None:
        """Let others have it."""
        async with self._log.explained():
            await self._owners.delete(f"shard.{self.shard}", last=self._revision)

    async def end(self) -> None:
        """Read no more; whoever has the shard next deletes what is left of the reader."""
        async with self._log.explained():
            await self._reader.unsubscribe()

    def _record(self, message: Any) -> Record:
        about = message.metadata
        number = about.sequence.stream
        self._replies[number] = message.reply
        if message.subject.endswith(".mark"):
            return read_mark(number, message.data)
        return Entry(number, read_item(message.data), about.timestamp.timestamp())
