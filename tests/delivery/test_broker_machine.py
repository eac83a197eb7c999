"""Two processes on one broker beside a naive model: whatever is done, order holds, nothing is lost.

Unlike the spool's, this model does not foretell what a lease gives, as that depends on which
process has which shard. It judges it.
"""

import asyncio

import attrs
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from aiorecombee.delivery.broker.log import ClaimLostError
from aiorecombee.delivery.broker.memory_log import MemoryBroker, MemoryLog
from aiorecombee.delivery.broker.queue import BrokerQueue
from aiorecombee.delivery.broker.records import unified
from aiorecombee.delivery.queue import (
    Delivered,
    Dropped,
    Item,
    LeaseLostError,
    NoRoomError,
    Receipt,
    Rejected,
    RetryLater,
    Returned,
)
from aiorecombee.delivery.spool import Retrying

CLAIMED_FOR = 100.0
LEASE = 60.0
MOST_ITEMS = 40
RETRYING = Retrying(
    first=10.0,
    ceiling=40.0,
    attempts=3,
    age=2_000.0,
    suspect_after=1,
    bury_after=2,
    rand=lambda: 1.0,
)

# Of four shards: a and e are in one of them, the others each in their own or a shared one.
lane_names = st.sampled_from("abcde")
lanes = st.one_of(
    lane_names.map(lambda lane: (lane,)),
    lane_names.map(lambda lane: (lane,)),
    st.lists(lane_names, min_size=2, max_size=3).map(tuple),
)
keys = st.one_of(st.none(), st.sampled_from([f"key-{number}" for number in range(30)]))
bodies = st.binary(max_size=3)
items = st.builds(
    Item,
    lanes,
    bodies,
    keys,
    st.sampled_from(["", "here"]),
    st.sampled_from([False, False, False, True]),
)
verdicts = st.one_of(
    st.just(Delivered()),
    st.just(Delivered(already_there=True)),
    st.just(Rejected("bad")),
    st.just(Dropped("deleted")),
    st.builds(RetryLater, st.just("busy"), st.sampled_from([0.0, 50.0, 500.0])),
    st.builds(Returned, st.sampled_from([0.0, 30.0])),
)


@attrs.define
class Clock:
    """Who sleeps on it does not wake: the test takes each step itself."""

    now: float = 1_000_000.0

    def time(self):
        return self.now

    def monotonic(self):
        return self.now

    async def sleep(self, _):
        await asyncio.get_running_loop().create_future()


@attrs.define(eq=False)
class Kept:
    item: Item
    holder: object = None
    until: float = 0.0


