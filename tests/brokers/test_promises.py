"""What a queue on a broker promises, whichever broker it is."""

import asyncio

import pytest

from aiorecombee.delivery.ledger import Aliased, Deleted
from aiorecombee.delivery.limits import Limits as QueueLimits
from aiorecombee.delivery.queue import (
    Delivered,
    InvalidItemError,
    Item,
    LeaseLostError,
    QueueError,
    Receipt,
    Rejected,
    RetryLater,
    Returned,
    shard_of,
)
from aiorecombee.delivery.retrying import Retrying
from aiorecombee.forwarder.limits import Limits

LONG = 10.0
STORED, THERE = Receipt.STORED, Receipt.ALREADY_THERE


def item(lane, body, key=None):
    return Item((lane,), str(body).encode(), key)


def bodies(lease):
    return [leased.item.body.decode() for leased in lease.items]


async def until(condition):
    async with asyncio.timeout(LONG):
        while not condition():  # noqa: ASYNC110 - other tasks bring it about
            await asyncio.sleep(0.02)


async def leased(queue, limit=100, count=1, read=0):
    """A lease of so many items, once so many were read; shards are read one by one."""
    await queue.lease(0, LONG)  # it reads from its first lease on
    await until(lambda: len(queue._lanes.loaded) >= (read or count))
    lease = await queue.lease(limit, LONG, wait=LONG)
    assert len(lease.items) == count, lease
    return lease


async def settled(queue, lease, verdict):
    return await queue.settle(lease, {each.number: verdict for each in lease.items})


def in_other_shards(lane, count=1):
    """Lanes in shards that are neither the lane's nor each other's."""
    found, shards = [], {shard_of(lane, 16)}
    for number in range(1_000):
        other = f"{lane}-{number}"
        if shard_of(other, 16) not in shards and len(found) < count:
            found.append(other)
            shards.add(shard_of(other, 16))
    return found


async def test_what_is_put_is_leased_as_it_was_and_leaves_when_it_is_delivered(queue):
    put = Item(("ü 1",), b"\x00\n{}", "key", "tracking")
    assert await queue.put([put]) == (STORED,)
    lease = await leased(queue)
    assert [(one.item, one.attempts) for one in lease.items] == [(put, 0)]
    assert (await settled(queue, lease, Delivered())).done == (lease.items[0].number,)
    async with asyncio.timeout(LONG):  # a server takes out what is acknowledged in its own time
        while (await queue.counts()).items:  # noqa: ASYNC110 - another process brings it about
            await asyncio.sleep(0.02)


async def test_a_lane_keeps_its_order_and_is_nobody_elses_meanwhile(queue):
    await queue.put([item("u", n) for n in range(5)])
    lease = await leased(queue, limit=2, count=2)
    assert bodies(lease) == ["0", "1"]
    assert bodies(await queue.lease(10, LONG)) == []
    await settled(queue, lease, Delivered())
    assert bodies(await leased(queue, count=3)) == ["2", "3", "4"]


async def test_keys_tell_repetitions_apart_within_a_call_and_between_calls(queue):
    assert await queue.put([item("u", 1, "k"), item("u", 2, "k"), item("u", 3)]) == (
        STORED,
        THERE,
        STORED,
    )
    assert await queue.put([item("v", 4, "k"), item("v", 5, "other")]) == (THERE, STORED)
    await settled(queue, await leased(queue, limit=3, count=3), Delivered())
    assert await queue.put([item("u", 6, "k")]) == (THERE,)


async def test_what_failed_comes_again_in_its_place_and_is_given_up_at_last(queue):
    await queue.put([item("u", 1), item("u", 2)])
    for attempt in range(2):
        lease = await leased(queue, limit=1)
        assert [(one.item.body, one.attempts) for one in lease.items] == [(b"1", attempt)]
        assert (await settled(queue, lease, RetryLater("busy"))).again
    lease = await leased(queue, limit=1)
    assert (await settled(queue, lease, RetryLater("busy"))).dead
    assert bodies(await leased(queue)) == ["2"]
    (letter,) = await queue.letters()
    assert (letter.item.body, letter.reason, letter.attempts) == (b"1", "busy", 3)


async def test_what_is_returned_counts_no_attempt(queue):
    await queue.put([item("u", 1)])
    await settled(queue, await leased(queue), Returned())
    assert (await leased(queue)).items[0].attempts == 0


