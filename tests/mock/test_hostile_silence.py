"""Clients that connect and say nothing, more than there may be open files."""

import asyncio
import json
import sys
from contextlib import asynccontextmanager

import pytest

FILES = 256
CLIENTS = 700
# A shell sets the limit, and the command cannot raise it again.
START = f'ulimit -n {FILES}; exec "$0" -m recombee_mock "$@"'


@asynccontextmanager
async def command(tmp_path, *options):
    ready = tmp_path / "ready.json"
    line = [sys.executable, "--port", "0", "--ready-file", str(ready), *options]
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", START, *line),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(20):
            while not ready.exists():  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.01)
        yield int(json.loads(ready.read_text())["http"].rpartition(":")[2])
        process.terminate()
        async with asyncio.timeout(20):
            _, said = await process.communicate()
        assert (process.returncode, said) == (0, b"")
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def health(port):
    async with asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /_mock/health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        received = await reader.read()
        writer.close()
    return received


@pytest.mark.parametrize("options", [[], ["--tls"]], ids=["http", "one port"])
async def test_silent_clients_keep_nobody_out(tmp_path, options):
    said = [b"", b"GET / HTTP/1.1\r\nHost: h\r\nX-", b"POST /shop/batch/ HT"]
    opened = []
    async with command(tmp_path, *options) as port:
        try:
            for number in range(CLIENTS):
                async with asyncio.timeout(20):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                opened.append(writer)
                writer.write(said[number % len(said)])
            for _ in range(3):
                assert (await health(port)).startswith(b"HTTP/1.1 200 OK")
        finally:
            for writer in opened:
                writer.transport.abort()
