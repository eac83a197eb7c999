"""HTTPS with the server's own authority."""

import hashlib
import hmac
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver

from recombee_mock import Database, MockServer, Reply
from recombee_mock.settings import Settings
from recombee_mock.shell.tls import Authority, TlsUnavailableError

NOW = 1_700_000_000.0


class StandIn:
    settings = Settings()

    def apply(self, _call, _now):
        return Reply(200, b'"ok"')

    def reset(self):
        pass


class Here(AbstractResolver):
    """Every name is this machine."""

    async def resolve(self, host, port=0, family=socket.AF_INET):
        entry = {"hostname": host, "host": "127.0.0.1", "port": port}
        return [entry | {"family": family, "proto": 0, "flags": socket.AI_NUMERICHOST}]

    async def close(self):
        pass


@pytest.fixture
async def server():
    async with MockServer(
        [Database("shop", "token")], tls_port=0, now=lambda: NOW, make_service=StandIn
    ) as running:
        yield running


@pytest.mark.parametrize(
    "host",
    [
        "rapi.recombee.com",
        "client-rapi.recombee.com",
        "rapi-eu-west.recombee.com",
        "client-rapi-eu-west.recombee.com",
        "localhost",
        "shop.localhost",
        "recombee-mock",
        "127.0.0.1",
    ],
)
async def test_a_client_that_trusts_the_authority_gets_through(server, host):
    message = b"/shop/items/a?hmac_timestamp=1700000000"
    sign = hmac.new(b"token", message, hashlib.sha1).hexdigest()
    context = ssl.create_default_context(cafile=server.ca_path)
    connector = aiohttp.TCPConnector(resolver=Here(), ssl=context)
    async with aiohttp.ClientSession(connector=connector) as session:
        url = f"https://{host}:{server.tls_port}{message.decode()}&hmac_sign={sign}"
        async with session.put(url) as reply:
            assert (reply.status, await reply.json()) == (200, "ok")


async def test_another_regions_host_has_a_certificate_and_no_database(server):
    context = ssl.create_default_context(cafile=server.ca_path)
    connector = aiohttp.TCPConnector(resolver=Here(), ssl=context)
    async with aiohttp.ClientSession(connector=connector) as session:
        url = f"https://rapi-us-west.recombee.com:{server.tls_port}/shop/items/a"
        async with session.put(url) as reply:
            assert reply.status == 404


async def test_a_stranger_does_not_trust_it(server):
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await session.get(f"{server.https_url}/_mock/health")


async def test_http_and_https_are_one_server(server):
    context = ssl.create_default_context(cafile=server.ca_path)
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{server.url}/nowhere/"):
            pass
        async with session.get(f"{server.https_url}/nowhere/", ssl=context):
            pass
    assert [entry.host for entry in server.entries()] == [
        f"127.0.0.1:{server.port}",
        f"127.0.0.1:{server.tls_port}",
    ]


async def test_plain_http_on_the_https_port_ends_quietly(server, caplog):
    with socket.create_connection(("127.0.0.1", server.tls_port)) as plain:
        plain.setblocking(False)
        plain.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        async with aiohttp.ClientSession() as session, session.get(f"{server.url}/nowhere/"):
            pass
    assert caplog.records == []


async def test_the_temporary_file_goes_with_the_server():
    server = MockServer(tls_port=0, make_service=StandIn)
    await server.start()
    path = server.ca_path
    assert path.read_bytes().startswith(b"-----BEGIN CERTIFICATE-----")
    await server.stop()
    assert not path.parent.exists()
    assert server.ca_path is None


async def test_only_the_certificate_is_written_to_a_named_file(tmp_path):
    async with MockServer(tls_port=0, ca_file=tmp_path / "ca.pem", make_service=StandIn) as server:
        assert server.ca_path == tmp_path / "ca.pem"
    content = (tmp_path / "ca.pem").read_text()
    assert content.count("BEGIN CERTIFICATE") == 1
    assert "PRIVATE KEY" not in content
    assert list(tmp_path.iterdir()) == [tmp_path / "ca.pem"]


async def test_without_a_tls_port_there_is_no_https():
    async with MockServer(make_service=StandIn) as server:
        assert (server.https_url, server.ca_path) == (None, None)


async def test_a_taken_tls_port_closes_the_http_port_too(server):
    other = MockServer(tls_port=server.tls_port, make_service=StandIn)
    with pytest.raises(OSError, match="address already in use"):
        await other.start()
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"{other.url}/_mock/health")
    assert other.ca_path is None


def test_without_trustme_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(TlsUnavailableError, match=r"pip install 'aiorecombee\[mock\]'"):
        Authority()


def test_http_alone_loads_no_cryptography():
    code = "import sys, recombee_mock.server; print('trustme' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_authority_writes_next_to_nothing(tmp_path):
    authority = Authority(tmp_path / "ca.pem", "mock.internal")
    authority.close()
    assert Path(authority.path).exists()


IDLE_CLIENT = """
import asyncio, gc, socket, ssl
from recombee_mock import Database, MockServer

def ask_and_keep_open(port, trust):
    plain = socket.create_connection(("127.0.0.1", port))
    line = trust.wrap_socket(plain, server_hostname="localhost")
    line.sendall(b"GET /_mock/health HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n")
    assert line.recv(12) == b"HTTP/1.1 200"
    return line

async def main():
    async with MockServer([Database("shop", "secret")], tls_port=0) as server:
        trust = ssl.create_default_context(cafile=server.ca_path)
        line = await asyncio.to_thread(ask_and_keep_open, server.tls_port, trust)
    return line

line = asyncio.run(main())
gc.collect()
line.close()
"""


def test_stopping_leaves_no_idle_connection_open():
    command = [sys.executable, "-W", "always::ResourceWarning", "-c", IDLE_CLIENT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")
