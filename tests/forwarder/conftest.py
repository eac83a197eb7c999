"""What the tests of the receivers share: a time, IDs that can be told, and calls."""

import asyncio
import json

import attrs
import pytest

from aiorecombee.codec import JsonCodec, OrjsonCodec
from aiorecombee.forwarder.call import Call
from aiorecombee.forwarder.keeping import Keeper

NOW = 1_767_607_201.25
"""2026-01-05T10:00:01.250Z."""
START = 1_767_607_200.0
"""2026-01-05T10:00:00Z."""


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def post():
    """Make a call: a body that is no bytes is written as JSON."""

    def post(path, body, method="POST", **headers):
        written = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Call(method, path, {"content-type": "application/json", **named}, written)

    return post


@pytest.fixture(params=[JsonCodec, OrjsonCodec])
def keeper(request):
    """Writes with either codec; gives new IDs `new-1`, `new-2`, …"""

    def keeper(**limits):
        made = iter(range(1, 10_000))
        return Keeper(new_id=lambda: f"new-{next(made)}", codec=request.param(), **limits)

    return keeper


@attrs.define(eq=False)
class QuickClock:
    """Short sleeps move it on; who sleeps for long wakes when it is told to."""

    now: float = START
    sleepers: list = attrs.field(factory=list)

    def time(self):
        return self.now

    def monotonic(self):
        return self.now

    async def sleep(self, seconds):
        await asyncio.sleep(0)
        if seconds <= 2.0:
            self.now += seconds
            return
        waking = asyncio.get_running_loop().create_future()
        self.sleepers.append((self.now + seconds, waking))
        await waking

    def advance(self, seconds):
        self.now += seconds
        for at, waking in self.sleepers:
            if at <= self.now and not waking.done():
                waking.set_result(None)


@pytest.fixture
def clock():
    return QuickClock()
