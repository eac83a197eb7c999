"""A stream of requests of any length, answered with bounded memory."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from typing import TypeVar

from aiorecombee.client import RecombeeClient
from aiorecombee.clock import SystemClock
from aiorecombee.core.clock import Clock
from aiorecombee.delivery.batching.carrying import Carrier
from aiorecombee.delivery.batching.limits import checked_limits
from aiorecombee.delivery.batching.records import ProgressHook
from aiorecombee.delivery.batching.window import Window
from aiorecombee.requests.batch import Answer
from aiorecombee.requests.endpoint import Request

R = TypeVar("R")


async def stream(
    client: RecombeeClient,
    requests: Iterable[Request[R]] | AsyncIterable[Request[R]],
    *,
    max_requests: int = 1_000,
    max_bytes: int = 1 << 20,
    linger: float = 0.05,
    max_in_flight: int = 4,
    ordered: bool = True,
    stop_on_failure: bool = False,
    progress: ProgressHook | None = None,
    timeout: float | None = None,
    total_timeout: float | None = None,
    clock: Clock | None = None,
) -> AsyncGenerator[Answer[R], None]:
    """Send requests in batches, and give an answer for each.

    The requests of a user are carried out in their order, those of different users side by side.
    It reads no further ahead of whoever takes the answers than `max_in_flight + 2` batches.
    Whoever stops early cancels what is on its way; `contextlib.aclosing` waits for that.

    Args:
        client: Sends the batches.
        requests: What to send; also an iterator that never ends.
        max_requests: Most requests in a batch, 10,000 at most.
        max_bytes: Most bytes in a batch, about.
        linger: Seconds that a request waits for others, if they come slowly.
        max_in_flight: Most batches on their way at once.
        ordered: Give the answers in the order of the requests; else each batch as it is answered.
        stop_on_failure: Stop when a batch as a whole fails. Without it its requests get answers
            with that error, and their `status` is that of the batch, or 0 if none came.
        progress: Called after each batch.
        timeout: Seconds for one attempt at a batch; by default as for `Batch`.
        total_timeout: Seconds for all attempts at a batch.
        clock: In place of the machine's.

    Yields:
        An answer for each request: also for one that cannot be sent, with `status` 0.

    Raises:
        ConfigurationError: A limit is not one.
        RecombeeError: With `stop_on_failure`, the error of the batch that failed, after the
            answers of those that did not.
        Exception: What `requests` or `progress` raise, after the answers to what was sent; also
            the `CancelledError` of something that `requests` was waiting for.
    """
    limits = checked_limits(max_requests, max_bytes, linger, max_in_flight)
    window: Window[R] = Window(
        Carrier(client, timeout, total_timeout),
        limits,
        SystemClock() if clock is None else clock,
        ordered=ordered,
        stop_on_failure=stop_on_failure,
        progress=progress,
    )
    reading = asyncio.create_task(window.read(requests))
    try:
        async for answer in window.answers():
            yield answer
        if (failed := window.failed or window.broken) is not None:
            raise failed
    finally:
        reading.cancel()
        await window.aclose()
        await asyncio.gather(reading, return_exceptions=True)
