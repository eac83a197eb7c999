"""Whether what the service did, and holds, is what the events should have brought about.

Every event must have met its fate. What it asks of the service is done once: sent again, it is
refused as there already, by its key. Of one user nothing is done first that came later.

One thing is allowed, because the queue promises no more: of events that travelled in one batch,
those behind one that failed by itself are done before it, as it is tried again. That the earlier
one was in that very batch, before the later one, and was not done there, is looked at.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple

import attrs

from .book import Carried
from .load import Fate, Mark, Sent

LOST: Final = "lost"
DOUBLED: Final = "doubled"
OUT_OF_ORDER: Final = "out of order"
UNEXPLAINED: Final = "unexplained"
WRONG: Final = (LOST, DOUBLED, OUT_OF_ORDER, UNEXPLAINED)

_DONE: Final = frozenset({200, 201})
_THERE: Final = frozenset({404, 409})
_FAILED: Final = 500


class Place(NamedTuple):
    """Where something was done: the number of its batch, and its place in there."""

    batch: int
    within: int


@attrs.define
class Findings:
    """What an audit found.

    Attributes:
        counts: How many events, by what became of them, and how many of each kind of objection.
        objections: In words.
    """

    counts: Counter[str] = attrs.field(factory=Counter)
    objections: list[str] = attrs.field(factory=list)

    def object(self, kind: str, said: str) -> None:
        self.counts[kind] += 1
        self.objections.append(f"{kind}: {said}")


@attrs.define
class Audit:
    """Compares what was accepted with what became of it.

    Attributes:
        load: What was accepted, in order; repetitions count once.
        carried: What the service did.
        letters: Reasons of the dead letters by key.
        held: How many interactions with each item the service holds now.
    """

    load: Sequence[Sent]
    carried: Sequence[Carried]
    letters: Mapping[str, str]
    held: Mapping[str, int]
    findings: Findings = attrs.field(factory=Findings)
    done: dict[Mark, list[Place]] = attrs.field(factory=lambda: defaultdict(list))

    def run(self) -> Findings:
        """Look at everything."""
        self.load = list({sent.key: sent for sent in self.load}.values())
        self.findings.counts["events"] += len(self.load)
        self._read()
        for sent in self.load:
            self._judge(sent)
        self._look_for_strangers()
        self._look_at_holdings()
        for lane in {lane for sent in self.load for lane in sent.lanes}:
            self._look_at_order(lane)
        return self.findings

    def _read(self) -> None:
        for number, batch in enumerate(self.carried):
            for within, (mark, code) in enumerate(batch.done):
                if code in _DONE:
                    self.done[mark].append(Place(number, within))
                elif code in _THERE:
                    self.findings.counts["sent again, there already"] += 1

    def _judge(self, sent: Sent) -> None:
        if sent.fate is Fate.ARRIVES:
            self._judge_arrival(sent)
        elif sent.fate is Fate.LETTER:
            self._judge_letter(sent)
        elif sent.key in self.letters:
            self.findings.object(UNEXPLAINED, f"{sent.key} is a dead letter of a deleted user")
        else:
            # That it did not arrive all the same shows in what nobody asked for.
            self.findings.counts[Fate.ERASED.value] += 1

    def _judge_arrival(self, sent: Sent) -> None:
        times = [len(self.done[mark]) for mark in sent.marks]
        if sent.key in self.letters:
            reason = self.letters[sent.key]
            self.findings.object(UNEXPLAINED, f"{sent.key} was given up: {reason}")
        elif 0 in times:
            self.findings.object(LOST, f"{sent.key} was not done: {sent.marks[times.index(0)]}")
        elif max(times) > 1:
            self.findings.object(DOUBLED, f"{sent.key} was done {max(times)} times")
        else:
            self.findings.counts[Fate.ARRIVES.value] += 1

    def _judge_letter(self, sent: Sent) -> None:
        if self.letters.get(sent.key):
            self.findings.counts[Fate.LETTER.value] += 1
        else:
            said = "is no dead letter" if sent.key not in self.letters else "has no reason"
            self.findings.object(LOST, f"{sent.key}, which nobody takes, {said}")

    def _look_for_strangers(self) -> None:
        """What was done that nobody asked for."""
        asked = {mark for sent in self.load if sent.fate is Fate.ARRIVES for mark in sent.marks}
        for mark in self.done.keys() - asked:
            self.findings.object(UNEXPLAINED, f"nobody asked for {mark}")
        for key in self.letters.keys() - {sent.key for sent in self.load}:
            self.findings.object(UNEXPLAINED, f"{key} is a dead letter, and was never sent")

    def _look_at_holdings(self) -> None:
        """The service's data bears out what it says it did."""
        expected = Counter(
            mark.item
            for sent in self.load
            if sent.fate is Fate.ARRIVES and sent.stays
            for mark in sent.marks
            if mark.item
        )
        for item in expected.keys() | self.held.keys():
            there, due = self.held.get(item, 0), expected[item]
            if there != due:
                kind = LOST if there < due else DOUBLED if due else UNEXPLAINED
                self.findings.object(kind, f"{item} is there {there} times, not {due}")

    def _look_at_order(self, lane: str) -> None:
        marks = [mark for sent in self.load if lane in sent.lanes for mark in sent.marks]
        firsts = [(mark, self.done[mark][0]) for mark in marks if self.done.get(mark)]
        for (earlier, first), (later, second) in combinations(firsts, 2):
            if first < second:
                continue
            if self._failed_beside(earlier, later, second):
                self.findings.counts["done after one behind it in the same batch"] += 1
            else:
                self.findings.object(OUT_OF_ORDER, f"{later} was done before {earlier}")

    def _failed_beside(self, earlier: Mark, later: Mark, place: Place) -> bool:
        """Whether the earlier one was in the later one's batch, before it, and failed there."""
        batch = self.carried[place.batch]
        before = batch.asked[: batch.asked.index(later)]
        answered = [code for mark, code in batch.done if mark == earlier]
        return earlier in before and all(code >= _FAILED for code in answered)
