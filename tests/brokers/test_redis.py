"""What only Redis does: run out of memory, lose its last writes, answer twice."""

import asyncio

import pytest
from redis.asyncio import Redis

from aiorecombee.delivery.broker import BrokerQueue, RedisLog
from aiorecombee.delivery.ledger import Deleted
from aiorecombee.delivery.queue import Delivered, Item, NoRoomError, QueueError, Returned, shard_of
from aiorecombee.errors import ConfigurationError

LONG = 20.0


def item(lane, body, key=None):
    return Item((lane,), str(body).encode(), key)


@pytest.mark.usefixtures("own_server")
async def test_a_redis_without_memory_takes_nothing_more_and_gives_away_what_it_has(place, drained):
    lanes = ("u", next(f"v{n}" for n in range(99) if shard_of(f"v{n}", 16) != shard_of("u", 16)))
    queue = await place.queue()
    await queue.put([item("u", 1), Item(lanes, b"2"), item(lanes[1], 3)])
    await queue._log._redis.config_set("maxmemory", 1)
    with pytest.raises(NoRoomError, match="no memory left"):
        await queue.put([item("u", 4)])
    lease = await queue.lease(1, LONG, wait=LONG)
    await queue.settle(lease, {}, facts=[Deleted("w", 1.0)])
    assert (await queue.ledger(["w"])).deletions
    await queue.settle(lease, {one.number: Delivered() for one in lease.items})
    assert await drained(queue) == {"u": [b"2"], lanes[1]: [b"2", b"3"]}


async def test_a_redis_that_lost_its_last_writes_gives_no_number_out_again(place):
    """As after a crash between two snapshots, or when a replica takes over."""
    queue = await place.queue()
    redis, key = queue._log._redis, f"{queue._log._prefix}:next"
    await queue.put([item("u", "kept")])
    kept = await redis.get(key)
    await queue.put([item("u", "lost")])
    lease = await queue.lease(0, LONG)
    async with asyncio.timeout(LONG):
        while len(lease.items) < 2:
            await queue.settle(lease, {one.number: Returned() for one in lease.items})
            lease = await queue.lease(2, LONG, wait=LONG)
    shard = f"{queue._log._prefix}:shard:{shard_of('u', 16)}"
    (id_, fields), _ = await redis.xrange(shard)
    await redis.delete(shard)
    await redis.xadd(shard, fields, id=id_)
    await redis.set(key, kept)
    await queue.put([item("u", "new")])
    await queue.settle(lease, {one.number: Delivered() for one in lease.items})
    assert (await queue.lease(9, LONG, wait=LONG)).items[0].item.body == b"new"


async def test_a_client_that_decodes_is_refused_before_anything_is_stored(place):
    async with Redis.from_url(place.server.url, decode_responses=True) as client:
        with pytest.raises(ConfigurationError, match="decode_responses"):
            await BrokerQueue(RedisLog(client, name=place.name)).open()


async def test_a_letter_of_somebody_else_is_named_as_one(place):
    queue = await place.queue()
    await queue._log._redis.xadd(f"{queue._log._prefix}:letters", {"letter": b"what"})
    with pytest.raises(QueueError, match="none of ours"):
        await queue.letters()


async def test_a_call_whose_answer_was_lost_on_the_way_stores_nothing_twice(place, drained):
    """The package calls again by itself."""
    lost = asyncio.Event()

    async def pass_on(reader, writer, answers):
        while part := await reader.read(65_536):
            if answers and b"done" in part and not lost.is_set():
                lost.set()
                break
            writer.write(part)
        writer.close()

    async def connect(reader, writer):
        server, to_server = await asyncio.open_connection("127.0.0.1", place.server.port)
        await asyncio.gather(pass_on(reader, to_server, False), pass_on(server, writer, True))

    between = await asyncio.start_server(connect, "127.0.0.1", 0)
    async with between:
        port = between.sockets[0].getsockname()[1]
        queue = await place.queue(RedisLog(f"redis://127.0.0.1:{port}", name=place.name))
        await queue.put([item("u", 1), item("u", 2, "key")])
        assert lost.is_set()
        await queue.aclose()
    assert await drained(await place.queue()) == {"u": [b"1", b"2"]}


@pytest.mark.usefixtures("own_server")
async def test_a_redis_that_may_lose_events_is_told_of_in_the_log(place, caplog):
    settings = {"appendonly": "no", "maxmemory": "1gb", "maxmemory-policy": "allkeys-lru"}
    async with Redis.from_url(place.server.url) as admin:
        await place.queue()
        assert caplog.messages == []
        for name, value in settings.items():
            await admin.config_set(name, value)
        await place.queue()
        assert len(caplog.messages) == 2
        assert "set appendonly yes" in caplog.messages[0]
        assert f"at 127.0.0.1:{place.server.port}" in caplog.messages[1]
        caplog.clear()
        await admin.acl_setuser("default", commands=["-info"], enabled=True)
        await place.queue()
        assert caplog.messages == []
