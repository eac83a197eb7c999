"""The thread that has the file: whatever is waiting is done together, with one sync of the disk.

While one transaction waits for the disk, calls gather for the next: the busier it is, the more of
them share a sync.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final, Generic, TypeVar

import attrs

from aiorecombee.delivery.limits import Limits
from aiorecombee.delivery.queue import Item, NoRoomError, QueueClosedError, QueueError
from aiorecombee.delivery.spool.failure import NotBegunError, SpoolError
from aiorecombee.delivery.spool.file import Kind, SpoolFile
from aiorecombee.delivery.spool.incoming import Answer, put_all

T = TypeVar("T")

_MOST_WAITING: Final = 10_000
_MOST_CALLS: Final = 1_024
_MOST_ITEMS: Final = 5_000


@attrs.frozen(eq=False)
class Call(Generic[T]):
    """Something to do in a transaction.

    Attributes:
        run: Does it, at a time in Unix seconds.
        future: Waits for it, in the event loop.
        kind: Whether it changes anything, and whether that must survive a loss of power.
    """

    run: Callable[[sqlite3.Connection, float], T]
    future: "asyncio.Future[T]"
    kind: Kind = Kind.WRITES


@attrs.frozen(eq=False)
class Put:
    """Items to store, and the bytes of their bodies; see `Call`."""

    items: Sequence[Item]
    size: int
    future: "asyncio.Future[tuple[Any, ...]]"
    kind: Kind = Kind.LASTS


@attrs.frozen(eq=False)
class Alone:
    """Something to do with the file outside a transaction; see `Call`."""

    run: Callable[[SpoolFile], object]
    future: "asyncio.Future[object]"


Transacted = Call[Any] | Put
Job = Transacted | Alone
Outcome = tuple[Job, Any]
"""A job with its result, or the error to raise."""


class Worker:
    """Runs jobs in a thread of its own, from `start` to `stop`.

    Args:
        open_file: Opens the file, in that thread.
        now: The time, in Unix seconds.
        limits: Bounds of what is put.

    Attributes:
        running: It takes jobs.
    """

    def __init__(
        self, open_file: Callable[[], SpoolFile], now: Callable[[], float], limits: Limits
    ) -> None:
        self._open_file = open_file
        self._now = now
        self._limits = limits
        self._inbox: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._pending = 0  # bytes of puts that have no answer yet
        self._loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self.running = True
        # A daemon, so that a program which forgot to close it can end; nothing is lost by that.
        self._thread = threading.Thread(target=self._run, name="aiorecombee-spool", daemon=True)

    async def start(self) -> None:
        """Open the file.

        Raises:
            SpoolError: That is not possible.
        """
        self._thread.start()
        await asyncio.shield(self._opened)

    async def stop(self) -> None:
        """Do what was submitted before, and close the file."""
        if self.running:
            self.running = False
            self._inbox.put(None)
        await asyncio.shield(self._ended)
        self._thread.join()

    def future(self) -> "asyncio.Future[Any]":
        """For the result of a job."""
        return self._loop.create_future()

    def submit(self, job: Job) -> None:
        """Have a job done.

        Raises:
            QueueClosedError: It was stopped.
            NoRoomError: Too much waits already to put more; all else may be what makes room.
        """
        if not self.running:
            raise QueueClosedError("the spool was closed")
        if isinstance(job, Put):
            self._require_room(job.size)
            self._pending += job.size
        self._inbox.put(job)

    def _require_room(self, size: int) -> None:
        if self._inbox.qsize() >= _MOST_WAITING:
            raise NoRoomError(f"{_MOST_WAITING} calls wait for the disk already; put them later")
        if self._pending and self._pending + size > self._limits.pending:
            raise NoRoomError(f"{self._pending} bytes wait for the disk already; put them later")

    def _run(self) -> None:
        try:
            file = self._open_file()
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for the start
            self._soon(_tell, self._opened, error)
            self._soon(_tell, self._ended, None)
            return
        self._soon(_tell, self._opened, None)
        while jobs := self._gather():
            for done in self._do(file, jobs):
                self._soon(self._settle, done)
        self._soon(_tell, self._ended, _attempt(file.close))

    def _gather(self) -> list[Job]:
        """What waits now, in order; at least one, none at the end."""
        jobs: list[Job] = []
        items = 0
        while len(jobs) < _MOST_CALLS and items < _MOST_ITEMS:
            try:
                job = self._inbox.get(block=not jobs)
            except queue.Empty:
                break
            if job is None:
                if jobs:
                    self._inbox.put(None)
                break
            jobs.append(job)
            items += len(job.items) if isinstance(job, Put) else 1
        return jobs

    def _do(self, file: SpoolFile, jobs: Sequence[Job]) -> Iterator[list[Outcome]]:
        """What becomes of them, some at a time, as soon as it is known."""
        cancelled: list[Outcome] = []
        within: list[Transacted] = []
        alone: list[Alone] = []
        for job in jobs:
            if job.future.cancelled():  # before it began: it wants nothing any more
                cancelled.append((job, None))
            elif isinstance(job, Alone):
                alone.append(job)
            else:
                within.append(job)
        if cancelled:
            yield cancelled
        if within:
            yield from self._do_together(file, within)
        for one in alone:
            yield [(one, _attempt(partial(one.run, file)))]

    def _do_together(self, file: SpoolFile, jobs: Sequence[Transacted]) -> Iterator[list[Outcome]]:
        """All in one transaction; should that fail, each in its own: one spoils no other.

        Unless none can even begin that writes: all have waited for that, and it fails for all.
        """
        groups = deque([jobs])
        while groups:
            group = groups.popleft()
            try:
                done = self._transact(file, group)
            except NotBegunError as error:
                left = [*group, *(job for others in groups for job in others)]
                done = [(job, SpoolError(str(error))) for job in left if job.kind > Kind.READS]
                groups = deque([job] for job in left if job.kind is Kind.READS)
            except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for the job
                if len(group) > 1:
                    groups.extend([job] for job in group)
                    continue
                done = [(group[0], error)]
            yield done

    def _transact(self, file: SpoolFile, jobs: Sequence[Transacted]) -> list[Outcome]:
        puts = [job for job in jobs if isinstance(job, Put)]
        calls = [job for job in jobs if isinstance(job, Call)]
        with file.transaction(max(job.kind for job in jobs)) as db:
            now = self._now()
            done: list[Outcome] = [
                *zip(puts, self._put(db, now, puts), strict=True),
                *((call, _decided(call, db, now)) for call in calls),
            ]
        return done

    def _put(self, db: sqlite3.Connection, now: float, puts: Sequence[Put]) -> list[Answer]:
        return put_all(db, now, [job.items for job in puts], self._limits) if puts else []

    def _soon(self, tell: Callable[..., None], *about: object) -> None:
        # The loop may be closed: then nobody waits any more.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(tell, *about)

    def _settle(self, outcomes: Sequence[Outcome]) -> None:
        for job, outcome in outcomes:
            if isinstance(job, Put):
                self._pending -= job.size
            _tell(job.future, outcome)


def _attempt(run: Callable[[], object]) -> Any:
    try:
        return run()
    except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for the job
        return error


def _decided(call: Call[T], db: sqlite3.Connection, now: float) -> T | QueueError:
    """What a call gives, or why it refused, in which case it changed nothing."""
    try:
        return call.run(db, now)
    except QueueError as error:
        return error


def _tell(future: "asyncio.Future[Any]", outcome: Any) -> None:
    if future.done():
        return
    if isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
