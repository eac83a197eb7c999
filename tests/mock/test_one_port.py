"""HTTP and HTTPS on one port."""

import asyncio
import contextlib
import gc
import logging
import socket
import ssl
import subprocess
import sys
import warnings

import aiohttp
import pytest

from recombee_mock import Database, MockServer, MockServerThread
from recombee_mock.shell.one_port import OnePort

TOKEN = "private-token-of-the-shop"
HEALTH = b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.fixture
async def server(caplog):
    caplog.set_level(logging.INFO)
    async with MockServer([Database("shop", TOKEN)], tls=True, idle_timeout=0.3) as running:
        yield running
    gc.collect()  # a socket that was left open warns, and warnings are errors
    assert caplog.get_records("call") + caplog.records == []


@pytest.fixture
def trust(server):
    return ssl.create_default_context(cafile=server.ca_path)


async def ask(server, *pieces, **options):
    """Everything that comes back until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, **options)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0)
    async with asyncio.timeout(10):
        received = await reader.read()
    writer.close()
    return received


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - the server shares our loop
            await asyncio.sleep(0)


async def test_both_are_answered_on_the_same_port(server, trust):
    assert server.https_url == server.url.replace("http:", "https:")
    async with aiohttp.ClientSession() as session:
        for url, context in ((server.url, True), (server.https_url, trust)):
            async with session.get(f"{url}/_mock/health", ssl=context) as reply:
                assert (reply.status, (await reply.json())["databases"]) == (200, ["shop"])
                assert reply.url.port == server.port


async def test_a_first_byte_may_come_alone(server):
    received = await ask(server, HEALTH[:1], HEALTH[1:])
    assert received.startswith(b"HTTP/1.1 200")


async def test_garbage_is_refused_as_on_a_port_of_its_own(server):
    received = await ask(server, b"\x80\x00nonsense\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 400")


async def test_a_broken_handshake_ends_quietly(server):
    await ask(server, b"\x16\x03\x01\x00\x05hello", b"nonsense" * 100)
    assert (await ask(server, HEALTH)).startswith(b"HTTP/1.1 200")


async def test_a_client_that_says_nothing_is_let_go(server):
    assert await ask(server) == b""
    assert len(server._one_port) == 0


async def test_a_client_that_only_says_goodbye_is_let_go(server):
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    await until(lambda: len(server._one_port) == 1)
    writer.write_eof()
    await until(lambda: len(server._one_port) == 0)
    writer.close()


async def test_a_client_that_resets_is_let_go(server):
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    await until(lambda: len(server._one_port) == 1)
    line = writer.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()
    await until(lambda: len(server._one_port) == 0)


async def test_the_longest_silent_makes_room(server, monkeypatch):
    monkeypatch.setattr("recombee_mock.shell.one_port._MOST_SILENT", 2)
    lines = []
    for number in (1, 2, 2):
        lines.append(await asyncio.open_connection("127.0.0.1", server.port))
        await until(lambda expected=number: len(server._one_port) == expected)
    assert await asyncio.wait_for(lines[0][0].read(), 10) == b""
    lines[2][1].write(HEALTH)
    assert (await lines[2][0].read()).startswith(b"HTTP/1.1 200")
    for _, writer in lines:
        writer.close()


@pytest.mark.parametrize("said", [b"", b"\x16", b"\x16\x03\x01\x00\xa5", b"GET "])
async def test_stopping_lets_everybody_go(said):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async with MockServer(tls=True) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(said)
            waiting = server._one_port
            await until(lambda: len(waiting) == 1 or said == b"GET ")
        # What was said and never read turns the goodbye into a reset.
        with contextlib.suppress(ConnectionResetError):
            async with asyncio.timeout(10):
                assert await reader.read() == b""
        assert len(waiting) == 0
        writer.close()
        gc.collect()


async def test_a_stopped_server_can_start_again_on_its_port(server):
    port = server.port
    await server.stop()
    await server.start()
    assert server.port == port
    assert (await ask(server, HEALTH)).startswith(b"HTTP/1.1 200")


async def test_a_taken_port_is_an_error_and_spares_the_authority(tmp_path, server):
    ca = tmp_path / "ca.pem"
    other = MockServer(port=server.port, tls=True, ca_file=ca)
    with pytest.raises(OSError, match="already in use"):
        await other.start()
    assert not ca.exists()


async def test_it_goes_together_with_a_port_for_https_alone():
    async with MockServer(tls=True, tls_port=0) as server:
        trust = ssl.create_default_context(cafile=server.ca_path)
        assert server.tls_port != server.port
        for port in (server.port, server.tls_port):
            reader, writer = await asyncio.open_connection("localhost", port, ssl=trust)
            writer.write(HEALTH)
            assert (await reader.read()).startswith(b"HTTP/1.1 200")
            writer.close()


async def test_every_address_of_a_name_gets_the_same_port():
    one_port = OnePort(asyncio.Protocol, silent_for=1.0)
    await one_port.bind("localhost", 0)
    ports = {listener.getsockname()[1] for listener in one_port._listeners}
    assert ports == {one_port.port}
    await one_port.stop()


OFFICIAL = """
import sys
from recombee_api_client.api_client import RecombeeClient
from recombee_api_client.api_requests import AddDetailView, Batch, ListUserDetailViews

client = RecombeeClient("shop", sys.argv[1], protocol="http")
views = [AddDetailView("u", f"i{n}", cascade_create=True, timestamp=n) for n in range(3)]
print([entry["code"] for entry in client.send(Batch(views))])
print(len(client.send(ListUserDetailViews("u"))))
"""


def test_the_official_client_sends_batches_and_the_rest_to_one_address():
    with MockServerThread([Database("shop", TOKEN)], tls=True) as server:
        environment = {"RAPI_URI": server.base_uri, "REQUESTS_CA_BUNDLE": str(server.ca_path)}
        done = subprocess.run(
            [sys.executable, "-c", OFFICIAL, TOKEN],
            env={**environment, "NO_PROXY": "*"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.stdout, done.stderr) == ("[200, 200, 200]\n3\n", "")
        entries = server.run(lambda inner: inner.entries())
    assert [entry.operation for entry in entries] == ["Batch", "ListUserDetailViews"]
