"""The spool as its users see it: a durable queue in one file.

    async with Spool("events.spool") as spool:
        await spool.put([Item(("user-1",), body, key=message_id)])

`put` waits until the disk has the items, together with whatever else is put at that time. Leases
and verdicts do not wait for the disk: after a loss of power (not: of the process) some of the last
may be undone, and their items are delivered again.
"""

import asyncio
import random
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from math import inf
from pathlib import Path
from sqlite3 import Connection
from typing import Any, Final, Self, TypeVar

from aiorecombee.clock import SystemClock
from aiorecombee.core.clock import Clock
from aiorecombee.delivery.ledger import Fact, Ledger
from aiorecombee.delivery.limits import Limits, check_item, check_items
from aiorecombee.delivery.queue import (
    Counts,
    Item,
    Lease,
    Letter,
    QueueClosedError,
    QueueError,
    Receipt,
    Returned,
    Settled,
    Verdict,
)
from aiorecombee.delivery.retrying import Retrying
from aiorecombee.delivery.spool import facts as facts_in_file
from aiorecombee.delivery.spool import hastening, keeping, leasing, letters, renewing, settling
from aiorecombee.delivery.spool.file import Kind, Patience, SpoolFile
from aiorecombee.delivery.spool.state import dedicate
from aiorecombee.delivery.spool.worker import Alone, Call, Put, Worker

T = TypeVar("T")

_MOST_LEASED: Final = 10_000
_LOOK_AGAIN: Final = 0.05
_JUMP: Final = 1.0  # seconds


