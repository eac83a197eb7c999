"""From a call to its answer, which is given when the events are stored."""

import asyncio
import logging
from collections import Counter
from contextlib import AbstractContextManager
from typing import Final, Protocol

import attrs

from aiorecombee.clock import SystemClock
from aiorecombee.core.clock import Clock
from aiorecombee.delivery.queue import (
    DurableQueue,
    InvalidItemError,
    Item,
    NoRoomError,
    QueueError,
    Receipt,
)
from aiorecombee.forwarder.application.memory import Memory, Room
from aiorecombee.forwarder.call import Accepted, Call, Received
from aiorecombee.forwarder.deletion import Deletions
from aiorecombee.forwarder.partner import PartnerWebhooks
from aiorecombee.forwarder.refusal import Refusal, not_stored, too_many_requests
from aiorecombee.forwarder.texts import is_compressed
from aiorecombee.forwarder.tracking import TrackingApi
from aiorecombee.forwarder.webhooks import Webhooks

_LOG: Final = logging.getLogger(__name__)
# Bytes: reading more would hold everybody else up. What is compressed may become a thousand times
# as many, so the size of that says nothing.
_IN_A_THREAD: Final = 65_536
_AGAIN_AFTER: Final = 5.0
_REMEMBERED_FOR: Final = 15.0


class Ingestion(Protocol):
    """Tells events from a call; `TrackingApi` and its siblings."""

    def receive(self, call: Call, received_at: float) -> Received | Refusal:
        """Take a call that came at `received_at`, in Unix seconds. Never raises."""


@attrs.define
class Counted:
    """Counters that only rise.

    Attributes:
        calls: By source and outcome: `accepted`, or the code of the refusal.
        events: By source and outcome: `stored`, `already there`, or the fault.
    """

    calls: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    events: Counter[tuple[str, str]] = attrs.field(factory=Counter)


class Receiver:
    """Stores the events of calls.

    Attributes:
        queue: Where they are stored.
        counted: What was received.
    """

    def __init__(
        self,
        queue: DurableQueue,
        *,
        tracking: TrackingApi | None = None,
        webhooks: Webhooks | None = None,
        partner: PartnerWebhooks | None = None,
        deletions: Deletions | None = None,
        max_pending: int = 64 * 2**20,
        clock: Clock | None = None,
    ) -> None:
        """Set up a receiver for the sources that are given; the others are not found.

        Args:
            queue: Where events are stored; it is not closed here.
            tracking: For Segment's libraries.
            webhooks: For its webhook destinations.
            partner: For the older destination.
            deletions: For deletion requests of one's own.
            max_pending: Most bytes of bodies in memory at once, of what came of them and of what
                they may become; who comes then is sent away for a second.
            clock: In place of the machine's.
        """
        self.queue = queue
        self.counted = Counted()
        self._sources: dict[str, tuple[Ingestion, int]] = {}
        if tracking is not None:
            self._sources["tracking"] = (tracking, tracking.keeper.limits.call_size)
        if webhooks is not None:
            self._sources["webhooks"] = (webhooks, webhooks.keeper.limits.call_size)
        if partner is not None:
            self._sources["partner"] = (partner, partner.keeper.limits.event_size)
        if deletions is not None:
            self._sources["deletions"] = (deletions, deletions.keeper.limits.call_size)
        self._memory = Memory(max_pending)
        self._clock: Clock = SystemClock() if clock is None else clock
        self._failure: tuple[float, str] | None = None

    def takes(self, source: str) -> bool:
        """Whether it takes calls of a source: `tracking`, `webhooks`, `partner`, `deletions`."""
        return source in self._sources

    def most_bytes(self, source: str) -> int:
        """Most bytes of the body of a call."""
        return self._sources[source][1]

    @property
    def problem(self) -> str:
        """Why events could not be stored a moment ago; empty if they could."""
        if self._failure is None or self._clock.monotonic() - self._failure[0] > _REMEMBERED_FOR:
            return ""
        return self._failure[1]

    def room(self) -> AbstractContextManager[Room]:
        """Room in memory for the body of a call, to be taken as it comes."""
        return self._memory.room()

    async def receive(self, source: str, call: Call) -> Refusal | None:
        """Store the events of a call; `None` when they are, else the refusal to answer with."""
        refusal = await self._receive(source, call)
        self.counted.calls[source, "accepted" if refusal is None else refusal.code] += 1
        return refusal

    def turn_down(self, source: str, refusal: Refusal) -> Refusal:
        """Count a refusal that was made before the call was complete."""
        self.counted.calls[source, refusal.code] += 1
        return refusal

    async def _receive(self, source: str, call: Call) -> Refusal | None:
        ingestion, _ = self._sources[source]
        now = self._clock.time()
        if len(call.body) > _IN_A_THREAD or is_compressed(call.body):
            found = await asyncio.to_thread(ingestion.receive, call, now)
        else:
            found = ingestion.receive(call, now)
        if isinstance(found, Refusal):
            return found
        for discarded in found.discarded:
            self.counted.events[source, discarded.fault] += 1
        return await self._store(source, [_item(one, source) for one in found.accepted])

    async def _store(self, source: str, items: list[Item]) -> Refusal | None:
        if not items:
            return None
        try:
            receipts = await self.queue.put(items)
        except NoRoomError:
            self._fail("there is no room for more events")
            return attrs.evolve(too_many_requests(_AGAIN_AFTER), code="no_room")
        except InvalidItemError:
            return Refusal(400, "too_large", "the events of the call are too many or too large")
        except QueueError as error:
            self._fail("events cannot be stored", error)
            return not_stored("the events could not be stored", _AGAIN_AFTER)
        self._failure = None
        there = receipts.count(Receipt.ALREADY_THERE)
        self.counted.events[source, "stored"] += len(receipts) - there
        if there:
            self.counted.events[source, "already there"] += there
        return None

    def _fail(self, said: str, error: QueueError | None = None) -> None:
        """Take note of it; a log line for the first of many."""
        if self.problem != said:
            _LOG.error("%s%s", said, "" if error is None else f": {error}")
        self._failure = (self._clock.monotonic(), said)


def _item(one: Accepted, source: str) -> Item:
    return Item(one.lanes, one.body, one.key, source, one.barrier)
