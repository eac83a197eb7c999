"""The spool's promises, one by one."""

import asyncio
import copy
import pickle
import sqlite3
import stat
import threading
from collections import Counter, defaultdict
from contextlib import closing

import attrs
import pytest

from aiorecombee.delivery.ledger import Aliased, Deleted, Erased, Goes, route
from aiorecombee.delivery.queue import (
    Delivered,
    DurableQueue,
    InvalidItemError,
    Item,
    LeaseLostError,
    NoRoomError,
    QueueClosedError,
    QueueError,
    Receipt,
    Rejected,
    RetryLater,
)
from aiorecombee.delivery.spool import Limits, Retrying, Spool, SpoolError, letters


@attrs.define
class Clock:
    now: float = 1_000_000.0
    slept: list = attrs.field(factory=list)
    behind: float = 0.0

    def time(self):
        return self.now - self.behind

    def monotonic(self):
        return self.now

    def set_back(self, seconds):
        self.behind += seconds

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.spool"


@pytest.fixture
async def spool(path, clock):
    async with Spool(path, clock=clock, rand=lambda: 1.0) as opened:
        yield opened


def item(lane, body=b"", key=None):
    return Item((lane,), body, key)


def bodies(lease):
    return [leased.item.body for leased in lease.items]


def all_of(lease, verdict):
    return {leased.number: verdict for leased in lease.items}


async def deliver(spool, limit=100):
    lease = await spool.lease(limit, 60.0)
    await spool.settle(lease, all_of(lease, Delivered()))
    return bodies(lease)


async def test_it_is_a_durable_queue(spool):
    queue: DurableQueue = spool
    assert (await queue.counts()).items == 0


async def test_what_was_put_is_there_after_it_was_opened_again(path):
    async with Spool(path) as first:
        await first.put([item("a", b"1"), item("b", b"2")])
    async with Spool(path) as second:
        assert await deliver(second) == [b"1", b"2"]


async def test_a_key_is_told_apart_while_its_item_waits_and_after_it_was_delivered(spool):
    once = [item("a", b"1", "message-1")]
    assert await spool.put(once) == (Receipt.STORED,)
    assert await spool.put(once) == (Receipt.ALREADY_THERE,)
    await deliver(spool)
    assert await spool.put(once) == (Receipt.ALREADY_THERE,)


async def test_a_key_is_forgotten_after_its_window_unless_its_item_is_still_there(spool, clock):
    await spool.put([item("a", b"1", "message-1"), item("b", b"2", "message-2")])
    clock.now += 10 * 86_400.0
    assert await spool.put([item("a", b"1", "message-1")]) == (Receipt.ALREADY_THERE,)
    await deliver(spool)
    await spool.tidy()
    assert await spool.put([item("a", b"1", "message-1")]) == (Receipt.STORED,)


async def test_another_window_makes_it_remember_too_long_rather_than_too_short(path, clock):
    async with Spool(path, clock=clock, limits=Limits(keys_for=10.0)) as first:
        await first.put([item("a", b"1", "message-1")])
        await deliver(first)
    async with Spool(path, clock=clock, limits=Limits(keys_for=3_600.0)) as second:
        assert await second.put([item("a", b"1", "message-1")]) == (Receipt.ALREADY_THERE,)


async def test_many_calls_at_once_share_a_transaction_and_keep_their_own_answers(spool):
    calls = [spool.put([item("a", b"", f"key-{n // 2}")]) for n in range(20)]
    answers = await asyncio.gather(*calls)
    assert answers == [(Receipt.STORED,), (Receipt.ALREADY_THERE,)] * 10


async def test_a_lane_waits_for_its_failing_item_and_others_do_not(spool, clock):
    await spool.put([item("a", b"1"), item("b", b"2")])
    lease = await spool.lease(10, 60.0)
    first, second = lease.items
    await spool.put([item("a", b"3"), item("b", b"4")])
    await spool.settle(
        lease, {first.number: RetryLater("busy", after=30.0), second.number: Delivered()}
    )
    assert await deliver(spool) == [b"4"]
    clock.now += 30.0
    assert await deliver(spool) == [b"1", b"3"]


async def test_items_wait_while_an_earlier_one_of_their_lane_is_leased(spool):
    await spool.put([item("a", b"1")])
    lease = await spool.lease(10, 60.0)
    await spool.put([item("a", b"2")])
    assert await deliver(spool) == []
    await spool.settle(lease, all_of(lease, Delivered()))
    assert await deliver(spool) == [b"2"]


