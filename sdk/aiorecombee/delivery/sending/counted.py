"""What a sender has done."""

from collections import Counter
from collections.abc import Iterable, Mapping

import attrs

from aiorecombee.delivery.queue import (
    Delivered,
    Dropped,
    Rejected,
    RetryLater,
    Returned,
    Verdict,
)
from aiorecombee.delivery.sending.planning import Job

_NAMES = {
    Delivered: "delivered",
    Rejected: "rejected",
    Dropped: "dropped",
    RetryLater: "retried",
    Returned: "returned",
}


@attrs.define
class Counted:
    """Counters that only rise.

    Attributes:
        events: By what became of them: `delivered`, `already there`, `unheard` (nobody listens
            to them), `rejected`, `dropped`, `retried`, `returned`.
        batches: By how they ended: `answered`, or the name of the error.
        requests: Requests in batches that were answered.
        mishaps: Failures of the queue or of this program itself, by the name of the error.
    """

    events: Counter[str] = attrs.field(factory=Counter)
    batches: Counter[str] = attrs.field(factory=Counter)
    requests: int = 0
    mishaps: Counter[str] = attrs.field(factory=Counter)

    def note(self, jobs: Iterable[Job], verdicts: Mapping[int, Verdict]) -> None:
        """Count what became of events."""
        unheard = {job.number for job in jobs if job.unheard}
        self.events.update(_name(v, unheard=n in unheard) for n, v in verdicts.items())


def _name(verdict: Verdict, *, unheard: bool) -> str:
    if unheard:
        return "unheard"
    if isinstance(verdict, Delivered) and verdict.already_there:
        return "already there"
    return _NAMES[type(verdict)]
