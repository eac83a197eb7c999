"""The aiohttp side of the mock: how a connection is read and how an answer is written.

aiohttp parses HTTP and keeps connections. Three things are ours: answers are one write of bytes
that were mostly made once per second, what aiohttp itself refuses is refused in Recombee's JSON,
and nothing a client sends ends up in the log.
"""

import asyncio
import logging
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, Final

from aiohttp import StreamReader, http_exceptions, web
from aiohttp.abc import AbstractStreamWriter

from recombee_mock.admission import message

LOG: Final = logging.getLogger("recombee_mock")

MAX_TARGET: Final = 65_536
"""Longest request line and header field in bytes; queries carry filters of several kilobytes."""

# Browsers may talk to the client-side hosts from any page, and read the clock off an answer.
_COMMON: Final = b"\r\nContent-Type: application/json; charset=utf-8\r\nServer: recombee-mock"
_CORS: Final = b"\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: Date"
_PREFLIGHT: Final = (
    b"\r\nAccess-Control-Allow-Methods: GET, POST, PUT, DELETE, OPTIONS"
    b"\r\nAccess-Control-Allow-Headers: *, Content-Type"
    b"\r\nAccess-Control-Max-Age: 86400"
)
_LONG: Final = 65_536
_HALF_CLOSED: Final = 1.0
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}


class Answer(web.StreamResponse):
    """A complete answer that is written in one go.

    It replaces `web.Response` on the hot path: no header dictionary, one write, no second task.
    """

    def __init__(self, status: int, head: bytes, body: bytes) -> None:
        self._head = head
        self._whole_body = body
        self._status = status
        self._stays = True
        self._request: web.BaseRequest | None = None

    @property
    def keep_alive(self) -> bool:
        """Whether the connection stays open afterwards."""
        return self._stays

    def force_close(self) -> None:
        """Close the connection after this answer."""
        self._stays = False

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        """Write head and body."""
        self._request = request
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("The client is gone")
        head = self._head
        if not (self._stays and request.keep_alive):
            self._stays = False
            head += b"\r\nConnection: close"
        elif request.version.minor == 0:
            head += b"\r\nConnection: keep-alive"
        body = b"" if request.method == "HEAD" else self._whole_body
        transport.write(head + b"\r\n\r\n" + body)
        return request.writer

    async def write_eof(self, data: bytes = b"") -> None:  # noqa: ARG002 - the base class's
        """Nothing is left to write; wait while the client is slow to read a long answer."""
        if len(self._whole_body) > _LONG and self._request is not None:
            await self._request.writer.drain()


