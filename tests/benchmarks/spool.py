"""How many events a second the spool takes in durably, and gives out, on one core.

    python tests/benchmarks/spool.py [--rounds N] [--events N] [--folder FOLDER] [--core N]

In: bodies of 500 bytes with a key each, by 64 tasks that put one event at a time, and by 4 that put
100; each `put` returns when the disk has it. Out: leases of 1,000, each item settled as delivered.
The goal is 20,000 a second each. `backlog` is the same with as many events and keys in the file
already; `busy loop` with a task that keeps the event loop working half of the time. The process has
one core to itself. Every figure is the median over the rounds. A durable transaction is a sync of the
log; `SQL` and `commit` are shares of the time that the spool's thread is in a transaction (sync
included in the latter), the rest is the event loop.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path

from aiorecombee.delivery.queue import Delivered, Item
from aiorecombee.delivery.spool import Spool
from aiorecombee.delivery.spool.file import Kind, SpoolFile

BODY = b'{"type":"track","event":"Product Viewed","properties":{"sku":"' + b"x" * 430 + b'"}}'
GOAL = 20_000
USERS = 20_000


class Seen:
    """Where the time of the spool's own thread goes; wraps the transactions from outside."""

    def __init__(self):
        self.transactions = Counter()
        self.committing = 0.0
        self.working = 0.0

    def watch(self):
        original = SpoolFile.transaction
        seen = self

        def transaction(file, kind):
            return Watched(original(file, kind), kind is Kind.LASTS, seen)

        SpoolFile.transaction = transaction


class Watched:
    def __init__(self, inner, durable, seen):
        self.inner, self.durable, self.seen = inner, durable, seen

    def __enter__(self):
        db = self.inner.__enter__()
        self.began = time.perf_counter()
        return db

    def __exit__(self, *failure):
        end = time.perf_counter()
        given = self.inner.__exit__(*failure)
        self.seen.working += end - self.began
        self.seen.committing += time.perf_counter() - end
        self.seen.transactions["durable" if self.durable else "other"] += 1
        return given


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the spool.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--folder", type=Path, help="where the file is written")
    parser.add_argument("--core", type=int, default=0, help="the one core; -1 for all")
    given = parser.parse_args()
    if given.core >= 0:
        os.sched_setaffinity(0, {given.core})
    seen = Seen()
    seen.watch()
    rounds = [asyncio.run(measure(given.folder, given.events, seen)) for _ in range(given.rounds)]
    report(rounds)


async def measure(folder, events, seen):
    """All scenarios once: rate, syncs a second, shares of the time."""
    figures = {}
    with tempfile.TemporaryDirectory(dir=folder) as place:
        async with Spool(Path(place) / "events.spool") as spool:
            fresh = iter(range(10**9))
            put_one, put_many = puts(spool, fresh, 64, 1), puts(spool, fresh, 4, 100)
            figures["in, 64 tasks, one each"] = await timed(put_one(events), seen)
            figures["out"] = await timed(drain(spool), seen)
            figures["in, 4 tasks, 100 each"] = await timed(put_many(events), seen)
            await put_many(4 * events)
            figures["in, 64 tasks, backlog"] = await timed(put_one(events), seen)
            figures["in, 100 each, backlog"] = await timed(put_many(events), seen)
            figures["out, backlog"] = await timed(drain(spool), seen)
            async with asyncio.TaskGroup() as group:
                task = group.create_task(occupy())
                figures["in, 64 tasks, busy loop"] = await timed(put_one(events // 4), seen)
                figures["in, 100 each, busy loop"] = await timed(put_many(events // 4), seen)
                figures["out, busy loop"] = await timed(drain(spool), seen)
                task.cancel()
    return figures


def puts(spool, fresh, tasks, at_once):
    """Put so many events by so many tasks."""

    async def put(rounds):
        for _ in rounds:
            numbers = [next(fresh) for _ in range(at_once)]
            await spool.put([event(number) for number in numbers])

    async def run(events):
        rounds = iter(range(events // at_once))
        await asyncio.gather(*(put(rounds) for _ in range(tasks)))
        return events

    return run


def event(number):
    return Item((f"user-{number * 7_919 % USERS}",), BODY, f"ajs-next-{number:032d}")


async def drain(spool):
    """Lease and settle everything; how much it was."""
    delivered = 0
    while (lease := await spool.lease(1_000, 60.0)).items:
        await spool.settle(lease, {each.number: Delivered() for each in lease.items})
        delivered += len(lease.items)
    return delivered


async def occupy():
    """Work for 2 ms, then let others, again and again."""
    while True:
        end = time.perf_counter() + 0.002
        while time.perf_counter() < end:
            pass
        await asyncio.sleep(0.002)


async def timed(work, seen):
    seen.transactions.clear()
    seen.working = seen.committing = 0.0
    start = time.perf_counter()
    processor = time.process_time()
    events = await work
    took = time.perf_counter() - start
    return {
        "rate": events / took,
        "syncs/s": seen.transactions["durable"] / took,
        "transactions/s": seen.transactions.total() / took,
        "SQL %": 100 * seen.working / took,
        "commit %": 100 * seen.committing / took,
        "CPU µs/event": 1e6 * (time.process_time() - processor) / events,
    }


def report(rounds) -> None:
    columns = list(rounds[0]["out"])
    print(f"{'':26}" + "".join(f"{column:>16}" for column in columns) + f"{'÷ goal':>9}")
    for name in rounds[0]:
        found = [statistics.median(each[name][column] for each in rounds) for column in columns]
        cells = "".join(f"{value:16,.1f}" for value in found)
        print(f"{name:26}{cells}{found[0] / GOAL:9.2f}")


if __name__ == "__main__":
    main()
