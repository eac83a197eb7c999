"""Which requests leave together, and when: the decisions of the batcher, without clock or network.

Requests are put in; batches are taken out; of each batch it is told when it is done. The planner
keeps these promises:

- a full batch leaves as soon as there is a free place; the linger only bounds the wait of others;
- a lane is never in two batches at once, and what is in it leaves in the order it came;
- a busy lane holds up its own requests and nobody else's;
- what concerns everybody overtakes nothing and is overtaken by nothing.

A request is looked at when it comes, and once more if it has to wait for its lane or behind a full
batch: the work per request does not grow with the number of those that wait.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from math import inf
from typing import Any, Generic

from aiorecombee.core.batches import E, Limits, Planned, Reason
from aiorecombee.core.lanes import Claim, Concern


class Planner(Generic[E]):
    """Collects entries into batches.

    Attributes:
        queued: Entries that have not left.
        in_flight: Batches that have left and are not done.
    """

    def __init__(self, limits: Limits) -> None:
        """Start empty."""
        self.queued = 0
        self.in_flight = 0
        self._limits = limits
        self._open: list[E] = []  # the next batch: nothing in it has to wait for anything
        self._sealed: Reason | None = None  # why nothing more may join it
        self._open_bytes = 0
        self._open_since = inf
        self._open_claims: list[Claim] = []  # of those in it that concern not just one lane
        self._behind: deque[E] = deque()  # came later, not looked at yet
        self._busy: set[str] = set()  # lanes in flight
        self._parked: dict[str, deque[E]] = {}  # those that wait for a lane, under each
        self._parked_in_order: dict[E, None] = {}
        self._freed: deque[str] = deque()  # lanes whose first parked entry may be free to go
        self._everybody_in_flight = False
        self._flushed = -inf
        self._closing = False

    def put(self, entries: Sequence[E]) -> None:
        """Take entries in, none of which came before those that are here."""
        self.queued += len(entries)
        self._behind.extend(entries)
        self._advance()

    def take(self, now: float | None) -> Planned[E] | None:
        """The next batch that has to leave, or `None`.

        Args:
            now: Seconds of the entries' clock; `None` asks only for what would leave at any time.
        """
        reason = self._reason(now) if self._open and self._has_place() else None
        if reason is None:
            return None
        lanes: set[Any] = {entry.concern for entry in self._open}
        for claim in self._open_claims:
            lanes.discard(claim)
            lanes.update(claim.lanes)
        everybody = any(claim.everybody for claim in self._open_claims)
        planned = Planned(self._open, reason, self._open_bytes, self._open_since, lanes, everybody)
        self.queued -= len(planned.entries)
        self.in_flight += 1
        self._everybody_in_flight = everybody
        self._busy |= lanes
        self._open_next()
        self._advance()
        return planned

    def wake_at(self) -> float | None:
        """When `take` should be asked again, if nothing happens before; `None` for not at all."""
        if not self._open or not self._has_place():
            return None
        return self._open_since + self._limits.linger

    def done(self, planned: Planned[E]) -> None:
        """A batch has its answer, or never will."""
        self.in_flight -= 1
        self._busy -= planned.lanes
        if planned.everybody:
            self._everybody_in_flight = False
        waited_for = planned.lanes & self._parked.keys()
        self._freed += sorted(waited_for, key=lambda lane: (self._parked[lane][0].arrived, lane))
        self._advance()

    def flush(self, now: float) -> None:
        """Let everything that came until `now` leave without lingering."""
        self._flushed = now

    def close(self) -> None:
        """Let everything leave without lingering, from now on."""
        self._closing = True

    def discard(self, unwanted: Callable[[E], bool]) -> int:
        """Drop entries that have not left; returns how many."""
        kept = sorted(
            (entry for entry in self.entries() if not unwanted(entry)),
            key=lambda entry: entry.arrived,
        )
        dropped = self.queued - len(kept)
        self._open_next()
        self._parked.clear()
        self._parked_in_order.clear()
        self._freed.clear()
        self.queued = len(kept)
        self._behind = deque(kept)
        self._advance()
        return dropped

    def entries(self) -> Iterator[E]:
        """All that have not left; those of one lane in their order."""
        yield from self._open
        yield from self._parked_in_order
        yield from self._behind

    def _has_place(self) -> bool:
        return self.in_flight < self._limits.max_in_flight and not self._everybody_in_flight

    def _reason(self, now: float | None) -> Reason | None:
        if self._sealed is not None:
            return self._sealed
        if self._closing:
            return Reason.CLOSING
        if self._open_since <= self._flushed:
            return Reason.FLUSHED
        if now is not None and self._open_since + self._limits.linger <= now:
            return Reason.LINGERED
        return None

    def _open_next(self) -> None:
        self._open, self._open_claims = [], []
        self._open_bytes, self._open_since = 0, inf
        self._sealed = None

    def _advance(self) -> None:
        """Move what is free to go into the open batch: parked entries first, they are older."""
        while self._sealed is None and self._freed:
            self._unpark(self._freed[0])
        while self._sealed is None and self._behind:
            self._join_the_usual()
            if not self._join_or_park():
                return

    def _join_the_usual(self) -> None:
        """As far as they are of a single free lane and fit: nearly all of them, so it is quick."""
        waiting, behind = self._open, self._behind
        busy, parked, most = self._busy, self._parked, self._limits.max_bytes
        size, first = self._open_bytes, len(waiting)
        places = self._limits.max_requests - first
        for _ in range(min(places, len(behind))):
            entry = behind[0]
            lane = entry.concern
            size += entry.size
            # `>=`, as one that makes the batch full by bytes is not as usual either.
            if lane.__class__ is not str or lane in busy or lane in parked or size >= most:
                size -= entry.size
                break
            waiting.append(behind.popleft())
        self._open_bytes = size
        if len(waiting) > first:  # the others came later
            self._open_since = min(self._open_since, waiting[first].arrived)
        if len(waiting) == first + places:
            self._sealed = Reason.FULL

    def _join_or_park(self) -> bool:
        """Let the next entry join, whatever it is, or wait for its lanes; false if it stays."""
        if self._sealed is not None or not self._behind:
            return False
        entry = self._behind[0]
        lanes, claim = _parts(entry.concern)
        if claim is not None and claim.everybody and self.in_flight:
            if self._open:
                self._sealed = Reason.APART
            return False
        if any(lane in self._busy or lane in self._parked for lane in lanes):
            self._park(self._behind.popleft(), lanes)
        elif self._join(entry, claim):
            self._behind.popleft()
        return True

    def _unpark(self, lane: str) -> None:
        """Let the first entry parked in a lane join, or find that the lane is not free after all.

        An entry of two lanes has to be first in both; the one that is freed later finds it so.
        """
        parked = self._parked.get(lane)
        if parked is None or lane in self._busy:
            self._freed.popleft()
            return
        entry = parked[0]
        lanes, claim = _parts(entry.concern)
        if any(each in self._busy or self._parked[each][0] is not entry for each in lanes):
            self._freed.popleft()
        elif self._join(entry, claim):
            del self._parked_in_order[entry]
            for each in lanes:
                self._parked[each].popleft()
                if not self._parked[each]:
                    del self._parked[each]
                elif each != lane:
                    self._freed.append(each)

    def _park(self, entry: E, lanes: tuple[str, ...]) -> None:
        self._parked_in_order[entry] = None
        for lane in lanes:
            self._parked.setdefault(lane, deque()).append(entry)

    def _join(self, entry: E, claim: Claim | None) -> bool:
        """Put an entry into the open batch, or seal the batch if it does not fit."""
        alone = claim is not None and claim.alone
        if self._open:
            if alone:
                self._sealed = Reason.APART
                return False
            if self._open_bytes + entry.size > self._limits.max_bytes:
                self._sealed = Reason.BYTES
                return False
        self._open.append(entry)
        self._open_bytes += entry.size
        self._open_since = min(self._open_since, entry.arrived)
        if claim is not None:
            self._open_claims.append(claim)
        if alone:
            self._sealed = Reason.APART
        elif self._open_bytes >= self._limits.max_bytes:
            self._sealed = Reason.BYTES
        elif len(self._open) >= self._limits.max_requests:
            self._sealed = Reason.FULL
        return True


def _parts(concern: Concern) -> tuple[tuple[str, ...], Claim | None]:
    """The lanes, and the claim itself where it is more than a lane."""
    return ((concern,), None) if isinstance(concern, str) else (concern.lanes, concern)
