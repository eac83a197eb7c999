"""How an answer is written: one write of bytes that were mostly made once a second.

It is what makes the mock as fast as an aiohttp application that does nothing: `web.Response` with
its header dictionary costs more than checking the signature and storing the data together.
"""

from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

JSON: Final = b"application/json; charset=utf-8"
_COMMON: Final = b"\r\nContent-Type: " + JSON + b"\r\nServer: recombee-mock"
# Browsers may talk to the client-side hosts from any page, and read the clock off an answer.
_CORS: Final = b"\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: Date"
_PREFLIGHT: Final = (
    b"\r\nAccess-Control-Allow-Methods: GET, POST, PUT, DELETE, OPTIONS"
    b"\r\nAccess-Control-Allow-Headers: *, Content-Type"
    b"\r\nAccess-Control-Max-Age: 86400"
)
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}
_LONG: Final = 65_536


class Answer(web.StreamResponse):
    """A complete answer that is written in one go.

    It replaces `web.Response` on the hot path: no header dictionary, one write, no second task.

    Attributes:
        head: Status line and headers, without the end of the last line.
        whole_body: The body.
    """

    def __init__(self, status: int, head: bytes, body: bytes) -> None:
        self.head = head
        self.whole_body = body
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
        head = self.head
        if not (self._stays and request.keep_alive):
            self._stays = False
            head += b"\r\nConnection: close"
        elif request.version.minor == 0:
            head += b"\r\nConnection: keep-alive"
        body = b"" if request.method == "HEAD" else self.whole_body
        transport.write(head + b"\r\n\r\n" + body)
        return request.writer

    async def write_eof(self, data: bytes = b"") -> None:  # noqa: ARG002 - the base class's
        """Nothing is left to write; wait while the client is slow to read a long answer."""
        if len(self.whole_body) > _LONG and self._request is not None:
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
