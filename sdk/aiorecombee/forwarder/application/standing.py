"""How things stand: whether events can be stored and sent."""

import asyncio
from typing import Any, Final

import attrs

from aiorecombee.delivery.queue import Counts, QueueError
from aiorecombee.delivery.sending.sender import Sender
from aiorecombee.forwarder.application.receiving import Receiver

_MOST_WAITED: Final = 5.0


@attrs.frozen
class Standing:
    """How things stand.

    Attributes:
        problems: Why events should be sent elsewhere, or somebody should look; none if all is well.
        counts: Of the queue; `None` if it does not tell.
    """

    problems: tuple[str, ...] = ()
    counts: Counts | None = None

    def as_json(self) -> dict[str, Any]:
        """For `/ready`."""
        found: dict[str, Any] = {"ready": not self.problems, "problems": list(self.problems)}
        if self.counts is not None:
            found["backlog"] = {
                "events": self.counts.items,
                "oldest_seconds": round(self.counts.oldest or 0.0, 3),
                "dead_letters": self.counts.letters,
            }
        return found


async def stand(receiver: Receiver, sender: Sender | None, max_age: float | None) -> Standing:
    """Ask all who know."""
    counts = await _counts(receiver)
    problems = [] if counts is not None else ["the queue does not answer"]
    if receiver.problem:
        problems.append(receiver.problem)
    if sender is not None and sender.problem:
        problems.append(f"events are not sent: {sender.problem}")
    if max_age is not None and counts is not None and (counts.oldest or 0.0) > max_age:
        problems.append(f"the oldest event waits for longer than {max_age:g} s")
    return Standing(tuple(problems), counts)


async def _counts(receiver: Receiver) -> Counts | None:
    try:
        async with asyncio.timeout(_MOST_WAITED):
            return await receiver.queue.counts()
    except (QueueError, TimeoutError):
        return None
