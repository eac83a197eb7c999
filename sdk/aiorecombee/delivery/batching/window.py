"""A window that moves over a stream of requests: what has been read and is not yet given out."""

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from itertools import islice
from typing import Any, Final, Generic, TypeVar

import attrs

from aiorecombee.core.batches import Limits, Planned
from aiorecombee.core.batching import Planner
from aiorecombee.core.clock import Clock
from aiorecombee.core.lanes import NOBODY, Concern
from aiorecombee.delivery.batching.answering import in_turns
from aiorecombee.delivery.batching.carrying import Carrier, Landed, own_error
from aiorecombee.delivery.batching.dispatch import Dispatch
from aiorecombee.delivery.batching.records import Progress, ProgressHook
from aiorecombee.delivery.batching.traits import TraitsOf
from aiorecombee.errors import ConnectionFailedError, InvalidRequestError, RecombeeError
from aiorecombee.requests.batch import Answer, BatchResult
from aiorecombee.requests.endpoint import Request

R = TypeVar("R")
_AT_ONCE: Final = 100  # requests to read before other tasks get a turn


@attrs.define(eq=False)
class Numbered(Generic[R]):
    """A request with its place in the stream, as the planner wants it."""

    request: Request[R]
    number: int
    concern: Concern = NOBODY
    size: int = 0
    arrived: float = 0.0


