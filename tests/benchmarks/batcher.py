"""Interactions that come one by one and leave in batches: scenarios for `clients.py`.

    python batcher.py SCENARIO PORT

Prints one line of JSON, as `clients.py` does. `batcher-light` gives the 99th percentile of one
awaited request under light load over what it may take (`ratio`), and `batcher-stall-N` the longest
turn of the event loop in milliseconds of processor time while batches of N are collected, sent and answered
(`unfrozen`: without `gc.freeze()` at the start of the program).
"""

import argparse
import asyncio
import gc
import json
import sys
import time
from collections import deque
from itertools import cycle, islice

from clients import DATABASE, TOKEN, WHEN, in_loop, names, until, uvloop_factory

IN_A_GROUP = 1000
GROUPS = 2
USERS = 10_000
LINGER = 0.01
CALLS = 150


def client_of(port):
    from aiorecombee import RecombeeClient

    return RecombeeClient(DATABASE, TOKEN, base_uri=f"localhost:{port}", protocol="http")


def running(port, produce, loop=None):
    """Keep some groups of requests under way; `produce` puts one in and returns what to await."""
    from aiorecombee.delivery.batching.batcher import Batcher

    async def make():
        client = client_of(port)
        batcher = await Batcher(client).__aenter__()
        pairs = names(USERS)
        groups = cycle(pairs[at : at + IN_A_GROUP] for at in range(0, USERS, IN_A_GROUP))

        async def tasks(seconds):
            done = 0
            under_way = deque()
            for _ in until(seconds):
                under_way.append(produce(batcher, next(groups)))
                if len(under_way) == GROUPS:
                    done += await answered(under_way.popleft())
            while under_way:
                done += await answered(under_way.popleft())
            return done

        async def close():
            await batcher.aclose()
            await client.aclose()

        return tasks, close

    return in_loop(loop, make)


async def answered(waiting):
    for each in waiting:
        await each
    return len(waiting)


def in_tasks(batcher, pairs):
    from aiorecombee import AddDetailView

    return [
        asyncio.create_task(
            batcher.send(AddDetailView(user, item, timestamp=WHEN, cascade_create=True))
        )
        for user, item in pairs
    ]


def in_futures(batcher, pairs):
    from aiorecombee import AddDetailView

    return [
        batcher.submit(AddDetailView(user, item, timestamp=WHEN, cascade_create=True))
        for user, item in pairs
    ]


# --- How long one takes, and how long the others have to wait ------------------------------------


def light(port):
    """One request at a time, so that each lingers alone; in turn with plain calls."""
    from aiorecombee import AddDetailView
    from aiorecombee.delivery.batching.batcher import Batcher

    async def timed(send, number):
        request = AddDetailView(f"user-{number}", "item-1", timestamp=WHEN, cascade_create=True)
        begun = time.perf_counter()
        await send(request)
        return time.perf_counter() - begun

    async def main():
        async with client_of(port) as client, Batcher(client, linger=LINGER) as batcher:
            await timed(client.send, 0)
            plain, batched = [], []
            for number in range(CALLS):
                await asyncio.sleep(LINGER)  # as idle as the batcher is before it sends
                plain.append(await timed(client.send, number))
                batched.append(await timed(batcher.send, number))
            plain.sort()
            batched.sort()
            at, end = CALLS // 2, int(CALLS * 0.99)
            return {
                "p50": batched[at] * 1e3,
                "p99": batched[end] * 1e3,
                "plain p50": plain[at] * 1e3,
                "plain p99": plain[end] * 1e3,
                "ratio": batched[end] / (LINGER + 2 * plain[at]),
            }

    return asyncio.run(main())


def stall(port, size):
    """The longest turn of the event loop, while requests come a hundred at a time."""
    from aiorecombee import AddDetailView
    from aiorecombee.delivery.batching.batcher import Batcher

    turns = []

    async def watch():
        before = time.thread_time()  # a busy machine's other processes are not to blame us for
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            turns.append(now - before)
            before = now

    async def main():
        async with client_of(port) as client, Batcher(client, max_requests=size) as batcher:
            pairs = cycle(names(USERS))
            watching = asyncio.create_task(watch())
            longest = []
            for seconds in (0.5, 1.5, 1.5):
                gc.collect()
                await asyncio.sleep(0)  # that turn was not the batcher's
                turns.clear()
                for _ in until(seconds):
                    futures = []
                    for _ in range(size // 100):
                        for user, item in islice(pairs, 100):
                            request = AddDetailView(user, item, timestamp=WHEN, cascade_create=True)
                            futures.append(batcher.submit(request))
                        await asyncio.sleep(0)
                    await futures[-1]
                turns.sort()
                longest.append(turns[-1] * 1e3)
                # What was there before is the program's own: how long the garbage collector takes
                # to look at all of it says nothing about batches.
                gc.freeze()
            watching.cancel()
        return {
            "longest": longest[2],
            "p99.9": turns[int(len(turns) * 0.999)] * 1e3,
            "unfrozen": longest[0],
        }

    return asyncio.run(main())


SCENARIOS = {
    "batcher-tasks": lambda port, _: running(port, in_tasks),
    "batcher-tasks-uvloop": lambda port, _: running(port, in_tasks, uvloop_factory),
    "batcher-futures": lambda port, _: running(port, in_futures),
    "batcher-light": lambda port, _: light(port),
    "batcher-stall-1000": lambda port, _: stall(port, 1_000),
    "batcher-stall-10000": lambda port, _: stall(port, 10_000),
}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("scenario", choices=SCENARIOS)
    parser.add_argument("port", type=int)
    given = parser.parse_args()
    json.dump(SCENARIOS[given.scenario](given.port, None), sys.stdout)
