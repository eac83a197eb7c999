"""Whose turn it is, where the model test cannot look: marks that come late, shards given away."""

import pytest

from aiorecombee.delivery.broker.lanes import Lanes, Waiting
from aiorecombee.delivery.broker.log import BrokerError
from aiorecombee.delivery.broker.memory_log import MemoryBroker, MemoryLog
from aiorecombee.delivery.broker.queue import BrokerQueue
from aiorecombee.delivery.broker.records import Entry, Mark
from aiorecombee.delivery.queue import Delivered, Item, Rejected

NOW, LATER = 1_000.0, 2_000.0


def entry(number, *lanes, barrier=False):
    return Entry(number, Item(lanes, b"x", barrier=barrier or len(lanes) > 1), NOW)


def taken(lanes, limit=10):
    token, entries, _ = lanes.take(limit, NOW, LATER)
    return token, [each.number for each in entries]


def test_a_mark_that_comes_late_stands_where_its_item_does():
    """Two aliases, each in the other's lane: if the later went first, both would wait for ever."""
    lanes = Lanes()
    lanes.add(0, [entry(6, "b", "a"), entry(7, "b"), Mark(8, "b", of=5, home=1, index=1)])
    assert [each.record.number for each in lanes.waiting_barriers()] == [8]
    lanes.remove([8])
    lanes.complete(6)
    assert taken(lanes)[1] == [6]


def test_a_mark_comes_behind_what_is_leased():
    lanes = Lanes()
    lanes.add(0, [entry(6, "b", barrier=True), entry(7, "b")])
    token, numbers = taken(lanes)
    lanes.add(0, [Mark(8, "b", of=5, home=1, index=1)])
    assert (numbers, lanes.waiting_barriers()) == ([6], [])
    assert list(lanes.of_lease(token, [6])) == [6]
    lanes.remove([6])
    assert taken(lanes)[1] == [7]
    lanes.remove([7])
    assert [each.record.number for each in lanes.waiting_barriers()] == [8]


def test_what_is_read_twice_stands_once():
    lanes = Lanes()
    lanes.add(0, [entry(1, "a"), entry(2, "a")])
    lanes.add(0, [entry(2, "a"), entry(3, "a")])
    assert taken(lanes)[1] == [1, 2, 3]
    assert lanes.sizes == {0: [3, 3]}


def test_nothing_more_is_leased_of_a_shard_that_is_closed_until_it_is_opened():
    lanes = Lanes()
    lanes.add(0, [entry(1, "a")])
    lanes.add(1, [entry(2, "b")])
    lanes.close({0})
    assert taken(lanes)[1] == [2]
    lanes.close(set())
    assert taken(lanes)[1] == [1]


def test_nothing_is_left_of_a_shard_that_is_forgotten():
    lanes = Lanes()
    lanes.add(0, [entry(1, "a"), entry(2, "a"), Mark(3, "b", of=9, home=1, index=1)])
    token, _ = taken(lanes, limit=1)
    lanes.forget_shard(0)
    assert (lanes.lanes, lanes.loaded, lanes.sizes, lanes.barriers) == ({}, {}, {}, set())
    assert lanes.of_lease(token, [1]) == {}
    assert lanes.renew(token, NOW, LATER) == frozenset()


async def test_what_is_settled_after_the_shard_was_lost_is_stale_and_not_removed():
    broker = MemoryBroker(shards=1)
    async with BrokerQueue(MemoryLog(broker)) as queue:
        await queue.put([Item(("a",), b"1"), Item(("b",), b"2")])
        lease = await queue.lease(2, 30.0, wait=10.0)
        broker.owners[0] = ("another", 1e12)
        numbers = [leased.number for leased in lease.items]
        settled = await queue.settle(
            lease, dict(zip(numbers, (Delivered(), Rejected("no")), strict=True))
        )
        assert (settled.stale, settled.done, settled.dead) == (tuple(numbers), (), ())
        assert (len(broker.items()), broker.letters) == (2, {})