class Answers:
    """Makes answers; the clock that dates them is the server's own.

    Clients correct their clocks by the `Date` header after a refusal, so it must come from the
    clock that refused.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._second = -1
        self._dated = b""
        self._heads: dict[int, bytes] = {}

    def make(self, status: int, body: bytes, now: float) -> Answer:
        """An answer from a database."""
        if int(now) != self._second:
            self._turn(int(now))
        head = self._heads.get(status)
        if head is None:
            head = self._heads[status] = self._head(status) + _CORS + b"\r\nContent-Length: "
        return Answer(status, head + str(len(body)).encode(), body)

    def plain(self, status: int, body: bytes) -> Answer:
        """An answer that no page of another origin may read: control API, broken HTTP."""
        self._turn(int(self._now()))
        length = b"\r\nContent-Length: %d" % len(body)
        return Answer(status, self._head(status) + length, body)

    def preflight(self) -> Answer:
        """The answer to a browser that asks before it sends."""
        self._turn(int(self._now()))
        head = b"HTTP/1.1 204 No Content" + self._dated + _CORS + _PREFLIGHT
        return Answer(204, head, b"")

    def _turn(self, second: int) -> None:
        self._second = second
        self._dated = b"\r\nDate: " + formatdate(second, usegmt=True).encode()
        self._heads.clear()

    def _head(self, status: int) -> bytes:
        line = f"HTTP/1.1 {status} {_PHRASES.get(status, 'Unknown')}"
        return line.encode() + _COMMON + self._dated


class Connection(web.RequestHandler):
    """aiohttp's connection, with the errors it makes itself in our words.

    Attributes:
        answers: Makes the answers.
        awaited: The body somebody is waiting for.
        ended: Whether the client has closed its side.
    """

    __slots__ = ("answers", "awaited", "ended")

    answers: Answers
    awaited: StreamReader | None
    ended: bool

    def await_body(self, content: StreamReader | None) -> None:
        """Say which body is waited for, so that the wait ends when no more of it can come."""
        self.awaited = content
        self._check_awaited()

    def data_received(self, data: bytes) -> None:
        """Read on; end the wait for a body that turned out to be broken.

        aiohttp answers the broken rest as a request of its own and leaves the body waiting. Nothing
        but such an error can queue up behind a body that has no end yet.
        """
        super().data_received(data)
        if self.awaited is not None:
            self._check_awaited()

    def eof_received(self) -> bool | None:  # type: ignore[override]
        """Let a client that has said all it will say still hear its answer."""
        waiter = self._waiter
        idle = waiter is not None and not waiter.done()
        if idle or self.ssl_context is not None:
            return None
        self.ended = True
        self._check_awaited()
        self.close()
        self._loop.call_later(_HALF_CLOSED, self.force_close)
        return True

    def _check_awaited(self) -> None:
        body = self.awaited
        if body is not None and not body.is_eof() and (self.ended or self._messages):
            body.set_exception(web.RequestPayloadError())

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002 - the base class's
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - quotes what the client sent
    ) -> web.StreamResponse:
        """Answer what aiohttp could not parse; its own texts quote the request, ours must not."""
        if not isinstance(exc, http_exceptions.HttpProcessingError):
            LOG.error("A bug in the mock server", exc_info=exc)
            answer = self.answers.plain(status, _error_body("The mock server failed"))
        else:
            answer = self.answers.plain(400, _error_body(explain(exc)))
        answer.force_close()
        return answer

    def log_exception(self, *_: Any, **kw: Any) -> None:
        """Note that a connection broke, without what it carried."""
        LOG.debug("A connection broke: %s", type(kw.get("exc_info")).__name__)


_error_body = message


def explain(error: http_exceptions.HttpProcessingError) -> str:
    """What is wrong with a request that is not HTTP, without quoting it."""
    for kind, text in _EXPLANATIONS:
        if isinstance(error, kind):
            return text
    if error.message.startswith(_HARMLESS):
        return f"This is not a valid HTTP request: {error.message}"
    return "This is not a valid HTTP request"


_HARMLESS: Final = ("Missing 'Host'", "Duplicate '", "Too many headers")
_EXPLANATIONS: Final = (
    (http_exceptions.LineTooLong, f"The URL or a header is longer than {MAX_TARGET} bytes"),
    (
        http_exceptions.BadHttpMethod,
        "This does not start with an HTTP method; was https sent to the http port?",
    ),
    (
        http_exceptions.BadStatusLine,
        "The request line is not valid; spaces in a URL must be percent-encoded",
    ),
    (
        http_exceptions.InvalidURLError,
        "The URL is not valid; all but ASCII characters must be percent-encoded",
    ),
    (http_exceptions.InvalidHeader, "A header is not valid"),
    (http_exceptions.PayloadEncodingError, "The body is not framed as its headers say"),
)


class Listener(web.Server):
    """aiohttp's server, made of our connections."""

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Any],
        answers: Answers,
        *,
        idle_timeout: float,
    ) -> None:
        super().__init__(handler)
        self._answers = answers
        self._options: dict[str, Any] = {
            "loop": asyncio.get_running_loop(),
            "keepalive_timeout": idle_timeout,
            "access_log": None,
            "max_line_size": MAX_TARGET,
            "max_field_size": MAX_TARGET,
            "auto_decompress": False,
            "lingering_time": 2.0,
        }

    def __call__(self) -> web.RequestHandler:
        """A new connection."""
        connection = Connection(self, **self._options)
        connection.answers = self._answers
        connection.awaited = None
        connection.ended = False
        return connection
