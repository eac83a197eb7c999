"""Items that kill whoever takes them: found, and given up; all others arrive."""

import asyncio
import subprocess
import sys

import attrs
import pytest

from aiorecombee.delivery.queue import Delivered, Item, RetryLater, Returned
from aiorecombee.delivery.spool import Retrying, Spool

LEASE = 30.0
SENDER = """
import asyncio, os, sys
from aiorecombee.delivery.queue import Delivered
from aiorecombee.delivery.spool import Spool

async def main(path):
    async with Spool(path) as spool:
        while (lease := await spool.lease(10, 3_600.0)).items:
            if b"deadly" in [each.item.body for each in lease.items]:
                os._exit(9)
            await spool.settle(lease, {each.number: Delivered() for each in lease.items})

asyncio.run(main(sys.argv[1]))
"""


@attrs.define
class Clock:
    now: float = 1_000_000.0

    def time(self):
        return self.now

    def monotonic(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def spool(tmp_path, clock):
    async with Spool(tmp_path / "events.spool", clock=clock, rand=lambda: 1.0) as opened:
        yield opened


def item(lane, body=b""):
    return Item((lane,), body)


def bodies(lease):
    return [leased.item.body for leased in lease.items]


async def lose(spool, clock, limit=100):
    """Lease, and never be heard of again."""
    lease = await spool.lease(limit, LEASE)
    clock.now += LEASE
    return bodies(lease)


async def work(spool, clock, in_flight, deadly):
    """Processes that send several leases at once, and die of some items; how many died."""
    deaths = 0
    while (await spool.counts()).items:
        leases = [await spool.lease(10, LEASE) for _ in range(in_flight)]
        if {body for lease in leases for body in bodies(lease)} & deadly:
            deaths += 1
            clock.now += LEASE
            continue
        for lease in leases:
            await spool.settle(lease, {each.number: Delivered() for each in lease.items})
    return deaths


async def test_a_lease_that_ran_out_counts_as_an_attempt_of_all_its_items(spool, clock):
    await spool.put([item("a", b"1"), item("b", b"2")])
    await lose(spool, clock)
    lease = await spool.lease(10, LEASE)
    assert [leased.attempts for leased in lease.items] == [1, 1]
    assert (await spool.counts()).tally["expired"] == 2


async def test_an_item_that_was_settled_lost_nothing_with_its_lease(spool, clock):
    await spool.put([item("a", b"1"), item("a", b"2")])
    lease = await spool.lease(10, LEASE)
    await spool.settle(lease, {lease.items[0].number: Returned()})
    clock.now += LEASE
    found = await spool.lease(10, LEASE)
    assert [leased.attempts for leased in found.items] == [0, 1]


async def test_items_that_were_lost_twice_are_leased_alone_one_at_a_time(spool, clock):
    await spool.put([item("a", b"1"), item("b", b"2")])
    await lose(spool, clock)
    await lose(spool, clock)
    first = await spool.lease(10, LEASE)
    assert len(first.items) == 1
    assert (await spool.lease(10, LEASE)).items == ()
    await spool.settle(first, {first.items[0].number: Delivered()})
    assert len((await spool.lease(10, LEASE)).items) == 1


async def test_a_crowd_of_suspects_leaves_every_other_lease_to_the_rest(spool, clock):
    await spool.put([item(f"{n}", b"suspect") for n in range(10)])
    await lose(spool, clock)
    await lose(spool, clock)
    await spool.put([item(f"new-{n}", b"new") for n in range(3)])
    leased = []
    for _ in range(4):
        lease = await spool.lease(1, LEASE)
        await spool.settle(lease, {each.number: Delivered() for each in lease.items})
        leased += bodies(lease)
    assert sorted(leased) == [b"new", b"new", b"suspect", b"suspect"]


@pytest.mark.parametrize("in_flight", [1, 2, 3])
async def test_what_kills_its_senders_is_given_up_and_nothing_else_is(spool, clock, in_flight):
    await spool.put([item(f"user-{n % 20}", f"{n}".encode()) for n in range(60)])
    await work(spool, clock, in_flight, {b"17"})
    (letter,) = await spool.letters()
    assert (letter.item.body, letter.attempts) == (b"17", 7)
    assert letter.reason.startswith("its lease ran out 7 times one after another, 5 of them with")
    assert (await spool.counts()).tally["delivered"] == 59


async def test_several_deadly_items_are_given_up_each_by_itself(spool, clock):
    await spool.put([item(f"user-{n % 20}", f"{n}".encode()) for n in range(60)])
    deaths = await work(spool, clock, 2, {b"3", b"23", b"41"})
    assert sorted(letter.item.body for letter in await spool.letters()) == [b"23", b"3", b"41"]
    assert deaths <= 3 * 7


async def test_an_alias_that_kills_is_given_up_and_frees_both_its_lanes(spool, clock):
    await spool.put([item("a", b"1"), Item(("a", "b"), b"alias"), item("b", b"2")])
    await work(spool, clock, 1, {b"alias"})
    assert [letter.item.body for letter in await spool.letters()] == [b"alias"]
    assert (await spool.counts()).tally["delivered"] == 2


async def test_senders_that_really_die_need_not_wait_for_a_lease_to_find_out(tmp_path):
    path = tmp_path / "events.spool"
    async with Spool(path) as spool:
        await spool.put([item("a", b"1"), item("b", b"deadly"), item("b", b"2")])
    command = [sys.executable, "-W", "error", "-c", SENDER, str(path)]
    runs = [await asyncio.to_thread(subprocess.run, command, check=False) for _ in range(8)]
    assert [run.returncode for run in runs] == [9] * 7 + [0]
    async with Spool(path) as spool:
        assert [letter.item.body for letter in await spool.letters()] == [b"deadly"]
        assert (await spool.counts()).tally["delivered"] == 2


async def test_whoever_is_killed_every_other_time_buries_nothing(spool, clock):
    await spool.put([item("a", b"1")])
    for _ in range(20):
        assert await lose(spool, clock) == [b"1"]
        lease = await spool.lease(10, LEASE)
        await spool.settle(lease, {lease.items[0].number: Returned()})
    assert await spool.letters() == ()


async def test_a_verdict_shows_that_one_can_live_with_it(spool, clock):
    await spool.put([item("a", b"1"), item("b", b"2")])
    await lose(spool, clock)
    await lose(spool, clock)
    for _ in range(2):
        lease = await spool.lease(10, LEASE)
        await spool.settle(lease, {lease.items[0].number: RetryLater("busy")})
    clock.now += 300.0
    assert bodies(await spool.lease(10, LEASE)) == [b"1", b"2"]


async def test_what_was_given_up_can_be_resent_and_is_no_suspect_any_more(tmp_path, clock):
    retrying = Retrying(suspect_after=1, bury_after=1)
    async with Spool(tmp_path / "spool", clock=clock, retrying=retrying) as spool:
        await spool.put([item("a", b"1")])
        for _ in range(2):
            await lose(spool, clock)
        assert await lose(spool, clock) == []
        (letter,) = await spool.letters()
        await spool.resend([letter.number])
        await spool.put([item("b", b"2")])
        assert bodies(await spool.lease(10, LEASE)) == [b"1", b"2"]