async def test_a_lease_that_ran_out_gives_its_items_back_and_its_holder_is_refused(spool, clock):
    await spool.put([item("a", b"1")])
    lost = await spool.lease(10, 60.0)
    clock.now += 60.0
    taken = await spool.lease(10, 60.0)
    assert bodies(taken) == [b"1"]
    assert (await spool.settle(lost, all_of(lost, Delivered()))).stale == (1,)
    with pytest.raises(LeaseLostError):
        await spool.renew(lost, 60.0)
    assert (await spool.settle(taken, all_of(taken, Delivered()))).done == (1,)


async def test_a_failed_item_waits_even_if_the_lease_of_those_behind_it_runs_out(spool, clock):
    await spool.put([item("a", b"1"), item("a", b"2")])
    lease = await spool.lease(10, 60.0)
    await spool.settle(lease, {lease.items[0].number: RetryLater("busy", after=500.0)})
    clock.now += 60.0
    assert await deliver(spool) == []
    clock.now += 440.0
    assert await deliver(spool) == [b"1", b"2"]


async def test_a_renewed_lease_lasts_on(spool, clock):
    await spool.put([item("a", b"1")])
    lease = await spool.lease(10, 60.0)
    clock.now += 50.0
    lease = await spool.renew(lease, 60.0)
    clock.now += 50.0
    assert bodies(await spool.lease(10, 60.0)) == []
    assert (await spool.settle(lease, all_of(lease, Delivered()))).done == (1,)


async def test_an_alias_keeps_the_order_of_both_its_users(spool):
    before = [item("a", b"a1"), item("b", b"b1")]
    await spool.put([*before, Item(("a", "b"), b"alias"), item("b", b"b2"), item("a", b"a2")])
    assert await deliver(spool) == [b"a1", b"b1"]
    assert await deliver(spool) == [b"alias"]
    assert await deliver(spool) == [b"b2", b"a2"]


async def test_a_lane_with_endless_items_keeps_nobody_out(spool):
    await spool.put([item("hot", b"hot") for _ in range(20)])
    lease = await spool.lease(1, 60.0)
    await spool.put([item("cold", b"cold")])
    assert await deliver(spool) == [b"cold"]
    await spool.settle(lease, all_of(lease, Delivered()))
    await spool.put([item("cold", b"cold")])
    assert await deliver(spool, limit=4) == [b"hot", b"hot", b"hot", b"cold"]


async def test_a_lane_alone_gets_all_of_a_lease(spool):
    await spool.put([item("hot", b"hot") for _ in range(20)])
    assert len(await deliver(spool, limit=8)) == 8
    assert len(await deliver(spool, limit=8)) == 8


async def test_however_many_items_of_a_leased_lane_stand_in_front_the_next_lane_is_found(spool):
    await spool.put([item("hot", b"hot")])
    await spool.lease(1, 60.0)
    for _ in range(2):
        await spool.put([item("hot") for _ in range(6_000)])
    await spool.put([item("cold", b"cold")])
    assert await deliver(spool, limit=1_000) == [b"cold"]


async def test_one_at_a_time_nobody_starves_either(spool):
    await spool.put([item("hot", b"hot") for _ in range(20)])
    lease = await spool.lease(1, 60.0)
    await spool.put([item(f"{n}", b"cold") for n in range(8)])
    assert await deliver(spool, limit=1) == [b"cold"]
    await spool.settle(lease, all_of(lease, Delivered()))
    served = [body for _ in range(8) for body in await deliver(spool, limit=1)]
    assert served.count(b"cold") == 4


async def test_failures_leave_half_of_a_lease_to_new_items(spool, clock):
    await spool.put([item(f"old-{n}", b"old") for n in range(10)])
    lease = await spool.lease(10, 60.0)
    await spool.settle(lease, all_of(lease, RetryLater("busy")))
    clock.now += 10.0
    await spool.put([item(f"new-{n}", b"new") for n in range(10)])
    assert bodies(await spool.lease(4, 60.0)) == [b"old", b"old", b"new", b"new"]


async def test_a_full_spool_says_how_full_it_is_and_takes_nothing(path):
    async with Spool(path, limits=Limits(items=2)) as spool:
        await spool.put([item("a")])
        with pytest.raises(NoRoomError, match="1 of 2 items"):
            await spool.put([item("a"), item("a")])
        assert (await spool.counts()).items == 1


async def test_a_repetition_needs_no_room(path):
    calls = [item(f"{n}", b"x", f"key-{n}") for n in range(3)]
    async with Spool(path) as spool:
        await spool.put(calls)
    async with Spool(path, limits=Limits(items=2, size=2)) as spool:
        assert await spool.put(calls[:2]) == (Receipt.ALREADY_THERE,) * 2
        with pytest.raises(NoRoomError):
            await spool.put([calls[0], item("new")])


