"""Requests that are on the disk when `keep` returns, and at the service some time later."""

from typing import Any, Final, Self, TypeVar

from aiorecombee.client import RecombeeClient
from aiorecombee.clock import SystemClock
from aiorecombee.core.clock import Clock
from aiorecombee.delivery.kept import require_keepable, to_item, to_request
from aiorecombee.delivery.purpose import dedicate
from aiorecombee.delivery.queue import DurableQueue, Receipt
from aiorecombee.delivery.sending.circuit import Circuit
from aiorecombee.delivery.sending.sender import Sender
from aiorecombee.errors import QueueFullError
from aiorecombee.requests.endpoint import Interaction, Request

R = TypeVar("R")
_CARRIES: Final = "requests"
_LOOK_AGAIN: Final = 0.05  # seconds

KEPT: Final = "kept"
"""What `Batcher.send` returns for a request that its outbox has kept: there is no answer yet."""


class Outbox:
    """Keeps requests, and delivers them in the background, whatever crashes.

        async with Spool("requests.spool") as spool, Outbox(spool, client) as outbox:
            await outbox.keep(AddDetailView("user-1", "item-7", cascade_create=True))

    **In order**: the requests of a user are carried out as they were kept; so are those of no user,
    among themselves, with an exception that `kept` tells of. **To whom they name**, in that order,
    and to nobody else: unlike an event of Segment, a request for a user who was merged or deleted
    is not sent elsewhere or dropped. So requests and events need a queue each. **At least once**:
    what is sent again because nobody knows whether it arrived meets itself. What the service
    refuses becomes a dead letter, and nobody is told: look at the queue's letters. After a crash
    these may be of what had arrived: a definition that exists by then, or a user merged before (not
    with `cascade_create`).

    One that is not entered keeps, and leaves it to others to deliver. It is a `Spill`, too:
    `Batcher(client, when_full=outbox)`.

    Attributes:
        sender: Delivers; it has the counters, and tells of a `problem` that somebody must mend.
    """

    def __init__(
        self,
        queue: DurableQueue,
        client: RecombeeClient,
        *,
        max_requests: int = 1_000,
        max_in_flight: int = 2,
        lease_for: float = 30.0,
        drain_for: float = 20.0,
        circuit: Circuit | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Set up an outbox; what was kept before is delivered from when it is entered.

        Args:
            queue: Where requests are kept, for this purpose alone; it is not closed here.
            client: Checks, stamps and sends them; it is not closed here.
            max_requests: Most requests in a batch.
            max_in_flight: Most batches on their way at once.
            lease_for: Seconds after which what a killed process was sending is sent by another.
            drain_for: Seconds that closing waits for what is on its way; the rest stays kept.
            circuit: When to ask a service again that is down.
            clock: In place of the machine's.

        Raises:
            ConfigurationError: A limit is not one.
        """
        self._queue = queue
        self._client = client
        self._clock: Clock = SystemClock() if clock is None else clock
        self._dedicated = False
        self.sender = Sender(
            queue,
            to_request,
            client,
            max_events=max_requests,
            max_in_flight=max_in_flight,
            lease_for=lease_for,
            drain_for=drain_for,
            by_ledger=False,
            carries=_CARRIES,
            circuit=circuit,
            clock=self._clock,
        )

    async def __aenter__(self) -> Self:
        """Start to deliver."""
        await self.sender.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close, with the time limit that was set."""
        await self.aclose()

    async def flush(self, timeout: float = 30.0) -> int:
        """Wait until nothing is left in the queue, whoever put it there.

        Args:
            timeout: Seconds to wait at most.

        Returns:
            How many requests are left; they stay kept.
        """
        end = self._clock.monotonic() + timeout
        while (left := (await self._queue.counts()).items) and self._clock.monotonic() < end:
            await self._clock.sleep(_LOOK_AGAIN)
        return left

    async def aclose(self) -> None:
        """Wait for what is on its way; everything else stays in the queue."""
        await self.sender.aclose()

    async def keep(self, request: Request[Any], *, key: str | None = None) -> Receipt:
        """Keep a request; when this returns, a loss of power does not stop it from being delivered.

        An interaction without a timestamp gets that of now. Who calls again after a failure, of
        which nobody knows whether it was kept, should give a timestamp or a key.

        Args:
            request: Its answer must be a mere "ok", as those of all additions, values, merges and
                deletions are.
            key: The queue takes a request once in so many as have this key, within its memory (a
                day, as a rule): the ID of the message that led to it, for example.

        Returns:
            Whether it was stored, or was there already by its key.

        Raises:
            InvalidRequestError: It breaks a documented rule, or somebody needs its answer.
            NoRoomError: The queue is full.
            QueueError: It was not kept, for another reason.
            ConfigurationError: The queue is for something else, or for another database.
        """
        require_keepable(request)
        if not self._dedicated:
            await dedicate(self._queue, _CARRIES, self._client)
            self._dedicated = True
        item = to_item(request, self._client.to_json(request), key)
        (receipt,) = await self._queue.put((item,))
        return receipt

    async def spill(self, request: Request[R], /) -> R:
        """Keep an interaction that a batcher has no room for.

        Anything else is refused, as it needs its answer or its place: what is kept here may
        overtake what waits in the batcher, and be overtaken. Interactions carry their time.

        Returns:
            `KEPT`, and not "ok": there is no answer yet.

        Raises:
            QueueFullError: It is no interaction.
            InvalidRequestError: It breaks a documented rule.
            NoRoomError: The outbox is full as well.
            QueueError: It was not kept, for another reason.
        """
        if not isinstance(request, Interaction):
            raise QueueFullError("the batcher is full, and keeps interactions only", request)
        await self.keep(request)
        return KEPT  # type: ignore[return-value]  # interactions are answered with text
