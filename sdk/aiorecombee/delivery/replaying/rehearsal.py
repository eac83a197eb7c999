"""A replay that sends nothing."""

from collections.abc import Callable
from typing import Any, Final

from aiorecombee.delivery.replaying.keeping import Keeper
from aiorecombee.delivery.replaying.supply import Supply
from aiorecombee.delivery.replaying.verdicts import Verdict
from aiorecombee.requests.endpoint import Request

_LOOK_EVERY: Final = 256  # events


def rehearse(
    supply: Supply,
    keeper: Keeper,
    complaint: Callable[[Request[Any]], str],
    tell: Callable[[], None] = lambda: None,
) -> None:
    """Go through the events without sending anything.

    Args:
        supply: Gives events.
        keeper: Counts them.
        complaint: Says why a request would be refused before it is sent; "" if it would not.
        tell: Called now and then.

    Raises:
        ArchiveError: A file cannot be read.
        KeepingError: The rejects cannot be written.
    """
    try:
        for event in supply.events():
            if event is None:
                supply.wait()
                continue
            for request in event.requests:
                reason = complaint(request)
                verdict = Verdict.REFUSED if reason else Verdict.WOULD_BE_SENT
                event.settle(verdict, request, reason)
            keeper.keep(event)
            if keeper.tally.read % _LOOK_EVERY == 0:
                tell()
        keeper.save()
    finally:
        supply.close()