async def test_a_lease_that_runs_out_gives_its_items_back_and_settles_nothing(queue):
    await queue.put([item("u", 1)])
    lease = await queue.lease(1, 0.01, wait=LONG)
    again = await leased(queue)
    assert again.items[0].attempts == 1
    with pytest.raises(LeaseLostError):
        await queue.renew(lease, LONG)
    assert (await settled(queue, lease, Delivered())).stale == (lease.items[0].number,)
    assert (await settled(queue, again, Delivered())).done == (lease.items[0].number,)


async def test_a_lease_can_be_made_to_last(queue):
    await queue.put([item("u", 1)])
    lease = await queue.lease(1, 0.3, wait=LONG)
    renewed = await queue.renew(lease, LONG)
    assert renewed.items == lease.items
    await asyncio.sleep(0.35)
    assert (await settled(queue, renewed, Delivered())).done


async def test_a_barrier_waits_for_all_its_lanes_and_they_for_it(queue):
    (far,) = in_other_shards("u")
    await queue.put(
        [item("u", 1), item(far, 2), Item(("u", far), b"3"), item(far, 4), item("u", 5)]
    )
    first = await leased(queue, count=2, read=6)
    assert sorted(bodies(first)) == ["1", "2"]
    await queue.settle(first, {first.items[0].number: Delivered()})
    await asyncio.sleep(0.1)
    assert bodies(await queue.lease(10, LONG)) == []
    await queue.settle(first, {first.items[1].number: Delivered()})
    barrier = await leased(queue)
    assert (bodies(barrier), barrier.items[0].item.lanes) == (["3"], ("u", far))
    await asyncio.sleep(0.1)
    assert bodies(await queue.lease(10, LONG)) == []
    await settled(queue, barrier, RetryLater("busy"))
    again = await leased(queue)
    assert bodies(again) == ["3"]
    await settled(queue, again, Delivered())
    last = [*bodies(await leased(queue)), *bodies(await leased(queue))]
    assert sorted(last) == ["4", "5"]


async def test_barriers_that_cross_each_other_are_delivered_one_after_another(queue, drained):
    first, second = in_other_shards("u", 2)
    crossing = [("u", first), (first, "u"), (first, second), (second, "u"), ("u", first, second)]
    await queue.put([Item(lanes, str(n).encode()) for n, lanes in enumerate(crossing)])
    seen = await drained(queue)
    assert seen["u"] == [b"0", b"1", b"3", b"4"]
    assert seen[first] == [b"0", b"1", b"2", b"4"]
    assert seen[second] == [b"2", b"3", b"4"]


async def test_dead_letters_are_listed_found_edited_resent_and_dropped(queue):
    await queue.put([item("u", 1, "k1"), item("v", 2, "k2"), item("w", 3, "k3")])
    for _ in range(3):
        lease = await leased(queue, limit=1)
        reason = "bad" if bodies(lease) == ["1"] else "worse"
        await settled(queue, lease, Rejected(reason))
    letters = await queue.letters()
    assert sorted(one.item.body for one in letters) == [b"1", b"2", b"3"]
    assert [one.number for one in await queue.letters(after=letters[0].number)] == [
        one.number for one in letters[1:]
    ]
    assert len(await queue.letters(limit=2)) == 2
    (bad,) = await queue.letters(reason="bad")
    assert await queue.letters(lane="u") == (bad,)
    edited = await queue.edit(bad.number, b"mended")
    assert await queue.letter(edited.number) == edited
    assert edited.item == Item(("u",), b"mended", "k1")
    assert await queue.edit(9_999, b"") is None
    assert await queue.resend([edited.number, 9_999]) == 1
    assert bodies(await leased(queue)) == ["mended"]
    assert await queue.put([item("u", 1, "k1")]) == (THERE,)
    left = [one.number for one in await queue.letters()]
    assert await queue.drop([*left, 9_999]) == 2
    assert (await queue.letters(), (await queue.counts()).letters) == ((), 0)


async def test_the_latest_fact_counts_in_whatever_order_they_come(queue):
    await queue.put([item("u", 1)])
    lease = await leased(queue)
    facts = [
        Aliased("a", "b", 5.5),
        Aliased("a", "c", 4.0),
        Aliased("b", "ç/ *", 1.0),
        Deleted("ç/ *", 2.0),
        Deleted("ç/ *", 1.0),
    ]
    await queue.settle(lease, {}, facts=facts)
    known = await queue.ledger(["a", "nobody"])
    assert known.aliases == {"a": facts[0], "b": facts[2]}
    assert known.deletions == {"ç/ *": facts[3]}


