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
    from aiorecombee.delivery.batcher import Batcher as Batcher
    from aiorecombee.delivery.outbox import KEPT as KEPT
    from aiorecombee.delivery.outbox import Outbox as Outbox
    from aiorecombee.delivery.records import BatcherStats as BatcherStats
    from aiorecombee.delivery.records import BatchHook as BatchHook
    from aiorecombee.delivery.records import Leftover as Leftover
    from aiorecombee.delivery.records import Progress as Progress
    from aiorecombee.delivery.records import ProgressHook as ProgressHook
    from aiorecombee.delivery.records import SentBatch as SentBatch
    from aiorecombee.delivery.records import Spill as Spill

__getattr__, _HOME_OF = lazily(
    __name__,
    {
        "batcher": ("Batcher",),
        "outbox": ("KEPT", "Outbox"),
        "records": (
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
