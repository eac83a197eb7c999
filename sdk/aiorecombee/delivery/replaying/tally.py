"""How a replay went, in numbers."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import attrs

from aiorecombee.delivery.replaying.events import Event, Fate, Problem
from aiorecombee.delivery.replaying.verdicts import Verdict

_MOST_REASONS: Final = 500  # they quote events: what is counted by them is bounded
_LONGEST_REASON: Final = 200
_QUOTED: Final = re.compile(r'"[^"]*"|\'[^\']*\'|\d+')
_OTHERS: Final = "all others"
_BAD: Final = (Verdict.REJECTED, Verdict.REFUSED, Verdict.FAILED)


@attrs.define
class Tally:
    """Counts events by fate and requests by verdict.

    Attributes:
        events: Number of events by what was made of them.
        requests: Number of requests by verdict; of events, where the mapping rejected them, by
            each subscription that did.
        reasons: What went wrong how often, by verdict and reason without what it quotes.
        redirected: Events whose requests were for others than they name, who these became.
        untimed: Requests that were stamped with the time of sending and carried out. Replayed
            again, they count twice.
    """

    events: Counter[str] = attrs.field(factory=Counter)
    requests: Counter[str] = attrs.field(factory=Counter)
    reasons: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    untimed: int = 0
    redirected: int = 0

    def count(self, event: Event) -> None:
        """Count an event that is settled."""
        if event.fate is Fate.END:
            return
        self.events[event.fate] += 1
        requests = self.requests
        if event.done:
            requests[Verdict.DONE] += event.done
        if event.already_there:
            requests[Verdict.ALREADY_THERE] += event.already_there
        if event.would_be_sent:
            requests[Verdict.WOULD_BE_SENT] += event.would_be_sent
        self.untimed += event.untimed
        self.redirected += event.redirected
        for problem in event.problems:
            self._count_problem(problem)

    @property
    def read(self) -> int:
        """How many events there were."""
        return self.events.total()

    @property
    def bad(self) -> int:
        """How many requests did not arrive, or were never made."""
        return sum(self.requests[verdict] for verdict in _BAD)

    def as_json(self) -> dict[str, Any]:
        """The numbers, for programs."""
        reasons = [
            {"verdict": verdict, "reason": reason, "count": count}
            for (verdict, reason), count in self.reasons.most_common()
        ]
        fates = {_name(fate): self.events[fate] for fate in Fate if fate is not Fate.END}
        return {
            "events": {"read": self.read, **fates},
            "requests": {_name(verdict): self.requests[verdict] for verdict in Verdict},
            "redirected": self.redirected,
            "untimed": self.untimed,
            "reasons": reasons,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Tally":
        """What `as_json` gave; raises what happens to be raised if it did not."""
        events, requests = found["events"], found["requests"]
        reasons = {(one["verdict"], one["reason"]): int(one["count"]) for one in found["reasons"]}
        return cls(
            Counter({fate: n for fate in Fate if (n := int(events.get(_name(fate), 0)))}),
            Counter({one: n for one in Verdict if (n := int(requests.get(_name(one), 0)))}),
            Counter(reasons),
            int(found["untimed"]),
            int(found.get("redirected", 0)),
        )

    def _count_problem(self, problem: Problem) -> None:
        self.requests[problem.verdict] += 1
        who = problem.subscription or problem.request
        reason = f"{who}: {_QUOTED.sub('…', problem.reason[:_LONGEST_REASON])}"
        key = (str(problem.verdict), reason)
        full = key not in self.reasons and len(self.reasons) >= _MOST_REASONS
        self.reasons[(key[0], _OTHERS) if full else key] += 1


def _name(value: str) -> str:
    return value.replace(" ", "_")