async def test_a_call_that_finds_no_room_spoils_no_other_of_its_transaction(path):
    async with Spool(path, limits=Limits(items=2)) as spool:
        calls = [spool.put([item("a", b"", f"{n}{m}") for m in range(n)]) for n in (1, 3, 1)]
        first, second, third = await asyncio.gather(*calls, return_exceptions=True)
        assert (first, type(second)) == ((Receipt.STORED,), NoRoomError)
        assert third == (Receipt.ALREADY_THERE,)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (Item((), b""), "1 to 8 lanes"),
        (Item("user", b""), "a tuple of texts, its body is bytes"),
        (Item(("a",), "text"), "a tuple of texts, its body is bytes"),
        (Item((1,), b""), "no text"),
        (Item(("a",), b"x" * (2**20 + 1)), "over the 1048576 allowed"),
        (Item(("a" * 1_001,), b""), "longer than 1000 characters"),
        (Item(("\ud800",), b""), "lone surrogate"),
    ],
)
async def test_what_cannot_be_stored_is_refused_before_anything_is(spool, bad, said):
    with pytest.raises(InvalidItemError, match=said):
        await spool.put([item("a"), bad])
    assert (await spool.counts()).items == 0


async def test_texts_are_kept_as_they_are(spool):
    odd = Item(("a\0b", "ü😀", '"[]'), b"\0\xff", "key\0", "somewhere\0")
    await spool.put([odd])
    (leased,) = (await spool.lease(10, 60.0)).items
    assert leased.item == attrs.evolve(odd, barrier=True)


async def test_dead_letters_can_be_found_edited_resent_and_dropped(spool):
    await spool.put([item("a", b"1", "message-1"), item("b", b"2"), item("c", b"3")])
    lease = await spool.lease(10, 60.0)
    reasons = ("bad item", "bad item", "bad user")
    verdicts = zip(lease.items, map(Rejected, reasons), strict=True)
    await spool.settle(lease, {leased.number: verdict for leased, verdict in verdicts})
    first, second = await spool.letters(reason="bad item")
    assert (first.item.body, first.reason, first.attempts) == (b"1", "bad item", 1)
    assert await spool.letters(reason="bad item", after=first.number, limit=1) == (second,)
    assert [letter.item.body for letter in await spool.letters(lane="c")] == [b"3"]
    assert (await spool.edit(first.number, b"mended")).item.body == b"mended"
    assert await spool.put([item("a", b"1", "message-1")]) == (Receipt.ALREADY_THERE,)
    assert await spool.resend([first.number]) == 1
    assert await spool.drop([second.number, second.number + 1, 99]) == 2
    assert (await spool.letters(), await spool.letter(first.number)) == ((), None)
    assert await deliver(spool) == [b"mended"]
    assert await spool.put([item("a", b"1", "message-1")]) == (Receipt.ALREADY_THERE,)
    assert (await spool.counts()).size == 0


async def test_a_dead_letter_that_is_about_somebody_else_now_is_in_their_lane(spool):
    await spool.put([item("a", b"1", "message-1")])
    lease = await spool.lease(10, 60.0)
    await spool.settle(lease, all_of(lease, Rejected("bad")))
    edited = await spool.edit(1, b"alias", lanes=["b", "c"], barrier=True)
    assert edited.item == Item(("b", "c"), b"alias", "message-1", barrier=True)
    assert (await spool.letters(lane="a"), await spool.letters(lane="b")) == ((), (edited,))
    edited = await spool.edit(1, b"page")
    assert edited.item == Item(("b", "c"), b"page", "message-1", barrier=True)
    edited = await spool.edit(1, b"page", lanes=("c",), barrier=False)
    assert edited.item == Item(("c",), b"page", "message-1")
    await spool.put([item("c", b"first")])
    assert await spool.resend([1]) == 1
    assert await deliver(spool) == [b"first", b"page"]


async def test_an_edit_that_cannot_be_stored_is_refused(spool):
    for change in ({"lanes": ()}, {"lanes": ["x" * 1_001]}):
        with pytest.raises(InvalidItemError):
            await spool.edit(1, b"", **change)
    with pytest.raises(InvalidItemError):
        await spool.edit(1, b"x" * (2**20 + 1))
    assert await spool.edit(1, b"") is None


async def test_the_key_of_a_dead_letter_is_known_as_long_as_it_is_there(spool, clock):
    await spool.put([item("a", b"1", "message-1")])
    lease = await spool.lease(10, 60.0)
    await spool.settle(lease, all_of(lease, Rejected("bad")))
    clock.now += 20 * 86_400.0
    await spool.tidy()
    assert await spool.put([item("a", b"1", "message-1")]) == (Receipt.ALREADY_THERE,)


