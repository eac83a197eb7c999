"""Claims to shards: taken, kept, shared with other processes, and read into memory."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Sequence
from typing import Any, Final

import attrs

from aiorecombee.core.clock import Clock
from aiorecombee.delivery.broker.lanes import Lanes
from aiorecombee.delivery.broker.log import BrokerError, Claim, ClaimLostError, Log
from aiorecombee.delivery.broker.records import Mark, Record
from aiorecombee.delivery.broker.suspects import Suspects
from aiorecombee.delivery.complaints import Complaints

_LOG: Final = logging.getLogger(__name__)
_MOST_LOADED: Final = 2_000
_MOST_LOADED_BYTES: Final = 4 * 2**20
_AT_ONCE: Final = 250
_TEND_EVERY: Final = 1.0
_READ_FOR: Final = 0.25
_MOST_WAITED: Final = 15.0
_LOOK_AGAIN: Final = 0.02
_AFTER_MISHAP: Final = 1.0


@attrs.define(eq=False)
class Held:
    """A shard that we have.

    Attributes:
        claim: At the broker.
        until: When it may be somebody else's, on a clock that never jumps.
    """

    claim: Claim
    until: float


class Owner:
    """Has shards, from `start` to `stop`.

    Attributes:
        lanes: What is in them.
        held: By shard.
    """

    def __init__(
        self,
        log: Log,
        lanes: Lanes,
        suspects: Suspects,
        clock: Clock,
        shuffle: Callable[[list[int]], None],
    ) -> None:
        self.lanes = lanes
        self.held: dict[int, Held] = {}
        self._log = log
        self._suspects = suspects
        self._clock = clock
        self._shuffle = shuffle
        self._steps: list[asyncio.Task[None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._asleep: set[asyncio.Task[Any]] = set()
        self._running = False
        self._complaints = Complaints(_LOG, "the queue")

    @property
    def _tend_every(self) -> float:
        return min(_TEND_EVERY, self._log.claimed_for / 5.0)

    def start(self) -> None:
        """Begin, unless it has begun."""
        if not self._running:
            self._running = True
            self._steps = [
                self._begin(self._repeat(self.tend, self._tend_every)),
                self._begin(self._repeat(self.see_to_barriers, _LOOK_AGAIN)),
            ]

    async def stop(self) -> None:
        """Let others have everything."""
        begun = self._running
        self._running = False
        for task in self._asleep:
            task.cancel()
        try:
            await _ended(self._steps)
            await asyncio.gather(*map(self._give_up, list(self.held.values())))
            await _ended(self._tasks)
            if begun:
                await self._attempt(self._log.leave())
        finally:  # cancelled, too
            await self._abandon()

    async def _abandon(self) -> None:
        """Whatever still runs has nothing to do any more."""
        for shard in list(self.held):
            self.lose(shard)
        for task in self._tasks:
            task.cancel()
        if self._tasks:  # before the broker is disconnected, or they would connect again
            await asyncio.wait(self._tasks, timeout=_MOST_WAITED)

    def lose_overdue(self) -> None:
        """Forget what may be somebody else's, as the broker could not be asked for too long."""
        now = self._clock.monotonic()
        for shard in [shard for shard, held in self.held.items() if held.until <= now]:
            self.lose(shard)

    def left(self, shard: int) -> float:
        """Seconds for which a shard is certainly ours."""
        held = self.held.get(shard)
        return 0.0 if held is None else held.until - self._clock.monotonic()

    def lose(self, shard: int) -> None:
        """A shard is somebody else's."""
        self.held.pop(shard, None)  # who reads it will notice
        self.lanes.forget_shard(shard)

    async def tend(self) -> None:
        """Say that we live, keep what we have, and take or give as many shards as is fair."""
        share = -(-self._log.shards // max(1, await self._log.attend()))
        await self._suspects.learn()
        await _all(map(self._keep, list(self.held.values())))
        self._complaints.end()
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
        now = self._clock.monotonic()
        for waiting in [one for one in self.lanes.waiting_barriers() if one.ask(now)]:
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
            if len(self.held) >= share or not self._running:
                return
            now = self._clock.monotonic()
            claim = await self._log.claim(shard)
            if claim is not None:
                self._have(Held(claim, now + self._log.claimed_for))

    def _have(self, held: Held) -> None:
        self.held[held.claim.shard] = held
        self._begin(self._read(held))

    def _begin(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _sleep(self, seconds: float) -> None:
        """Only a task that sleeps is ever cancelled: calls of a broker are not cut off half way."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - for the type checker
        self._asleep.add(task)
        try:
            await self._clock.sleep(seconds)
        finally:
            self._asleep.discard(task)

    async def _read(self, held: Held) -> None:
        try:
            while self.held.get(held.claim.shard) is held:
                await self._read_more(held)
        except ClaimLostError:
            pass
        except Exception as error:  # noqa: BLE001 - nobody else would ever hear of it
            self._complaints.tell(error)
        finally:
            await self._attempt(self._end(held))

    async def _read_more(self, held: Held) -> None:
        try:
            if not await self.fill(held, _READ_FOR):
                await self._sleep(_LOOK_AGAIN)
        except BrokerError as error:
            self._complaints.tell(error)
            await self._sleep(_AFTER_MISHAP)

    async def _end(self, held: Held) -> None:
        """Nobody reads it any more: whoever is to have it reads it from its beginning."""
        if self.held.get(held.claim.shard) is held:
            await self._give_up(held)
        await held.claim.end()

    async def _repeat(self, step: Callable[[], Awaitable[None]], every: float) -> None:
        while self._running:
            self.lose_overdue()
            await self._attempt(step())
            if self._running:
                await self._sleep(every)

    async def _attempt(self, step: Awaitable[Any]) -> None:
        try:
            await step
        except Exception as error:  # noqa: BLE001 - nobody else would ever hear of it
            self._complaints.tell(error)


async def _all(steps: Iterable[Awaitable[None]]) -> None:
    """Take all steps at once; the first failure is raised when all are done."""
    for found in await asyncio.gather(*steps, return_exceptions=True):
        if isinstance(found, BaseException):
            raise found


async def _ended(tasks: Collection["asyncio.Task[None]"]) -> None:
    """Wait for tasks that are about to end; should one not, it is cancelled after all."""
    if tasks:
        _, left = await asyncio.wait(tasks, timeout=_MOST_WAITED)
        for task in left:
            task.cancel()
