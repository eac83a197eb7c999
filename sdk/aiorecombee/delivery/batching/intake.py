"""The way into the queue: a porch for those who find room, a line for those who wait for it."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from aiorecombee.core.batching import Planner
from aiorecombee.delivery.batching.answering import Sending, sending_that_tells
from aiorecombee.delivery.batching.traits import TraitsOf
from aiorecombee.errors import InvalidRequestError
from aiorecombee.requests.endpoint import Request

R = TypeVar("R")


class Intake:
    """Lets requests into a planner, so many and in the order they came.

    Those that come in one turn of the event loop are passed on together, which costs much less
    than one by one.

    Attributes:
        room: How many may still come straight in. None may while others wait in line.
        max_queued: Most requests on the porch and in the planner.
        line: Those who wait for room, in their order.
        loop: Where it is known, futures are made quicker.
    """

    def __init__(
        self,
        planner: Planner[Sending[Any]],
        now: Callable[[], float],
        max_requests: int,
        max_queued: int,
        passed_on: Callable[[], None],
        refuse: Callable[[Sending[Any], InvalidRequestError], None],
    ) -> None:
        """Open.

        Args:
            planner: Where requests go.
            now: Seconds of a monotonic clock.
            max_requests: So many are passed on at once, in the middle of a turn too.
            max_queued: Most requests that may wait inside.
            passed_on: Called when the planner has got some.
            refuse: Called for each that cannot be read; it is not passed on.
        """
        self.room = max_queued
        self.max_queued = max_queued
        self.line: OrderedDict[Sending[Any], None] = OrderedDict()
        self.loop: asyncio.AbstractEventLoop | None = None
        self._planner = planner
        self._now = now
        self._max_requests = max_requests
        self._passed_on = passed_on
        self._refuse = refuse
        self._porch: list[Sending[Any]] = []
        self._traits = TraitsOf()
        self._sending = sending_that_tells(self._count_as_gone)
        self._gone = 0  # withdrawn since the queue was last searched for such
        self._closed = False

    def enter(self, request: Request[R]) -> Sending[R]:
        """Put a request on the porch; there has to be room.

        Raises:
            InvalidRequestError: It cannot be in a batch.
        """
        if request.__class__ not in self._traits:
            self._traits.learn(request.__class__)
        entry: Sending[R] = self._sending(loop=self.loop)
        entry.request = request
        self.room -= 1
        porch = self._porch
        porch.append(entry)
        if len(porch) >= self._max_requests:
            self.pass_on()
        elif len(porch) == 1:
            asyncio.get_running_loop().call_soon(self.pass_on)
        return entry

    def line_up(self, request: Request[R]) -> Sending[R]:
        """Let a request wait for room.

        Raises:
            InvalidRequestError: It cannot be in a batch.
        """
        if request.__class__ not in self._traits:
            self._traits.learn(request.__class__)
        entry: Sending[R] = self._sending(loop=self.loop)
        entry.request = request
        self.line[entry] = None
        return entry

    def pass_on(self) -> None:
        """Give the planner what is on the porch."""
        if self._porch:
            self._give(self._clear_porch())
            self.admit()  # in the place of those that could not be read
            self._passed_on()

    def admit(self) -> None:
        """Let in as many from the line as there is room for, behind those on the porch."""
        while self.line and (room := self.max_queued - self.queued) > 0:
            admitted = [self.line.popitem(last=False)[0] for _ in range(min(room, len(self.line)))]
            self._give(self._clear_porch() + admitted)
        self.room = 0 if self._closed else self.max_queued - self.queued

    def leave_line(self, entry: Sending[Any]) -> None:
        """Somebody does not wait any more, maybe not even for room."""
        self.line.pop(entry, None)

    def forget_the_gone(self) -> int:
        """Make room where nobody waits any more; returns how much.

        It looks at the whole queue, so it does so only when half of it may be found to be such.
        """
        if self._gone * 2 <= self.max_queued:
            return 0
        self._gone = 0
        self.pass_on()
        forgotten = self._planner.discard(Sending.done)
        self.admit()
        self._passed_on()
        return forgotten

    def close(self) -> None:
        """Let nobody in any more, except from the line."""
        self._closed = True
        self.room = 0
        self.pass_on()

    @property
    def queued(self) -> int:
        """How many have not left in a batch, the line aside."""
        return len(self._porch) + self._planner.queued

    def entries(self) -> list[Sending[Any]]:
        """All that have not left; those of one user in their order."""
        return [*self._planner.entries(), *self._porch, *self.line]

    def clear(self) -> None:
        """Forget all of them."""
        self._planner.discard(lambda _: True)
        self._porch.clear()
        self.line.clear()

    def _count_as_gone(self) -> None:
        self._gone += 1

    def _clear_porch(self) -> list[Sending[Any]]:
        """Who was on the porch; nobody is dealt with twice, whatever happens."""
        porch, self._porch = self._porch, []
        return porch

    def _give(self, entries: list[Sending[Any]]) -> None:
        self._planner.put(self._traits.describe(entries, self._now(), self._refuse))