async def test_dead_letters_are_kept_for_their_time(spool, clock):
    await spool.put([item("a")])
    lease = await spool.lease(10, 60.0)
    await spool.settle(lease, all_of(lease, Rejected("bad")))
    clock.now += 30 * 86_400.0
    await spool.tidy()
    assert len(await spool.letters()) == 1
    clock.now += 1.0
    await spool.tidy()
    assert await spool.letters() == ()


async def test_too_many_failures_make_a_dead_letter_with_the_last_reason(path, clock):
    retrying = Retrying(attempts=2, rand=lambda: 1.0)
    async with Spool(path, clock=clock, retrying=retrying) as spool:
        await spool.put([item("a", b"1")])
        for reason in ("first", "last"):
            lease = await spool.lease(10, 60.0)
            await spool.settle(lease, all_of(lease, RetryLater(reason)))
            clock.now += 1.0
        (letter,) = await spool.letters()
        assert (letter.reason, letter.attempts) == ("last", 2)


async def test_facts_are_kept_and_chains_of_them_found(path):
    async with Spool(path) as spool:
        await spool.put([item("a")])
        lease = await spool.lease(10, 60.0)
        facts = [Aliased("a", "b", 5.0), Aliased("b", "c", 6.0), Aliased("a", "x", 1.0)]
        await spool.settle(lease, all_of(lease, Delivered()), facts=facts)
    async with Spool(path) as again:
        assert route(await again.ledger(["a"]), "a", 9.0) == Goes("c")
        assert (await again.ledger(["elsewhere"])).aliases == {}


async def test_a_chain_that_joins_another_is_found_to_its_end(spool):
    lease = await spool.lease(1, 60.0)
    chain = [Aliased(f"u{n}", f"u{n + 1}", float(n)) for n in range(140)]
    await spool.settle(lease, {}, facts=[*chain, Aliased("aside", "u60", 1.0)])
    ledger = await spool.ledger(["u0", "aside"])
    assert route(ledger, "aside", 0.0) == Goes("u140")


async def test_a_deletion_takes_the_dead_letters_of_its_user_along(spool, clock):
    await spool.put([item("a", b"secret"), item("b", b"kept")])
    lease = await spool.lease(10, 60.0)
    await spool.settle(lease, all_of(lease, Rejected("bad")))
    await spool.settle(lease, {}, facts=[Deleted("a", clock.now)])
    assert [letter.item.body for letter in await spool.letters()] == [b"kept"]


async def test_a_deletion_takes_along_what_names_its_user_beside_another(spool, clock):
    users = {
        b"alias": ("anonymous", "a"),
        b"many": ("b", "c", "a"),
        b"odd": ("b", 'x"a"', ", ", "ü\0"),
        b"kept": ("b", "aa", "c"),
    }
    await spool.put([Item(lanes, body, barrier=True) for body, lanes in users.items()])
    while (lease := await spool.lease(10, 60.0)).items:
        await spool.settle(lease, all_of(lease, Rejected("bad")))
    await learn(spool, Deleted("a", clock.now - 1.0), Deleted(", ", clock.now - 1.0))
    assert len(await spool.letters()) == 4
    await learn(spool, Deleted("a", clock.now))
    assert [letter.item.body for letter in await spool.letters()] == [b"odd", b"kept"]
    await learn(spool, Deleted("ü\0", clock.now), Deleted(", ", clock.now))
    assert [letter.item.body for letter in await spool.letters()] == [b"kept"]
    counts = await spool.counts()
    assert (counts.letters, counts.size) == (1, 4)


async def test_a_file_from_before_letters_of_several_were_indexed_is_as_good(path, clock):
    async with Spool(path, clock=clock):
        pass
    make_version_2(path)
    for must_exist in (True, False):
        async with Spool(path, clock=clock, must_exist=must_exist) as spool:
            await spool.put([Item(("anonymous", "a"), b"alias")])
            lease = await spool.lease(10, 60.0)
            await spool.settle(lease, all_of(lease, Rejected("bad")))
            await learn(spool, Deleted("a", clock.now))
            assert await spool.letters() == ()
    with closing(sqlite3.connect(path)) as file:
        plan = file.execute(f"EXPLAIN QUERY PLAN {letters._OF_SEVERAL}", (0.0, "")).fetchall()
    assert "INDEX letter_also" in plan[0][-1]


def make_version_2(path):
    with closing(sqlite3.connect(path)) as file:
        file.execute("ALTER TABLE state DROP COLUMN purpose")
        file.execute("DROP INDEX letter_also")
        file.execute("PRAGMA user_version = 2")


async def learn(spool, *facts):
    await spool.settle(await spool.lease(1, 60.0), {}, facts=facts)