async def test_a_deletion_takes_what_died_before_it(queue):
    await queue.put([item("u", 1), item("v", 2), item("w", 3)])
    lease = await leased(queue, count=3)
    verdicts = [Rejected("bad"), Rejected("bad"), Delivered()]
    await queue.settle(lease, {one.number: verdicts[int(one.item.body) - 1] for one in lease.items})
    await queue.put([Item(("x", "u"), b"4")])
    await settled(queue, await leased(queue), Rejected("bad"))
    await queue.settle(lease, {}, facts=[Deleted("u", 2e9), Deleted("v", 5.0)])
    assert [letter.item.body for letter in await queue.letters()] == [b"2"]


async def test_what_is_too_large_or_too_much_is_refused(queue):
    with pytest.raises(InvalidItemError):
        await queue.put([Item(("u",), b"x" * 1_000_000)])
    with pytest.raises(InvalidItemError):
        await queue.put([item("u", 1)] * 2_501)
    assert await queue.put([]) == ()


async def test_a_full_broker_says_so_and_stores_nothing_more(place):
    queue = await place.queue(place.log(max_items=3))
    await queue.put([item("u", 1), item("u", 2), item("v", 3)])
    with pytest.raises(QueueError, match=r"no room|items already"):
        await queue.put([item("v", 4)])
    assert (await queue.counts()).items == 3


def dies(queue):
    """Nobody hears of it any more, and its claims run out."""
    queue._owner._running = False
    queue._owner.held.clear()
    for task in queue._owner._tasks:
        task.cancel()


async def test_what_kills_its_senders_is_found_and_given_up(place):
    retrying = Retrying(suspect_after=1, bury_after=2)
    first = await place.queue(retrying=retrying)
    await first.put([item("u", "deadly"), *(item(f"u{n}", n) for n in range(5)), item("u", 5)])
    await leased(first, count=7)
    dies(first)
    deaths, delivered = 1, []
    while len(delivered) < 6:
        queue = await place.queue(retrying=retrying)
        while bodies(lease := await queue.lease(10, LONG, wait=LONG)) != ["deadly"]:
            assert "deadly" not in bodies(lease)
            delivered += bodies(lease)
            await settled(queue, lease, Delivered())
            if len(delivered) == 6:
                break
        else:
            dies(queue)
            deaths += 1
    assert sorted(delivered) == [*"012345"]
    assert deaths in {3, 4}  # who takes over at once may not know of the last one yet
    (letter,) = await queue.letters()
    assert (letter.item.body, letter.attempts) == (b"deadly", 3)
    assert "seems to die of it" in letter.reason
    assert await queue._log.deaths() == {}


async def test_what_is_settled_is_no_suspect_any_more(place):
    retrying = Retrying(suspect_after=1, bury_after=1, first=0.02, ceiling=0.02)
    queue = await place.queue(retrying=retrying)
    await queue.put([item("u", 1)])
    await leased(queue)
    dies(queue)
    for _ in range(2):
        queue = await place.queue(retrying=retrying)
        lease = await queue.lease(10, LONG, wait=LONG)
        assert bodies(lease) == ["1"]
        async with asyncio.timeout(LONG):
            while not await queue._log.deaths():  # noqa: ASYNC110 - a clock brings it about
                await asyncio.sleep(0.1)
        await queue._suspects.learn()
        await settled(queue, lease, RetryLater("busy"))
        assert await queue._log.deaths() == {}
        assert bodies(await queue.lease(10, LONG, wait=LONG)) == ["1"]
        dies(queue)


async def test_who_ends_in_peace_has_died_of_nothing(place):
    first = await place.queue()
    await first.put([item("u", 1)])
    await leased(first)
    await first.aclose()
    second = await place.queue()
    assert bodies(await second.lease(10, LONG, wait=LONG)) == ["1"]
    assert await second._log.deaths() == {}


async def test_whoever_is_cancelled_while_leasing_has_nothing(place):
    queue = await place.queue()
    await queue.put([item("u", 1)])
    await queue.lease(0, LONG)
    await until(lambda: queue._lanes.loaded)
    async with queue._suspects._in_turn:
        task = asyncio.create_task(queue.lease(1, LONG))
        await asyncio.sleep(0)
        assert queue._lanes.leased()
        task.cancel()
        await asyncio.wait([task])
    assert bodies(await queue.lease(1, LONG)) == ["1"]


