"""The shell around the planner: starts batches when they are due, and tells it when they landed."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from math import inf
from typing import Any, Final, Generic, TypeVar

from aiorecombee.core.batches import Plannable, Planned
from aiorecombee.core.batching import Planner
from aiorecombee.core.clock import Clock

E = TypeVar("E", bound=Plannable)

# Event loops that wait for sockets by epoll wake up to two milliseconds late (they round up twice);
# nobody is to wait longer than the linger for that.
_LATE: Final = 0.002


class Dispatch(Generic[E]):
    """Sends what a planner plans, each batch in a task of its own, and watches the linger.

    There is no task while there is nothing to do, and `aclose` leaves none behind.

    Attributes:
        flying: The batches on their way, under the tasks that carry them.
        closed: Nothing will be sent any more.
    """

    def __init__(
        self,
        planner: Planner[E],
        clock: Clock,
        fly: Callable[[Planned[E]], Coroutine[Any, Any, None]],
        stranded: Callable[[Planned[E], BaseException | None], None],
        landed: Callable[[], None],
        refill: Callable[[], None],
    ) -> None:
        """Watch over a planner.

        Args:
            planner: Decides.
            clock: Its time, and that of its entries.
            fly: Carries a batch.
            stranded: Called for a batch whose task came to no good end: with the mistake it
                failed of, or `None` if everything is closing.
            landed: Called after each batch.
            refill: Called when a batch has left, so that there is room for more.
        """
        self.flying: dict[asyncio.Task[None], Planned[E]] = {}
        self.closed = False
        self._planner = planner
        self._clock = clock
        self._fly = fly
        self._stranded = stranded
        self._landed = landed
        self._refill = refill
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = inf
        # A batch belongs to no one of those who put something in, and sets nothing for the others.
        self._context = contextvars.copy_context()

    def send_full(self) -> None:
        """Send what need not wait any longer, whatever the time; set the alarm for the rest."""
        self._send(None)

    def send_due(self) -> None:
        """Send what has to leave by now; set the alarm for the rest."""
        self._send(self._clock.monotonic())

    async def aclose(self) -> None:
        """Stop: cancel what is on its way."""
        self.closed = True
        tasks = [*self.flying, *([self._alarm] if self._alarm else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _send(self, now: float | None) -> None:
        while not self.closed and (planned := self._planner.take(now)) is not None:
            # What ends a batch is a callback: a task that is cancelled at once never begins.
            task = asyncio.create_task(self._fly(planned), context=self._context.copy())
            self.flying[task] = planned
            task.add_done_callback(self._land)
            self._refill()
        at = None if self.closed else self._planner.wake_at()
        if at is not None and at < self._alarm_at:
            self._set_alarm(at)

    def _land(self, task: asyncio.Task[None]) -> None:
        planned = self.flying.pop(task)
        failed = None if task.cancelled() else task.exception()
        # Nobody cancels one batch: all is being closed, or the event loop.
        self.closed = self.closed or task.cancelled()
        self._planner.done(planned)
        if failed is not None or self.closed:
            self._stranded(planned, failed)
        self._landed()
        self.send_due()

    def _set_alarm(self, at: float) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_at = at
        self._alarm = asyncio.create_task(self._wait_until(at), context=self._context.copy())

    async def _wait_until(self, at: float) -> None:
        wait = max(0.0, at - self._clock.monotonic())
        await self._clock.sleep(wait - min(_LATE, wait / 5))
        self._alarm, self._alarm_at = None, inf
        self._send(max(at, self._clock.monotonic()))


async def wait_within(
    clock: Clock, seconds: float | None, waiting: Coroutine[Any, Any, None]
) -> None:
    """Wait for something, but only for so many seconds; `None` waits for as long as it takes."""
    if seconds is None:
        await waiting
        return
    tasks = [asyncio.create_task(waiting), asyncio.create_task(clock.sleep(seconds))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