class Spool:
    """A durable queue in one file; see `DurableQueue` and `DeadLetters`.

    Any number of processes may use the file at once, on one machine (not over a network file
    system). It belongs to the event loop that entered it.

    Args:
        path: The file; made when there is none, readable by its owner only. SQLite keeps two more
            beside it, of the same name with `-wal` and `-shm`. Whoever has opened it keeps one with
            `-owner-` and a number, by which others see whether that process still lives.
        limits: Bounds.
        retrying: When failed items are tried again.
        clock: The time.
        locked_for: Seconds to wait for other processes that write.
        pause: Waits for them, in a thread.
        rand: Gives numbers from 0 to 1.
        must_exist: Open only a spool that is there. It stays as it is: its keys are known for as
            long as those who made it said.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        limits: Limits | None = None,
        retrying: Retrying | None = None,
        clock: Clock | None = None,
        locked_for: float = 10.0,
        pause: Callable[[float], None] = time.sleep,
        rand: Callable[[], float] = random.random,
        must_exist: bool = False,
    ) -> None:
        self.path = Path(path)
        self._limits = limits or Limits()
        self._retrying = retrying or Retrying(rand=rand)
        self._clock: Clock = clock or SystemClock()
        self._patience = Patience(locked_for, pause, rand)
        self._must_exist = must_exist
        self._worker: Worker | None = None
        self._is_opening = False
        self._owner = 0
        self._ahead = inf
        self._abandoned: set[asyncio.Future[Lease | None]] = set()

    async def open(self) -> None:
        """Open the file.

        Raises:
            SpoolError: It cannot be opened, is somebody else's, or is damaged; or there is none,
                and it must exist.
            QueueError: It is open already.
        """
        if self._is_opening or (self._worker is not None and self._worker.running):
            raise QueueError(f"{self.path}: this spool is open already; close it first")
        self._is_opening = True
        try:
            self._worker = await self._started()
        finally:
            self._is_opening = False

    async def aclose(self) -> None:
        """Finish what was begun, and close the file."""
        if self._worker is not None:
            if self._abandoned:  # then they are given back before it stops
                await asyncio.wait(self._abandoned)
            await self._worker.stop()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def put(self, items: Sequence[Item], /) -> tuple[Receipt, ...]:
        """Store all of them, or none; see `DurableQueue.put`.

        Raises:
            InvalidItemError: One of them cannot be stored, or they are too many.
            NoRoomError: There is no room for them, in the spool or in memory.
            SpoolError: The disk is full, or fails.
        """
        check_items(items, self._limits)
        if not items:
            return ()
        worker = self._running()
        job = Put(items, sum(len(item.body) for item in items), worker.future())
        worker.submit(job)
        return await job.future

    async def lease(self, limit: int, for_seconds: float, *, wait: float = 0.0) -> Lease:
        """Take what is due; see `DurableQueue.lease`. At most 10,000 items, or 16 MiB.

        While it waits, it looks again every 0.05 s.
        """
        asked = max(0, min(limit, _MOST_LEASED))
        end = self._clock.monotonic() + wait
        while True:
            await self._mind_the_clock()
            lease = await self._lease(asked, for_seconds)
            if lease is None:
                continue
            left = end - self._clock.monotonic()
            if lease.items or left <= 0.0:
                return lease
            await self._clock.sleep(min(left, _LOOK_AGAIN))

    async def renew(self, lease: Lease, for_seconds: float, /) -> Lease:
        """Make a lease last from now; see `DurableQueue.renew`."""
        return await self._call(lambda db, now: renewing.renew(db, now, lease, for_seconds))

    async def settle(
        self, lease: Lease, verdicts: Mapping[int, Verdict], /, *, facts: Collection[Fact] = ()
    ) -> Settled:
        """Say what became of leased items; see `DurableQueue.settle`."""

        def run(db: Connection, now: float) -> Settled:
            facts_in_file.keep(db, now, facts)
            return settling.settle(db, now, lease, verdicts, self._retrying)

        return await self._call(run)

    async def dedicate(self, purpose: str, /) -> str:
        """What the spool is for; see `DurableQueue.dedicate`."""
        return await self._call(lambda db, _: dedicate(db, purpose), Kind.LASTS)

    async def ledger(self, users: Iterable[str], /) -> Ledger:
        """All that is known of these users, and of those they became."""
        asked = tuple(users)
        return await self._call(lambda db, _: facts_in_file.known(db, asked), Kind.READS)

    async def counts(self) -> Counts:
        """How it stands."""
        return await self._call(keeping.count, Kind.READS)

    async def letters(
        self,
        *,
        after: int = 0,
        limit: int = 100,
        reason: str | None = None,
        lane: str | None = None,
    ) -> tuple[Letter, ...]:
        """A page of dead letters; `lane` is the first of theirs. See `DeadLetters.letters`."""
        return await self._call(
            lambda db, _: letters.find(db, after, limit, reason, lane), Kind.READS
        )

    async def letter(self, number: int, /) -> Letter | None:
        """One dead letter."""
        return await self._call(lambda db, _: letters.show(db, number), Kind.READS)

    async def edit(
        self,
        number: int,
        body: bytes,
        /,
        *,
        lanes: Sequence[str] | None = None,
        barrier: bool | None = None,
    ) -> Letter | None:
        """Give a dead letter another body; its number stays. See `DeadLetters.edit`.

        Raises:
            InvalidItemError: The body is too large, or a lane is none.
        """
        check_item(Item(("-",) if lanes is None else tuple(lanes), body), self._limits)
        changes: dict[str, Any] = {"body": body}
        changes |= {} if lanes is None else {"lanes": tuple(lanes)}
        changes |= {} if barrier is None else {"barrier": barrier}
        return await self._call(lambda db, _: letters.edit(db, number, changes), Kind.LASTS)

    async def resend(self, numbers: Iterable[int], /) -> int:
        """Put dead letters back, as the last of their lanes; see `DeadLetters.resend`."""
        asked = tuple(numbers)
        return await self._call(lambda db, now: letters.resend(db, now, asked), Kind.LASTS)

    async def drop(self, numbers: Iterable[int], /) -> int:
        """Forget dead letters; how many there were."""
        asked = tuple(numbers)
        return await self._call(lambda db, now: letters.drop(db, now, asked), Kind.LASTS)

    async def tidy(self) -> None:
        """Forget keys, dead letters and facts whose time is over; give free room back to the disk.

        In small steps, so that it holds nobody up. To be called now and then; several processes
        may, at the same time too.
        """
        while await self._call(keeping.forget_keys):
            pass
        kept_for = self._limits.letters_for
        while await self._call(lambda db, now: keeping.forget_letters(db, now, kept_for)):
            pass
        facts_for = self._limits.facts_for
        while await self._call(lambda db, now: facts_in_file.forget(db, now - facts_for)):
            pass
        while await self._call(lambda db, _: keeping.give_room_back(db)):
            pass
        worker = self._running()
        job = Alone(SpoolFile.write_back, worker.future())
        worker.submit(job)
        await job.future

    async def _mind_the_clock(self) -> None:
        """What waits until a time by a clock that was ahead must not wait for that."""
        before, self._ahead = self._ahead, self._clock.time() - self._clock.monotonic()
        if self._ahead < before - _JUMP:  # it was set back, or this is the first look
            longest, sure = self._retrying.ceiling, before < inf
            await self._call(lambda db, now: hastening.hasten(db, now, longest, sure=sure))

    async def _started(self) -> Worker:
        worker = Worker(self._open_file, self._clock.time, self._limits)
        try:
            await worker.start()
        except BaseException:
            await worker.stop()
            raise
        return worker

    def _open_file(self) -> SpoolFile:
        window = None if self._must_exist else self._limits.keys_for
        opened = SpoolFile(self.path, window, self._clock.time(), self._patience)
        self._owner = opened.owner.number
        return opened

    def _running(self) -> Worker:
        if self._worker is None:
            raise QueueClosedError("the spool was not opened: async with Spool(path) as spool")
        return self._worker

    async def _call(self, run: Callable[[Connection, float], T], kind: Kind = Kind.WRITES) -> T:
        worker = self._running()
        future: asyncio.Future[T] = worker.future()
        worker.submit(Call(run, future, kind))
        return await future

    async def _lease(self, limit: int, for_seconds: float) -> Lease | None:
        """A lease; should its taker be gone when it arrives, the items go back at once."""
        worker = self._running()
        run = partial(
            leasing.lease,
            limit=limit,
            for_seconds=for_seconds,
            retrying=self._retrying,
            owner=self._owner,
        )
        job = Call(run, worker.future())
        worker.submit(job)
        try:
            return await asyncio.shield(job.future)
        except asyncio.CancelledError:
            self._abandoned.add(job.future)
            job.future.add_done_callback(partial(self._give_back, worker))
            raise

    def _give_back(self, worker: Worker, future: "asyncio.Future[Lease | None]") -> None:
        self._abandoned.discard(future)
        if future.cancelled() or future.exception() is not None:
            return
        if (lease := future.result()) is None:
            return
        verdicts = dict.fromkeys((leased.number for leased in lease.items), Returned())
        run = partial(settling.settle, lease=lease, verdicts=verdicts, retrying=self._retrying)
        given_back = worker.future()
        given_back.add_done_callback(_look_away)
        with suppress(QueueError):
            worker.submit(Call(run, given_back))


def _look_away(future: "asyncio.Future[object]") -> None:
    """Whatever went wrong: the lease runs out by itself."""
    if not future.cancelled():
        future.exception()
