"""A log in memory: what a broker does, in its plainest form, for tests and for reading.

shop = MemoryBroker()
async with BrokerQueue(MemoryLog(shop)) as queue: ...
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count
from uuid import uuid4

import attrs

from aiorecombee.clock import SystemClock
from aiorecombee.core.clock import Clock
from aiorecombee.delivery.broker.log import ClaimLostError, Extent, Removal
from aiorecombee.delivery.broker.records import Entry, Mark, Record, marks_of
from aiorecombee.delivery.ledger import Fact, Ledger, learn
from aiorecombee.delivery.queue import Item, Letter, NoRoomError, Receipt, shard_of


@attrs.define
class MemoryBroker:
    """What all processes share.

    Attributes:
        shards: How many there are.
        claimed_for: Seconds for which a claim lasts.
        keys_for: Seconds for which a key is known.
        max_items: Most items and dead letters.
        clock: Its clock.
        records: By shard, by number.
        letters: By number.
        keys: Until when each is known.
        owners: Who has a shard, and until when.
        members: Who lives, and until when.
        hands: What each of them has in hand.
        deaths: How many died of an item.
        arrived: Indexes of marks, by the number of their item.
        ledger: All facts.
        purpose: What it is for.
    """

    shards: int = 16
    claimed_for: float = 15.0
    keys_for: float = 86_400.0
    max_items: int = 100_000
    clock: Clock = attrs.field(factory=SystemClock)
    records: dict[int, dict[int, Record]] = attrs.field(init=False)
    letters: dict[int, Letter] = attrs.field(factory=dict)
    keys: dict[str, float] = attrs.field(factory=dict)
    owners: dict[int, tuple[str, float]] = attrs.field(factory=dict)
    members: dict[str, float] = attrs.field(factory=dict)
    hands: dict[str, Sequence[int]] = attrs.field(factory=dict)
    deaths: Counter[int] = attrs.field(factory=Counter)
    arrived: dict[int, set[int]] = attrs.field(factory=dict)
    ledger: Ledger = attrs.field(factory=Ledger)
    purpose: str = ""
    _numbers: "count[int]" = attrs.field(factory=lambda: count(1))
    _letter_numbers: "count[int]" = attrs.field(factory=lambda: count(1))

    @records.default
    def _no_records(self) -> dict[int, dict[int, Record]]:
        return {shard: {} for shard in range(self.shards)}

    def is_known(self, key: str | None) -> bool:
        """Whether a key is known."""
        return key is not None and self.keys.get(key, 0.0) > self.clock.time()

    def owner(self, shard: int) -> str | None:
        """Who has a shard."""
        who, until = self.owners.get(shard, ("", 0.0))
        return who if until > self.clock.monotonic() else None

    def write(self, item: Item) -> None:
        """An item to the end of its shard, its marks to the end of theirs."""
        home = shard_of(item.lanes[0], self.shards)
        number = next(self._numbers)
        self.records[home][number] = Entry(number, item, self.clock.time())
        for index, (shard, lane) in enumerate(marks_of(item, self.shards), 1):
            mark = Mark(next(self._numbers), lane, number, home, index)
            self.records[shard][mark.number] = mark
        if item.key is not None:
            self.keys[item.key] = self.clock.time() + self.keys_for

    def bury(self, letter: Letter) -> Letter:
        """A letter to the end of the others."""
        buried = attrs.evolve(letter, number=next(self._letter_numbers))
        self.letters[buried.number] = buried
        return buried

    def items(self) -> list[Entry]:
        """All items."""
        found = (record for shard in self.records.values() for record in shard.values())
        return [record for record in found if isinstance(record, Entry)]


class MemoryLog:
    """A process's view of it; see `Log`."""

    def __init__(self, broker: MemoryBroker) -> None:
        self.shards = broker.shards
        self.claimed_for = broker.claimed_for
        self._broker = broker
        self._me = uuid4().hex

    async def open(self) -> None:
        """Nothing to do."""

    async def aclose(self) -> None:
        """Nothing to do."""

    async def dedicate(self, purpose: str) -> str:
        """What it is for."""
        self._broker.purpose = self._broker.purpose or purpose
        return self._broker.purpose

    async def append(self, items: Sequence[Item]) -> tuple[Receipt, ...]:
        """Write all of them, or none."""
        keys: set[str | None] = set()
        fresh: list[bool] = []
        for item in items:
            fresh.append(item.key is None or not (item.key in keys or self._is_known(item)))
            keys.add(item.key)
        broker = self._broker
        if len(broker.items()) + len(broker.letters) + sum(fresh) > broker.max_items:
            raise NoRoomError(f"there are {broker.max_items} items already")
        for item, new in zip(items, fresh, strict=True):
            if new:
                broker.write(item)
        return tuple(Receipt.STORED if new else Receipt.ALREADY_THERE for new in fresh)

    async def claim(self, shard: int) -> "MemoryClaim | None":
        """Have a shard, if it is nobody's."""
        broker = self._broker
        if broker.owner(shard) is not None:
            return None
        claim = MemoryClaim(broker, shard, uuid4().hex)
        broker.owners[shard] = (claim.me, broker.clock.monotonic() + broker.claimed_for)
        return claim

    async def attend(self) -> int:
        """Say that we live; how many do."""
        now = self._broker.clock.monotonic()
        members = {who: until for who, until in self._broker.members.items() if until > now}
        self._broker.members = members | {self._me: now + self.claimed_for}
        return len(self._broker.members)

    async def leave(self) -> None:
        """Say that we are gone."""
        self._broker.members.pop(self._me, None)
        self._broker.hands.pop(self._me, None)

    async def hold(self, numbers: Sequence[int]) -> None:
        """Write down which items we have in hand."""
        self._broker.hands[self._me] = numbers

    async def deaths(self) -> Mapping[int, int]:
        """How many died of an item."""
        broker = self._broker
        for who in broker.hands.keys() - broker.members.keys():
            broker.deaths.update(broker.hands.pop(who))
        return dict(broker.deaths)

    async def acquit(self, numbers: Collection[int]) -> None:
        """Count anew."""
        for number in numbers:
            self._broker.deaths.pop(number, None)

    async def arrive(self, mark: Mark) -> bool:
        """Say that nothing is before a mark any more; whether its item is still there."""
        if mark.of not in self._broker.records[mark.home]:
            return False
        self._broker.arrived.setdefault(mark.of, set()).add(mark.index)
        return True

    async def arrived(self, entry: Entry) -> int:
        """How many marks of an item have arrived."""
        return len(self._broker.arrived.get(entry.number, ()))

    async def learn(self, facts: Iterable[Fact]) -> None:
        """Keep facts."""
        self._broker.ledger = learn(self._broker.ledger, facts)

    async def known(self, users: Iterable[str]) -> Ledger:
        """Facts about just these users."""
        asked = set(users)
        ledger = self._broker.ledger
        return Ledger(
            {user: fact for user, fact in ledger.aliases.items() if user in asked},
            {user: fact for user, fact in ledger.deletions.items() if user in asked},
        )

    async def extent(self) -> Extent:
        """How much there is."""
        entries = self._broker.items()
        letters = list(self._broker.letters.values())
        items = [entry.item for entry in entries] + [letter.item for letter in letters]
        size = sum(len(item.body) for item in items)
        oldest = min((entry.put_at for entry in entries), default=None)
        return Extent(len(entries), size, len(letters), oldest)

    async def letters(self, after: int, limit: int) -> list[Letter]:
        """Dead letters with higher numbers, in order."""
        found = [one for number, one in sorted(self._broker.letters.items()) if number > after]
        return found[:limit]

    async def letter(self, number: int) -> Letter | None:
        """One of them."""
        return self._broker.letters.get(number)

    async def replace_letter(self, letter: Letter) -> Letter | None:
        """Put another in its place."""
        if self._broker.letters.pop(letter.number, None) is None:
            return None
        return self._broker.bury(letter)

    async def resend(self, letters: Sequence[Letter]) -> int:
        """Write them to the log again, and forget them."""
        there = [one for one in letters if self._broker.letters.pop(one.number, None)]
        for letter in there:
            self._broker.write(letter.item)
        return len(there)

    async def forget(self, letters: Sequence[Letter]) -> int:
        """Forget them."""
        return sum(self._broker.letters.pop(one.number, None) is not None for one in letters)

    def _is_known(self, item: Item) -> bool:
        return self._broker.is_known(item.key)


