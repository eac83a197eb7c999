"""What a server must survive: every answer a clear 4xx in JSON, and nothing in the log."""

import asyncio
import hashlib
import hmac
import json
import logging
import socket
import struct

import pytest

from recombee_mock import Database, MockServer, Reply
from recombee_mock.settings import Settings

NOW = 1_700_000_000.0
TOKEN = "private-token-of-the-shop"


class Silent:
    settings = Settings()
    calls = 0

    def apply(self, _call, _now):
        Silent.calls += 1
        return Reply(200, b'"ok"')

    def reset(self):
        pass


@pytest.fixture
async def server(caplog):
    Silent.calls = 0
    caplog.set_level(logging.INFO)
    options = {"max_body": 1000, "body_timeout": 0.2, "idle_timeout": 0.3}
    async with MockServer(
        [Database("shop", TOKEN)], now=lambda: NOW, make_service=Silent, **options
    ) as running:
        yield running
    assert caplog.get_records("call") + caplog.records == []


def signed(path=b"/shop/detailviews/"):
    message = path + b"?hmac_timestamp=1700000000"
    return (
        message
        + b"&hmac_sign="
        + hmac.new(TOKEN.encode(), message, hashlib.sha1).hexdigest().encode()
    )


async def send(server, *pieces, half_close=False):
    """Everything the server sends back until it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0)
    if half_close:
        writer.write_eof()
    async with asyncio.timeout(10):
        received = await reader.read()
    writer.close()
    return received


def connections(server):
    return server._runner.server.connections


async def until(condition):
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the server shares our loop
            await asyncio.sleep(0)


def parse(received):
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


NOT_HTTP = {
    "a TLS handshake": b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n",
    "words": b"hello world\r\n\r\n",
    "an unknown method": b"BREW /shop/ HTTP/1.1\r\nHost: h\r\n\r\n",
    "an HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a version from the future": b"GET /shop/ HTTP/9.9\r\nHost: h\r\n\r\n",
    "bare line feeds": b"GET /shop/ HTTP/1.1\nHost: h\n\n",
    "a space in the URL": b"GET /shop/items/a b HTTP/1.1\r\nHost: h\r\n\r\n",
    "a NUL in the URL": b"GET /shop/items/a\0b HTTP/1.1\r\nHost: h\r\n\r\n",
    "raw bytes in the URL": b"GET /shop/items/\xff\xfe HTTP/1.1\r\nHost: h\r\n\r\n",
    "no slash": b"GET shop HTTP/1.1\r\nHost: h\r\n\r\n",
    "a proxy's CONNECT": b"CONNECT rapi.recombee.com:443 HTTP/1.1\r\nHost: h\r\n\r\n",
    "an endless URL": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n",
    "an endless header": b"GET /shop/ HTTP/1.1\r\nHost: h\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
    "a thousand headers": b"GET /shop/ HTTP/1.1\r\nHost: h\r\n" + b"X: a\r\n" * 1000 + b"\r\n",
    "no host": b"GET /shop/ HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /shop/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "a header without colon": b"GET /shop/ HTTP/1.1\r\nHost: h\r\nX\r\n\r\n",
    "a NUL in a header": b"GET /shop/ HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n",
    "a folded header": b"GET /shop/ HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n",
}


@pytest.mark.parametrize("name", NOT_HTTP)
async def test_what_is_not_http_is_refused_in_json(server, name):
    status, body = parse(await send(server, NOT_HTTP[name]))
    assert (status, list(body)) == (400, ["message"])
    assert Silent.calls == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a TLS handshake", "was https sent to the http port?"),
        ("a space in the URL", "spaces in a URL must be percent-encoded"),
        ("raw bytes in the URL", "all but ASCII characters must be percent-encoded"),
        ("an endless URL", "longer than 65536 bytes"),
        ("no host", "Missing 'Host' header"),
        ("a proxy's CONNECT", "names no path"),
    ],
)
async def test_the_text_says_what_to_do(server, name, words):
    _, body = parse(await send(server, NOT_HTTP[name]))
    assert words in body["message"]


FRAMING = {
    "letters for a length": b"Content-Length: abc\r\n\r\n{}",
    "a negative length": b"Content-Length: -1\r\n\r\n{}",
    "two lengths": b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length beyond 64 bits": b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    "a length and chunks": b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk size that is none": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("name", FRAMING)
async def test_a_body_that_is_framed_wrongly_is_refused(server, name):
    request = b"POST " + signed() + b" HTTP/1.1\r\nHost: h\r\n" + FRAMING[name]
    status, body = parse(await send(server, request))
    assert (status, list(body)) == (400, ["message"])
    assert Silent.calls == 0


async def test_a_chunk_that_breaks_later_is_refused_at_once(server):
    head = (
        b"POST "
        + signed()
        + b" HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(head)
    await until(lambda: any(one.awaited for one in connections(server)))
    writer.write(b"zz\r\n")
    async with asyncio.timeout(5):
        received = await reader.read()
    writer.close()
    assert parse(received) == (400, {"message": "The body is not framed as its headers say"})
    assert Silent.calls == 0


@pytest.mark.parametrize(
    "body",
    [b"Content-Length: 20\r\n\r\n{}", b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}"],
)
async def test_half_a_body_and_no_more_is_refused(server, body):
    request = b"POST " + signed() + b" HTTP/1.1\r\nHost: h\r\n" + body
    received = await send(server, request, half_close=True)
    assert parse(received) == (400, {"message": "The body is not framed as its headers say"})
    assert Silent.calls == 0


async def test_a_body_that_ends_while_it_is_awaited_is_refused(server):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"POST " + signed() + b" HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n{}")
    await until(lambda: any(one.awaited for one in connections(server)))
    writer.write_eof()
    async with asyncio.timeout(5):
        received = await reader.read()
    writer.close()
    assert parse(received) == (400, {"message": "The body is not framed as its headers say"})


async def test_a_client_that_closes_its_side_still_hears_its_answer(server):
    request = b"POST " + signed() + b" HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}"
    assert parse(await send(server, request, half_close=True)) == (200, "ok")


async def test_a_client_that_vanishes_mid_body_leaves_no_trace(server):
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"POST " + signed() + b" HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n{}")
    await until(lambda: any(one.awaited for one in connections(server)))
    # Closing with a linger time of zero resets the connection.
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()
    await until(lambda: not connections(server))
    assert Silent.calls == 0


async def test_a_body_that_never_comes_is_given_up(server):
    request = b"POST " + signed() + b" HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n{}"
    assert parse(await send(server, request)) == (
        408,
        {"message": "The body did not arrive within 0.2 seconds"},
    )


@pytest.mark.parametrize("start", [b"", b"POST /shop/deta", b"POST /shop/ HTTP/1.1\r\nHost: h\r\n"])
async def test_a_request_that_never_comes_is_given_up(server, start):
    assert await send(server, start) == b""


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 1001\r\n\r\n" + b"x" * 1001,
        b"Content-Length: 99999999999\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n400\r\n" + b"x" * 1024 + b"\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n400\r\n" + b"x" * 1024 + b"\r\n",
    ],
)
async def test_a_body_over_the_limit_is_refused_without_waiting_for_its_end(server, body):
    request = b"POST " + signed() + b" HTTP/1.1\r\nHost: h\r\n" + body
    assert parse(await send(server, request)) == (
        413,
        {"message": "The request body is longer than 1000 bytes"},
    )


async def test_pipelined_requests_are_answered_in_order(server):
    one = b"POST " + signed() + b" HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}"
    last = one.replace(b"Host: h", b"Host: h\r\nConnection: close")
    received = await send(server, one + one + last)
    assert received.count(b'\r\n\r\n"ok"') == 3
    assert received.count(b"Connection: close") == 1


async def test_old_http_is_spoken_too(server):
    request = b"PUT " + signed() + b" HTTP/1.0\r\n\r\n"
    assert parse(await send(server, request)) == (200, "ok")


async def test_a_url_in_the_request_line_is_understood(server):
    request = (
        b"PUT http://rapi.recombee.com" + signed() + b" HTTP/1.1\r\nHost: x\r\nConnection: close"
    )
    assert parse(await send(server, request + b"\r\n\r\n")) == (200, "ok")


async def test_an_upgrade_nobody_offers_is_ignored(server):
    request = (
        b"PUT " + signed() + b" HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: websocket"
    )
    received = await send(server, request + b"\r\n\r\n" + b"garbage" * 10)
    assert received.startswith(b"HTTP/1.1 200")


async def test_the_server_is_well_after_all_that(server):
    for request in NOT_HTTP.values():
        await send(server, request)
    request = b"POST " + signed() + b" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    assert parse(await send(server, request)) == (200, "ok")
