"""Many callers, few calls: requests that come one by one leave in batches."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Literal, Self, TypeAlias, TypeVar

from aiorecombee.client import RecombeeClient
from aiorecombee.clock import SystemClock
from aiorecombee.core.batches import Planned
from aiorecombee.core.batching import Planner
from aiorecombee.core.clock import Clock
from aiorecombee.delivery.batching.answering import Sending, Turn, give, give_up, refuse
from aiorecombee.delivery.batching.carrying import Carrier
from aiorecombee.delivery.batching.counting import Counts, report
from aiorecombee.delivery.batching.dispatch import Dispatch, wait_within
from aiorecombee.delivery.batching.intake import Intake
from aiorecombee.delivery.batching.limits import checked_limits
from aiorecombee.delivery.batching.records import BatcherStats, BatchHook, Leftover, Spill
from aiorecombee.delivery.checks import check_whole
from aiorecombee.errors import (
    ConfigurationError,
    InvalidRequestError,
    NotSentError,
    QueueFullError,
)
from aiorecombee.requests.endpoint import Request

R = TypeVar("R")
WhenFull: TypeAlias = Literal["wait", "raise"] | Spill


class Batcher:
    """Sends requests in batches, and gives each caller the answer to their own.

        async with Batcher(client) as batcher:
            await batcher.send(AddDetailView("user-1", "item-7", cascade_create=True))

    A batch leaves when it is full, and otherwise when its first request has waited for `linger`
    seconds. The requests of a user are carried out in the order they came; those of different
    users are not in any order: await the first before sending the second where it matters (as
    with `AddItem`, and a view of that item by a user). Nothing else waits for a slow batch.

    One batcher serves any number of tasks of one event loop at once.
    """

    def __init__(
        self,
        client: RecombeeClient,
        *,
        max_requests: int = 1_000,
        max_bytes: int = 1 << 20,
        linger: float = 0.01,
        max_queued: int = 10_000,
        when_full: WhenFull = "wait",
        max_in_flight: int = 4,
        timeout: float | None = None,
        total_timeout: float | None = None,
        hooks: Iterable[BatchHook] = (),
        clock: Clock | None = None,
    ) -> None:
        """Set up a batcher; it starts with the first request.

        Args:
            client: Sends the batches; it is not closed here, and must stay open meanwhile.
            max_requests: Most requests in a batch, 10,000 at most.
            max_bytes: Most bytes in a batch, about; a single request may be larger.
            linger: Seconds that a request may wait for others to join it; 0 collects what comes
                in one turn of the event loop.
            max_queued: Most requests that have not left.
            when_full: What `send` does then: wait for its turn, raise `QueueFullError`, or hand
                the request to a `Spill`, such as an `Outbox`.
            max_in_flight: Most batches on their way at once.
            timeout: Seconds for one attempt at a batch; by default as for `Batch`.
            total_timeout: Seconds for all attempts at a batch.
            hooks: Called after every batch.
            clock: In place of the machine's.

        Raises:
            ConfigurationError: A limit is not one.
        """
        if isinstance(when_full, str) and when_full not in {"wait", "raise"}:
            raise ConfigurationError(f'when_full must be "wait" or "raise", not {when_full!r}')
        if not isinstance(when_full, str) and not hasattr(when_full, "spill"):
            raise ConfigurationError(f"when_full has no method spill: {when_full!r}")
        limits = checked_limits(max_requests, max_bytes, linger, max_in_flight)
        check_whole("max_queued", max_queued)
        self._clock: Clock = SystemClock() if clock is None else clock
        planner: Planner[Sending[Any]] = Planner(limits)
        self._planner = planner
        self._dispatch = Dispatch(
            planner,
            self._clock,
            fly=self._fly,
            stranded=self._strand,
            landed=self._tell_progress,
            refill=self._admit,
        )
        self._intake = Intake(
            planner,
            self._clock.monotonic,
            max_requests,
            max_queued,
            passed_on=self._dispatch.send_full,
            refuse=self._refuse,
        )
        self._carrier = Carrier(client, timeout, total_timeout)
        self._when_full = when_full
        self._closing = False
        self._progress = asyncio.Event()
        self._counts = Counts(tuple(hooks))

    async def __aenter__(self) -> Self:
        """Nothing has to be started: that happens with the first request."""
        self._intake.loop = asyncio.get_running_loop()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close, with the time limit of `aclose`."""
        await self.aclose()

    async def send(self, request: Request[R]) -> R:
        """Send a request with others, and wait for its answer.

        To stop waiting (a time limit, a cancelled task) withdraws it, unless it has left.

        Raises:
            InvalidRequestError: It breaks a documented rule, or cannot be read or be in a batch.
            QueueFullError: There is no room, and `when_full` is "raise".
            NotSentError: The batcher is closed, or was before the request could leave.
            TransportError: No answer came to its batch; it may have been carried out or not.
            ApiError: The service refused it, or its batch.
            UnexpectedResponseError: The answer is not one of the API's.
        """
        if self._intake.room > 0 or self._has_room():
            waiting = self._intake.enter(request)
        elif self._closing or self._when_full == "raise":
            raise self._refusal(request)
        elif isinstance(self._when_full, str):
            waiting = self._intake.line_up(request)
        else:
            self._counts.spilled += 1
            return await self._when_full.spill(request)
        try:
            return await waiting
        except asyncio.CancelledError:
            self._intake.leave_line(waiting)
            self._tell_progress()
            raise

    def submit(self, request: Request[R]) -> "Sending[R]":
        """Put a request into the queue; the future gets its answer, or an error as `send` has.

        Needs no task, and so is much faster than `send` for many requests at once. It cannot wait
        for room: await one of the futures, or `flush`, before there are `max_queued` of them.
        Cancelling the future withdraws the request, unless it has left. There is room for another
        at once if more than half of the queue is withdrawn, else when its turn comes.

        Raises:
            InvalidRequestError: It cannot be in a batch.
            QueueFullError: There is no room.
            NotSentError: The batcher is closed.
        """
        if self._intake.room <= 0 and not self._has_room():
            raise self._refusal(request)
        return self._intake.enter(request)

    async def flush(self, timeout: float | None = None) -> Leftover:
        """Send what is in the queue without lingering, and wait until all of it is answered.

        What is on its way counts, as do callers who wait for room; requests that come meanwhile
        do not.

        Args:
            timeout: Seconds to wait; `None` waits for as long as it takes.

        Returns:
            What has no answer yet, though it may still get one.
        """
        self._intake.pass_on()
        self._planner.flush(self._clock.monotonic())
        return await self._drain(timeout)

    async def aclose(self, timeout: float | None = 30.0) -> Leftover:
        """Take no more requests, flush, then cancel and fail what is left.

        Args:
            timeout: Seconds to wait; `None` waits for as long as it takes.

        Returns:
            What got no answer. Its callers get a `NotSentError`, or a `RequestTimeoutError` for
            what may have been carried out.
        """
        try:
            self._close()
            return await self._drain(timeout)
        finally:
            await self._dispatch.aclose()
            self._fail_unsent()

    @property
    def stats(self) -> BatcherStats:
        """Counters and the present state."""
        return self._counts.stats(
            queued=self._intake.queued,
            waiting=len(self._intake.line),
            flying=[len(batch.entries) for batch in self._dispatch.flying.values()],
        )

    def _has_room(self) -> bool:
        if not self._closing:
            self._counts.withdrawn += self._intake.forget_the_gone()
        return self._intake.room > 0

    def _admit(self) -> None:
        self._intake.admit()

    def _refusal(self, request: Request[Any]) -> NotSentError | QueueFullError:
        if self._closing:
            return NotSentError("the batcher is closed", request)
        self._counts.refused += 1
        return QueueFullError(f"{self._intake.max_queued} requests are waiting to be sent", request)

    def _refuse(self, entry: Sending[Any], error: InvalidRequestError) -> None:
        if entry.done():
            self._counts.withdrawn += 1
        else:
            self._counts.failed += 1
            entry.set_exception(error)

    # --- Batches ----------------------------------------------------------------------------------

    async def _fly(self, planned: Planned[Sending[Any]]) -> None:
        left_at = self._clock.monotonic()
        entries = [entry for entry in planned.entries if not entry.done()]
        self._counts.left(planned, len(entries))
        if not entries:
            return
        landed = await self._carrier.carry(entries)
        total = Turn(0)
        turns = chain.from_iterable(map(give, landed))
        try:
            for turn in turns:
                total = total.plus(turn)
                if total.good + total.failed < len(entries):
                    await asyncio.sleep(0)
        finally:
            for turn in turns:  # whoever cancels this now: the answers are here
                total = total.plus(turn)
            self._counts.answered(total)
        error = next((some.error_name for some in landed if some.error_name), None)
        self._counts.tell(planned, total, left_at, self._clock.monotonic(), error)

    def _strand(self, planned: Planned[Sending[Any]], failed: BaseException | None) -> None:
        given_up = give_up(planned.entries, failed)
        self._counts.failed += given_up
        if failed is not None and not given_up:
            report("the batcher failed after it had answered a batch", failed)
        if failed is None:
            self._close()
            self._fail_unsent()

    # --- Coming to an end -------------------------------------------------------------------------

    def _close(self) -> None:
        self._closing = True
        self._intake.close()
        self._planner.close()

    async def _drain(self, timeout: float | None) -> Leftover:
        mine = [*self._flying(), *self._intake.entries()]
        self._dispatch.send_full()
        await wait_within(self._clock, timeout, self._until_answered(mine))
        flying = set(self._flying())
        left = [entry for entry in mine if not entry.done()]
        return Leftover(
            unsent=tuple(entry.request for entry in left if entry not in flying),
            undecided=tuple(entry.request for entry in left if entry in flying),
        )

    def _flying(self) -> "Iterator[Sending[Any]]":
        return chain.from_iterable(batch.entries for batch in self._dispatch.flying.values())

    async def _until_answered(self, entries: "Sequence[Sending[Any]]") -> None:
        while entries := [entry for entry in entries if not entry.done()]:
            await self._progress.wait()

    def _tell_progress(self) -> None:
        self._progress.set()
        self._progress = asyncio.Event()

    def _fail_unsent(self) -> None:
        unsent = self._intake.entries()
        self._intake.clear()
        self._counts.failed += refuse(unsent)
