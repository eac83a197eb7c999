"""Delivering requests: in batches that form by themselves, and in streams of any length.

from aiorecombee.delivery import Batcher, stream

async with Batcher(client) as batcher:
    await batcher.send(AddDetailView("user-1", "item-7", cascade_create=True))

async for answer in stream(client, requests):
    print(answer.request, answer.status)
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
