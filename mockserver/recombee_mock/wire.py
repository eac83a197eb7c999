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

from aiohttp import http_exceptions, web
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
    """aiohttp's connection, with the errors it makes itself in our words."""

    __slots__ = ("answers",)

    answers: Answers

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002 - the base class's
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - quotes what the client sent
    ) -> web.StreamResponse:
        """Answer what aiohttp could not parse; its own texts quote the request, ours must not."""
        status, text = explain(status, exc)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            LOG.error("A bug in the mock server", exc_info=exc)
        answer = self.answers.plain(status, _error_body(text))
        answer.force_close()
        return answer

    def log_exception(self, *_: Any, **kw: Any) -> None:
        """Note that a connection broke, without what it carried."""
        LOG.debug("A connection broke: %s", type(kw.get("exc_info")).__name__)


_error_body = message


def explain(status: int, exc: BaseException | None) -> tuple[int, str]:
    """Status and text for what went wrong before a request was complete."""
    if isinstance(exc, http_exceptions.LineTooLong):
        return 400, f"The URL or a header is longer than {MAX_TARGET} bytes"
    if isinstance(
        exc, http_exceptions.TransferEncodingError | http_exceptions.PayloadEncodingError
    ):
        return 400, "The body is not framed as its headers say"
    if isinstance(exc, http_exceptions.BadHttpMethod):
        return 400, "This is not HTTP; was https sent to the http port?"
    if isinstance(exc, http_exceptions.HttpProcessingError):
        return 400, "This is not a valid HTTP request"
    return status, "The mock server failed"


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
        return connection