async def test_facts_are_forgotten_their_time_after_they_were_learnt_last(spool, clock):
    await learn(spool, Aliased("a", "b", 5.0), Deleted("c", 5.0))
    clock.now += 400 * 86_400.0
    await spool.tidy()
    known = await spool.ledger(["a", "c"])
    assert (list(known.aliases), list(known.deletions)) == (["a"], ["c"])
    await learn(spool, Deleted("c", 5.0))
    clock.now += 1.0
    await spool.tidy()
    known = await spool.ledger(["a", "c"])
    assert (list(known.aliases), list(known.deletions)) == ([], ["c"])


async def test_no_alias_outlives_what_became_of_the_user_that_it_names(spool, clock):
    await learn(spool, Aliased("b", "c", 5.0), Deleted("c", 6.0))
    clock.now += 300 * 86_400.0
    await learn(spool, Aliased("a", "b", 7.0))
    clock.now += 300 * 86_400.0
    await spool.tidy()
    assert isinstance(route(await spool.ledger(["a"]), "a", 5.0), Erased)


async def test_thousands_of_facts_are_forgotten_in_one_go(path, clock):
    async with Spool(path, clock=clock, limits=Limits(facts_for=10.0)) as spool:
        await learn(spool, *(Deleted(f"user-{n}", 5.0) for n in range(2_500)))
        clock.now += 11.0
        await spool.tidy()
        assert (await spool.ledger([f"user-{n}" for n in range(2_500)])).deletions == {}


async def test_waiting_for_items_ends(spool, clock):
    lease = await spool.lease(10, 60.0, wait=0.12)
    assert lease.items == ()
    assert [round(seconds, 3) for seconds in clock.slept] == [0.05, 0.05, 0.02]


async def test_whoever_is_cancelled_while_leasing_leaves_the_items_to_others(spool):
    await spool.put([item("a", b"1")])
    gone = asyncio.create_task(spool.lease(10, 60.0))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    await spool.counts()
    await asyncio.sleep(0)
    assert await deliver(spool) == [b"1"]


async def test_what_was_leased_for_nobody_is_given_back_before_the_spool_is_closed(tmp_path):
    async with Spool(tmp_path / "spool") as spool:
        await spool.put([item("a", b"1")])
        gone = asyncio.create_task(spool.lease(10, 60.0))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone])
    async with Spool(tmp_path / "spool") as spool:
        lease = await spool.lease(10, 60.0)
        # Not one: opening the spool takes it from the dead, which counts as an attempt.
        assert [(one.item.body, one.attempts) for one in lease.items] == [(b"1", 0)]


async def test_whoever_is_cancelled_while_putting_harms_nobody(spool):
    gone = asyncio.create_task(spool.put([item("a", b"1")]))
    stays = asyncio.create_task(spool.put([item("b", b"2")]))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == (Receipt.STORED,)
    assert b"2" in await deliver(spool)


async def test_two_spools_share_a_file(path):
    async with Spool(path) as one, Spool(path) as other:
        puts = [each.put([item(f"{n}", b"x")]) for n in range(20) for each in (one, other)]
        assert await asyncio.gather(*puts) == [(Receipt.STORED,)] * 40
        leases = await asyncio.gather(one.lease(15, 60.0), other.lease(40, 60.0))
        numbers = [leased.number for lease in leases for leased in lease.items]
        assert len(set(numbers)) == len(numbers)
        lanes = [{leased.item.lanes for leased in lease.items} for lease in leases]
        assert lanes[0] & lanes[1] == set()


async def test_a_file_that_somebody_else_keeps_locked_is_an_error_after_some_time(path):
    pauses = []
    async with Spool(path, locked_for=0.01, pause=pauses.append) as spool:
        locked = sqlite3.connect(path, isolation_level=None)
        locked.execute("BEGIN IMMEDIATE")
        with pytest.raises(SpoolError, match="keep it locked"):
            await spool.put([item("a")])
        locked.close()
        assert sum(pauses) >= 0.01
        assert await spool.put([item("a")]) == (Receipt.STORED,)


@attrs.define
class Locked:
    """Another process that has the file; the spool waits for it until it is let go."""

    file: sqlite3.Connection
    waits: threading.Event = attrs.field(factory=threading.Event)
    goes_on: threading.Event = attrs.field(factory=threading.Event)

    def pause(self, _):
        self.waits.set()
        self.goes_on.wait(10.0)

    async def meets(self, spool):
        """Somebody puts something, and has to wait."""
        first = asyncio.create_task(spool.put([item("first")]))
        await asyncio.to_thread(self.waits.wait, 10.0)
        return first

    def ends(self):
        self.file.execute("ROLLBACK")
        self.goes_on.set()


@pytest.fixture
async def locked(path):
    async with Spool(path):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        yield Locked(file)


