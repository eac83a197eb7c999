"""The journal as it is written: server-sent events."""

import asyncio
import json

import aiohttp
import pytest

from recombee_mock import Database, MockServer
from recombee_mock.control import events
from recombee_mock.control.api import Control
from recombee_mock.databases import OpenDatabase
from recombee_mock.seeing.journal import Journal
from recombee_mock.service import Service
from recombee_mock.shell.admission import Admission

TOKEN = "s3cret-token"


@pytest.fixture
def journal():
    return Journal(size=200)


def write(journal, count=1, database="shop", operation="AddItem", status=201):
    for _ in range(count):
        target = f"/{database}/items/a".encode()
        journal.record(1.0, "PUT", target, "h", database, operation, status, "private", b"")


@pytest.fixture
def listen(journal):
    admission = Admission([OpenDatabase(Database("shop", TOKEN), Service)])
    control = Control(events.routes(admission, journal, heartbeat=0.01), "localhost")

    def open_stream(query="", method="GET", **headers):
        target = f"/_mock/events{query}".encode()
        said = control.answer(method, target, "localhost", headers, b"", 1.0)
        return said if said.stream is None else said.stream

    return open_stream


def read(chunk):
    """Events of a chunk: number, kind, data."""
    found = []
    for text in chunk.decode().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(":"))
        if "data" in lines:
            found.append((lines.get("id"), lines.get("event"), json.loads(lines["data"])))
    return found


async def numbers(stream, count):
    """The numbers of the next so many events."""
    found = []
    while len(found) < count:
        found += [int(number) for number, _, _ in read(await anext(stream))]
    return found


async def test_only_what_is_new_is_told(listen, journal):
    write(journal)
    stream = listen()
    assert await anext(stream) == b"retry: 1000\n\n"
    write(journal, 2)
    assert await numbers(stream, 2) == [2, 3]
    await stream.aclose()


async def test_an_event_is_an_entry_of_the_journal(listen, journal):
    write(journal)
    stream = listen("?since=0")
    await anext(stream)
    [(number, kind, data)] = read(await anext(stream))
    assert (number, kind, data["seq"], data["operation"]) == ("1", None, 1, "AddItem")
    assert data == json.loads(json.dumps(journal.entries()[0].to_json()))
    await stream.aclose()


async def test_a_browser_that_comes_back_misses_nothing(listen, journal):
    write(journal, 5)
    stream = listen("?since=0", **{"Last-Event-ID": "3"})
    assert await numbers(stream, 2) == [4, 5]
    await stream.aclose()


async def test_many_come_in_several_pieces(listen, journal):
    write(journal, 150)
    stream = listen("?since=0")
    await anext(stream)
    assert len(read(await anext(stream))) == 100
    assert await numbers(stream, 50) == list(range(101, 151))
    await stream.aclose()


async def test_filters_choose_events(listen, journal):
    stream = listen("?database=shop&status=4xx")
    await anext(stream)
    write(journal, status=404, database="other")
    write(journal, status=200)
    write(journal, status=404)
    assert await numbers(stream, 1) == [3]
    await stream.aclose()


async def test_a_silent_line_is_used_now_and_then(listen):
    stream = listen()
    await anext(stream)
    assert await anext(stream) == b": still here\n\n"
    await stream.aclose()


async def test_who_came_too_late_for_the_first_is_told(listen, journal):
    write(journal, 300)
    stream = listen("?since=0")
    [(_, kind, data)] = read(await anext(stream))
    assert (kind, data["before"]) == ("missed", 101)
    assert await numbers(stream, 200) == list(range(101, 301))
    await stream.aclose()


async def test_a_slow_reader_is_dropped_with_a_note(listen, journal):
    stream = listen()
    await anext(stream)
    write(journal, 201)
    [(_, kind, data)] = read(await anext(stream))
    assert (kind, data["before"]) == ("dropped", 2)
    assert [chunk async for chunk in stream] == []
    assert journal.listeners == 0


async def test_it_ends_when_the_server_stops(listen, journal):
    stream = listen()
    await anext(stream)
    journal.hang_up()
    assert [chunk async for chunk in stream] == []
    assert journal.listeners == 0


async def test_listeners_are_bounded(listen, journal):
    streams = [listen() for _ in range(64)]
    for stream in streams:
        await anext(stream)
    refused = listen()
    assert (refused.status, "64 listeners" in refused.value.decode()) == (503, True)
    for stream in streams:
        await stream.aclose()
    assert journal.listeners == 0


@pytest.mark.parametrize("query", ["?since=x", "?status=x", "?fault=x"])
def test_a_wrong_wish_is_refused(listen, query):
    assert listen(query).status == 400


def test_a_head_request_is_not_kept_waiting(listen):
    said = listen(method="HEAD")
    assert (said.status, said.value, said.content_type.partition(";")[0]) == (
        200,
        b"",
        "text/event-stream",
    )


def test_pages_of_other_origins_hear_nothing(listen):
    assert listen(Origin="https://evil.example").status == 403
    assert not isinstance(listen(Origin="http://localhost"), bytes)


async def test_tokens_are_not_told(listen, journal):
    stream = listen("?since=0")
    journal.record(1.0, "PUT", f"/shop/{TOKEN}".encode(), "h", "shop", "", 404, "private", b"")
    await anext(stream)
    assert TOKEN not in (await anext(stream)).decode()
    await stream.aclose()


# --- Over HTTP ------------------------------------------------------------------------------------


@pytest.fixture
async def server():
    async with MockServer([Database("shop", TOKEN)]) as running:
        yield running


async def test_events_arrive_over_http(server):
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{server.url}/_mock/events") as reply:
            assert reply.headers["Content-Type"].startswith("text/event-stream")
            assert reply.headers["Cache-Control"] == "no-store"
            assert await reply.content.readline() == b"retry: 1000\n"
            async with session.put(f"{server.url}/shop/items/a") as refused:
                assert refused.status == 401
            lines = [await reply.content.readline() for _ in range(3)]
        assert lines[1] == b"id: 1\n"
        assert json.loads(lines[2].removeprefix(b"data: "))["auth"] == "missing-signature"


async def test_the_server_stops_without_waiting_for_listeners(server):
    url = f"{server.url}/_mock/events"
    async with aiohttp.ClientSession() as session, session.get(url) as reply:
        await reply.content.readline()
        await server.stop()
        assert await reply.content.read() == b"\n"


async def test_who_is_gone_is_forgotten(server):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /_mock/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.readuntil(b"retry: 1000")
    assert server.journal.listeners == 1
    writer.close()
    await writer.wait_closed()
    async with asyncio.timeout(10):
        while server.journal.listeners:
            write(server.journal)
            await asyncio.sleep(0)
