"""Disks that are full, cannot be written, or change their mind."""

import asyncio
import contextlib
import subprocess
import sys

import pytest

from aiorecombee.delivery.queue import Delivered, Item
from aiorecombee.delivery.spool import Spool, SpoolError

# Files may not grow beyond some size here: to the process that is what a full disk is.
GROWS_NO_MORE = """
import asyncio, resource, sys
from aiorecombee.delivery.queue import Delivered, Item
from aiorecombee.delivery.spool import Spool, SpoolError

async def main(path):
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
    stored = 0
    async with Spool(path) as spool:
        try:
            for number in range(1_000):
                await spool.put([Item(("a",), b"x" * 500, f"{number}-{n}") for n in range(10)])
                stored += 10
        except SpoolError as error:
            print(error)
        print(stored, (await spool.counts()).items)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        await spool.put([Item(("a",), b"x", "last")])
        print(stored + 1, (await spool.counts()).items)
        lease = await spool.lease(10_000, 60.0)
        await spool.settle(lease, {one.number: Delivered() for one in lease.items})
        print(len(lease.items), (await spool.counts()).items)

asyncio.run(main(sys.argv[1]))
"""


@contextlib.contextmanager
def small_disk(folder, options):
    """A disk of its own; whoever may not make one is told so by `None`."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        made = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        made = False
    try:
        yield folder if made else None
    finally:
        if made:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def enlarge(disk):
    subprocess.run(["mount", "-o", "remount,size=20m", str(disk)], check=True)


async def filled(spool):
    """How many items it took before it refused, and the refusal."""
    items = [Item(("a",), b"x" * 500) for _ in range(100)]
    stored = 0
    while True:
        try:
            await spool.put(items)
        except SpoolError as error:
            return stored, error
        stored += 100


def test_files_that_cannot_grow_are_an_error_with_a_remedy_and_nothing_is_half_done(tmp_path):
    command = [sys.executable, "-W", "error", "-c", GROWS_NO_MORE, str(tmp_path / "events.spool")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    error, before, after, at_last = said
    assert "events.spool: the disk" in error
    assert "room" in error
    assert before.split()[0] == before.split()[1] != "0"
    assert after.split()[0] == after.split()[1]
    assert at_last.split() == [after.split()[0], "0"]


async def test_a_full_disk_is_said_to_be_full_and_what_was_stored_stays(tmp_path):
    with small_disk(tmp_path / "disk", "size=1m") as disk:
        if disk is None:
            pytest.skip("only root may make a disk; the test above does all but the disk's words")
        async with Spool(disk / "events.spool") as spool:
            stored, error = await filled(spool)
            assert "events.spool: the disk is full; free some" in str(error)
            assert (await spool.counts()).items == stored
            await asyncio.to_thread(enlarge, disk)
            lease = await spool.lease(10_000, 60.0)
            assert len(lease.items) == stored
            await spool.settle(lease, {each.number: Delivered() for each in lease.items})
            assert (await spool.counts()).items == 0


async def test_a_disk_that_cannot_be_written_is_named(tmp_path):
    with small_disk(tmp_path / "disk", "ro,size=1m") as disk:
        folder = disk or tmp_path / "disk"
        if disk is None:
            folder.chmod(0o500)
        with pytest.raises(SpoolError, match=r"disk/events\.spool: .* must exist and be writable"):
            await Spool(folder / "events.spool").open()
