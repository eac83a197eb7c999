"""Whose turn it is, in memory: the lanes of the shards that a process has claimed; pure.

A record stands in one lane. An item of several lanes is complete, and can be leased, when nothing
is before it in its own lane and its marks have arrived at the head of theirs. Barriers stand in
every lane in the order of their numbers in the log, so that two of them never wait for each other.

A suspect, of which others seem to have died (see `suspects`), is leased alone, and no two of them
at a time; while there are any, every other lease is for one of them.
"""

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from itertools import count, islice
from typing import Final

import attrs

from aiorecombee.delivery.broker.records import Entry, Mark, Record

MOST_BYTES: Final = 16 * 2**20
"""Bytes of bodies after which a lease takes no more."""
_ASK_FIRST: Final = 0.02
_ASK_SELDOM: Final = 2.0


@attrs.define(eq=False)
class Waiting:
    """A record that waits, or is leased.

    Attributes:
        record: What waits.
        attempts: How often it failed.
        due: When it may be tried again, in Unix seconds.
        lease: Who has it; 0 is nobody.
        complete: An item of several lanes whose marks have all arrived.
        suspect: Others seem to have died of it.
        asked: How often the broker was asked about its other lanes.
        ask_at: When to ask next, on a clock that never jumps.
    """

    record: Record
    attempts: int = 0
    due: float = 0.0
    lease: int = 0
    complete: bool = False
    suspect: bool = False
    asked: int = 0
    ask_at: float = 0.0

    def ask(self, now: float) -> bool:
        """Whether to ask about its other lanes now: ever more seldom, as it may wait for hours."""
        if now < self.ask_at:
            return False
        self.ask_at = now + min(_ASK_FIRST * 2.0**self.asked, _ASK_SELDOM)
        self.asked = min(self.asked + 1, 64)
        return True

    @property
    def is_barrier(self) -> bool:
        """Whether nothing travels with it."""
        return isinstance(self.record, Mark) or self.record.item.barrier

    @property
    def is_alone(self) -> bool:
        """Whether nothing of its lane is leased with it."""
        return self.suspect or self.is_barrier

    @property
    def is_open(self) -> bool:
        """Whether it waits for nothing but its turn."""
        if isinstance(self.record, Mark):
            return False
        return self.complete or len(self.record.item.lanes) == 1


@attrs.define(eq=False)
class Lane:
    """One user's records, in order.

    Attributes:
        shard: The shard that it is of.
        line: What waits; what is leased stands first.
        held: How many are leased and not settled.
        listed: Whether it is in the list of lanes to be looked at.
    """

    shard: int
    line: deque[Waiting] = attrs.field(factory=deque)
    held: int = 0
    listed: bool = False

    @property
    def head(self) -> Waiting | None:
        """Whose turn it is; `None` while others of the lane are leased, or none is there."""
        return self.line[0] if self.line and not self.held else None

    def enter(self, record: Record) -> Waiting:
        """Add a record: at the end, or a mark that came late before later barriers."""
        waiting = Waiting(record)
        place = len(self.line)
        if isinstance(record, Mark):
            behind = (
                at
                for at, other in enumerate(self.line)
                if other.is_barrier and not other.lease and other.record.place > record.place
            )
            place = next(behind, place)
        self.line.insert(place, waiting)
        return waiting

    def together(self, now: float) -> Iterator[Waiting]:
        """What can be leased now, if the head is open: it alone, or all up to one that is alone."""
        for at, waiting in enumerate(self.line):
            if waiting.due > now or (at and waiting.is_alone):
                return
            yield waiting
            if waiting.is_alone:
                return


@attrs.define
class Hold:
    """A lease in memory.

    Attributes:
        until: When it is over, in Unix seconds.
        numbers: What is still leased under it.
    """

    until: float
    numbers: set[int]


