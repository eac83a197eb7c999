"""A connection: aiohttp parses HTTP and keeps the line open, the manners are ours.

What aiohttp itself refuses is refused in Recombee's JSON, a body that cannot be completed is not
waited for, and nothing a client sends ends up in the log.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any, Final

from aiohttp import StreamReader, http_exceptions, web

from recombee_mock.shell.admission import message
from recombee_mock.shell.http_answer import Answers
from recombee_mock.shell.open_files import most_connections

LOG: Final = logging.getLogger("recombee_mock")

MAX_TARGET: Final = 65_536
"""Longest request line and header field in bytes; queries carry filters of several kilobytes."""

_HALF_CLOSED: Final = 1.0
_LINGERING: Final = 2.0


class Connection(web.RequestHandler):
    """aiohttp's connection, with the errors it makes itself in our words.

    Attributes:
        answers: Makes the answers.
        awaited: The body somebody is waiting for.
        ended: Whether the client has closed its side.
        on_lost: Called when the connection is gone: somebody holds it open.
    """

    __slots__ = ("answers", "awaited", "ended", "on_lost")

    answers: Answers
    awaited: StreamReader | None
    ended: bool
    on_lost: Callable[[], None] | None

    @property
    def idle(self) -> bool:
        """Whether it waits for a request, or for the rest of its head."""
        waiter = self._waiter
        return waiter is not None and not waiter.done()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Tell whoever holds the connection open."""
        super().connection_lost(exc)
        if self.on_lost is not None:
            self.on_lost()

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
        if self.idle or self.ssl_context is not None:
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
        # Newer than the oldest aiohttp we take, where it is a BadStatusLine like any other.
        getattr(http_exceptions, "BadHttpMethod", ()),
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
        self._most = most_connections()
        self._options: dict[str, Any] = {
            "loop": asyncio.get_running_loop(),
            "keepalive_timeout": idle_timeout,
            "access_log": None,
            "max_line_size": MAX_TARGET,
            "max_field_size": MAX_TARGET,
            "auto_decompress": False,
            "lingering_time": _LINGERING,
        }

    def __call__(self) -> web.RequestHandler:
        """A new connection."""
        present = self.connections
        if len(present) >= self._most:
            _close_one(present)
        connection = Connection(self, **self._options)
        connection.answers = self._answers
        connection.awaited = None
        connection.ended = False
        connection.on_lost = None
        return connection


def _close_one(present: Iterable[web.RequestHandler]) -> None:
    """Close the oldest connection that waits for a request, or else for a body."""
    mine = [one for one in present if isinstance(one, Connection)]
    for waiting in ("idle", "awaited"):
        for connection in mine:
            if getattr(connection, waiting):
                connection.force_close()
                return
