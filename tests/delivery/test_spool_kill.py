"""Writers and senders that are killed at any moment lose nothing that was accepted.

SPOOL_KILLS=200 pytest tests/delivery/test_spool_kill.py kills as often.
"""

import json
import os
import random
import subprocess
import sys
from collections import defaultdict

from aiorecombee.delivery.queue import Delivered, Item, Receipt
from aiorecombee.delivery.spool import Spool

KILLS = int(os.environ.get("SPOOL_KILLS", "10"))
SEED = int(os.environ.get("SPOOL_SEED", "20240229"))

WRITER = """
import asyncio, sys
from aiorecombee.delivery.queue import Item
from aiorecombee.delivery.spool import Spool

async def write(spool, lane, start, size):
    number = start
    while True:
        keys = [f"{lane}/{number + n}" for n in range(size)]
        await spool.put([Item((lane,), key.encode(), key) for key in keys])
        number += size
        sys.stdout.write(f"{lane} {number}\\n")
        sys.stdout.flush()

async def main(path, *lanes):
    async with Spool(path) as spool:
        parts = [lane.split(":") for lane in lanes]
        await asyncio.gather(*(write(spool, part[0], int(part[1]), int(part[2])) for part in parts))

asyncio.run(main(*sys.argv[1:]))
"""
SENDER = """
import asyncio, os, sys
from aiorecombee.delivery.queue import Delivered, Returned
from aiorecombee.delivery.spool import Spool

async def main(path, service):
    log = os.open(service, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    async with Spool(path) as spool:
        while True:
            # Short, so that whoever comes after a killed one need not wait long.
            lease = await spool.lease(50, 0.3, wait=0.1)
            sent = lease.items[: 1 + len(lease.items) * 3 // 4]
            os.write(log, b"".join(each.item.body + b"\\n" for each in sent))
            verdicts = {each.number: Returned() for each in lease.items}
            verdicts |= {each.number: Delivered() for each in sent}
            await spool.settle(lease, verdicts)
            sys.stdout.write(f"{len(sent)}\\n")
            sys.stdout.flush()

asyncio.run(main(*sys.argv[1:]))
"""


def run(script, *arguments):
    command = [sys.executable, "-W", "error", "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def killed(process, lines):
    """What it said, when it is killed some time after so many lines."""
    with process:
        said = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        return [line for line in [*said, *process.stdout] if line.endswith("\n")]


def sent_to(service):
    by_lane = defaultdict(list)
    for line in service.read_text().splitlines():
        lane, _, number = line.partition("/")
        by_lane[lane].append(int(number))
    return by_lane


async def drain(path, service):
    with service.open("ab") as log:
        async with Spool(path) as spool:
            while (await spool.counts()).items:
                lease = await spool.lease(1_000, 60.0, wait=1.0)
                log.writelines(each.item.body + b"\n" for each in lease.items)
                await spool.settle(lease, {each.number: Delivered() for each in lease.items})


async def test_what_was_accepted_is_delivered_in_order_and_known_whoever_is_killed(tmp_path):
    chance = random.Random(SEED)
    path, service = tmp_path / "events.spool", tmp_path / "service.log"
    accepted = dict.fromkeys("abcdefgh", 0)
    gap = 10_000  # what a killed writer was at may be there or not; the next one goes on elsewhere
    started = dict.fromkeys(accepted, 0)
    ranges = []
    for _ in range(KILLS):
        lanes = [f"{lane}:{started[lane]}:{chance.choice([1, 7])}" for lane in accepted]
        writer, sender = run(WRITER, path, *lanes), run(SENDER, path, service)
        said = killed(writer, chance.randrange(1, 600))
        killed(sender, chance.randrange(1, 40))
        reached = dict(started)
        reached |= {lane: int(number) for lane, number in map(str.split, said)}
        ranges += [(lane, started[lane], reached[lane]) for lane in accepted]
        started = {lane: reached[lane] + gap for lane in accepted}
    await drain(path, service)

    delivered = sent_to(service)
    for lane in accepted:
        first_times = list(dict.fromkeys(delivered[lane]))
        assert first_times == sorted(first_times)
    owed = [(lane, n) for lane, start, end in ranges for n in range(start, end)]
    assert [(lane, n) for lane, n in owed if n not in set(delivered[lane])] == []
    repeated = sum(map(len, delivered.values())) - len({*map(json.dumps, flat(delivered))})
    print(f"{KILLS} kills of each, {len(owed)} accepted, {repeated} delivered more than once")  # noqa: T201
    assert await known(path, owed) == {Receipt.ALREADY_THERE}


def flat(delivered):
    return [(lane, n) for lane, numbers in delivered.items() for n in numbers]


async def known(path, owed):
    async with Spool(path) as spool:
        items = [Item((lane,), b"again", f"{lane}/{n}") for lane, n in owed]
        parts = [items[at : at + 1_000] for at in range(0, len(items), 1_000)]
        return {receipt for part in parts for receipt in await spool.put(part)}