@attrs.define
class Lanes:
    """All lanes of the claimed shards.

    Attributes:
        lanes: By name.
        loaded: By number: what is in the lanes, marks included.
        sizes: By shard: how many records are in memory, and their bytes.
        barriers: Names of lanes whose head waits for other lanes.
        closed: Shards of which nothing is leased any more.
        suspects: Numbers of suspects, in memory or not.
    """

    lanes: dict[str, Lane] = attrs.field(factory=dict)
    loaded: dict[int, Waiting] = attrs.field(factory=dict)
    sizes: dict[int, list[int]] = attrs.field(factory=dict)
    barriers: set[str] = attrs.field(factory=set)
    closed: set[int] = attrs.field(factory=set)
    suspects: frozenset[int] = frozenset()
    _ready: deque[str] = attrs.field(factory=deque)
    _doubtful: deque[str] = attrs.field(factory=deque)
    _on_trial: int = 0
    _suspects_first: bool = True
    _later: list[tuple[float, int, str]] = attrs.field(factory=list)
    _leases: dict[int, Hold] = attrs.field(factory=dict)
    _counter: "count[int]" = attrs.field(factory=lambda: count(1))

    def add(self, shard: int, records: Iterable[Record]) -> None:
        """Enter records of a shard, in the order in which they were read."""
        sizes = self.sizes.setdefault(shard, [0, 0])
        for record in records:
            if record.number in self.loaded:  # read again: it was there for very long
                continue
            lane = self.lanes.setdefault(record.lane, Lane(shard))
            waiting = self.loaded[record.number] = lane.enter(record)
            waiting.suspect = record.number in self.suspects
            sizes[0] += 1
            sizes[1] += record.size
            self._look_at(record.lane)

    def forget_shard(self, shard: int) -> None:
        """The shard is somebody else's: what is leased of it is stale now."""
        self.sizes.pop(shard, None)
        self.closed.discard(shard)
        for name in [name for name, lane in self.lanes.items() if lane.shard == shard]:
            self.barriers.discard(name)
            for waiting in self.lanes.pop(name).line:
                del self.loaded[waiting.record.number]
                self._let_go(waiting)

    def suspect(self, numbers: Iterable[int]) -> None:
        """These are the suspects from now on."""
        before, self.suspects = self.suspects, frozenset(numbers)
        for number in before ^ self.suspects:
            if (waiting := self.loaded.get(number)) is not None:
                waiting.suspect = number in self.suspects

    def close(self, shards: AbstractSet[int]) -> None:
        """Lease nothing more of these shards, and of others again."""
        opened = self.closed - shards
        self.closed = set(shards)
        for name, lane in self.lanes.items():
            if lane.shard in opened:
                self._look_at(name)

    def is_busy(self, shard: int) -> bool:
        """Whether anything of a shard is leased."""
        return any(lane.held for lane in self.lanes.values() if lane.shard == shard)

    def take(self, limit: int, now: float, until: float) -> tuple[int, list[Entry], list[int]]:
        """Lease what is due: the number of the lease, the items in order, how often each failed."""
        self._expire(now)
        self._wake(now)
        token = next(self._counter)
        self._suspects_first = not self._suspects_first
        taken = self._take_suspect(token, limit, now, until) if self._suspects_first else []
        taken = taken or self._take_usual(token, limit, now, until)
        taken = taken or self._take_suspect(token, limit, now, until)
        taken.sort(key=lambda waiting: waiting.record.number)
        return token, list(map(entry_of, taken)), [waiting.attempts for waiting in taken]

    def reserve(self, numbers: Iterable[int], until: float) -> dict[int, Waiting]:
        """Lease just these, as far as they are here and nobody's, wherever they stand."""
        free = {
            number: waiting
            for number in numbers
            if (waiting := self.loaded.get(number)) is not None and not waiting.lease
        }
        self._hold(next(self._counter), until, free.values())
        return free

    def leased(self) -> list[int]:
        """Numbers of all that is leased, what was leased last at the end."""
        return [number for hold in self._leases.values() for number in hold.numbers]

    def renew(self, token: int, now: float, until: float) -> frozenset[int]:
        """Make a lease last; the numbers of what is still leased."""
        self._expire(now)
        hold = self._leases.get(token)
        if hold is None:
            return frozenset()
        hold.until = until
        return frozenset(hold.numbers)

    def of_lease(self, token: int, numbers: Iterable[int]) -> dict[int, Waiting]:
        """Those of the numbers that are leased under the token."""
        hold = self._leases.get(token)
        mine = hold.numbers if hold is not None else frozenset()
        return {number: self.loaded[number] for number in numbers if number in mine}

    def remove(self, numbers: Iterable[int]) -> None:
        """Take out what has left the log, leased or not."""
        for name, gone in self._grouped(numbers).items():
            lane = self.lanes[name]
            lane.held -= sum(waiting.lease != 0 for waiting in gone.values())
            for waiting in gone.values():
                self._let_go(waiting)
            self._take_out(name, lane, gone)

    def again(self, token: int, whens: Mapping[int, tuple[float, int]]) -> None:
        """Give leased items back: when they are due, and how often they have failed."""
        for waiting in self.of_lease(token, whens).values():
            waiting.due, waiting.attempts = whens[waiting.record.number]
            self._free(waiting)

    def waiting_barriers(self) -> list[Waiting]:
        """Heads of lanes that wait for other lanes."""
        heads = ((name, self.lanes[name].head) for name in list(self.barriers))
        return [head for _, head in heads if head is not None and not head.is_open]

    def complete(self, number: int) -> None:
        """All marks of an item have arrived."""
        if (waiting := self.loaded.get(number)) is not None:
            waiting.complete = True
            self._look_at(waiting.record.lane)

    def _take_usual(self, token: int, limit: int, now: float, until: float) -> list[Waiting]:
        taken: list[Waiting] = []
        room = MOST_BYTES
        while self._ready and len(taken) < limit and room > 0:
            name = self._ready.popleft()
            some = self._due(name, limit - len(taken), now)
            if some and some[0].suspect:
                self.lanes[name].listed = True
                self._doubtful.append(name)
                continue
            self._hold(token, until, some)
            taken += some
            room -= sum(waiting.record.size for waiting in some)
        return taken

    def _take_suspect(self, token: int, limit: int, now: float, until: float) -> list[Waiting]:
        on_trial = self.loaded.get(self._on_trial)
        if not limit or (on_trial is not None and on_trial.lease):
            return []
        taken: list[Waiting] = []
        while self._doubtful and not taken:
            taken = self._due(self._doubtful.popleft(), 1, now)
        if taken:
            self._hold(token, until, taken)
            self._on_trial = taken[0].record.number
        return taken

    def _due(self, name: str, limit: int, now: float) -> list[Waiting]:
        """What can be leased of a lane that was to be looked at."""
        lane = self.lanes.get(name)
        if lane is None:
            return []
        lane.listed = False
        head = lane.head
        if head is None or not head.is_open or lane.shard in self.closed:
            return []
        if head.due > now:
            heapq.heappush(self._later, (head.due, next(self._counter), name))
            return []
        return list(islice(lane.together(now), limit))

    def _hold(self, token: int, until: float, taken: Iterable[Waiting]) -> None:
        for waiting in taken:
            waiting.lease = token
            self.lanes[waiting.record.lane].held += 1
            hold = self._leases.setdefault(token, Hold(until, set()))
            hold.numbers.add(waiting.record.number)

    def _expire(self, now: float) -> None:
        for token in [token for token, hold in self._leases.items() if hold.until <= now]:
            for number in list(self._leases[token].numbers):
                self.loaded[number].attempts += 1
                self._free(self.loaded[number])

    def _free(self, waiting: Waiting) -> None:
        """It is nobody's any more, and stays in its lane."""
        self._let_go(waiting)
        self.lanes[waiting.record.lane].held -= 1
        self._look_at(waiting.record.lane)

    def _let_go(self, waiting: Waiting) -> None:
        """Take it off its lease; a lease of which nothing is left is over."""
        token, waiting.lease = waiting.lease, 0
        if (hold := self._leases.get(token)) is not None:
            hold.numbers.discard(waiting.record.number)
            if not hold.numbers:
                del self._leases[token]

    def _wake(self, now: float) -> None:
        while self._later and self._later[0][0] <= now:
            name = heapq.heappop(self._later)[2]
            if name in self.lanes:
                self._look_at(name)

    def _look_at(self, name: str) -> None:
        """Have a lane looked at, if it is somebody's turn there."""
        lane = self.lanes[name]
        head = lane.head
        waits = head is not None and not head.is_open
        (self.barriers.add if waits else self.barriers.discard)(name)
        if head is None or waits or lane.listed:
            return
        lane.listed = True
        self._ready.append(name)

    def _grouped(self, numbers: Iterable[int]) -> dict[str, dict[int, Waiting]]:
        groups: dict[str, dict[int, Waiting]] = {}
        for number in numbers:
            if (waiting := self.loaded.get(number)) is not None:
                groups.setdefault(waiting.record.lane, {})[number] = waiting
        return groups

    def _take_out(self, name: str, lane: Lane, gone: Mapping[int, Waiting]) -> None:
        sizes = self.sizes[lane.shard]
        for number, waiting in gone.items():
            del self.loaded[number]
            sizes[0] -= 1
            sizes[1] -= waiting.record.size
        lane.line = deque(each for each in lane.line if each.record.number not in gone)
        if lane.line:
            self._look_at(name)
        else:
            self.barriers.discard(name)
            del self.lanes[name]


def entry_of(waiting: Waiting) -> Entry:
    """The item of something that can be leased."""
    assert isinstance(waiting.record, Entry)  # noqa: S101 - marks are never open
    return waiting.record
