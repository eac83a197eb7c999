"""The spool beside a naive model of it: whatever is done, in whatever order, both agree."""

import asyncio
import tempfile
from pathlib import Path

import attrs
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

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
from aiorecombee.delivery.spool import Limits, Retrying, Spool

WINDOW = 1_000.0
MOST_ITEMS = 40
LIMITS = Limits(items=MOST_ITEMS, keys_for=WINDOW, letters_for=5_000.0)
RETRYING = Retrying(
    first=10.0,
    ceiling=40.0,
    attempts=9,
    age=2_000.0,
    suspect_after=1,
    bury_after=2,
    rand=lambda: 1.0,
)
LEASE = 60.0

lane_names = st.sampled_from("abcd")
lanes = st.one_of(
    lane_names.map(lambda lane: (lane,)),
    lane_names.map(lambda lane: (lane,)),
    st.lists(lane_names, min_size=2, max_size=3).map(tuple),
)
items = st.builds(
    Item,
    lanes,
    st.binary(max_size=3),
    st.one_of(st.none(), st.sampled_from([f"key-{number}" for number in range(30)])),
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
    now: float = 1_000_000.0

    def time(self):
        return self.now

    def monotonic(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds


@attrs.define(eq=False)
class Kept:
    """What the model knows of an item."""

    item: Item
    put_at: float
    attempts: int = 0
    due: float = 0.0
    holder: str | None = None
    owner: int = 0
    until: float = 0.0
    settled_in: str | None = None
    reason: str = ""
    met: int = 0

    @property
    def lanes(self):
        return tuple(dict.fromkeys(self.item.lanes))

    @property
    def barrier(self):
        return self.item.barrier or len(self.item.lanes) > 1

    def held(self, now):
        return self.holder is not None and self.settled_in != self.holder and self.until > now

    def lost(self, now):
        """Leases of it that ran out one after another, whether the spool has noticed or not."""
        open_end = self.holder is not None and self.settled_in != self.holder and self.until <= now
        return self.met + open_end

    def suspect(self, now):
        return self.lost(now) >= RETRYING.suspect_after


class Beside(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.spools = [self.opened(), self.opened()]
        self.queue = {}
        self.letters = {}
        self.windows = {}
        self.leases = []
        self.next = 1
        self.next_letter = 1

    def opened(self):
        path = Path(self.folder.name) / "spool"
        spool = Spool(
            path, limits=LIMITS, retrying=RETRYING, clock=self.clock, pause=lambda _: None
        )
        self.loop.run_until_complete(spool.open())
        return spool

    def teardown(self):
        self.drains()
        for spool in self.spools:
            self.run(spool.aclose())
        self.loop.close()
        self.folder.cleanup()

    def run(self, awaitable):
        return self.loop.run_until_complete(awaitable)

    @property
    def now(self):
        return self.clock.now

    def is_known(self, key):
        held = {letter.item.key for letter in self.letters.values()}
        window = self.now // WINDOW
        oldest = min((kept.put_at // WINDOW for kept in self.queue.values()), default=window)
        return key in held or self.windows.get(key, -1.0) >= min(window - 1, oldest)

    def before(self, number, lane):
        return [n for n, kept in self.queue.items() if n < number and lane in kept.item.lanes]

    def is_head(self, number):
        """Nothing is in front of it, it may be tried, and nobody has it."""
        kept = self.queue[number]
        return (
            not any(self.before(number, lane) for lane in kept.item.lanes)
            and kept.due <= self.now
            and not any(
                other.held(self.now)
                for other in self.queue.values()
                if set(other.item.lanes) & set(kept.item.lanes)
            )
        )

    @rule(put=st.lists(items, min_size=1, max_size=4), who=st.integers(0, 1))
    def puts(self, put, who):
        expected, new = [], []
        for item in put:
            known = item.key is not None and (
                self.is_known(item.key) or item.key in {each.key for each in new}
            )
            expected.append(Receipt.ALREADY_THERE if known else Receipt.STORED)
            new += [] if known else [item]
        try:
            receipts = self.run(self.spools[who].put(put))
        except NoRoomError:
            assert len(self.queue) + len(self.letters) + len(new) > MOST_ITEMS
            return
        assert receipts == tuple(expected)
        for item in new:
            self.enters(item)

    def enters(self, item):
        self.queue[self.next] = Kept(item, self.now)
        self.next += 1
        if item.key is not None:
            self.windows[item.key] = self.now // WINDOW

    @rule(limit=st.integers(1, 6), who=st.integers(0, 1))
    def leases_some(self, limit, who):
        lease = self.run(self.spools[who].lease(limit, LEASE))
        self.buries()
        numbers = [leased.number for leased in lease.items]
        assert len(numbers) <= limit
        suspects = [n for n in self.queue if self.queue[n].suspect(self.now)]
        busy = any(self.queue[n].held(self.now) for n in suspects)
        alone = bool(set(numbers) & set(suspects))
        assert not alone or (len(numbers) == 1 and not busy)
        assert sorted(set(numbers)) == numbers
        for leased in lease.items:
            kept = self.queue[leased.number]
            names = tuple(dict.fromkeys(kept.item.lanes))
            assert leased.item == attrs.evolve(kept.item, lanes=names, barrier=kept.barrier)
            assert not kept.held(self.now)
            kept.attempts += kept.lost(self.now) - kept.met
            kept.met = kept.lost(self.now)
            assert (leased.attempts, leased.put_at) == (kept.attempts, kept.put_at)
            assert kept.due <= self.now
            for lane in kept.item.lanes:
                front = self.before(leased.number, lane)
                assert not (kept.barrier and front)
                assert all(n in numbers and not self.queue[n].barrier for n in front)
        for number in numbers:
            kept = self.queue[number]
            kept.holder, kept.until, kept.settled_in = lease.token, self.now + LEASE, None
            kept.owner = who
        if len(numbers) < limit and not alone:
            heads = [n for n in self.queue if self.is_head(n)]
            assert heads == ([n for n in heads if n in suspects] if numbers or busy else [])
        if numbers:
            self.leases.append(lease)

    def buries(self):
        """Those that were lost too often are letters now, if the spool has noticed."""
        most = RETRYING.suspect_after + RETRYING.bury_after
        if all(kept.lost(self.now) < most for kept in self.queue.values()):
            return
        for letter in self.run(self.spools[0].letters(after=self.next_letter - 1)):
            found = (letter.item.lanes, letter.item.body, letter.put_at, letter.attempts)
            number = next(
                n
                for n, kept in self.queue.items()
                if kept.lost(self.now) == most
                and (kept.lanes, kept.item.body, kept.put_at, kept.attempts + 1) == found
            )
            kept = self.queue.pop(number)
            kept.attempts, kept.reason = letter.attempts, letter.reason
            assert f"ran out {most} times" in letter.reason
            self.letters[letter.number] = kept
            self.next_letter = letter.number + 1

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), who=st.integers(0, 1))
    def settles(self, data, who):
        lease = data.draw(st.sampled_from(self.leases))
        chosen = data.draw(
            st.lists(st.sampled_from([each.number for each in lease.items]), unique=True)
        )
        given = {number: data.draw(verdicts) for number in chosen}
        settled = self.run(self.spools[who].settle(lease, given))
        told = {
            **dict.fromkeys(settled.done, "done"),
            **dict.fromkeys(settled.again, "again"),
            **dict.fromkeys(settled.dead, "dead"),
            **dict.fromkeys(settled.stale, "stale"),
        }
        assert set(told) == set(given)
        for number, verdict in sorted(given.items()):
            kept = self.queue.get(number)
            mine = kept is not None and kept.holder == lease.token
            if mine and kept.settled_in != lease.token and kept.until <= self.now:
                # Too late, but nobody else took it: either is right.
                if told[number] == "stale":
                    continue
            elif not (mine and kept.settled_in != lease.token):
                assert told[number] == "stale"
                continue
            assert told[number] == self.carried_out(number, kept, verdict, lease.token)

    def carried_out(self, number, kept, verdict, token):
        kept.settled_in, kept.met = token, 0
        if isinstance(verdict, Delivered | Dropped):
            del self.queue[number]
            return "done"
        if isinstance(verdict, Returned):
            kept.due = self.now + verdict.after
            return "again"
        kept.attempts += 1
        old = self.now - kept.put_at >= RETRYING.age
        if isinstance(verdict, RetryLater) and kept.attempts < RETRYING.attempts and not old:
            kept.due = self.now + max(verdict.after, min(40.0, 10.0 * 2 ** (kept.attempts - 1)))
            return "again"
        kept.reason = verdict.reason
        self.letters[self.next_letter] = self.queue.pop(number)
        self.next_letter += 1
        return "dead"

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), who=st.integers(0, 1))
    def renews(self, data, who):
        lease = data.draw(st.sampled_from(self.leases))
        mine = {
            each.number
            for each in lease.items
            if (kept := self.queue.get(each.number))
            and kept.holder == lease.token
            and kept.settled_in != lease.token
        }
        sure = {number for number in mine if self.queue[number].until > self.now}
        try:
            renewed = self.run(self.spools[who].renew(lease, LEASE))
        except LeaseLostError:
            assert sure == set()
            return
        numbers = {each.number for each in renewed.items}
        assert sure <= numbers <= mine
        for number in numbers:
            self.queue[number].until = self.now + LEASE

    @rule(seconds=st.sampled_from([1.0, 9.0, 30.0, 60.0, 700.0, 3_000.0]))
    def time_passes(self, seconds):
        self.clock.now += seconds

    @rule(who=st.integers(0, 1))
    def crashes(self, who):
        self.run(self.spools[who].aclose())
        self.spools[who] = self.opened()
        for kept in self.queue.values():
            if kept.owner == who:
                kept.until = min(kept.until, self.now)

    @rule(who=st.integers(0, 1))
    def is_tidied(self, who):
        found = self.run(self.spools[who].letters(limit=1_000))
        self.run(self.spools[who].tidy())
        for letter in found:
            if letter.died_at < self.now - LIMITS.letters_for:
                self.leaves(letter.number)

    def leaves(self, number):
        letter = self.letters.pop(number)
        if letter.item.key is not None:
            self.windows[letter.item.key] = self.now // WINDOW
        return letter.item

    @precondition(lambda self: self.letters)
    @rule(data=st.data(), other=items, moves=st.booleans(), who=st.integers(0, 1))
    def letters_are_edited_and_resent(self, data, other, moves, who):
        number = data.draw(st.sampled_from(sorted(self.letters)))
        changes = {"lanes": other.lanes, "barrier": other.barrier} if moves else {}
        edited = self.run(self.spools[who].edit(number, other.body, **changes))
        assert edited.item.body == other.body
        assert self.run(self.spools[who].resend([number, 10_000])) == 1
        item = self.leaves(number)
        self.enters(attrs.evolve(item, body=other.body, **changes))

    @precondition(lambda self: self.letters)
    @rule(data=st.data(), who=st.integers(0, 1))
    def letters_are_dropped(self, data, who):
        number = data.draw(st.sampled_from(sorted(self.letters)))
        assert self.run(self.spools[who].drop([number])) == 1
        assert self.run(self.spools[who].letter(number)) is None
        self.leaves(number)

    @invariant()
    def they_count_the_same(self):
        if not hasattr(self, "next_letter"):
            return
        counts = self.run(self.spools[1].counts())
        everything = [*self.queue.values(), *self.letters.values()]
        assert counts.items == len(self.queue)
        assert counts.letters == len(self.letters)
        assert counts.size == sum(len(kept.item.body) for kept in everything)

    @invariant()
    def they_have_the_same_letters(self):
        if not hasattr(self, "next_letter"):
            return
        found = self.run(self.spools[0].letters(limit=1_000))
        assert [(each.number, each.item.body, each.reason, each.attempts) for each in found] == [
            (number, kept.item.body, kept.reason, kept.attempts)
            for number, kept in sorted(self.letters.items())
        ]

    def drains(self):
        """Whatever happened, all of it is delivered in the end, in order."""
        self.clock.now += 1_000.0
        seen = {}
        for _ in range(4 * MOST_ITEMS):
            lease = self.run(self.spools[0].lease(3, LEASE))
            self.buries()
            if not lease.items:
                break
            for leased in lease.items:
                for lane in leased.item.lanes:
                    seen.setdefault(lane, []).append(leased.number)
                del self.queue[leased.number]
            done = {leased.number: Delivered() for leased in lease.items}
            assert self.run(self.spools[0].settle(lease, done)).stale == ()
        assert self.queue == {}
        assert all(numbers == sorted(numbers) for numbers in seen.values())


TestBeside = Beside.TestCase
TestBeside.settings = settings(
    settings.default,
    max_examples=settings.default.max_examples,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
