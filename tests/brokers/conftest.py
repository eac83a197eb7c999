"""Brokers to keep promises: one in memory, and real servers of which BROKERS names some.

`BROKERS=redis,nats pytest tests/brokers` runs every promise on each; the programs `redis-server`
and `nats-server` must be there. Without it, the broker in memory is held to the same promises, and
what only a real one can do is not collected.
"""

import os
import time
from collections import defaultdict

import attrs
import pytest

from aiorecombee.delivery.broker import BrokerQueue, MemoryBroker, MemoryLog, NatsLog, RedisLog
from aiorecombee.delivery.queue import Delivered
from aiorecombee.delivery.spool import Retrying

from .servers import PATIENCE, SERVERS, Server

NAMED = [name for name in os.environ.get("BROKERS", "memory").split(",") if name]
CLAIMED_FOR = 3.0
collect_ignore = [] if set(NAMED) & set(SERVERS) else ["test_real.py", "test_serve.py"]
collect_ignore += [f"test_{name}.py" for name in SERVERS if [name] != NAMED]


@pytest.fixture(scope="session")
def servers(tmp_path_factory):
    """Those that are named, by name."""
    started = {}
    for name in set(NAMED) & set(SERVERS):
        started[name] = SERVERS[name](tmp_path_factory.mktemp(name))
        started[name].start()
    yield started
    for server in started.values():
        server.kill()


@attrs.define
class Place:
    """Where queues are, and how to open one there.

    Attributes:
        kind: Which broker.
        server: Its program; none in memory.
        name: Of the queue.
        opened: Queues that are open.
    """

    kind: str
    server: Server | None
    name: str
    memory: MemoryBroker
    opened: list = attrs.field(factory=list)

    def log(self, **settings):
        if self.kind == "memory":
            return MemoryLog(attrs.evolve(self.memory, **settings) if settings else self.memory)
        made = {"name": self.name, "claimed_for": CLAIMED_FOR, **settings}
        return (RedisLog if self.kind == "redis" else NatsLog)(self.server.url, **made)

    async def queue(self, log=None, **settings):
        retrying = Retrying(first=0.02, ceiling=0.02, attempts=3, rand=lambda: 1.0)
        queue = BrokerQueue(log or self.log(), **{"retrying": retrying, **settings})
        await queue.open()
        self.opened.append(queue)
        return queue


@pytest.fixture(params=NAMED)
async def place(request, servers):
    name = f"q-{time.monotonic_ns()}"
    memory = MemoryBroker(claimed_for=CLAIMED_FOR)
    found = Place(request.param, servers.get(request.param), name, memory)
    yield found
    for queue in found.opened:
        await queue.aclose()


@pytest.fixture
async def own_server(place, tmp_path):
    """A server for this test alone."""
    server = place.server = SERVERS[place.kind](tmp_path)
    server.start()
    yield server
    for queue in place.opened:
        await queue.aclose()
    server.kill()


@pytest.fixture
async def queue(place):
    return await place.queue()


@pytest.fixture
def drained():
    """Lease and deliver until nothing is left: the bodies by lane, in order."""

    async def drained(*queues, limit=1_000):
        seen = defaultdict(list)
        end = time.monotonic() + PATIENCE
        while (await queues[0].counts()).items:
            for queue in queues:
                lease = await queue.lease(limit, PATIENCE, wait=0.05)
                for leased in lease.items:
                    for lane in leased.item.lanes:
                        seen[lane].append(leased.item.body)
                await queue.settle(lease, {each.number: Delivered() for each in lease.items})
            assert time.monotonic() < end, await queues[0].counts()
        return dict(seen)

    return drained