def opened_beside(locked, path, **options):
    return Spool(path, locked_for=0.0001, pause=locked.pause, **options)


async def test_a_locked_file_is_waited_for_once_by_all_who_write_and_by_nobody_who_reads(path):
    pauses = []
    async with Spool(path, locked_for=0.01, pause=pauses.append) as spool:
        with closing(sqlite3.connect(path, isolation_level=None)) as locked:
            locked.execute("BEGIN IMMEDIATE")
            puts = [spool.put([item("a")]) for _ in range(50)]
            *failed, counts = await asyncio.gather(*puts, spool.counts(), return_exceptions=True)
    assert {type(error) for error in failed} == {SpoolError}
    assert len(set(map(id, failed))) == 50
    assert counts.items == 0
    assert sum(pauses) < 0.03  # once by those who were there first, once by those behind them


async def test_whoever_is_done_is_told_before_the_next_is_tried(spool):
    """Of calls that cannot share a transaction."""
    begun, told = threading.Event(), threading.Event()
    tries = []

    def spoils(*_):
        tries.append(told.wait(10.0) if tries else None)
        if len(tries) == 1:
            raise ZeroDivisionError
        return tries[1]

    holds = asyncio.create_task(spool._call(lambda *_: begun.wait(10.0)))
    await asyncio.sleep(0)
    first = asyncio.create_task(spool.put([item("a")]))
    first.add_done_callback(lambda _: told.set())
    second = asyncio.create_task(spool._call(spoils))
    await asyncio.sleep(0)
    begun.set()
    assert await asyncio.gather(holds, first, second) == [True, (Receipt.STORED,), True]


async def test_however_many_puts_wait_a_verdict_is_taken_and_makes_room(path, locked):
    async with opened_beside(locked, path) as spool:
        await spool.put([item("a", b"1")])
        lease = await spool.lease(1, 60.0)
        locked.file.execute("BEGIN IMMEDIATE")
        first = await locked.meets(spool)
        puts = [asyncio.create_task(spool.put([item("a")])) for _ in range(10_000)]
        await asyncio.sleep(0)
        with pytest.raises(NoRoomError, match="10000 calls wait for the disk already"):
            await spool.put([item("a")])
        settled = asyncio.create_task(spool.settle(lease, all_of(lease, Delivered())))
        renewed = asyncio.create_task(spool.renew(lease, 60.0))
        await asyncio.sleep(0)
        locked.ends()
        assert (await settled).done == (1,)
        with pytest.raises(LeaseLostError):
            await renewed
        assert set(await asyncio.gather(first, *puts)) == {(Receipt.STORED,)}


async def test_what_was_put_and_cancelled_counts_while_it_is_in_memory(path, locked):
    async with opened_beside(locked, path, limits=Limits(pending=10)) as spool:
        locked.file.execute("BEGIN IMMEDIATE")
        first = await locked.meets(spool)
        gone = asyncio.create_task(spool.put([item("a", b"x" * 6)]))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone])
        with pytest.raises(NoRoomError, match="6 bytes wait for the disk already"):
            await spool.put([item("a", b"x" * 6)])
        locked.ends()
        await first
        await spool.counts()  # by now it was looked at
        assert await spool.put([item("a", b"x" * 6)]) == (Receipt.STORED,)
        assert (await spool.counts()).items == 2


async def test_the_file_is_for_its_owner_only(spool, path):
    await spool.put([item("a")])
    found = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    names = ("events.spool", "events.spool-owner-1", "events.spool-shm", "events.spool-wal")
    assert found == dict.fromkeys(names, 0o600)


async def test_a_tidied_file_shrinks(spool, path):
    for _ in range(5):
        await spool.put([item("a", b"x" * 1_000) for _ in range(1_000)])
    for _ in range(5):
        await deliver(spool, limit=1_000)
    await spool.tidy()
    assert path.stat().st_size < 200_000
    assert path.with_name("events.spool-wal").stat().st_size == 0


async def test_a_file_of_another_program_is_refused_and_left_alone(path):
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (x)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(SpoolError, match=r"events.spool: this is a file of another program"):
        await Spool(path).open()
    assert (path.read_bytes(), list(path.parent.iterdir())) == (before, [path])


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (99, r"version 99, newer than this program's 3; update the program"),
        (1, r"version 1, from before the first release, and this program knows 3; have the"),
    ],
)
async def test_a_file_of_another_version_is_refused(path, version, said):
    async with Spool(path):
        pass
    other = sqlite3.connect(path)
    other.execute(f"PRAGMA user_version = {version}")
    other.close()
    with pytest.raises(SpoolError, match=said):
        await Spool(path).open()