class Unreachable(MemoryLog):
    """A broker that cannot be asked any more for shards that we have."""

    async def claim(self, shard):
        claim = await super().claim(shard)
        if claim is not None:
            claim.keep = unreachable
        return claim


async def unreachable():
    raise BrokerError("unreachable")


async def test_nothing_is_ours_for_longer_than_the_broker_says_for_certain(hand_clock):
    """Or two processes would send the events of one user."""
    clock = hand_clock
    broker = MemoryBroker(shards=1, claimed_for=15.0, clock=clock)
    queue = BrokerQueue(Unreachable(broker), clock=clock)
    await queue.open()
    await queue.put([Item(("a",), b"1"), Item(("b",), b"2")])
    queue._owner._running = True  # each step is taken here
    await queue._owner.tend()
    (held,) = queue._owner.held.values()
    await queue._owner.fill(held)
    lease = await queue.lease(1, 3_600.0)
    assert (len(lease.items), lease.until) == (1, clock.time() + 15.0)
    clock.now += 14.9
    assert (await queue.renew(lease, 3_600.0)).until == pytest.approx(clock.time() + 0.1)
    with pytest.raises(BrokerError):
        await queue._owner.tend()
    clock.now += 0.2
    assert (await queue.lease(1, 3_600.0)).items == ()
    number = lease.items[0].number
    assert (await queue.settle(lease, {number: Delivered()})).stale == (number,)
    assert len(broker.items()) == 2
    await queue.aclose()


def test_what_waits_for_hours_is_asked_about_at_first_often_and_then_every_two_seconds():
    waiting, pauses = Waiting(Mark(2, "u", of=1, home=0, index=1)), []
    for _ in range(2_000):
        now = waiting.ask_at
        assert waiting.ask(now)
        pauses.append(waiting.ask_at - now)
        assert not waiting.ask(now)
    assert pauses[:4] == pytest.approx([0.02, 0.04, 0.08, 0.16])
    assert pauses[7:] == pytest.approx([2.0] * 1_993)


def test_suspects_are_leased_alone_one_at_a_time_and_every_other_lease_is_for_one():
    lanes = Lanes()
    lanes.add(0, [entry(n, f"lane-{n}") for n in range(1, 9)])
    lanes.suspect([1, 2, 99])
    assert taken(lanes, limit=2)[1] == [3, 4]
    token, numbers = taken(lanes)
    assert numbers == [1]
    assert taken(lanes, limit=2)[1] == [5, 6]
    assert taken(lanes, limit=1)[1] == [7]  # while 1 is on trial
    lanes.remove([1])
    lanes.again(token, {})
    assert taken(lanes)[1] == [8]
    assert taken(lanes)[1] == [2]
    assert taken(lanes)[1] == []


def test_who_stands_behind_a_suspect_does_not_travel_with_it():
    lanes = Lanes()
    lanes.suspect([2])
    lanes.add(0, [entry(n, "a") for n in (1, 2, 3)])
    for numbers in ([1], [2], [3]):
        assert taken(lanes)[1] == numbers
        lanes.remove(numbers)


def test_who_is_no_suspect_any_more_travels_as_before():
    lanes = Lanes()
    lanes.suspect([1, 2])
    lanes.add(0, [entry(n, "a") for n in (1, 2, 3)])
    lanes.suspect([])
    assert taken(lanes)[1] == [1, 2, 3]


def test_what_is_reserved_is_nobody_elses_wherever_it_stands():
    lanes = Lanes()
    lanes.add(0, [entry(1, "a"), entry(2, "a"), entry(3, "b")])
    assert list(lanes.reserve([2, 3, 4], LATER)) == [2, 3]
    assert lanes.reserve([2, 3, 4], LATER) == {}
    assert taken(lanes)[1] == []
    lanes.remove([2, 3])
    assert taken(lanes)[1] == [1]
