"""An event on its way through a replay."""

from enum import StrEnum
from typing import Any, Final

import attrs

from aiorecombee.delivery.ledger import Fact
from aiorecombee.delivery.replaying.verdicts import Verdict
from aiorecombee.requests.endpoint import Request


class Fate(StrEnum):
    """What was made of a line that is not blank."""

    MAPPED = "mapped"
    """Requests, or the reason why there are none."""
    UNHEARD = "nobody listens"
    DUPLICATE = "duplicate"
    OUTSIDE = "outside the time"
    ERASED = "erased"
    """Of a user who was deleted; it happened before that."""
    UNREADABLE = "not readable"
    END = "end"
    """Not an event: the file is over."""


@attrs.frozen
class Problem:
    """Why something of an event did not arrive.

    Attributes:
        verdict: What became of it.
        subscription: Name of the subscription that rejected the event; "" for a request.
        request: Name of the request that was refused or failed; "" for a subscription.
        reason: Why.
        remedy: What to do about it.
    """

    verdict: Verdict
    subscription: str
    request: str
    reason: str
    remedy: str


@attrs.define(eq=False)
class Event:
    """An event, or the end of a file.

    Attributes:
        source: The file that is read.
        number: Number of the line in it.
        end: Bytes from the start of the unpacked file to behind the line.
        fate: What was made of the line.
        text: The event as JSON; what stands on the line, where it is none.
        requests: What it became.
        problems: What is wrong with it.
        where: File and line that it once came from, if not from here.
        stamped: Those of its requests that had to be given a timestamp.
        untimed: How many of these were carried out, or would be.
        waiting: How many of its requests have no verdict yet.
        done: How many were carried out.
        already_there: How many had been before.
        would_be_sent: How many are spared by a dry run.
        facts: What is known of users once it is delivered.
        redirected: Whether its requests are for others than it names, who these became.
    """

    source: str
    number: int
    end: int
    fate: Fate
    text: bytes = b""
    requests: tuple[Request[Any], ...] = ()
    problems: tuple[Problem, ...] = ()
    where: tuple[str, int] | None = None
    stamped: tuple[Request[Any], ...] = ()
    untimed: int = 0
    waiting: int = 0
    done: int = 0
    already_there: int = 0
    would_be_sent: int = 0
    facts: tuple[Fact, ...] = ()
    redirected: bool = False

    def settle(self, verdict: Verdict, request: Request[Any], reason: str) -> None:
        """Take note of the verdict on one of its requests."""
        self.waiting -= 1
        if verdict is Verdict.DONE:
            self.done += 1
        elif verdict is Verdict.ALREADY_THERE:
            self.already_there += 1
        elif verdict is Verdict.WOULD_BE_SENT:
            self.would_be_sent += 1
        else:
            name = type(request).__name__
            self.problems += (Problem(verdict, "", name, reason, _REMEDIES[verdict]),)
            return
        if self.stamped:
            self.untimed += any(one is request for one in self.stamped)


_REMEDIES: Final = {
    Verdict.REFUSED: "Mend the event, or map it differently.",
    Verdict.FAILED: "Replay it later.",
}