class Window(Generic[R]):
    """Reads requests, sends them, and collects their answers, so many at a time.

    Attributes:
        failed: Why no more batches leave; `None` if all is well.
        broken: What the iterable raised; what it gave before is sent all the same.
    """

    def __init__(
        self,
        carrier: Carrier,
        limits: Limits,
        clock: Clock,
        *,
        ordered: bool,
        stop_on_failure: bool,
        progress: ProgressHook | None,
    ) -> None:
        """Start empty; see `stream` for what the arguments mean."""
        self.failed: BaseException | None = None
        self.broken: BaseException | None = None
        self._carrier = carrier
        self._clock = clock
        self._began = clock.monotonic()
        self._ordered = ordered
        self._stop_on_failure = stop_on_failure
        self._progress = progress
        self._planner: Planner[Numbered[R]] = Planner(limits)
        self._dispatch = Dispatch(
            self._planner,
            clock,
            fly=self._fly,
            stranded=self._strand,
            landed=self._look_up,
            refill=lambda: None,
        )
        self._traits = TraitsOf()
        # A batch for each place in flight, one that is being collected, one that is being read.
        self._width = limits.max_requests * (limits.max_in_flight + 2)
        self._chunk = min(_AT_ONCE, limits.max_requests)
        self._here: dict[int, Answer[R]] = {}
        self._read = self._given = self._answered = self._failures = 0
        self._all_read = False
        self._news = asyncio.Event()
        self._room = asyncio.Event()

    async def read(self, requests: Iterable[Request[R]] | AsyncIterable[Request[R]]) -> None:
        """Read as fast as there is room.

        What the iterable raises is kept for the end; it may be the `CancelledError` of something
        of its own, and then nobody has cancelled the stream.
        """
        if isinstance(requests, AsyncIterable):
            self._chunk = 1  # that is how they come
        try:
            async for some in _chunks(requests, self._chunk):
                self._put(some)
                await self._wait_for_room()
                if self.failed is not None:
                    break
        except BaseException as error:
            self.broken = error
            raise
        finally:  # whatever it was: nobody is to wait for more
            self._all_read = True
            self._planner.close()
            self._dispatch.send_full()
            self._look_up()

    async def answers(self) -> AsyncIterator[Answer[R]]:
        """The answers, until there are no more; each leaves room for another request."""
        while True:
            self._news.clear()
            for answer in self._ready():
                self._given += 1
                yield answer
                if not self._room.is_set() and self._has_room():
                    self._room.set()
            if not self._here and self._is_over():
                return
            await self._news.wait()

    async def aclose(self) -> None:
        """Cancel what is on its way."""
        await self._dispatch.aclose()

    # --- Reading ----------------------------------------------------------------------------------

    def _put(self, requests: list[Request[R]]) -> None:
        came = []
        for request in requests:
            number, self._read = self._read, self._read + 1
            kind = type(request)
            try:
                if kind not in self._traits:
                    self._traits.learn(kind)
            except InvalidRequestError as error:
                self._refuse(Numbered(request, number), error)
            else:
                came.append(Numbered(request, number))
        self._planner.put(self._traits.describe(came, self._clock.monotonic(), self._refuse))
        self._dispatch.send_full()

    def _refuse(self, entry: Numbered[R], error: InvalidRequestError) -> None:
        self._take_note(entry.number, Answer(entry.request, 0, error=error))
        self._look_up()

    async def _wait_for_room(self) -> None:
        if self._has_room():
            await asyncio.sleep(0)
        while self.failed is None and not self._has_room():
            self._planner.flush(self._clock.monotonic())  # nothing comes to join what lingers
            self._dispatch.send_full()
            self._room.clear()
            await self._room.wait()

    def _has_room(self) -> bool:
        # For a whole chunk: in the place of each answer taken, a request would travel alone.
        return self._read - self._given <= self._width - self._chunk

    # --- Batches ----------------------------------------------------------------------------------

    async def _fly(self, planned: Planned[Numbered[R]]) -> None:
        for landed in await self._carrier.carry(planned.entries):
            await self._unload(landed)
        if self._progress is not None:
            self._progress(
                Progress(
                    read=self._read,
                    answered=self._answered,
                    failed=self._failures,
                    elapsed=self._clock.monotonic() - self._began,
                )
            )

    async def _unload(self, landed: Landed[Numbered[R]]) -> None:
        outcome = landed.outcome
        if isinstance(outcome, BatchResult):
            for some in in_turns(zip(landed.entries, outcome, strict=True)):
                for entry, answer in some:
                    self._take_note(entry.number, answer)
                await asyncio.sleep(0)
            return
        is_own_fault = isinstance(outcome, InvalidRequestError)
        if not isinstance(outcome, RecombeeError) or (self._stop_on_failure and not is_own_fault):
            raise outcome
        for each in in_turns(landed.entries):
            for entry in each:
                error: Any = own_error(outcome, entry.request)
                status = getattr(error, "status", 0)
                self._take_note(entry.number, Answer(entry.request, status, error=error))
            await asyncio.sleep(0)

    def _take_note(self, number: int, answer: Answer[R]) -> None:
        self._here[number] = answer
        self._answered += 1
        self._failures += answer.error is not None

    def _strand(self, _: Planned[Numbered[R]], failed: BaseException | None) -> None:
        """A batch failed for good: no more leave, those on their way still land."""
        self.failed = self.failed or failed or ConnectionFailedError("the event loop was closed")
        self._dispatch.closed = True

    def _look_up(self) -> None:
        self._news.set()
        if self.failed is not None:
            self._room.set()

    # --- Giving out -------------------------------------------------------------------------------

    def _ready(self) -> deque[Answer[R]]:
        """What may be given out now; in order only up to the first that is missing."""
        here = self._here
        found: deque[Answer[R]] = deque()
        if not self._ordered:
            found.extend(here.values())
            here.clear()
        elif self.failed is not None and self._is_over():
            found.extend(here.pop(number) for number in sorted(here))
        else:
            number = self._given
            while number in here:
                found.append(here.pop(number))
                number += 1
        return found

    def _is_over(self) -> bool:
        if self._dispatch.flying:
            return False
        return self.failed is not None or (self._all_read and self._planner.queued == 0)


async def _chunks(
    requests: Iterable[Request[R]] | AsyncIterable[Request[R]], most: int
) -> AsyncIterator[list[Request[R]]]:
    """So many at a time, few enough that reading never keeps the event loop long."""
    if isinstance(requests, AsyncIterable):
        async for request in requests:
            yield [request]
        return
    source = iter(requests)
    while True:
        some: list[Request[R]] = []
        try:
            for request in islice(source, most):
                some.append(request)  # noqa: PERF402  # what came before it fails is not lost
        except (Exception, asyncio.CancelledError):
            yield some
            raise
        if not some:
            return
        yield some
