"""A service that fails in every way the mock knows, is slow, or is down for an hour.

FAULT_SEEDS=5 tries each misfortune with as many seeds.
"""

import asyncio
import os
from contextlib import AsyncExitStack
from time import time

import pytest

from aiorecombee import NoRetry, RecombeeClient
from aiorecombee.delivery.sending.circuit import Circuit
from aiorecombee.delivery.sending.sender import Sender
from aiorecombee.delivery.spool import Retrying, Spool
from aiorecombee.forwarder.access import Keys
from aiorecombee.forwarder.application import Receiver, make_app
from aiorecombee.forwarder.deletion import Deletions
from aiorecombee.forwarder.tracking import TrackingApi
from aiorecombee.segment import Destination

from .load import HOUR, calls_of, make_load
from .posting import DELETERS, PATIENCE

SEEDS = range(int(os.environ.get("FAULT_SEEDS", "1")))
QUICKLY = Retrying(first=0.01, ceiling=0.05)
MISFORTUNES = {
    "reset before": {"kind": "reset", "when": "before"},
    "reset after": {"kind": "reset", "when": "after"},
    "503 before": {"kind": "status", "status": 503},
    "502 after": {"kind": "status", "status": 502, "when": "after"},
    "a page in between": {
        "kind": "status",
        "status": 504,
        "body": "<h1>Gateway Timeout</h1>",
        "contentType": "text/html",
    },
    "429": {"kind": "status", "status": 429, "retryAfter": 0.05},
    "truncated": {"kind": "truncate"},
    "items fail": {"kind": "item", "status": 500, "probability": 0.3, "items": 5},
    "items wait": {"kind": "item", "status": 429, "probability": 0.3, "items": 5},
    "422": {"kind": "erasing"},
    "clock behind": {"kind": "clock", "skew": -7200},
    "clock ahead": {"kind": "clock", "skew": 7200},
}
SLOW = {
    "slow to begin": {"kind": "latency", "delay": 0.3, "when": "before"},
    "slow to answer": {"kind": "latency", "delay": 0.3},
    "slow to finish": {"kind": "slow", "bytesPerSecond": 500, "most": 0.3},
}


@pytest.fixture
async def client(recombee_mock):
    place = {"base_uri": recombee_mock.base_uri, "protocol": "http", "retry": NoRetry()}
    async with RecombeeClient(recombee_mock.database_id, recombee_mock.token, **place) as client:
        yield client


@pytest.fixture
def opened(path):
    """Another opening of the spool."""

    def opened(**options):
        return Spool(path, **{"retrying": QUICKLY, **options})

    return opened


@pytest.fixture
def posted(aiohttp_client):
    """Post a load, call by call."""

    async def posted(load, spool, **options):
        sources = {"tracking": TrackingApi(), "deletions": Deletions(Keys([DELETERS]))}
        receiver = await aiohttp_client(make_app(Receiver(spool, **sources, **options)))
        headers = {"Authorization": f"Bearer {DELETERS}"}
        for path, body in calls_of(load, 7):
            async with receiver.post(path, json=body, headers=headers) as answer:
                assert answer.status == 200

    return posted


@pytest.fixture
def sender(client):
    def sender(spool, **options):
        quick = {"circuit": Circuit(first=0.01, ceiling=0.05), "max_events": 7}
        return Sender(spool, Destination().map, client, **(quick | options))

    return sender


@pytest.fixture
def befall(recombee_mock):
    """Have a misfortune befall some batches, and an early one in any case."""

    def befall(effect, seed):
        recombee_mock.add_fault(effect, probability=0.4, seed=seed, operation="Batch")
        recombee_mock.add_fault(effect, after=seed % 5, count=1, operation="Batch")

    return befall


async def drained(spool):
    async with asyncio.timeout(PATIENCE):
        while (await spool.counts()).items:
            pass


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", MISFORTUNES)
async def test_whatever_befalls_calls_nothing_is_lost_doubled_or_overtaken(
    opened, posted, sender, befall, audited, counted, unharmed, name, seed
):
    befall(MISFORTUNES[name], seed)
    load = make_load(seed, time())
    async with opened() as spool, sender(spool):
        await posted(load, spool)
        await drained(spool)
    hits = unharmed()
    assert hits
    counted(f"fault: {name}", await audited(load), runs=1, faults=hits)


@pytest.mark.parametrize("seed", SEEDS)
async def test_everything_at_once(
    opened, posted, sender, recombee_mock, audited, counted, unharmed, seed
):
    for effect in MISFORTUNES.values():
        recombee_mock.add_fault(effect, probability=0.06, seed=seed, operation="Batch")
    load = make_load(seed, time(), size=40)
    async with opened() as spool, sender(spool):
        await posted(load, spool)
        await drained(spool)
    hits = unharmed()
    counted("fault: all of them at once", await audited(load), runs=1, faults=hits)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", SLOW)
async def test_a_service_that_is_slower_than_a_lease_lasts_changes_nothing(
    opened, posted, sender, befall, audited, counted, unharmed, name, seed
):
    befall(SLOW[name], seed)
    load = make_load(seed, time())
    async with opened() as spool, sender(spool, lease_for=0.2):
        await posted(load, spool)
        await drained(spool)
    hits = unharmed()
    assert hits
    counted(f"fault: {name}", await audited(load), runs=1, faults=hits)


@pytest.mark.parametrize("seed", SEEDS)
async def test_several_senders_share_a_spool(
    opened, posted, sender, recombee_mock, audited, counted, unharmed, seed
):
    for name in ("reset after", "items fail"):
        recombee_mock.add_fault(MISFORTUNES[name], probability=0.2, seed=seed, operation="Batch")
    load = make_load(seed, time(), size=40)
    async with AsyncExitStack() as stack:
        spools = [await stack.enter_async_context(opened()) for _ in range(3)]
        senders = [await stack.enter_async_context(sender(spool)) for spool in spools]
        await posted(load, spools[0])
        await drained(spools[0])
    assert sum(bool(one.counted.batches) for one in senders) > 1
    counted("three senders on a spool", await audited(load), runs=1, faults=unharmed())


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_service_that_is_down_for_an_hour_costs_time_alone(
    opened, posted, sender, recombee_mock, audited, counted, unharmed, clock, seed
):
    recombee_mock.add_fault({"kind": "status", "status": 503}, id="down")
    load = make_load(seed, clock.now)
    end = clock.now + HOUR
    async with opened(clock=clock) as spool:
        await posted(load, spool, clock=clock)
        async with sender(spool, circuit=Circuit(), clock=clock, max_in_flight=1):
            async with asyncio.timeout(PATIENCE):
                while clock.now < end:
                    await spool.counts()
            hits = unharmed()
            await drained(spool)
        tally = (await spool.counts()).tally
    assert hits > HOUR / 60.0
    assert tally.get("retried", 0) == 0
    counted("fault: down for an hour", await audited(load), runs=1, faults=hits)
