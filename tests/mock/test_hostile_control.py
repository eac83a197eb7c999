"""Databases come and go, are copied, saved, restored, moved in time and disturbed under traffic.

Whatever of it meets, every answer is one that was asked for; and a server that is started again on
the same file has what the first one had.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import os
import random
import time
from contextlib import asynccontextmanager

import aiohttp
import pytest
from yarl import URL

from recombee_mock import Database, MockServer

TIMES = int(os.environ.get("RECOMBEE_SOAK", "1"))
NAMES = ["shop", "d1", "d2", "d3"]
FAULTS = [
    {"kind": "status", "status": 429, "retryAfter": 1},
    {"kind": "latency", "delay": 0.001},
    {"kind": "reset"},
    {"kind": "truncate", "keep": 0.5},
    {"kind": "slow", "bytesPerSecond": 100_000},
    {"kind": "item", "status": 400},
    {"kind": "clock", "skew": 5},
    {"kind": "erasing"},
]
LINES = b"""{"method": "PUT", "path": "/items/imported"}
nonsense
{"method": "GET", "path": "/items/list/"}
{"scenario": {"id": "x", "endpoint": "recommendItemsToUser"}}
"""


def token(name):
    return f"token-of-{name}"


def signed(name, path):
    target = f"/{name}{path}?hmac_timestamp={int(time.time())}"
    sign = hmac.new(token(name).encode(), target.encode(), hashlib.sha1).hexdigest()
    return f"{target}&hmac_sign={sign}"


def traffic(chance, name):
    """A request of a client."""
    user, item = f"u{chance.randrange(9)}", f"i{chance.randrange(30)}"
    pair = {"userId": user, "itemId": item, "cascadeCreate": True}
    bought = {"method": "POST", "path": "/purchases/", "params": pair}
    asked = {"count": 5, "cascadeCreate": True}
    method, path, body = chance.choice(
        [
            ("POST", "/detailviews/", pair),
            ("POST", "/batch/", {"requests": [bought] * 20}),
            ("POST", f"/recomms/users/{user}/items/", asked),
            ("POST", f"/search/users/{user}/items/", {**asked, "searchQuery": "item"}),
            ("GET", "/items/list/", None),
            ("GET", f"/users/{user}/detailviews/", None),
            ("DELETE", f"/items/{item}", None),
            ("DELETE", "/" if chance.random() < 0.1 else "/items/none", None),
        ]
    )
    return method, signed(name, path), body


def control(chance, name):
    """A request to the control API."""
    one, snapshot = f"/databases/{name}", f"/snapshots/s{chance.randrange(2)}"
    settings = {
        "listingLag": chance.choice([0, 0.01, 5]),
        "eraseWindow": chance.choice([0, 0.01]),
        "seed": chance.randrange(9),
    }
    fault = {"database": name, "count": 2, "effect": chance.choice(FAULTS)}
    method, path, body = chance.choice(
        [
            ("PUT", one, {"token": token(name), "settings": {"listingLag": 1}}),
            ("GET" if name == "shop" else "DELETE", one, None),
            ("POST", f"/databases/{chance.choice(NAMES)}/fork", _copy(name)),
            ("PUT", one + snapshot, None),
            ("POST", f"{one}{snapshot}/restore", None),
            ("DELETE", one + snapshot, None),
            ("PUT", f"{one}/settings", settings),
            ("POST", f"{one}/time/freeze", None),
            ("POST", f"{one}/time/advance", {"seconds": chance.choice([1, 1e6])}),
            ("DELETE", f"{one}/time", None),
            ("POST", f"{one}/generate", {"users": 9, "items": 9, "interactions": 99}),
            ("POST", f"{one}/import", LINES),
            ("GET", f"{one}/export", None),
            ("PUT", f"{one}/scenarios/x", {"endpoint": "recommendItemsToUser", "filter": "true"}),
            ("POST", "/faults", fault),
            ("DELETE", "/faults", None),
            ("POST", "/reset" if chance.random() < 0.1 else "/expect", {}),
            ("GET", "/journal", None),
            ("GET", "/metrics", None),
        ]
    )
    return method, f"/_mock{path}", body


def _copy(name):
    return {"database": name, "token": token(name)}


@asynccontextmanager
async def client(server):
    async with aiohttp.ClientSession() as session:

        async def ask(method, target, body=None):
            raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
            url = URL(server.url + target, encoded=True)
            headers = {"Content-Type": "application/json"}
            async with (
                asyncio.timeout(60),
                session.request(method, url, data=raw, headers=headers) as reply,
            ):
                return reply.status, await reply.read()

        yield ask


async def play(ask, count, seed):
    chance = random.Random(seed)
    left = iter(range(count))

    async def worker():
        for _ in left:
            make = chance.choice([traffic, control])
            method, target, body = make(chance, chance.choice(NAMES))
            try:
                status, answer = await ask(method, target, body)
            except aiohttp.ClientError:
                continue  # a fault that was ordered
            assert status < 500, (method, target, status, answer)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(12):
            tasks.create_task(worker())


async def exports(ask):
    """Everything in every database; 404 where there is none."""
    found = {}
    for name in NAMES:
        one = f"/_mock/databases/{name}"
        await ask("PUT", f"{one}/settings", {"eraseWindow": 0, "listingLag": 0})
        status, lines = await ask("GET", f"{one}/export")
        found[name] = (status, lines if status == 200 else b"")
    return found


@pytest.mark.parametrize("seed", range(TIMES))
async def test_all_at_once_and_a_restart_loses_nothing(tmp_path, caplog, seed):
    caplog.set_level(logging.INFO)
    data, shop = tmp_path / "all.db", Database("shop", token("shop"))
    async with MockServer([shop], data=data) as server, client(server) as ask:
        await play(ask, 1000, seed)
        await ask("DELETE", "/_mock/faults")
        before = await exports(ask)
        _, health = await ask("GET", "/_mock/health")
        assert json.loads(health)["status"] == "ok"
    async with MockServer([shop], data=data) as server, client(server) as ask:
        assert await exports(ask) == before
    assert [record.getMessage() for record in caplog.records] == []
