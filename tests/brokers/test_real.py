"""What only a real broker can do: be killed, be full of others' things, be the wrong one."""

import asyncio

import pytest
from faststream.nats import NatsBroker
from faststream.redis import RedisBroker

from aiorecombee.delivery.broker import BrokerError, BrokerQueue, NatsLog, RedisLog, log_at
from aiorecombee.delivery.broker.records import write_item
from aiorecombee.delivery.queue import (
    Delivered,
    Item,
    QueueError,
    Receipt,
    Rejected,
    shard_of,
)
from aiorecombee.errors import ConfigurationError

LONG = 20.0


def item(lane, body, key=None):
    return Item((lane,), str(body).encode(), key)


async def insist(call):
    """Until the broker is back."""
    async with asyncio.timeout(LONG):
        while True:
            try:
                return await call()
            except QueueError:
                await asyncio.sleep(0.05)


async def test_closing_a_queue_whose_broker_is_gone_takes_no_longer_than_a_call(place, own_server):
    queue = await place.queue()
    await queue.put([item("u", 1)])
    assert (await queue.lease(1, LONG, wait=LONG)).items
    own_server.kill()
    async with asyncio.timeout(3 * LONG):
        await queue.aclose()


async def test_a_broker_that_is_killed_and_started_again_has_everything(place, own_server, drained):
    queue = await place.queue()
    await queue.put([item(f"u{n % 7}", n, f"k{n}") for n in range(50)])
    assert (await queue.lease(5, LONG, wait=LONG)).items
    own_server.kill()
    with pytest.raises(BrokerError):
        await queue.put([item("u", "lost", "lost")])
    own_server.start()
    more = [item(f"u{n % 7}", n, f"k{n}") for n in range(40, 60)]
    told = await insist(lambda: queue.put(more))
    assert told == (Receipt.ALREADY_THERE,) * 10 + (Receipt.STORED,) * 10
    other = await place.queue()
    await queue.aclose()  # whoever it had leased to is gone
    seen = await drained(other)
    assert seen.pop("u", [b"lost"]) == [b"lost"]  # sent before it was known that nobody heard
    assert seen == {f"u{m}": [str(n).encode() for n in range(60) if n % 7 == m] for m in range(7)}


async def test_whoever_owns_shards_goes_on_when_the_broker_is_back(place, own_server):
    queue = await place.queue()
    await queue.put([item("u", n) for n in range(3)])
    lease = await queue.lease(2, LONG, wait=LONG)
    own_server.kill()
    with pytest.raises(QueueError):
        await queue.settle(lease, {lease.items[0].number: Delivered()})
    await asyncio.sleep(3.2)  # the claims run out meanwhile
    own_server.start()
    again = await insist(lambda: queue.lease(3, LONG, wait=LONG))
    assert [leased.item.body for leased in again.items] == [b"0", b"1", b"2"]
    await insist(lambda: queue.settle(again, {one.number: Delivered() for one in again.items}))
    async with asyncio.timeout(LONG):
        while (await insist(queue.counts)).items:  # the server forgets them when it comes to it
            pass


async def test_an_alias_whose_writer_died_half_way_is_delivered_all_the_same(place, drained):
    """As NATS cannot write two messages at once; Redis can."""
    queue = await place.queue()
    lanes = ("u", next(f"v{n}" for n in range(99) if shard_of(f"v{n}", 16) != shard_of("u", 16)))
    alias = Item(lanes, b"alias", barrier=True)
    log = queue._log
    if place.kind == "nats":
        await log.jetstream.publish(log.names.item(shard_of("u", 16)), write_item(alias))
    else:
        await queue.put([alias])
    await queue.put([item(lanes[1], "behind")])
    assert (await drained(queue))["u"] == [b"alias"]


async def test_all_must_agree_on_the_number_of_shards(place):
    await place.queue(place.log(shards=4))
    assert (await place.queue())._log.shards == 4
    with pytest.raises(ConfigurationError, match="made with 4 shards, not 8"):
        await place.queue(place.log(shards=8))