class MemoryClaim:
    """A shard that is ours; see `Claim`."""

    def __init__(self, broker: MemoryBroker, shard: int, me: str) -> None:
        self.shard = shard
        self.me = me
        self._broker = broker
        self._read_to = 0

    async def read(self, limit: int, _: float) -> Sequence[Record]:
        """The next records; it never waits."""
        self._require()
        records = self._broker.records[self.shard]
        found = [records[number] for number in records if number > self._read_to][:limit]
        if found:
            self._read_to = found[-1].number
        return found

    async def keep(self) -> None:
        """Have it for longer."""
        self._require()
        now = self._broker.clock.monotonic()
        self._broker.owners[self.shard] = (self.me, now + self._broker.claimed_for)

    async def remove(self, removals: Sequence[Removal]) -> None:
        """Take items out."""
        self._require()
        for removal in removals:
            if self._broker.records[self.shard].pop(removal.number, None) is None:
                continue
            self._broker.arrived.pop(removal.number, None)
            if removal.letter is not None:
                self._broker.bury(removal.letter)

    async def pass_mark(self, mark: Mark) -> None:
        """Take a mark out."""
        self._broker.records[self.shard].pop(mark.number, None)

    async def release(self) -> None:
        """Let others have it."""
        if self._broker.owner(self.shard) == self.me:
            del self._broker.owners[self.shard]

    async def end(self) -> None:
        """Nothing to do."""

    def _require(self) -> None:
        if self._broker.owner(self.shard) != self.me:
            raise ClaimLostError.of(self.shard)
