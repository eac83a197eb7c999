"""How a replay went: a table for people, JSON for programs."""

from collections.abc import Iterator
from typing import Any, Final

import attrs

from aiorecombee.delivery.replaying.events import Fate
from aiorecombee.delivery.replaying.tally import Tally
from aiorecombee.delivery.replaying.verdicts import Verdict
from aiorecombee.segment.explaining.shown import cut, printable

EXIT_REJECTED: Final = 1
EXIT_STOPPED: Final = 3
_MOST_REASONS: Final = 10
_LONGEST: Final = 120


@attrs.frozen
class Summary:
    """What is to be told of a replay.

    Attributes:
        tally: Its numbers; where it went on from a checkpoint, from there on.
        seconds: How long it took, this time.
        events: How many events were settled this time.
        stopped: Why it stopped before the end; empty if it did not.
        advice: How to go on, if it did.
        limited: Whether no more events were wanted.
    """

    tally: Tally
    seconds: float
    events: int
    stopped: str = ""
    advice: str = ""
    limited: bool = False

    @property
    def status(self) -> int:
        """The exit status."""
        if self.stopped:
            return EXIT_STOPPED
        return EXIT_REJECTED if self.tally.bad else 0

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "complete": not self.stopped and not self.limited,
            "stopped": self.stopped or None,
            "advice": self.advice or None,
            "seconds": round(self.seconds, 3),
            **self.tally.as_json(),
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        tally = self.tally
        rate = self.events / self.seconds if self.seconds else 0.0
        yield f"{tally.read:>13,}  events ({self.events:,} in {self.seconds:.1f} s, {rate:,.0f}/s)"
        for fate, said in _FATES.items():
            if tally.events[fate]:
                yield f"{tally.events[fate]:>13,}    {said}"
        if tally.redirected:
            yield f"{tally.redirected:>13,}    for the users whom theirs became"
        for verdict, said in _VERDICTS.items():
            if tally.requests[verdict]:
                yield f"{tally.requests[verdict]:>13,}  {said}"
        yield from self._reasons()
        if tally.untimed:
            yield (
                f"{tally.untimed:,} of the requests had no timestamp and got that of this replay:"
                " replayed again, they count twice."
            )
        if self.limited:
            yield "The limit of events is reached."
        if self.stopped:
            yield f"Stopped: {cut(printable(self.stopped), 500)}"
        if self.advice:
            yield self.advice

    def _reasons(self) -> Iterator[str]:
        found = self.tally.reasons.most_common(_MOST_REASONS)
        if found:
            yield "most frequent reasons:"
        for (verdict, reason), count in found:
            yield f"{count:>13,}  {verdict}: {cut(printable(reason), _LONGEST)}"


_FATES: Final = {
    Fate.UNREADABLE: "not readable",
    Fate.ERASED: "of deleted users, from before that, left out",
    Fate.DUPLICATE: "there before (same messageId)",
    Fate.OUTSIDE: "outside --since and --until",
    Fate.UNHEARD: "that nobody listens to",
}
_VERDICTS: Final = {
    Verdict.WOULD_BE_SENT: "requests would be sent",
    Verdict.DONE: "requests done",
    Verdict.ALREADY_THERE: "already there",
    Verdict.REJECTED: "rejected by the mapping",
    Verdict.REFUSED: "refused",
    Verdict.FAILED: "failed again and again",
}
