"""Faults on the wire: what a client sees, what was stored, what the journal says."""

import asyncio
import hashlib
import hmac
import json

import aiohttp
import pytest
from yarl import URL

from recombee_mock import Database, MockServer
from recombee_mock.faults.rule import rule_from_json
from recombee_mock.fields import FieldError

NOW = 1_700_000_000.0
TOKEN = "private-token-of-the-shop"


@pytest.fixture
async def server():
    async with MockServer([Database("shop", TOKEN)], now=lambda: NOW) as running:
        yield running


@pytest.fixture
async def session():
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(timeout=timeout) as open_session:
        yield open_session


def target(path, at=1_700_000_000):
    message = f"/shop{path}?hmac_timestamp={at}"
    sign = hmac.new(TOKEN.encode(), message.encode(), hashlib.sha1).hexdigest()
    return f"{message}&hmac_sign={sign}"


def url(server, path, at=1_700_000_000):
    return URL(f"{server.url}{target(path, at)}", encoded=True)


def order(server, kind, scope=None, **effect):
    rule = {"effect": {"kind": kind, **effect}, **(scope or {})}
    return server.faults.add(rule_from_json(rule), NOW)


async def put(server):
    """An AddItem from a client that does not try again by itself, as aiohttp's does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"PUT {target('/items/a')} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
    try:
        return await reader.read()
    finally:
        writer.close()


async def stored(server, session):
    server.faults.clear()
    async with session.get(url(server, "/items/list/")) as reply:
        return await reply.json()


def last(server):
    entry = server.entries()[-1]
    return entry.operation, entry.status, entry.fault


async def test_a_status_takes_the_place_of_the_answer(server, session):
    order(server, "status", status=503, body={"message": "Later"}, retryAfter=1.5)
    async with session.put(url(server, "/items/a")) as reply:
        assert (reply.status, await reply.json()) == (503, {"message": "Later"})
        assert reply.headers["Retry-After"] == "1.5"
    assert last(server) == ("AddItem", 503, "status")
    assert await stored(server, session) == []


async def test_an_answer_may_be_the_page_of_somebody_in_between(server, session):
    page = "<h1>Bad Gateway</h1>"
    order(server, "status", status=502, body=page, contentType="text/html; charset=utf-8")
    async with session.put(url(server, "/items/a")) as reply:
        assert (reply.status, await reply.text()) == (502, page)
        assert reply.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("wrong", [{"contentType": "html", "body": ""}, {"contentType": "a/b"}])
async def test_a_page_has_a_type_and_a_text(server, wrong):
    with pytest.raises(FieldError, match="contentType"):
        order(server, "status", status=502, **wrong)


async def test_a_rate_limit_has_a_message_of_its_own(server, session):
    order(server, "status", status=429, retryAfter=2)
    async with session.put(url(server, "/items/a")) as reply:
        assert await reply.json() == {"message": "Too Many Requests!"}
        assert (reply.status, reply.headers["Retry-After"]) == (429, "2")


async def test_the_request_may_be_carried_out_all_the_same(server, session):
    order(server, "status", status=500, when="after")
    async with session.put(url(server, "/items/a")) as reply:
        assert reply.status == 500
    assert await stored(server, session) == ["a"]


async def test_a_reset_comes_before_the_request_is_done(server, session):
    order(server, "reset")
    with pytest.raises(ConnectionResetError):
        await put(server)
    assert last(server) == ("AddItem", 0, "reset")
    assert await stored(server, session) == []


async def test_or_after_it_so_that_the_answer_is_lost(server, session):
    order(server, "reset", when="after")
    with pytest.raises(ConnectionResetError):
        await put(server)
    assert last(server) == ("AddItem", 201, "reset")
    assert await stored(server, session) == ["a"]


async def test_a_truncated_body_ends_early(server, session):
    order(server, "truncate", keep=0.5)
    async with session.put(url(server, "/items/a")) as reply:
        assert (reply.status, reply.headers["Content-Length"]) == (201, "4")
        with pytest.raises(aiohttp.ClientPayloadError):
            await reply.read()
    assert last(server) == ("AddItem", 201, "truncate")
    assert await stored(server, session) == ["a"]


async def test_a_slow_body_arrives_whole(server, session):
    order(server, "slow", bytesPerSecond=100)
    async with session.put(url(server, "/items/a")) as reply:
        assert (reply.status, await reply.json()) == (201, "ok")
    async with session.head(url(server, "/items/list/")) as reply:
        assert await reply.read() == b""


async def test_a_delay_holds_the_answer_back(server, session):
    order(server, "latency", delay=0.02)
    async with session.put(url(server, "/items/a")) as reply:
        assert (reply.status, await reply.json()) == (201, "ok")
    assert last(server) == ("AddItem", 201, "latency")


async def test_a_wrong_clock_refuses_and_dates_so(server, session):
    order(server, "clock", skew=3600)
    async with session.put(url(server, "/items/a")) as reply:
        assert reply.status == 401
        assert reply.headers["Date"] == "Tue, 14 Nov 2023 23:13:20 GMT"
    async with session.put(url(server, "/items/a", at=1_700_003_600)) as reply:
        assert reply.status == 201
    assert [entry.auth for entry in server.entries()] == ["expired", "private"]


async def test_an_item_of_a_batch_fails_alone(server, session):
    order(server, "item", status=500, message="No!", position=1)
    requests = [{"method": "PUT", "path": f"/items/{name}"} for name in "abc"]
    async with session.post(url(server, "/batch/"), json={"requests": requests}) as reply:
        assert await reply.json() == [
            {"code": 201, "json": "ok"},
            {"code": 500, "json": {"statusCode": 500, "error": "No!"}},
            {"code": 201, "json": "ok"},
        ]
    assert last(server) == ("Batch", 200, "item")
    assert json.loads(server.entries()[-1].body)["requests"] == requests
    assert await stored(server, session) == ["a", "c"]


@pytest.mark.parametrize(
    ("kind", "effect", "items"),
    [
        ("item", {"position": 1}, 1),
        ("status", {"status": 503, "when": "after"}, 2),
        ("status", {"status": 503, "when": "before"}, 0),
    ],
)
async def test_the_journal_counts_what_was_carried_out_of_a_batch(
    server, session, kind, effect, items
):
    order(server, kind, **effect)
    requests = [{"method": "PUT", "path": f"/items/{name}"} for name in "ab"]
    async with session.post(url(server, "/batch/"), json={"requests": requests}) as reply:
        await reply.read()
    assert server.entries()[-1].items == items


async def test_erasing_is_422_for_a_while(server, session):
    order(server, "erasing", {"lasts": 5})
    async with session.get(url(server, "/items/list/")) as reply:
        assert reply.status == 422
    async with session.delete(url(server, "/")) as reply:
        assert reply.status == 200


async def test_a_refused_signature_is_refused_all_the_same(server, session):
    order(server, "latency", delay=0)
    async with session.put(f"{server.url}/shop/items/a") as reply:
        assert reply.status == 401
    assert server.entries()[-1].auth == "missing-signature"


async def test_faults_are_ordered_over_http(server, session):
    rule = {"effect": {"kind": "status", "status": 503}, "count": 1}
    async with session.post(f"{server.url}/_mock/faults", json=rule) as reply:
        assert reply.status == 201
    answers = []
    for _ in range(2):
        async with session.put(url(server, "/items/a")) as reply:
            answers.append(reply.status)
    assert answers == [503, 201]
    async with session.get(f"{server.url}/_mock/faults") as reply:
        [fault] = (await reply.json())["faults"]
    assert (fault["hits"], fault["over"]) == (1, True)


async def ask(server, path="/items/a"):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(f"PUT {target(path)} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
    await until(lambda: len(server._exchange.holds) == 1)
    return reader, writer


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - the server shares our loop
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("when", "expected"), [("before", ("AddItem", 0)), ("after", ("AddItem", 201))]
)
async def test_a_held_connection_ends_with_its_client(server, when, expected):
    order(server, "latency", delay=300, when=when)
    _, writer = await ask(server)
    writer.transport.abort()
    await until(lambda: len(server._exchange.holds) == 0 and server.entries())
    assert last(server)[:2] == expected


async def test_stopping_the_server_ends_every_wait_with_its_answer():
    async with MockServer([Database("shop", TOKEN)], now=lambda: NOW) as server:
        order(server, "latency", delay=300)
        reader, writer = await ask(server)
    assert (await reader.read()).endswith(b'"ok"')
    writer.close()


async def test_stopping_the_server_sends_the_rest_of_a_slow_body():
    async with MockServer([Database("shop", TOKEN)], now=lambda: NOW) as server:
        order(server, "slow", bytesPerSecond=1, most=300)
        reader, writer = await ask(server)
    assert (await reader.read()).endswith(b'"ok"')
    writer.close()


async def test_removing_a_database_takes_its_faults_along(server):
    order(server, "reset", {"database": "shop"})
    server.remove_database("shop")
    assert not server.faults.armed
