"""Counting batches, and telling the hooks of each."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import attrs

from aiorecombee.core.batches import Planned, Reason
from aiorecombee.delivery.batching.answering import Sending, Turn
from aiorecombee.delivery.batching.records import BatcherStats, BatchHook, SentBatch


def report(said: str, failed: BaseException) -> None:
    """Give a failure that no caller is waiting for to the event loop's exception handler."""
    asyncio.get_running_loop().call_exception_handler({"message": said, "exception": failed})


@attrs.define
class Counts:
    """What happened since the start; see `BatcherStats`."""

    hooks: Sequence[BatchHook]
    sent: int = 0
    failed: int = 0
    withdrawn: int = 0
    refused: int = 0
    spilled: int = 0
    batches: Counter[Reason] = attrs.field(factory=Counter)

    def left(self, planned: Planned[Any], sent: int) -> None:
        """Count a batch that leaves, and how many of its requests still want an answer."""
        self.batches[planned.reason] += 1
        self.withdrawn += len(planned.entries) - sent

    def answered(self, total: Turn) -> None:
        """Count answers."""
        self.sent += total.good
        self.failed += total.failed

    def tell(
        self,
        planned: Planned[Sending[Any]],
        total: Turn,
        left_at: float,
        landed_at: float,
        error: str | None,
    ) -> None:
        """Tell the hooks of a batch."""
        if not self.hooks:
            return
        batch = SentBatch(
            reason=planned.reason,
            requests=total.good + total.failed,
            failed=total.failed,
            size=planned.size,
            waited=left_at - planned.since,
            elapsed=landed_at - left_at,
            error=error,
        )
        for hook in self.hooks:
            try:
                hook(batch)
            except Exception as failed:  # noqa: BLE001  # no caller is to blame for it
                report("a hook of the batcher failed", failed)

    def stats(self, queued: int, waiting: int, flying: Sequence[int]) -> BatcherStats:
        """The counters, with the present state: `flying` are the sizes of batches in flight."""
        return BatcherStats(
            queued=queued,
            waiting=waiting,
            in_flight=sum(flying),
            batches_in_flight=len(flying),
            sent=self.sent,
            failed=self.failed,
            withdrawn=self.withdrawn,
            refused=self.refused,
            spilled=self.spilled,
            batches=dict(self.batches),
        )
