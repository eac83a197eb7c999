"""kill -9 at any moment, of whoever receives, sends, or both, while the service has bad days.

FAULT_KILLS=200 kills as often, FAULT_SEED=1 at other moments.
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from random import Random
from time import time

import pytest

from .load import calls_of, make_load
from .posting import Insistent, backlog

KILLS = int(os.environ.get("FAULT_KILLS", "9"))
SEED = os.environ.get("FAULT_SEED", "20260105")
IN_A_STORY = 3
TOGETHER = (("both",), ("receive", "send"), ("receive", "send", "send too"))
STORIES = [(TOGETHER[n % 3], n) for n in range(-(-KILLS // IN_A_STORY))]
LATEST = 0.4  # seconds from the first call to the kill
BAD_DAYS = (
    {"kind": "reset", "when": "before"},
    {"kind": "reset", "when": "after"},
    {"kind": "status", "status": 503, "when": "after"},
    {"kind": "status", "status": 429, "retryAfter": 0.05},
    {"kind": "truncate"},
    {"kind": "item", "status": 500, "probability": 0.2, "items": 3},
    {"kind": "erasing"},
    {"kind": "latency", "delay": 0.05},
)


def some_of(names, dice):
    """Who is killed: each choice is as likely as any other."""
    ways = [way for size in range(1, len(names) + 1) for way in combinations(names, size)]
    return dice.choice(ways)


@pytest.mark.parametrize(("names", "number"), STORIES)
async def test_whoever_is_killed_nothing_is_lost_doubled_or_overtaken(
    forwarders, recombee_mock, audited, counted, unharmed, names, number
):
    dice = Random(f"{SEED}/{number}")
    client = Insistent(forwarders, names[0])
    forwarders.start(*names)
    load, more = [], Counter()
    for kill in range(min(IN_A_STORY, KILLS - number * IN_A_STORY)):
        new = make_load(dice.random(), time(), f"k{kill}", size=40)
        load += new
        recombee_mock.add_fault(dice.choice(BAD_DAYS), probability=0.25, seed=kill)
        with ThreadPoolExecutor(1) as pool:
            posting = pool.submit(client.post_all, calls_of(new, dice.choice((1, 5, 20))))
            forwarders.go_on(dice.uniform(0.0, LATEST))
            more["midway"] += not posting.done() or backlog(forwarders.url(names[0])) > 0
            victims = some_of(names, dice)
            forwarders.kill(*victims)
            forwarders.start(*victims)
            more["posted again"] += posting.result()
        more["faults"] += unharmed()
        forwarders.drain(names[-1])
        counts = await audited(load)
        more["kills"] += 1
    forwarders.end()
    counted(f"kill -9: {', '.join(names)}", counts, runs=more["kills"], **more)
