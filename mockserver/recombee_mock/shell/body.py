"""Reading a request body, within bounds."""

import asyncio
from typing import Final

from aiohttp import web

from recombee_mock.shell.connection import Connection

_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


class BodyRefusedError(Exception):
    """The body cannot be read; carries status and text of the answer."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(status, text)
        self.status = status
        self.text = text


def read_ready(request: web.BaseRequest, limit: int) -> bytes | None:
    """The body when all of it has arrived with the headers, None when there is more to come.

    This is the usual case, and it needs no turn of the event loop.

    Raises:
        BodyRefusedError: It is too long or encoded in a way the API does not take.
    """
    content = request.content
    if not content.is_eof():
        return None
    body = content.read_nowait()
    if len(body) > limit:
        raise _too_long(limit)
    if body and "Content-Encoding" in request.headers:
        _check_encoding(request)
    return body


async def read_slowly(request: web.BaseRequest, limit: int, timeout: float) -> bytes:
    """The body as it arrives.

    Args:
        request: With its body still under way.
        limit: Bytes the body may have.
        timeout: Seconds the client may take for all of it.

    Raises:
        BodyRefusedError: It is too long, too slow, broken, or encoded.
    """
    _check_encoding(request)
    length = request.content_length
    if length is not None and length > limit:
        raise _too_long(limit)
    _invite(request)
    connection = request.protocol
    if isinstance(connection, Connection):
        connection.await_body(request.content)
    try:
        async with asyncio.timeout(timeout):
            return await _collect(request, limit)
    except TimeoutError:
        text = f"The body did not arrive within {timeout:g} seconds"
        raise BodyRefusedError(408, text) from None
    except web.RequestPayloadError:
        raise BodyRefusedError(400, "The body is not framed as its headers say") from None
    finally:
        if isinstance(connection, Connection):
            connection.await_body(None)


async def _collect(request: web.BaseRequest, limit: int) -> bytes:
    body = bytearray()
    while True:
        chunk = await request.content.readany()
        if not chunk:
            return bytes(body)
        body += chunk
        if len(body) > limit:
            raise _too_long(limit)


def _invite(request: web.BaseRequest) -> None:
    # curl and .NET wait a second for this before they send a large body.
    expected = request.headers.get("Expect", "").lower() == "100-continue"
    if expected and request.version >= (1, 1) and request.transport is not None:
        request.transport.write(_CONTINUE)


def _check_encoding(request: web.BaseRequest) -> None:
    # No client of Recombee's compresses, so one that does would fail against the real service.
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise BodyRefusedError(400, "Compressed request bodies (Content-Encoding) are not accepted")


def _too_long(limit: int) -> BodyRefusedError:
    return BodyRefusedError(413, f"The request body is longer than {limit} bytes")
