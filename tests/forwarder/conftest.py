"""What the tests of the receivers share: a time, IDs that can be told, and calls."""

import json

import pytest

from aiorecombee.codec import JsonCodec, OrjsonCodec
from aiorecombee.forwarder.call import Call
from aiorecombee.forwarder.keeping import Keeper

NOW = 1_767_607_201.25
"""2026-01-05T10:00:01.250Z."""


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
