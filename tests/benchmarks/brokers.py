"""How many events a second a queue on a broker takes in and gives out, beside what is beneath it.

    python tests/benchmarks/brokers.py [redis] [nats] [--events N] [--rounds N]

In: bodies of 500 bytes with a key each, by 4 tasks that put 100 at a time. Out: leases of 1,000,
each asked for its users' ledger, and settled as delivered. Beside it, in turn: the broker's own
client that writes the same 100 at once with nothing else (no keys told apart, no lanes, no count),
and FastStream's `publish`, each of them awaited by a task of its own. The servers are started
here, with what they write synced as they do by default (Redis: `appendfsync always`).
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
import uuid
from pathlib import Path

import nats
import redis.asyncio
from faststream.nats import NatsBroker
from faststream.redis import RedisBroker

from aiorecombee.delivery.broker import BrokerQueue, log_at
from aiorecombee.delivery.queue import Delivered, Item

sys.path.insert(0, str(Path(__file__).parents[1]))
from brokers.servers import SERVERS

BODY = b'{"type":"track","event":"Product Viewed","properties":{"sku":"' + b"x" * 430 + b'"}}'
USERS = 20_000
AT_ONCE = 100
TASKS = 4


async def in_parts(events, tasks, put):
    """Events a second, by tasks that put so many at once."""

    async def work(first):
        for start in range(first * AT_ONCE, events, tasks * AT_ONCE):
            await put(range(start, start + AT_ONCE))

    before = time.perf_counter()
    await asyncio.gather(*map(work, range(tasks)))
    return events / (time.perf_counter() - before)


async def ours(url, events):
    async with BrokerQueue(log_at(url, f"bench-{uuid.uuid4().hex}")) as queue:

        async def put(numbers):
            await queue.put([Item((f"user-{n % USERS}",), BODY, f"key-{n}") for n in numbers])

        rate_in = await in_parts(events, TASKS, put)
        await queue.lease(0, 60.0)
        await asyncio.sleep(1.5)  # it has its shards then
        before, left = time.perf_counter(), events
        while left:
            lease = await queue.lease(1_000, 60.0, wait=10.0)
            await queue.ledger({leased.item.lanes[0] for leased in lease.items})
            await queue.settle(lease, {leased.number: Delivered() for leased in lease.items})
            left -= len(lease.items)
        return rate_in, events / (time.perf_counter() - before)


async def raw_redis(url, events):
    async with redis.asyncio.Redis.from_url(url) as client:
        name = uuid.uuid4().hex

        async def put(numbers):
            pipeline = client.pipeline(transaction=True)
            for _ in numbers:
                pipeline.xadd(name, {"item": BODY})
            await pipeline.execute()

        rate = await in_parts(events, TASKS, put)
        await client.delete(name)
        return rate


async def raw_nats(url, events):
    client = await nats.connect(url)
    jetstream, name = client.jetstream(), uuid.uuid4().hex
    await jetstream.add_stream(name=name, subjects=[name])

    async def put(numbers):
        await asyncio.gather(*(jetstream.publish(name, BODY) for _ in numbers))

    rate = await in_parts(events, TASKS, put)
    await jetstream.delete_stream(name)
    await client.close()
    return rate


async def faststream(kind, url, events):
    broker = {"redis": RedisBroker, "nats": NatsBroker}[kind](url, logger=None)
    name = uuid.uuid4().hex
    async with broker:
        await broker.connect()
        if kind == "nats":
            await broker.connection.jetstream().add_stream(name=name, subjects=[name])
        where = {"stream": name} if kind == "redis" else {"subject": name, "stream": name}

        async def put(numbers):
            await asyncio.gather(*(broker.publish(BODY, **where) for _ in numbers))

        return await in_parts(events, 1, put)  # its pool has 100 connections


async def round_of(kind, url, events):
    raw = await (raw_redis if kind == "redis" else raw_nats)(url, events)
    stream = await faststream(kind, url, events)
    rate_in, rate_out = await ours(url, events)
    return raw, stream, rate_in, rate_out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*", default=list(SERVERS), metavar="KIND")
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for kind in options.kinds:
        with tempfile.TemporaryDirectory() as folder:
            server = SERVERS[kind](folder)
            server.start()
            rounds = [
                asyncio.run(round_of(kind, server.url, options.events))
                for _ in range(options.rounds)
            ]
            server.kill()
        raw, stream, rate_in, rate_out = map(statistics.median, zip(*rounds, strict=True))
        print(f"{kind}: in {rate_in:,.0f}/s, out {rate_out:,.0f}/s; beside it its own client")
        print(f"  {raw:,.0f}/s (ours: {rate_in / raw:.2f}), FastStream {stream:,.0f}/s", end="")
        print(f" ({rate_in / stream:.2f})")


main()
