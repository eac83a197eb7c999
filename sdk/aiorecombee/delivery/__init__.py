"""Delivering requests: in batches, in streams of any length, and from queues that outlive a crash.

    from aiorecombee.delivery import Batcher

    async with Batcher(client) as batcher:
        await batcher.send(AddDetailView("user-1", "item-7", cascade_create=True))

    async for answer in client.stream(requests):
        print(answer.request, answer.status)

`batching` has the batcher and the stream, which keep nothing on a disk. What is kept is an item of
a durable queue: `queue` has its promises and records, `spool` keeps them in a file, `broker` on
Redis or NATS JetStream. `sending` leases the items, sends them in batches, and settles what became
of them; `outbox` does so for requests, `replaying` sends archives of events without a queue.

The modules beside them are shared: requests as items and back (`kept`), what an event says of its
time (`mapping`), who became whom (`ledger`) and whose an event is by that (`routing`), what a
verdict does to an item (`effects`), when it is tried again (`retrying`) and whether that may fare
better (`sent_again`), how much is taken (`limits`), which numbers may be set (`checks`), what a
queue is there for (`purpose`), which failures are told (`complaints`).
"""

from typing import TYPE_CHECKING

from aiorecombee._lazy import lazily

if TYPE_CHECKING:
    from aiorecombee.core.batches import Reason as Reason
    from aiorecombee.delivery.batching.batcher import Batcher as Batcher
    from aiorecombee.delivery.batching.records import BatcherStats as BatcherStats
    from aiorecombee.delivery.batching.records import BatchHook as BatchHook
    from aiorecombee.delivery.batching.records import Leftover as Leftover
    from aiorecombee.delivery.batching.records import Progress as Progress
    from aiorecombee.delivery.batching.records import ProgressHook as ProgressHook
    from aiorecombee.delivery.batching.records import SentBatch as SentBatch
    from aiorecombee.delivery.batching.records import Spill as Spill
    from aiorecombee.delivery.outbox import KEPT as KEPT
    from aiorecombee.delivery.outbox import Outbox as Outbox

__getattr__, _HOME_OF = lazily(
    __name__,
    {
        "batching.batcher": ("Batcher",),
        "outbox": ("KEPT", "Outbox"),
        "batching.records": (
            "BatchHook",
            "BatcherStats",
            "Leftover",
            "Progress",
            "ProgressHook",
            "Reason",
            "SentBatch",
            "Spill",
        ),
    },
)

if not TYPE_CHECKING:  # type checkers take the imports above, and a test compares both
    __all__ = sorted(_HOME_OF)  # noqa: PLE0605


def __dir__() -> list[str]:
    return sorted(_HOME_OF)
