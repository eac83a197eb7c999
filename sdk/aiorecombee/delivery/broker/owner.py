"""Claims to shards: taken, kept, shared with other processes, and read into memory."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import attrs

from aiorecombee.core.clock import Clock
from aiorecombee.delivery.broker.lanes import Lanes
from aiorecombee.delivery.broker.log import Claim, ClaimLostError, Log
from aiorecombee.delivery.broker.records import Mark, Record
from aiorecombee.delivery.queue import QueueError

_LOG: Final = logging.getLogger(__name__)
_MOST_LOADED: Final = 2_000
_MOST_LOADED_BYTES: Final = 4 * 2**20
_AT_ONCE: Final = 250
_TEND_EVERY: Final = 1.0
_READ_FOR: Final = 1.0
_LOOK_AGAIN: Final = 0.02
_AFTER_MISHAP: Final = 1.0


@attrs.define(eq=False)
class Held:
    """A shard that we have.

    Attributes:
        claim: At the broker.
        until: When it may be somebody else's, on a clock that never jumps.
        reading: Reads it.
    """

    claim: Claim
    until: float
    reading: "asyncio.Task[None] | None" = None


class Owner:
    """Has shards, from `start` to `stop`.

    Attributes:
        lanes: What is in them.
        held: By shard.
    """

    def __init__(
        self, log: Log, lanes: Lanes, clock: Clock, shuffle: Callable[[list[int]], None]
    ) -> None:
        self.lanes = lanes
        self.held: dict[int, Held] = {}
        self._log = log
        self._clock = clock
        self._shuffle = shuffle
        self._tasks: list[asyncio.Task[None]] = []
        self._complained = ""

    @property
    def _tend_every(self) -> float:
        return min(_TEND_EVERY, self._log.claimed_for / 5.0)

    def start(self) -> None:
        """Begin, unless it has begun."""
        if not self._tasks:
            self._tasks = [
                asyncio.create_task(self._repeat(self.tend, self._tend_every)),
                asyncio.create_task(self._repeat(self.see_to_barriers, _LOOK_AGAIN)),
            ]

    async def stop(self) -> None:
        """Let others have everything."""
        begun, self._tasks = self._tasks, []
        await _cancel(begun)
        mine = list(self.held.values())
        for held in mine:
            await self._give_up(held)
        await _cancel([held.reading for held in mine if held.reading is not None])
        if begun:
            await self._attempt(self._log.leave())

    def lose_overdue(self) -> None:
        """Forget what may be somebody else's, as the broker could not be asked for too long."""
        now = self._clock.monotonic()
        for shard in [shard for shard, held in self.held.items() if held.until <= now]:
            self.lose(shard)

    def lose(self, shard: int) -> None:
        """A shard is somebody else's."""
        held = self.held.pop(shard, None)
        if held is not None and held.reading is not None:
            held.reading.cancel()
        self.lanes.forget_shard(shard)

    async def tend(self) -> None:
        """Say that we live, keep what we have, and take or give as many shards as is fair."""
        share = -(-self._log.shards // max(1, await self._log.attend()))
        for held in list(self.held.values()):
            await self._keep(held)
        for held in self._surplus(len(self.held) - share):
            await self._give_up(held)
        await self._claim(share)

    async def fill(self, held: Held, wait: float = 0.0) -> bool:
        """Read more of a shard, if there is room for it; whether there was anything."""
        count, size = self.lanes.sizes.get(held.claim.shard, (0, 0))
        if count >= _MOST_LOADED or size >= _MOST_LOADED_BYTES:
            return False
        records: Sequence[Record] = await held.claim.read(_AT_ONCE, wait)
        if self.held.get(held.claim.shard) is held:
            self.lanes.add(held.claim.shard, records)
        return bool(records)

    async def see_to_barriers(self) -> None:
        """Ask how far the other lanes are, and tell how far ours are."""
        for waiting in self.lanes.waiting_barriers():
            record = waiting.record
            if isinstance(record, Mark):
                await self._see_to_mark(record)
            elif await self._log.arrived(record) >= len(record.item.lanes) - 1:
                self.lanes.complete(record.number)

    async def _see_to_mark(self, mark: Mark) -> None:
        if await self._log.arrive(mark):
            return
        held = self._holder(mark)
        if held is not None:
            await held.claim.pass_mark(mark)
        self.lanes.remove([mark.number])

    def _holder(self, record: Record) -> Held | None:
        lane = self.lanes.lanes.get(record.lane)
        return None if lane is None else self.held.get(lane.shard)

    async def _keep(self, held: Held) -> None:
        now = self._clock.monotonic()
        lasts = self._log.claimed_for
        if held.until - now > lasts * 2.0 / 3.0:
            return
        try:
            await held.claim.keep()
        except ClaimLostError:
            self.lose(held.claim.shard)
        else:
            held.until = now + lasts

    def _surplus(self, count: int) -> list[Held]:
        """Shards to give to others; those of which something is leased are only closed first."""
        closed = [shard for shard in self.held if shard in self.lanes.closed]
        others = [shard for shard in self.held if shard not in self.lanes.closed]
        given = [*closed, *others][: max(0, count)]
        self.lanes.close(set(given))
        return [self.held[shard] for shard in given if not self.lanes.is_busy(shard)]

    async def _give_up(self, held: Held) -> None:
        self.lose(held.claim.shard)
        await self._attempt(held.claim.release())

    async def _claim(self, share: int) -> None:
        free = [shard for shard in range(self._log.shards) if shard not in self.held]
        self._shuffle(free)
        for shard in free:
            if len(self.held) >= share:
                return
            now = self._clock.monotonic()
            claim = await self._log.claim(shard)
            if claim is not None:
                self._have(Held(claim, now + self._log.claimed_for))

    def _have(self, held: Held) -> None:
        self.held[held.claim.shard] = held
        held.reading = asyncio.create_task(self._read(held))

    async def _read(self, held: Held) -> None:
        while self.held.get(held.claim.shard) is held:
            try:
                found = await self.fill(held, _READ_FOR)
            except ClaimLostError:
                held.reading = None
                self.lose(held.claim.shard)
                return
            except QueueError as error:
                self._complain(error)
                await self._clock.sleep(_AFTER_MISHAP)
                continue
            if not found:
                await self._clock.sleep(_LOOK_AGAIN)

    async def _repeat(self, step: Callable[[], Awaitable[None]], every: float) -> None:
        while True:
            self.lose_overdue()
            await self._attempt(step())
            await self._clock.sleep(every)

    async def _attempt(self, step: Awaitable[Any]) -> None:
        try:
            await step
        except QueueError as error:
            self._complain(error)
        else:
            self._complained = ""

    def _complain(self, error: QueueError) -> None:
        """A log line for the first of many."""
        if self._complained != str(error):
            _LOG.error("the queue goes on after a failure: %s", error)
        self._complained = str(error)


async def _cancel(tasks: Sequence["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