async def test_a_file_of_the_version_before_becomes_one_of_this(path):
    async with Spool(path) as spool:
        await spool.put([item("u", b"1")])
    make_version_2(path)
    async with Spool(path, must_exist=True) as spool:
        assert await spool.dedicate("this") == "this"
        assert bodies(await spool.lease(10, 60.0)) == [b"1"]


async def test_it_is_for_what_was_said_first(path):
    async with Spool(path) as first, Spool(path) as second:
        assert await first.dedicate("this") == "this"
        assert await second.dedicate("that") == "this"


@pytest.mark.parametrize("how", ["moved", "deleted", "replaced"])
async def test_nothing_is_taken_for_a_file_that_is_not_there_any_more(path, how):
    async with Spool(path) as spool:
        await spool.put([item("u", b"1")])
        path.rename(path.with_name("elsewhere"))
        if how == "replaced":
            path.touch()
        if how == "deleted":
            path.with_name("elsewhere").unlink()
        for call in (spool.put([item("u", b"2")]), spool.counts(), spool.lease(1, 60.0)):
            with pytest.raises(SpoolError, match="moved, replaced or deleted while it was in use"):
                await call
        if how == "moved":
            path.with_name("elsewhere").rename(path)
            assert bodies(await spool.lease(1, 60.0)) == [b"1"]


@pytest.mark.parametrize("is_open", [True, False])
async def test_a_clock_that_is_set_back_holds_nothing_up(path, clock, is_open):
    """What failed by a clock of next year must not wait until then."""
    spool = Spool(path, clock=clock, rand=lambda: 1.0)
    await spool.open()
    await spool.put([item("u", b"1"), item("u", b"2"), item("v", b"3")])
    lease = await spool.lease(3, 60.0)
    await spool.settle(lease, all_of(lease, RetryLater("busy")))
    if not is_open:
        await spool.aclose()
    clock.set_back(365 * 86_400.0)
    if not is_open:
        spool = Spool(path, clock=clock, rand=lambda: 1.0)
        await spool.open()
    assert sorted(bodies(await spool.lease(10, 60.0))) == [b"1", b"2", b"3"]
    await spool.aclose()


@pytest.mark.parametrize("must_exist", [True, False])
async def test_a_directory_is_called_one(path, must_exist):
    path.mkdir()
    with pytest.raises(SpoolError, match=r"events\.spool: this is a directory; give the name of a"):
        await Spool(path, must_exist=must_exist).open()
    assert list(path.iterdir()) == []


async def test_what_is_no_database_is_refused(path):
    path.write_bytes(b"something else, and long enough to be looked at" * 100)
    with pytest.raises(SpoolError, match="this is no spool"):
        await Spool(path).open()


async def test_a_damaged_file_is_said_to_be_damaged(path):
    async with Spool(path) as spool:
        await spool.put([item(f"{n}", b"x" * 500) for n in range(1_000)])
        await spool.tidy()
    whole = path.read_bytes()
    path.write_bytes(whole[:8_192] + b"\xff" * (len(whole) - 8_192))
    with pytest.raises(SpoolError, match="it is damaged; put a copy of it back"):
        async with Spool(path) as spool:
            await spool.lease(1_000, 60.0)


async def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SpoolError, match=r"nowhere/events.spool: No such file or directory"):
        await Spool(tmp_path / "nowhere" / "events.spool").open()


async def test_a_spool_that_must_exist_is_not_made(path):
    with pytest.raises(SpoolError, match=r"events\.spool: there is no such file"):
        await Spool(path, must_exist=True).open()
    assert list(path.parent.iterdir()) == []
    path.touch()
    with pytest.raises(SpoolError, match=r"events\.spool: this is an empty file, no spool"):
        await Spool(path, must_exist=True).open()
    assert path.read_bytes() == b""


async def test_a_spool_that_must_exist_knows_its_keys_for_as_long_as_it_did(path, clock):
    week = Limits(keys_for=7 * 86_400.0)
    async with Spool(path, limits=week, clock=clock) as spool:
        await spool.put([item("a", b"1", "message-1")])
        await deliver(spool)
        async with Spool(path, clock=clock, must_exist=True) as visitor:
            assert (await visitor.counts()).items == 0
        clock.now += 6 * 86_400.0
        assert await spool.put([item("a", b"1", "message-1")]) == (Receipt.ALREADY_THERE,)


async def test_a_spool_that_is_not_open_says_so(path):
    spool = Spool(path)
    with pytest.raises(QueueClosedError, match="not opened"):
        await spool.counts()
    await spool.open()
    await spool.aclose()
    await spool.aclose()
    with pytest.raises(QueueClosedError, match="closed"):
        await spool.put([item("a")])


