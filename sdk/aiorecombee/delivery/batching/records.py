"""What the batcher tells of itself: counters, a record of each batch, what is left undone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, overload

import attrs

from aiorecombee.core.batches import Reason
from aiorecombee.requests.endpoint import R_co, Request


@attrs.frozen
class SentBatch:
    """A batch that has its answers, or an error in their place.

    Attributes:
        reason: Why it left when it did.
        requests: How many were sent.
        failed: How many of them failed.
        size: About how many bytes they took.
        waited: Seconds that the first of them had waited when the batch left.
        elapsed: Seconds from then to the last answer, repeated attempts included.
        error: Name of the error class if the batch as a whole failed, else `None`.
    """

    reason: Reason
    requests: int
    failed: int
    size: int
    waited: float
    elapsed: float
    error: str | None


class BatchHook(Protocol):
    """Called after every batch.

    Must return quickly. What it raises goes to the event loop's exception handler.
    """

    def __call__(self, batch: SentBatch, /) -> None:
        """Take note of one batch."""


class Spill(Protocol):
    """Takes the requests that the queue has no room for, as an `Outbox` does."""

    async def spill(self, request: Request[R_co], /) -> R_co:
        """Take care of a request; what this returns or raises, `Batcher.send` does.

        A spilled request is in no order with those in the queue.
        """


@attrs.frozen
class BatcherStats:
    """Counters since the start, and the present state.

    Attributes:
        queued: Requests that have not left.
        waiting: Callers who wait for room in the queue.
        in_flight: Requests that have left and are not answered.
        batches_in_flight: The batches that these are in.
        sent: Requests that were answered well.
        failed: Requests that failed, in whatever way.
        withdrawn: Requests that nobody waited for any more when their turn came.
        refused: Requests that found the queue full.
        spilled: Requests that were handed on because the queue was full.
        batches: Batches that have left, by reason.
    """

    queued: int
    waiting: int
    in_flight: int
    batches_in_flight: int
    sent: int
    failed: int
    withdrawn: int
    refused: int
    spilled: int
    batches: Mapping[Reason, int]


@attrs.frozen
class Leftover(Sequence[Request[Any]]):
    """Requests that had no answer when the time was up; none if all went well.

    Attributes:
        unsent: Certainly not carried out; those of one user in their order.
        undecided: On their way: carried out or not. Sent again, an interaction without a
            timestamp of its own may count twice.
    """

    unsent: tuple[Request[Any], ...] = ()
    undecided: tuple[Request[Any], ...] = ()

    def __len__(self) -> int:
        return len(self.unsent) + len(self.undecided)

    def __iter__(self) -> Iterator[Request[Any]]:
        yield from self.undecided
        yield from self.unsent

    @overload
    def __getitem__(self, index: int) -> Request[Any]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Request[Any]]: ...
    def __getitem__(self, index: int | slice) -> Request[Any] | Sequence[Request[Any]]:
        return (self.undecided + self.unsent)[index]


@attrs.frozen
class Progress:
    """How far a stream is.

    Attributes:
        read: Requests taken from the iterable.
        answered: Requests that have an answer, whether anybody has taken it yet or not.
        failed: Those of them whose answer is an error.
        elapsed: Seconds since the start.
    """

    read: int
    answered: int
    failed: int
    elapsed: float


class ProgressHook(Protocol):
    """Called after every batch of a stream. Must return quickly; what it raises ends the stream."""

    def __call__(self, progress: Progress, /) -> None:
        """Take note of the progress."""
