"""Brokers to keep promises: one in memory, and real servers of which BROKERS names some.

`BROKERS=redis,nats pytest tests/brokers` runs every promise on each; the programs `redis-server`
and `nats-server` must be there. Without it, the broker in memory is held to the same promises.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections import defaultdict

import attrs
import pytest

from aiorecombee.delivery.broker.memory_log import MemoryBroker, MemoryLog
from aiorecombee.delivery.broker.nats_log import NatsLog
from aiorecombee.delivery.broker.queue import BrokerQueue
from aiorecombee.delivery.broker.redis_log import RedisLog
from aiorecombee.delivery.queue import Delivered
from aiorecombee.delivery.spool import Retrying

NAMED = [name for name in os.environ.get("BROKERS", "memory").split(",") if name]
CLAIMED_FOR = 1.0
PATIENCE = 30.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@attrs.define
class Server:
    """A broker's own program, which can be ended and started again with what it had kept."""

    command: list
    port: int
    url: str
    process: subprocess.Popen | None = None

    def start(self):
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1.0).close()
                return
            assert time.monotonic() < end, f"{self.command[0]} does not listen"
            assert self.process.poll() is None, f"{self.command[0]} ended"

    def kill(self):
        self.process.kill()
        self.process.wait()


def redis_server(folder):
    port = free_port()
    options = ["--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
    options += ["--appendonly", "yes", "--appendfsync", "always"]
    return Server([program("redis-server"), *map(str, options)], port, f"redis://127.0.0.1:{port}")


def nats_server(folder):
    port = free_port()
    options = ["-a", "127.0.0.1", "-p", port, "-js", "-sd", folder]
    return Server([program("nats-server"), *map(str, options)], port, f"nats://127.0.0.1:{port}")


def program(name):
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert found, f"{name} cannot be found: apt-get install {name}"
    return found


SERVERS = {"redis": redis_server, "nats": nats_server}


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
    names = iter("".join(c if c.isalnum() else "-" for c in request.node.name)[:60].split())
    name = f"{next(names)}-{time.monotonic_ns()}"
    found = Place(
        request.param,
        servers.get(request.param),
        name,
        MemoryBroker(claimed_for=CLAIMED_FOR),
    )
    yield found
    for queue in found.opened:
        await queue.aclose()


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
