"""The transport that is used by default: an aiohttp session, owned or borrowed."""

import asyncio
import io
import os
import time
from typing import Final, Self
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from yarl import URL

from aiorecombee.core.proxies import PROXY_REMEDY, parse_proxy, proxy_variable
from aiorecombee.core.routing import Origin
from aiorecombee.core.wire import HttpCall, HttpReply, redact
from aiorecombee.errors import (
    ConfigurationError,
    ConnectionFailedError,
    RequestTimeoutError,
    TransportError,
)
from aiorecombee.transport import LEAST_TIMEOUT, Seal

_BODY_IN_ONE: Final = 1 << 20  # aiohttp warns about larger `bytes`
_MOST_TIMEOUTS: Final = 1000


class AiohttpTransport:
    """Sends calls through an `aiohttp.ClientSession`.

    A session of its own honours the environment's proxy settings (HTTPS_PROXY, NO_PROXY) and
    OpenSSL's for certificate authorities (SSL_CERT_FILE). For anything beyond, lend a session with
    the connector of your choice.
    """

    def __init__(
        self,
        origin: Origin,
        *,
        session: aiohttp.ClientSession | None = None,
        user_agent: str = "aiorecombee",
        connections: int = 100,
    ) -> None:
        """Send to `origin`.

        Args:
            origin: Protocol and authority.
            session: A borrowed session; it is not closed here. Its connector limits the
                connections if it has a limit.
            user_agent: Header of that name.
            connections: How many calls may be under way at once.

        Raises:
            ConfigurationError: The environment sets a proxy that cannot be used.
        """
        self._base = str(origin)
        self._session = session
        self._owned = session is None
        self._headers = {"User-Agent": user_agent, "Content-Type": "application/json"}
        self._proxy: str | None = None
        if session is None:
            # What a proxy would find at a loopback address is another machine.
            if not (origin.is_loopback or proxy_bypass(origin.authority)):
                self._proxy = getproxies().get(origin.protocol)
            # Without a variable for it: a traceback may show those.
            if self._proxy is not None and parse_proxy(self._proxy) is None:
                name = proxy_variable(origin.protocol, os.environ) or "the proxy of the system"
                raise ConfigurationError(f"{name} {PROXY_REMEDY}")
        elif session.connector is not None:
            limits = (session.connector.limit, session.connector.limit_per_host)
            connections = min((limit for limit in limits if limit), default=connections)
        # Our own limit instead of the connector's: a call waits here before it is signed.
        self._slots = asyncio.Semaphore(connections)
        self._timeouts: dict[float, aiohttp.ClientTimeout] = {}
        self._middlewares = (*getattr(session, "_middlewares", ()), self._once)
        self._closed = False

    async def __aenter__(self) -> Self:
        """Nothing to do: the session opens with the first call."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close the session, unless it is borrowed."""
        self._closed = True
        if self._owned and self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def send(self, seal: Seal, timeout: float, /) -> HttpReply:
        """Send one call; see `Transport`."""
        session = self._open_session()
        slots = self._slots
        left = timeout
        failed: TransportError
        try:
            if slots.locked():
                waits_from = time.monotonic()
                async with asyncio.timeout(timeout):
                    await slots.acquire()
                left = max(LEAST_TIMEOUT, timeout - (time.monotonic() - waits_from))
            else:
                await slots.acquire()  # at once: a timer for it would cost as much as signing
            try:
                return await self._exchange(session, seal(), left)
            finally:
                slots.release()
        except TransportError as error:
            failed = error.with_traceback(None)
        except TimeoutError:
            failed = RequestTimeoutError(f"no answer within {timeout:g} s")
        except aiohttp.ClientConnectorError as error:
            failed = ConnectionFailedError(
                f"cannot connect to {self._peer(error)}: {_reason(error)}"
            )
            failed.unsent = True
        except (aiohttp.ClientError, OSError) as error:
            failed = self._broke(error)
        # Out here, and with the request in a frame of its own: as context or among the locals of a
        # traceback, the signed URL would end up in reports.
        raise failed

    async def _exchange(
        self, session: aiohttp.ClientSession, call: HttpCall, timeout: float
    ) -> HttpReply:
        async with session.request(
            call.method,
            # Ready-made: aiohttp would rewrite what the signature covers.
            URL(self._base + call.target, encoded=True),
            data=_data_of(call),
            headers=None if self._owned else self._headers,
            timeout=self._timeouts.get(timeout) or self._keep_timeout(timeout),
            allow_redirects=False,
            raise_for_status=False,
            proxy=self._proxy,
            middlewares=None if call.method == "POST" else self._middlewares,
        ) as response:
            return HttpReply(response.status, response.headers, await response.read())

    def _peer(self, error: aiohttp.ClientConnectorError) -> str:
        if isinstance(error, aiohttp.ClientProxyConnectionError):
            return f"the proxy {redact(self._proxy or 'of the session')} on the way to {self._base}"
        return self._base

    def _open_session(self) -> aiohttp.ClientSession:
        session = self._session
        if session is None:
            if self._closed:
                raise ConfigurationError("the client is closed: make a new one")
            session = self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=self._headers,
            )
        elif session.closed:
            raise ConfigurationError("the session that was lent to the client is closed")
        return session

    async def _once(
        self, request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Keep aiohttp from sending a GET, PUT or DELETE again by itself when a connection breaks.

        The second one would go out without our knowing, with the same signature, even of a request
        that must not be repeated. It does so for certain errors of its own, so it gets another one.
        """
        try:
            return await send(request)
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
            failed = self._broke(error)
        raise failed

    def _broke(self, error: BaseException) -> ConnectionFailedError:
        said = redact(str(error)) or type(error).__name__
        return ConnectionFailedError(f"connection to {self._base} broke: {said}")

    def _keep_timeout(self, seconds: float) -> aiohttp.ClientTimeout:
        """Aiohttp's form of a time limit; there are as many as request classes have limits."""
        if len(self._timeouts) > _MOST_TIMEOUTS:
            self._timeouts.clear()
        found = self._timeouts[seconds] = aiohttp.ClientTimeout(total=seconds)
        return found


class _Pieces(aiohttp.Payload):
    """A body that is sent piece by piece, with its length said before."""

    _autoclose = True  # nothing to close

    def __init__(self, pieces: tuple[bytes, ...]) -> None:
        super().__init__(pieces)
        self._size = sum(map(len, pieces))

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """As text, for whoever wants to look at it."""
        return b"".join(self._value).decode(encoding, errors)

    async def as_bytes(self, *_: object) -> bytes:
        """In one."""
        return b"".join(self._value)

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Write all pieces; others have a turn in between."""
        for piece in self._value:
            await writer.write(piece)
            await asyncio.sleep(0)

    async def write_with_length(self, writer: AbstractStreamWriter, _: int | None) -> None:
        """The same: the length is that of all pieces."""
        await self.write(writer)


def _data_of(call: HttpCall) -> bytes | io.BytesIO | _Pieces | None:
    pieces = call.pieces
    if len(pieces) > 1:
        return _Pieces(pieces)
    body = call.body
    return io.BytesIO(body) if body and len(body) >= _BODY_IN_ONE else body


def _reason(error: aiohttp.ClientConnectorError) -> str:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return str(error.certificate_error)
    if "WRONG_VERSION_NUMBER" in str(error.os_error):
        return f"{error.os_error}; does it speak http only? Then protocol='http'"
    return str(error.os_error)
