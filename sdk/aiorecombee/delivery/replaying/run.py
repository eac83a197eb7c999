"""The replay itself: sends, waits, and goes on until all is settled."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from typing import Any, Final

import attrs

from aiorecombee.client import RecombeeClient
from aiorecombee.core.clock import Clock
from aiorecombee.delivery.batching.stream import stream
from aiorecombee.delivery.replaying.account import Account
from aiorecombee.delivery.replaying.apart import apart
from aiorecombee.delivery.replaying.errors import ArchiveError, KeepingError
from aiorecombee.delivery.replaying.events import Event
from aiorecombee.delivery.replaying.keeping import Keeper
from aiorecombee.delivery.replaying.pacing import Pace, Patience
from aiorecombee.delivery.replaying.supply import Supply
from aiorecombee.delivery.replaying.verdicts import Verdict, judge
from aiorecombee.delivery.sent_again import GoOn, after, is_worth_waiting
from aiorecombee.errors import ApiError, RecombeeError
from aiorecombee.requests.batch import Answer
from aiorecombee.requests.endpoint import Request

_LOG: Final = logging.getLogger(__name__)
_MOST_HELD: Final = 64 << 20  # bytes of events without a verdict, and of those behind them
_MOST_EVENTS: Final = 50_000
_LOOK_EVERY: Final = 256  # events between looks at what is settled and at the clock


@attrs.frozen
class Effort:
    """How hard to try.

    Attributes:
        batch_size: Most requests in a batch.
        concurrency: Most batches on their way at once.
    """

    batch_size: int = 1_000
    concurrency: int = 4


@attrs.frozen
class Stopped:
    """Why a replay stopped before the end.

    Attributes:
        reason: In words.
        by_service: Whether the database did not answer, or did not let us in.
    """

    reason: str
    by_service: bool = False


@attrs.define(eq=False)
class Replay:
    """Sends the requests of a row of events, in legs.

    A leg is a stream of requests that ends when there is nothing more to send at the moment, or
    when something went wrong. If a batch was refused as a whole, what has no answer is sent once
    more, in batches that get smaller until it is clear what the service will not take. The next
    leg begins with what has no verdict yet, so that a user's requests keep their order however
    often they are sent.

    Attributes:
        client: Sends batches.
        supply: Gives events.
        keeper: Is told what is settled.
        account: Knows what is not.
        clock: Its time, and its sleep between legs.
        pace: How fast.
        patience: How long to go on after failures.
        effort: How hard to try.
        tell: Called now and then.
    """

    client: RecombeeClient
    supply: Supply
    keeper: Keeper
    account: Account
    clock: Clock
    pace: Pace
    patience: Patience
    effort: Effort = Effort()
    tell: Callable[[], None] = lambda: None
    _all_read: bool = False
    _trouble: str = ""
    _again: bool = False
    _sent: int = 0
    _noted: int = 0

    async def run(self) -> Stopped | None:
        """Replay to the end.

        Returns:
            Why it stopped before the end; `None` if it did not.
        """
        events = self.supply.events()
        try:
            # Before the first reject is written: whoever goes on has to know where they begin.
            self.keeper.save()
            stopped = await self._legs(events)
            self.keeper.save(complete=stopped is None and not self.supply.is_limited)
        except (ArchiveError, KeepingError) as error:
            stopped = Stopped(str(error))
            self._save_what_can_be(error)
        except BaseException as error:
            self._save_what_can_be(error)
            raise
        finally:
            self.supply.close()
        return stopped

    def _save_what_can_be(self, error: BaseException) -> None:
        """Save what is settled, unless it was that which failed."""
        if isinstance(error, KeepingError):
            return
        try:
            self._look()
            self.keeper.save()
        except KeepingError as another:
            error.add_note(str(another))

    async def _legs(self, events: Iterator[Event | None]) -> Stopped | None:
        while True:
            await self._wait()
            before, began = self._noted, self.clock.monotonic()
            failed = await self._leg(events)
            self._look()
            self.pace.sent(self._sent, began)
            if self._noted > before:
                self.patience.went_well()
            if failed is not None and not is_worth_waiting(failed):
                return Stopped(str(failed), by_service=True)
            if failed is not None or self._again:
                pause = self.patience.failed()
                if pause is None:
                    return Stopped(self._trouble, by_service=True)
                if self.patience.failures == 1:  # of many in a row, which may take minutes
                    _LOG.warning("trying again: %s", self._trouble)
                await self.clock.sleep(pause)
            elif self._all_read and not len(self.account):
                return None

    async def _leg(self, events: Iterator[Event | None]) -> RecombeeError | None:
        self._sent, self._again = 0, False
        failed = await self._take(self._streamed(events))
        if failed is not None and after(failed) is GoOn.SPLIT:
            again = self.account.outstanding()
            self._sent += len(again)
            failed = await self._take(apart(self.client, again, self.effort.batch_size))
        return failed

    def _streamed(self, events: Iterator[Event | None]) -> AsyncGenerator[Answer[Any], None]:
        return stream(
            self.client,
            self._requests(events),
            max_requests=self.effort.batch_size,
            max_in_flight=self.effort.concurrency,
            stop_on_failure=True,
            clock=self.clock,
        )

    async def _take(self, answers: AsyncGenerator[Answer[Any], None]) -> RecombeeError | None:
        """Take note of answers; gives the error that ended them."""
        number = 0
        try:
            async with aclosing(answers):
                async for answer in answers:
                    self._note(answer)
                    number += 1
                    if number % _LOOK_EVERY == 0:
                        self._look()
        except RecombeeError as error:
            self._trouble = str(error)
            return error
        return None

    def _requests(self, events: Iterator[Event | None]) -> Iterator[Request[Any]]:
        portion = self.pace.portion
        for request in self.account.outstanding():
            if self._sent == portion:
                return
            self._sent += 1
            yield request
        if self._is_full():
            return
        for event in events:
            if event is None:  # there is nothing to read at the moment
                return
            self.account.take(event)
            for request in event.requests:
                if self._sent == portion:
                    return
                self._sent += 1
                yield request
            if self._again or self._is_full():
                return
        self._all_read = True

    def _is_full(self) -> bool:
        account = self.account
        if len(account) % _LOOK_EVERY == 0 and len(account):
            self._look()  # events without requests have nobody else to look after them
        return account.held > _MOST_HELD or len(account) > _MOST_EVENTS

    def _note(self, answer: Answer[Any]) -> None:
        verdict = judge(answer)
        reason = "" if verdict is Verdict.DONE else _reason(answer)
        if self.account.note(answer.request, verdict, reason):
            self._noted += 1
        else:
            self._again = True
            self._trouble = reason

    def _look(self) -> None:
        """Hand on what is settled."""
        for event in self.account.settled():
            self.keeper.keep(event)
        self.keeper.save_if_due(self.clock.monotonic())
        self.tell()

    async def _wait(self) -> None:
        """Wait until the pace allows more, and there is something to read."""
        pause = self.pace.pause(self.clock.monotonic())
        if pause:
            await self.clock.sleep(pause)
        descriptor = self.supply.waits_for
        if descriptor is not None and not self.account.outstanding():
            await _readable(descriptor)


def _reason(answer: Answer[Any]) -> str:
    error = answer.error
    if isinstance(error, ApiError):
        return f"{error.status}: {error.message}" if error.message else str(error.status)
    return str(error)


async def _readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    news = asyncio.Event()
    loop.add_reader(descriptor, news.set)
    try:
        await news.wait()
    finally:
        loop.remove_reader(descriptor)
