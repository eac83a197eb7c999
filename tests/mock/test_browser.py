"""What browsers send: questions beforehand, JSON as plain text, the public token, GET with a query.

The requests are those of Recombee's client for browsers, and of its earlier versions.
"""

import hashlib
import hmac
import json

import aiohttp
import pytest
from yarl import URL

from recombee_mock import Database, MockServer
from recombee_mock.faults.rule import rule_from_json

NOW = 1_700_000_000.0
PUBLIC = "public-token-of-the-shop"
PAGE = "https://shop.example"


@pytest.fixture
async def server():
    database = Database("shop", "private-token-of-the-shop", PUBLIC, allow_public_merge=True)
    async with MockServer([database], now=lambda: NOW) as running:
        yield running


@pytest.fixture
async def ask(server):
    """Sends as a page does; gives status, JSON and headers."""
    async with aiohttp.ClientSession(headers={"Origin": PAGE}) as session:

        async def send(method, path, body=None, kind="application/json"):
            target = f"/shop{path}{'&' if '?' in path else '?'}frontend_timestamp={int(NOW)}"
            sign = hmac.new(PUBLIC.encode(), target.encode(), hashlib.sha1).hexdigest()
            url = URL(f"{server.url}{target}&frontend_sign={sign}", encoded=True)
            data = None if body is None else json.dumps(body)
            async with session.request(
                method, url, data=data, headers={"Content-Type": kind}
            ) as reply:
                return reply.status, await reply.json(), reply.headers

        yield send


VIEW = {"userId": "u1", "itemId": "i1", "cascadeCreate": True}


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/plain;charset=UTF-8"])
async def test_json_may_come_as_plain_text(ask, kind):
    status, told, headers = await ask("POST", "/detailviews/", VIEW, kind)
    assert (status, told) == (200, "ok")
    assert headers["Access-Control-Allow-Origin"] == "*"


async def test_a_batch_may_not(ask):
    status, told, headers = await ask("POST", "/batch/", {"requests": []}, "text/plain")
    assert (status, "Content-Type" in told["message"]) == (400, True)
    assert headers["Access-Control-Allow-Origin"] == "*"


async def test_everything_is_sent_as_post_with_encoded_ids(ask):
    await ask("POST", "/purchases/", {**VIEW, "userId": "john@x.com"})
    path = "/users/u1/merge/john%40x.com"
    assert (await ask("POST", path, {"cascadeCreate": True}))[:2] == (200, "ok")


async def test_a_batch_of_a_page_has_encoded_paths(ask):
    await ask("POST", "/detailviews/", {**VIEW, "itemId": "sku:1"})
    request = {
        "method": "POST",
        "path": "/recomms/items/sku%3A1/items/",
        "params": {"targetUserId": "u1", "count": 1},
    }
    status, entries, _ = await ask("POST", "/batch/", {"requests": [request]})
    assert (status, entries[0]["code"]) == (200, 200)


@pytest.mark.parametrize(
    "path",
    [
        "/recomms/users/u1/items/?count=2&cascadeCreate=true",
        "/recomms/users/u1/items/?count=2&returnProperties=true&includedProperties=a,b",
        "/recomms/items/i1/items/?count=2&targetUserId=u1",
        "/search/users/u1/items/?searchQuery=red+shoes&count=2",
    ],
)
async def test_recommendations_and_search_may_be_asked_with_get(ask, path):
    await ask("POST", "/detailviews/", VIEW)
    status, told, _ = await ask("GET", path)
    assert (status, sorted(told)) == (200, ["numberNextRecommsCalls", "recommId", "recomms"])


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/items/i1"), ("GET", "/items/list/"), ("DELETE", "/bookmarks/"), ("DELETE", "/")],
)
async def test_what_a_page_may_not_do_is_403_and_readable(ask, method, path):
    status, told, headers = await ask(method, path)
    assert (status, "sign with the private one" in told["message"]) == (403, True)
    assert headers["Access-Control-Allow-Origin"] == "*"


async def test_a_question_beforehand_is_answered_for_any_page(server):
    asked = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    async with (
        aiohttp.ClientSession(headers=asked) as session,
        session.options(f"{server.url}/shop/detailviews/") as reply,
    ):
        assert (reply.status, await reply.read()) == (204, b"")
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        assert "POST" in reply.headers["Access-Control-Allow-Methods"]
        assert "Content-Type" in reply.headers["Access-Control-Allow-Headers"]
    assert server.entries() == []


async def test_a_page_can_read_when_to_try_again(server, ask):
    rule = {"effect": {"kind": "status", "status": 429, "retryAfter": 2}}
    server.faults.add(rule_from_json(rule), NOW)
    status, _, headers = await ask("POST", "/detailviews/", VIEW)
    assert (status, headers["Retry-After"]) == (429, "2")
    assert "Retry-After" in headers.getall("Access-Control-Expose-Headers")
