"""Steps of the way to a host, one at a time: look up, connect, through a proxy, TLS."""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, TypeAlias

from aiorecombee.cli.doctor.seen import Proxy, Trouble

_Way: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_MOST_ADDRESSES: Final = 4
_CHUNK: Final = 1 << 16
_MOST_LINES: Final = 100  # of a proxy's answer


class ProxyRefusalError(Exception):
    """The proxy answered CONNECT with something else than yes."""

    def __init__(self, said: str, trouble: Trouble) -> None:
        super().__init__(said)
        self.trouble = trouble


async def look_up(host: str, port: int) -> list[str]:
    """Addresses of a host, in the order of the system's preference.

    Raises:
        OSError: There are none, or nobody to ask.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[Any]] = loop.create_future()

    # On a thread that nobody waits for: the system's resolver knows no time limit but its own, and
    # an executor would hold up the end of the program until then.
    def work() -> None:
        try:
            addresses: Any = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            addresses = error
        with contextlib.suppress(RuntimeError):  # the loop is closed: it took too long
            loop.call_soon_threadsafe(_settle, found, addresses)

    threading.Thread(target=work, name="look-up", daemon=True).start()
    return list(dict.fromkeys(str(entry[4][0]) for entry in await found))


def _settle(found: "asyncio.Future[list[Any]]", addresses: "list[Any] | Exception") -> None:
    if found.done():  # given up
        return
    if isinstance(addresses, UnicodeError):
        found.set_exception(socket.gaierror(socket.EAI_NONAME, "no host has such a name"))
    elif isinstance(addresses, Exception):
        found.set_exception(addresses)
    else:
        found.set_result(addresses)


async def connect(addresses: Sequence[str], port: int, limit: float) -> str:
    """Connect to the first of these addresses that takes it, and hang up.

    Args:
        addresses: From `look_up`.
        port: The port.
        limit: Seconds for all of them together.

    Returns:
        The address.

    Raises:
        OSError: None takes it; what the last one said.
    """
    tried = addresses[:_MOST_ADDRESSES]
    failed: OSError = socket.gaierror(socket.EAI_NONAME, "no addresses")
    for address in tried:
        try:
            async with asyncio.timeout(limit / len(tried)):
                _, writer = await asyncio.open_connection(address, port)
        except OSError as error:
            failed = error
        else:
            await _hang_up(writer)
            return address
    raise failed


async def shake_hands(host: str, port: int, proxy: Proxy | None) -> str:
    """Do a TLS handshake with a host, through a proxy if there is one.

    Returns:
        TLS version and the certificate, for people.

    Raises:
        OSError: There is no connection, or no agreement (`ssl.SSLError`).
        ProxyRefusalError: The proxy does not let us through.
    """
    async with _way_to(host, port, proxy) as (reader, writer):
        return _agreed(await _handshake(reader, writer, host))


async def _handshake(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str
) -> ssl.SSLObject:
    """TLS by hand: asyncio's own fails in odd ways within the TLS of a proxy."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    secured = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=host)
    while True:
        try:
            secured.do_handshake()
        except ssl.SSLWantReadError:
            writer.write(outgoing.read())
            await writer.drain()
            received = await reader.read(_CHUNK)
            if not received:
                raise ConnectionResetError("it hung up during the TLS handshake") from None
            incoming.write(received)
        else:
            return secured


@contextlib.asynccontextmanager
async def _way_to(host: str, port: int, proxy: Proxy | None) -> AsyncIterator[_Way]:
    if proxy is not None:
        async with tunnel(host, port, proxy) as way:
            yield way
        return
    reader, writer = await asyncio.open_connection(host, port)
    try:
        yield reader, writer
    finally:
        await _hang_up(writer)


@contextlib.asynccontextmanager
async def tunnel(host: str, port: int, proxy: Proxy) -> AsyncIterator[_Way]:
    """Connect to a host through a proxy.

    Raises:
        OSError: There is no way to the proxy, or it hangs up.
        ProxyRefusalError: It does not let us through.
    """
    context = ssl.create_default_context() if proxy.secure else None
    reader, writer = await asyncio.open_connection(proxy.host, proxy.port, ssl=context)
    try:
        authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        head = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
        if proxy.authorization:
            head.append(f"Proxy-Authorization: {proxy.authorization}")
        writer.write("\r\n".join([*head, "", ""]).encode())
        await writer.drain()
        await _read_consent(reader)
        yield reader, writer
    finally:
        await _hang_up(writer)


async def _read_consent(reader: asyncio.StreamReader) -> None:
    try:
        lines = [await reader.readuntil(b"\r\n")]
        while lines[-1] != b"\r\n" and len(lines) < _MOST_LINES:
            lines.append(await reader.readuntil(b"\r\n"))
    except asyncio.IncompleteReadError:
        raise ConnectionResetError("the proxy hung up in place of an answer") from None
    except asyncio.LimitOverrunError:
        raise ProxyRefusalError("its answer is no HTTP", Trouble.NO_PROXY_THERE) from None
    first = lines[0].decode("latin-1").strip()
    version, _, status = first.partition(" ")
    if not version.startswith("HTTP/1."):
        raise ProxyRefusalError(f"its answer is no HTTP: {first[:60]!r}", Trouble.NO_PROXY_THERE)
    if status.startswith("407"):
        raise ProxyRefusalError(f"it answered {status[:60]}", Trouble.PROXY_PASSWORD)
    if not status.startswith("2"):
        raise ProxyRefusalError(f"it answered {status[:60]}", Trouble.TUNNEL_DENIED)


def _agreed(secured: ssl.SSLObject) -> str:
    found: Any = secured.getpeercert() or {}
    issuer = {name: value for part in found.get("issuer", ()) for name, value in part}
    signer = issuer.get("organizationName") or issuer.get("commonName") or "nobody named"
    return f"{secured.version()}, certificate by {signer}, valid until {found.get('notAfter')}"


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    """Without the farewells of TLS, for which the other side may let us wait."""
    writer.transport.abort()
    await asyncio.sleep(0)
