"""What a dead process had leased is given back as soon as somebody opens the spool."""

import asyncio
import shutil
import subprocess
import sys

import attrs
import pytest

from aiorecombee.delivery.queue import Delivered, Item
from aiorecombee.delivery.spool import Spool

DIES_WITH_A_LEASE = """
import asyncio, os, sys
from aiorecombee.delivery.spool import Spool

async def main(path):
    async with Spool(path) as spool:
        assert (await spool.lease(10, 3_600.0)).items
        os._exit(9)

asyncio.run(main(sys.argv[1]))
"""


@attrs.define
class Clock:
    """Stands still."""

    now: float = 1_000_000.0

    def time(self):
        return self.now

    def monotonic(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.spool"


def spool_at(path):
    return Spool(path, clock=Clock())


def died(path):
    command = [sys.executable, "-W", "error", "-c", DIES_WITH_A_LEASE, str(path)]
    return subprocess.run(command, check=False).returncode


async def leased(spool):
    return [each.item.body for each in (await spool.lease(10, 3_600.0)).items]


async def test_what_a_process_had_leased_that_died_is_leased_at_once(path):
    async with Spool(path) as spool:
        await spool.put([Item(("a",), b"1")])
    assert await asyncio.to_thread(died, path) == 9
    async with Spool(path) as spool:
        (found,) = (await spool.lease(10, 60.0)).items
        assert (found.item.body, found.attempts) == (b"1", 1)


async def test_what_others_have_leased_who_live_stays_theirs(path):
    async with spool_at(path) as one:
        await one.put([Item(("a",), b"1")])
        lease = await one.lease(10, 3_600.0)
        async with spool_at(path) as other:
            assert await leased(other) == []
        async with spool_at(path) as another:
            assert await leased(another) == []
        assert (await one.settle(lease, {1: Delivered()})).done == (1,)


async def test_of_several_only_the_leases_of_the_dead_end(path):
    async with spool_at(path) as one:
        await one.put([Item(("a",), b"1")])
        assert await leased(one) == [b"1"]
        async with spool_at(path) as other:
            await other.put([Item(("b",), b"2")])
            assert await leased(other) == [b"2"]
        async with spool_at(path) as third:
            assert await leased(third) == [b"2"]


async def test_whoever_finds_no_lock_to_ask_waits_for_the_lease_to_run_out(path):
    async with spool_at(path) as one:
        await one.put([Item(("a",), b"1")])
        assert await leased(one) == [b"1"]
    path.with_name("events.spool-owner-1").unlink()
    async with spool_at(path) as other:
        assert await leased(other) == []
    async with Spool(path, clock=Clock(now=1_003_600.0)) as later:
        assert await leased(later) == [b"1"]


async def test_a_spool_by_another_name_has_the_same_owners(path, tmp_path):
    link = tmp_path / "link.spool"
    async with spool_at(path) as one:
        await one.put([Item(("a",), b"1")])
        assert await leased(one) == [b"1"]
        link.symlink_to(path)
        async with spool_at(link) as other:
            assert await leased(other) == []


async def test_a_copy_of_a_spool_takes_nothing_from_the_original(path, tmp_path):
    async with spool_at(path) as one:
        await one.put([Item(("a",), b"1")])
        await leased(one)
    copy = tmp_path / "copy.spool"
    shutil.copy(path, copy)
    async with spool_at(copy) as other:
        assert await leased(other) == []


async def test_whoever_deletes_the_files_of_the_living_takes_nothing_from_them(path):
    async with spool_at(path) as living:
        await living.put([Item(("u",), b"1")])
        path.with_name("events.spool-owner-1").unlink()
        async with spool_at(path):  # as nobody has the first number now, it might take that
            pass
        lease = await living.lease(1, 3_600.0)
        async with spool_at(path) as later:
            assert await leased(later) == []
        settled = await living.settle(lease, {1: Delivered()})
        assert settled.done == (1,)