async def test_a_spool_is_opened_once_at_a_time(path):
    spool = Spool(path)
    opened = await asyncio.gather(spool.open(), spool.open(), return_exceptions=True)
    assert (opened[0], type(opened[1])) == (None, QueueError)
    with pytest.raises(QueueError, match=r"events\.spool: this spool is open already"):
        async with spool:
            pass
    assert await spool.put([item("a")]) == (Receipt.STORED,)
    await spool.aclose()
    async with spool:
        assert (await spool.counts()).items == 1
    assert [each.name for each in path.parent.glob("*owner*")] == ["events.spool-owner-1"]


async def test_a_spool_that_could_not_be_opened_can_be_later(tmp_path):
    spool = Spool(tmp_path / "folder" / "spool")
    with pytest.raises(SpoolError):
        await spool.open()
    (tmp_path / "folder").mkdir()
    async with spool:
        assert (await spool.counts()).items == 0


async def test_closing_finishes_what_was_begun(path):
    spool = Spool(path)
    await spool.open()
    puts = [asyncio.create_task(spool.put([item("a")])) for _ in range(5)]
    await asyncio.sleep(0)
    await spool.aclose()
    assert await asyncio.gather(*puts) == [(Receipt.STORED,)] * 5


def test_errors_can_be_copied_and_bodies_are_not_shown():
    error = SpoolError("events.spool: the disk is full")
    assert str(pickle.loads(pickle.dumps(error))) == str(copy.copy(error)) == str(error)
    assert "secret" not in repr(Item(("a",), b"secret"))


async def test_of_many_full_lanes_each_gives_its_part_in_order(spool):
    lanes = [f"u{n}" for n in range(50)]
    for turn in range(40):
        await spool.put([item(lane, str(turn).encode()) for lane in lanes])
    first = await spool.lease(50, 60.0)
    assert (await spool.lease(10_000, 60.0)).items == ()  # all others wait behind these
    await spool.settle(first, all_of(first, Delivered()))
    done = defaultdict(list)
    shares = []
    while (lease := await spool.lease(125, 60.0)).items:
        share = Counter(one.item.lanes for one in lease.items)
        shares.append((len(share), max(share.values())))
        for one in lease.items:
            done[one.item.lanes].append(int(one.item.body))
        await spool.settle(lease, all_of(lease, Delivered()))
    assert done == {(lane,): list(range(1, 40)) for lane in lanes}
    assert shares[0] == (50, 3)  # two each, then one more as long as there is room


async def test_nothing_is_asked_for_and_nothing_comes(spool, clock):
    await spool.put([item("a"), item("b"), item("c")])
    for limit in (0, -1):
        assert (await spool.lease(limit, 60.0)).items == ()
    for _ in range(3):  # now they are suspects
        await spool.lease(10, 1.0)
        clock.now += 2.0
    for limit in (0, -1):
        assert (await spool.lease(limit, 60.0)).items == ()
    assert len((await spool.lease(10, 60.0)).items) == 1


async def test_what_waits_gets_a_turn_beside_large_new_items(spool, clock):
    """Half of the bytes of a lease, not only half of its items."""
    await spool.put([item("late", b"late")])
    lease = await spool.lease(1, 60.0)
    await spool.settle(lease, all_of(lease, RetryLater("busy")))
    clock.now += 600.0
    for turn in range(2):
        await spool.put([item(f"{turn}-{n}", b"x" * 2**20) for n in range(17)])
    assert b"late" in [one.item.body for one in (await spool.lease(1_000, 60.0)).items]


async def test_large_items_that_must_wait_are_not_all_looked_at_in_one_go(spool):
    """The next call goes on from there, so that others have a turn in between."""
    await spool.put([item("a", b"first")])
    await spool.lease(1, 60.0)
    for _ in range(10):
        await spool.put([item("a", b"x" * 2**20) for _ in range(6)])
    await spool.put([item("b", b"free")])
    assert await spool._lease(10, 60.0) is None
    assert bodies(await spool.lease(10, 60.0)) == [b"free"]


async def test_leases_that_ran_out_are_ended_a_few_at_a_time(path, clock):
    """Which takes some calls, and none of them long."""
    retrying = Retrying(suspect_after=1)
    async with Spool(path, clock=clock, retrying=retrying) as spool:
        await spool.put([item(f"u{n}") for n in range(40)])
        for _ in range(40):
            await spool.lease(1, 60.0)
        clock.now += 61.0
        lease = await spool._lease(100, 60.0)
        assert len(lease.items) == 1  # a suspect, alone
        with closing(sqlite3.connect(path)) as file:
            (left,) = file.execute("SELECT count(*) FROM lease").fetchone()
        assert 25 <= left <= 35