async def test_two_processes_share_the_shards_and_one_takes_over_from_the_other(place, drained):
    first, second = await place.queue(), await place.queue()
    for queue in (first, second):
        await queue.lease(0, LONG)
    await until(lambda: {len(queue._owner.held) for queue in (first, second)} == {8})
    put = [item(f"u{n % 40}", n) for n in range(400)]
    await first.put(put)
    seen = await drained(first, second, limit=7)
    assert seen == {
        f"u{user}": [str(n).encode() for n in range(400) if n % 40 == user] for user in range(40)
    }
    await first.aclose()
    await until(lambda: len(second._owner.held) == 16)


def shares(queues):
    return [len(queue._owner.held) for queue in queues]


async def test_a_third_process_gets_its_part_while_the_others_are_busy(place):
    queues = [await place.queue()]
    await queues[0].lease(0, LONG)
    await until(lambda: len(queues[0]._owner.held) == 16)
    await queues[0].put([item(f"u{n}", n) for n in range(100)])
    lease = await leased(queues[0], limit=100, count=100)
    queues += [await place.queue(), await place.queue()]
    for queue in queues[1:]:
        await queue.lease(0, LONG)
    await asyncio.sleep(1.5)
    assert len(queues[0]._owner.held) == 16  # all of them busy
    await settled(queues[0], lease, Delivered())
    await until(lambda: (max(shares(queues)), sum(shares(queues))) == (6, 16))


async def test_what_is_closed_in_the_middle_is_anothers_to_send(place, drained):
    first = await place.queue()
    await first.put([item("u", n) for n in range(10)])
    await first.settle(lease := await leased(first, limit=5, count=5), {})
    await first.settle(lease, {lease.items[0].number: Delivered()})
    await first.aclose()
    assert (await drained(await place.queue()))["u"] == [str(n).encode() for n in range(1, 10)]


async def test_many_put_at_once_and_each_lane_keeps_its_order(place, drained):
    queue = await place.queue()

    async def put_all(lane):
        for n in range(0, 60, 3):
            await queue.put([item(lane, n + k, f"{lane}/{n + k}") for k in range(3)])

    lanes = [f"u{n}" for n in range(20)]
    await asyncio.gather(*map(put_all, lanes))
    expected = {lane: [str(n).encode() for n in range(60)] for lane in lanes}
    assert await drained(queue) == expected


async def test_outdated_letters_are_tidied_away(place):
    queue = await place.queue(limits=QueueLimits(letters_for=LONG))
    await queue.put([item("u", 1)])
    await settled(queue, await leased(queue), Rejected("bad"))
    await queue.tidy()
    assert len(await queue.letters()) == 1
    at_once = await place.queue(limits=QueueLimits(letters_for=0.0))
    await at_once.tidy()
    assert await queue.letters() == ()


async def test_it_is_for_what_was_said_first(place):
    first, second = await place.queue(), await place.queue()
    assert await first.dedicate("this ü") == "this ü"
    assert await second.dedicate("that") == "this ü"


async def test_it_must_be_opened(place):
    queue = await place.queue()
    await queue.aclose()
    for call in (queue.put([item("u", 1)]), queue.lease(1, LONG), queue.counts(), queue.letters()):
        with pytest.raises(QueueError, match="not open"):
            await call


async def test_a_call_may_bring_as_many_items_as_the_forwarder_takes_events(queue):
    most = Limits().events
    receipts = await queue.put([item(f"u{n % 50}", n, f"k{n}") for n in range(most)])
    assert receipts == (STORED,) * most


async def test_deletions_take_letters_of_many_users_at_whatever_distance(place):
    """As many as it takes to go through several pages, with holes in them."""
    queue = await place.queue()
    await queue.put([item(f"u{n}", n) for n in range(600)])
    await settled(queue, await leased(queue, limit=600, count=600), Rejected("bad"))
    letters = await queue.letters(limit=1_000)
    assert len(letters) == 600
    await queue.drop(letter.number for letter in letters[100:300])
    left = {letter.item.lanes[0] for letter in letters[:100] + letters[300:]}
    assert {letter.item.lanes[0] for letter in await queue.letters(limit=600)} == left
    await queue.put([item("w", 1)])
    gone = sorted(left)[::2]
    lease = await leased(queue)
    await queue.settle(lease, {}, facts=[Deleted(user, 4e9) for user in gone])
    assert {letter.item.lanes[0] for letter in await queue.letters(limit=600)} == left - set(gone)