async def test_a_queue_that_must_exist_is_not_made(place):
    log = place.log(must_exist=True)
    with pytest.raises(ConfigurationError, match="no queue of this name"):
        await BrokerQueue(log).open()
    await log.aclose()
    await place.queue()
    await place.queue(place.log(must_exist=True))


@pytest.mark.parametrize("secret", ["hush", "hu%20sh"])
async def test_a_broker_that_is_not_there_is_named_and_its_password_is_not(place, secret):
    url = f"{place.kind}://someone:{secret}@127.0.0.1:1"
    queue = BrokerQueue(log_at(url))
    with pytest.raises(BrokerError) as found:
        await queue.open()
    assert "127.0.0.1:1" in str(found.value)
    assert "hu" not in str(found.value).replace("Authenticat", "")


async def test_a_record_of_somebody_else_does_not_stop_the_others(place, caplog):
    """It is told, and left where it is: a shard that cannot be read is tried again."""
    queue = await place.queue()
    log = queue._log
    if place.kind == "redis":
        await log._redis.xadd(f"{log._prefix}:shard:3", {"item": b"what"}, id="999-0")
    else:
        await log.jetstream.publish(log.names.item(3), b"what")
    lanes = [f"u{n}" for n in range(40) if shard_of(f"u{n}", 16) != 3]
    await queue.put([item(lane, 1) for lane in lanes])
    done = 0
    async with asyncio.timeout(LONG):
        while done < len(lanes):
            lease = await queue.lease(100, LONG, wait=0.1)
            done += len(lease.items)
            await queue.settle(lease, {one.number: Delivered() for one in lease.items})
    assert "none of ours" in caplog.text


async def test_an_application_of_faststream_shares_its_connection(place, drained):
    """A handler of its own may put events; the queue closes nothing that it was given."""
    if place.kind == "redis":
        broker = RedisBroker(place.server.url)
        queue = BrokerQueue(RedisLog(await broker.connect(), name=place.name))
    else:
        broker = NatsBroker(place.server.url)
        await broker.connect()
        queue = BrokerQueue(NatsLog(broker.connection, name=place.name))

    @broker.subscriber("incoming")
    async def keep(body: str) -> None:
        await queue.put([item("u", body)])

    await queue.open()
    async with broker:
        await broker.start()
        await broker.publish("hello", "incoming")
        async with asyncio.timeout(LONG):
            while not (await queue.counts()).items:  # noqa: ASYNC110 - another task puts it
                await asyncio.sleep(0.02)
        assert (await drained(queue))["u"] == [b"hello"]
        await queue.aclose()
        assert await broker.ping(timeout=5.0)


async def test_letters_outlive_the_broker(place, own_server):
    queue = await place.queue()
    await queue.put([item("u", 1)])
    lease = await queue.lease(1, LONG, wait=LONG)
    await queue.settle(lease, {lease.items[0].number: Rejected("bad")})
    own_server.kill()
    own_server.start()
    (letter,) = await insist(queue.letters)
    assert (letter.item.body, letter.reason) == (b"1", "bad")


async def test_a_broker_that_is_away_is_told_of_once(place, own_server, caplog):
    queue = await place.queue()
    await queue.lease(0, LONG)
    await asyncio.sleep(1.0)
    own_server.kill()
    await asyncio.sleep(7.0)
    assert 1 <= len({record.getMessage() for record in caplog.records}) <= 3
    assert len(caplog.records) <= 3


@pytest.mark.parametrize("moments", [1, 2, 5, 20])
async def test_closing_that_is_cancelled_leaves_nothing_running(place, moments):
    queue = await place.queue()
    before = asyncio.all_tasks()
    await queue.lease(0, LONG)
    await asyncio.sleep(0.3)
    closing = asyncio.create_task(queue.aclose())
    for _ in range(moments):
        await asyncio.sleep(0)
    closing.cancel()
    await asyncio.wait([closing])
    await asyncio.sleep(1.0)
    running = [task.get_coro().__qualname__ for task in asyncio.all_tasks() - before]
    assert [name for name in running if name.startswith("Owner.")] == []
