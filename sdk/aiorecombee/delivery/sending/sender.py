"""The one place where events go round: lease, ask the ledger, send, settle, again."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Self

from aiorecombee.client import RecombeeClient
from aiorecombee.clock import SystemClock
from aiorecombee.codec import Codec, default_codec
from aiorecombee.core.clock import Clock
from aiorecombee.delivery.checks import check_seconds, check_whole
from aiorecombee.delivery.complaints import Complaints
from aiorecombee.delivery.mapping import Mapper
from aiorecombee.delivery.purpose import dedicate
from aiorecombee.delivery.queue import (
    Delivered,
    DurableQueue,
    Lease,
    LeaseLostError,
    QueueError,
    RetryLater,
    Returned,
    Verdict,
)
from aiorecombee.delivery.sending.circuit import Circuit
from aiorecombee.delivery.sending.counted import Counted
from aiorecombee.delivery.sending.courier import Courier
from aiorecombee.delivery.sending.held import Held
from aiorecombee.delivery.sending.planning import Job, read, routed, users_of
from aiorecombee.errors import ConfigurationError

_LOG: Final = logging.getLogger(__name__)
_LOOK_FOR: Final = 0.5  # seconds that a lease may wait for something to do
_MAPPED_IN_A_TURN: Final = 100
_MOST_WAITED: Final = 1.0  # seconds; another batch may have found that the service is back
_AFTER_MISHAP: Final = 1.0


class Sender:
    """Takes events from a queue, and delivers them, from when it is entered until it is closed.

        async with Sender(spool, Destination().map, client):
            ...

    Several in one process, or in several, may share a queue.

    Attributes:
        counted: What it has done.
    """

    def __init__(
        self,
        queue: DurableQueue,
        mapper: Mapper,
        client: RecombeeClient,
        *,
        max_events: int = 1_000,
        max_in_flight: int = 2,
        lease_for: float = 30.0,
        drain_for: float = 20.0,
        by_ledger: bool = True,
        carries: str = "events",
        circuit: Circuit | None = None,
        clock: Clock | None = None,
        codec: Codec | None = None,
    ) -> None:
        """Set up a sender.

        Args:
            queue: Where events come from; it is not closed here.
            mapper: Makes requests of them: the `map` of a `Destination`.
            client: Sends the batches; it is not closed here.
            max_events: Most events in a batch.
            max_in_flight: Most batches on their way at once.
            lease_for: Seconds after which events of a sender that was killed are sent by another.
                One that was suspended for longer sends nothing of what it had leased.
            drain_for: Seconds that closing waits for what is on its way.
            by_ledger: Send events to whom their users became, and not at all if these were deleted;
                else each to the user that it names.
            carries: What is in the queue, in a word: a queue is for one thing and one database.
            circuit: When to ask a service again that is down.
            clock: In place of the machine's; must agree with that of the queue.
            codec: Reads the events.

        Raises:
            ConfigurationError: A limit is not one; names it.
        """
        check_whole("max_events", max_events)
        check_whole("max_in_flight", max_in_flight)
        check_seconds("lease_for", lease_for)
        check_seconds("drain_for", drain_for)
        if lease_for == 0:
            raise ConfigurationError("lease_for must be above 0: such a lease is over at once")
        self.counted = Counted()
        self._queue = queue
        self._mapper = mapper
        self._max_events = max_events
        self._max_in_flight = max_in_flight
        self._lease_for = lease_for
        self._drain_for = drain_for
        self._by_ledger = by_ledger
        self._carries = carries
        self._client = client
        self._circuit = Circuit() if circuit is None else circuit
        self._clock: Clock = SystemClock() if clock is None else clock
        self._codec = default_codec() if codec is None else codec
        self._courier = Courier(client, self._circuit, self.counted, self._clock)
        self._tasks: set[asyncio.Task[None]] = set()
        self._idle: set[asyncio.Task[Any]] = set()
        self._closing = False
        self._complaints = Complaints(_LOG, "the sender")

    @property
    def problem(self) -> str:
        """Why nothing is sent until somebody mends it (a wrong token, say); empty if all is well.

        It is tried again now and then, so that nobody has to start anything anew.
        """
        return self._circuit.problem

    @property
    def failures(self) -> int:
        """Batches that failed one after another because the service is down."""
        return self._circuit.failures

    async def __aenter__(self) -> Self:
        """Start, or start again.

        Raises:
            ConfigurationError: The queue is for something else, or for another database.
        """
        await dedicate(self._queue, self._carries, self._client)
        self._closing = False
        self._tasks = {asyncio.create_task(self._work()) for _ in range(self._max_in_flight)}
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close, with the time limit that was set."""
        await self.aclose()

    async def aclose(self) -> None:
        """Take no more, wait for what is on its way, and give back what is not answered then."""
        self._closing = True
        for task in self._idle:
            task.cancel()
        try:
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=self._drain_for)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self) -> None:
        while not self._closing:
            try:
                await self._turn()
            except Exception as error:  # noqa: BLE001 - nobody else would ever hear of it
                self._mishap(error)
                async with self._interruptible():
                    await self._clock.sleep(_AFTER_MISHAP)

    @asynccontextmanager
    async def _interruptible(self) -> AsyncIterator[None]:
        """Something that closing need not wait for."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - for the type checker
        self._idle.add(task)
        try:
            yield
        finally:
            self._idle.discard(task)

    async def _turn(self) -> None:
        """Wait for a while, or deliver what is due."""
        pause, probe = self._circuit.wait(self._clock.monotonic(), self._lease_for)
        try:
            async with self._interruptible():
                if pause > 0:
                    await self._clock.sleep(min(pause, _MOST_WAITED))
                    return
                lease = await self._queue.lease(self._max_events, self._lease_for, wait=_LOOK_FOR)
            if lease.items:
                await self._deliver(lease)
        finally:
            self._circuit.release(probe)

    async def _deliver(self, lease: Lease) -> None:
        """Send what was leased, and settle it; whatever happens, nothing of it is left leased."""
        async with self._renewed(lease) as held:
            try:
                jobs = await self._plan(lease)
                verdicts = await self._courier.verdicts(jobs, held)
                facts = [
                    fact
                    for job in jobs
                    for fact in job.facts
                    if isinstance(verdicts.get(job.number), Delivered)
                ]
                settled = await self._queue.settle(lease, verdicts, facts=facts)
            except BaseException as error:
                await self._give_back(lease, error)
                raise
        if settled.stale:
            verdicts = {n: v for n, v in verdicts.items() if n not in settled.stale}
        self.counted.note(jobs, verdicts)
        self._complaints.end()

    async def _give_back(self, lease: Lease, error: BaseException) -> None:
        """Should that fail too, the lease runs out by itself."""
        verdict: Verdict = Returned()
        if isinstance(error, Exception) and not isinstance(error, QueueError):
            # Perhaps one of these events does it; then it must not come back for ever.
            verdict = RetryLater(f"the sender failed: {type(error).__name__}")
        try:
            await self._queue.settle(lease, {leased.number: verdict for leased in lease.items})
        except Exception as failed:  # noqa: BLE001 - what it is given back for tells more
            self._mishap(failed)

    async def _plan(self, lease: Lease) -> list[Job]:
        jobs: list[Job] = []
        for start in range(0, len(lease.items), _MAPPED_IN_A_TURN):
            some = lease.items[start : start + _MAPPED_IN_A_TURN]
            jobs += [read(leased, self._mapper, self._codec) for leased in some]
            await self._clock.sleep(0)  # whoever receives events must not wait
        users = users_of(jobs) if self._by_ledger else ()
        return routed(jobs, await self._queue.ledger(users), self._codec) if users else jobs

    @asynccontextmanager
    async def _renewed(self, lease: Lease) -> AsyncIterator[Held]:
        """Keep a lease from running out until its batch is settled, which may take its time."""
        held = Held(lease, self._clock.time)
        renewing = asyncio.create_task(self._renew(held))
        try:
            yield held
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)

    async def _renew(self, held: Held) -> None:
        while True:
            await self._clock.sleep(self._lease_for / 3.0)
            try:
                held.lease = await self._queue.renew(held.lease, self._lease_for)
            except LeaseLostError:
                return  # it is settled; or nothing more of it is sent, and the verdicts are stale
            except Exception as error:  # noqa: BLE001 - nobody else would ever hear of it
                self._mishap(error)

    def _mishap(self, error: Exception) -> None:
        self.counted.mishaps[type(error).__name__] += 1
        self._complaints.tell(error)