class Beside(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.broker = MemoryBroker(4, CLAIMED_FOR, max_items=MOST_ITEMS, clock=self.clock)
        self.queue = {}
        self.leases = []
        self.queues = [self.opened(), self.opened()]
        for who in (0, 1, 0, 1):
            self.tends(who)

    def opened(self):
        queue = BrokerQueue(
            MemoryLog(self.broker), retrying=RETRYING, clock=self.clock, shuffle=lambda _: None
        )
        self.run(queue.open())
        self.run(queue.lease(0, LEASE))  # begins
        return queue

    def teardown(self):
        self.drains()
        for queue in self.queues:
            self.run(queue.aclose())
        assert [shard for shard in range(4) if self.broker.owner(shard)] == []
        self.loop.close()

    def run(self, awaitable):
        return self.loop.run_until_complete(awaitable)

    @property
    def now(self):
        return self.clock.now

    def know_what_was_written(self):
        entries = sorted(self.broker.items(), key=lambda entry: entry.number)
        written = {entry.number: entry for entry in entries}
        for number, entry in written.items():
            self.queue.setdefault(number, Kept(entry.item))
        return written

    def held(self, kept):
        return kept.holder is not None and kept.until > self.now

    @rule(put=st.lists(items, min_size=2, max_size=6), who=st.integers(0, 1))
    def puts(self, put, who):
        seen, expected = set(), []
        for item in put:
            known = item.key is not None and (item.key in seen or self.broker.is_known(item.key))
            seen.add(item.key)
            expected.append(Receipt.ALREADY_THERE if known else Receipt.STORED)
        before = len(self.queue)
        try:
            receipts = self.run(self.queues[who].put(put))
        except NoRoomError:
            new = expected.count(Receipt.STORED)
            assert before + len(self.broker.letters) + new > MOST_ITEMS
            return
        assert receipts == tuple(expected)
        self.know_what_was_written()
        new = [unified(item) for item, got in zip(put, receipts, strict=True) if got.name[0] == "S"]
        assert [kept.item for kept in list(self.queue.values())[before:]] == new

    @rule(who=st.integers(0, 1), what=st.integers(0, 2))
    def works(self, who, what):
        (self.tends, self.reads, self.sees_to_barriers)[what](who)

    def tends(self, who):
        self.run(self.queues[who]._owner.tend())

    def reads(self, who):
        owner = self.queues[who]._owner
        for shard, held in list(owner.held.items()):
            try:
                self.run(owner.fill(held))
            except ClaimLostError:
                owner.lose(shard)

    def sees_to_barriers(self, who):
        self.clock.now += 2.0  # each is asked about now and then only
        self.run(self.queues[who]._owner.see_to_barriers())

    @rule(limit=st.integers(1, 6), who=st.integers(0, 1), knows=st.integers(0, 3))
    def leases_some(self, limit, who, knows):
        if knows:
            for each in (who, 1 - who, who):
                self.tends(each)
                self.reads(each)
                self.sees_to_barriers(each)
        lease = self.run(self.queues[who].lease(limit, LEASE))
        self.know_what_was_given_up()
        numbers = [leased.number for leased in lease.items]
        assert len(numbers) <= limit
        self.are_suspects_alone(self.queues[who]._lanes, numbers)
        assert sorted(set(numbers)) == numbers
        for leased in lease.items:
            kept = self.queue[leased.number]
            assert leased.item == kept.item
            assert not self.held(kept)
            for lane in kept.item.lanes:
                sharing = [n for n, each in self.queue.items() if lane in each.item.lanes]
                front = [n for n in sharing if n < leased.number]
                assert not (kept.item.barrier and front)
                assert all(n in numbers and not self.queue[n].item.barrier for n in front)
                others = [n for n in sharing if n not in numbers]
                assert not any(self.held(self.queue[n]) for n in others)
        for number in numbers:
            self.queue[number].holder, self.queue[number].until = lease, self.now + LEASE
        if numbers:
            self.leases.append((who, self.queues[who], lease))

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def settles(self, data):
        _, queue, lease = data.draw(st.sampled_from(self.leases))
        numbers = [leased.number for leased in lease.items]
        chosen = data.draw(st.lists(st.sampled_from(numbers), unique=True))
        given = {number: data.draw(verdicts) for number in chosen}
        letters = len(self.broker.letters)
        settled = self.run(queue.settle(lease, given))
        left = {entry.number for entry in self.broker.items()}
        for number in settled.done + settled.dead:
            assert number not in left
            assert self.queue.pop(number).holder is lease
        for number in settled.again:
            assert number in left
            self.queue[number].holder = None
        for number in settled.stale:
            kept = self.queue.get(number)
            assert kept is None or kept.holder is not lease or self.may_be_lost(kept)
        assert len(self.broker.letters) == letters + len(settled.dead)
        assert {n for n in settled.dead if isinstance(given[n], Delivered | Dropped)} == set()
        assert {n for n in given if isinstance(given[n], Rejected)} <= {
            *settled.dead,
            *settled.stale,
        }

    def are_suspects_alone(self, lanes, numbers):
        assert len(numbers) == 1 or not lanes.suspects & set(numbers)
        mine = {number for number, waiting in lanes.loaded.items() if waiting.lease}
        assert len(mine & lanes.suspects & set(numbers)) <= 1

    def know_what_was_given_up(self):
        left = {entry.number for entry in self.broker.items()}
        for number in [number for number in self.queue if number not in left]:
            kept = self.queue.pop(number)
            buried = [letter for letter in self.broker.letters.values() if letter.item == kept.item]
            assert any("ran out 3 times" in letter.reason for letter in buried)

    def may_be_lost(self, kept):
        """Its time is over, or its shard may be another's; nobody may lease it before."""
        kept.holder = None
        return True

    @precondition(lambda self: self.leases)
    @rule(data=st.data())
    def renews(self, data):
        who, queue, lease = data.draw(st.sampled_from(self.leases))
        mine = {each.number for each in lease.items if self.is_held_by(each.number, lease)}
        try:
            renewed = self.run(queue.renew(lease, LEASE))
        except LeaseLostError:
            return
        numbers = {each.number for each in renewed.items}
        assert numbers <= mine
        for number in numbers:
            self.queue[number].until = self.now + LEASE
        assert who in {0, 1}

    def is_held_by(self, number, lease):
        kept = self.queue.get(number)
        return kept is not None and kept.holder is lease

    @rule(seconds=st.sampled_from([1.0, 9.0, 30.0, 60.0, 150.0, 700.0]))
    def time_passes(self, seconds):
        self.clock.now += seconds

    @rule(who=st.integers(0, 1), in_peace=st.booleans())
    def ends_and_comes_back(self, who, in_peace):
        (self.leaves_and_comes_back if in_peace else self.is_killed)(who)

    def leaves_and_comes_back(self, who):
        self.run(self.queues[who].aclose())
        self.let_go_of(self.queues[who])
        self.queues[who] = self.opened()

    def is_killed(self, who):
        """Nobody hears of it; its claims run out."""
        owner = self.queues[who]._owner
        for task in owner._tasks:
            task.cancel()
        self.clock.now += CLAIMED_FOR
        self.let_go_of(self.queues[who])
        self.queues[who] = self.opened()

    def let_go_of(self, queue):
        gone = [lease for _, one, lease in self.leases if one is queue]
        self.leases = [each for each in self.leases if each[1] is not queue]
        for kept in self.queue.values():
            if any(kept.holder is lease for lease in gone):
                kept.holder = None

    @precondition(lambda self: self.broker.letters)
    @rule(data=st.data(), body=bodies, who=st.integers(0, 1))
    def letters_are_edited_and_resent(self, data, body, who):
        number = data.draw(st.sampled_from(sorted(self.broker.letters)))
        edited = self.run(self.queues[who].edit(number, body))
        assert edited.item.body == body
        assert self.run(self.queues[who].resend([edited.number, 10_000])) == 1
        written = self.know_what_was_written()
        assert written[max(written)].item == edited.item

    @precondition(lambda self: self.broker.letters)
    @rule(data=st.data(), who=st.integers(0, 1))
    def letters_are_dropped(self, data, who):
        number = data.draw(st.sampled_from(sorted(self.broker.letters)))
        assert self.run(self.queues[who].drop([number])) == 1
        assert self.run(self.queues[who].letter(number)) is None

    @invariant()
    def they_count_the_same(self):
        if hasattr(self, "queues"):
            counts = self.run(self.queues[0].counts())
            assert (counts.items, counts.letters) == (len(self.queue), len(self.broker.letters))

    def drains(self):
        """Whatever happened, all of it is delivered in the end, in order."""
        self.clock.now += 1_000.0
        seen = {}
        for _ in range(6 * MOST_ITEMS):
            for who, queue in enumerate(self.queues):
                self.tends(who)
                self.reads(who)
                self.sees_to_barriers(who)
                lease = self.run(queue.lease(3, LEASE))
                self.know_what_was_given_up()
                for leased in lease.items:
                    for lane in leased.item.lanes:
                        seen.setdefault(lane, []).append(leased.number)
                    del self.queue[leased.number]
                done = {leased.number: Delivered() for leased in lease.items}
                assert self.run(queue.settle(lease, done)).stale == ()
            if not any(self.broker.records.values()):
                break
        assert self.queue == {}
        assert sum(map(len, self.broker.records.values())) == 0
        assert self.broker.arrived == {}
        assert all(numbers == sorted(numbers) for numbers in seen.values())


TestBeside = Beside.TestCase
TestBeside.settings = settings(
    settings.default,
    max_examples=2 * settings.default.max_examples,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
