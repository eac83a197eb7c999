"""Token and signature appear in no text: no error, log, traceback, repr or pickle."""

import asyncio
import contextlib
import copy
import logging
import pickle
import re
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from aiorecombee import (
    AddDetailView,
    AddItem,
    Attempt,
    Backoff,
    Batch,
    ConfigurationError,
    HttpCall,
    HttpReply,
    InvalidRequestError,
    ListItems,
    MemoryTransport,
    NoRetry,
    PrivateToken,
    PublicToken,
    RecombeeClient,
    RecombeeError,
)

TOKEN = "Gh0stT0ken" * 7
SIGNED = re.compile(r"_sign(=|%3D)[0-9a-f]", re.IGNORECASE)


def assert_clean(text: str) -> None:
    assert TOKEN not in text
    assert "Gh0stT0ken" not in text
    assert not SIGNED.search(text), text


def texts_of(error: BaseException) -> list[str]:
    """Everything that is commonly made of an error."""
    return [
        str(error),
        repr(error),
        *traceback.format_exception(error),
        repr(getattr(error, "attempts", ())),
        repr(vars(error)),
        repr(pickle.dumps(error)),
    ]


def raw(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


async def never(_: asyncio.StreamWriter, __: int) -> None:
    await asyncio.Event().wait()


# TARGET is the target that the server was asked for, signature and all.
FAILURES: dict[str, Any] = {
    "nothing": b"",
    "never": never,
    "garbage": b"garbage\r\n\r\n",
    "bad length": b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    "bad gzip": raw("200 OK", b'"ok"', "Content-Encoding: gzip"),
    "short body": b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"ok"',
    "401": raw("401 Unauthorized", b'{"error":"Invalid HMAC signature"}'),
    "404": raw("404 Not Found"),
    "503": raw("503 Busy", b"busy"),
    "redirect": raw("302 Found", b"", "Location: /elsewhere"),
    "not json": raw("200 OK", b"<html>"),
    "error page": b"HTTP/1.1 502 Bad Gateway\r\n\r\n<html>cannot fetch TARGET</html>",
    "message": b'HTTP/1.1 404 Not Found\r\n\r\n{"message":"no TARGET"}',
    "text": b'HTTP/1.1 400 Bad Request\r\n\r\n"no TARGET"',
    "success": b"HTTP/1.1 200 OK\r\n\r\nwelcome to TARGET",
    "header": b"HTTP/1.1 200 OK\r\nTARGET\r\n\r\n",
    "status line": b"NOTHTTP TARGET\r\n\r\n",
    "location": b"HTTP/1.1 302 Found\r\nLocation: http://evil/TARGET\r\n\r\n",
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.parametrize("token", [PrivateToken, PublicToken])
async def test_no_failure_gives_token_or_signature_away(
    name: str,
    token: type[PrivateToken],
    raw_server: Callable[..., Awaitable[Any]],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
):
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    server = await raw_server(FAILURES[name], closes=True)
    attempts: list[Attempt] = []
    client = RecombeeClient(
        "db",
        token(TOKEN),
        base_uri=server.authority,
        protocol="http",
        retry=Backoff(attempts=2, rand=lambda: 0.0),
        timeout=0.05 if name == "never" else 5.0,
        hooks=[attempts.append],
    )
    async with client:
        for request in (AddItem("i"), AddDetailView("u", "i"), ListItems(count=1), Batch([])):
            with pytest.raises(RecombeeError) as failed:
                await client.send(request)
            for text in texts_of(failed.value):
                assert_clean(text)
    assert any("_sign=" in target for target in server.targets)
    assert_clean(repr(attempts))
    assert_clean(repr(client))
    assert_clean(caplog.text)
    assert_clean("".join(capsys.readouterr()))


async def test_a_session_that_raises_for_status_gives_nothing_away(
    raw_server: Callable[..., Awaitable[Any]],
):
    server = await raw_server(raw("400 Bad Request", b"{}"))
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        client = RecombeeClient(
            "db",
            TOKEN,
            base_uri=server.authority,
            protocol="http",
            session=session,
            retry=NoRetry(),
        )
        with pytest.raises(RecombeeError) as failed:
            await client.send(AddItem("i"))
    for text in texts_of(failed.value):
        assert_clean(text)


async def test_a_call_that_fails_before_it_is_sent_gives_nothing_away():
    client = RecombeeClient(
        "db", TOKEN, transport=MemoryTransport(lambda _: HttpReply(200, {}, b""))
    )
    for wrong in (AddItem("a b"), Batch([AddItem("..")]), ListItems(filter="\udc80")):
        with pytest.raises(InvalidRequestError) as failed:
            await client.send(wrong)
        for text in texts_of(failed.value):
            assert_clean(text)


async def test_what_a_transport_raises_unexpectedly_holds_no_token():
    def fail(call: HttpCall) -> HttpReply:
        raise LookupError(repr(call))

    client = RecombeeClient("db", TOKEN, transport=MemoryTransport(fail))
    with pytest.raises(LookupError) as failed:
        await client.send(AddItem("i"))
    for text in texts_of(failed.value):
        assert_clean(text)


async def test_calls_kept_for_tests_print_without_signature():
    transport = MemoryTransport(lambda _: HttpReply(200, {}, b'"ok"'))
    client = RecombeeClient("db", PublicToken(TOKEN), transport=transport)
    await client.send(AddItem("i"))
    call = transport.calls[0]
    assert_clean(repr(call))
    assert_clean(str(call))
    assert_clean(f"{transport.calls}")
    assert "frontend_sign=…" in repr(call)
    assert SIGNED.search(call.target)


def test_client_and_token_print_pickle_and_copy_without_token():
    client = RecombeeClient("db", TOKEN, base_uri="localhost")
    assert repr(client) == str(client) == "<RecombeeClient of db at https://localhost>"
    for act in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError) as refused:
            act(client)
        assert_clean(str(refused.value))
    token = PrivateToken(TOKEN)
    assert_clean(f"{token} {token!r} {[token]} {vars(client)}")


@pytest.mark.parametrize("token", [TOKEN + "\udc80", TOKEN.encode(), [TOKEN]])
def test_a_token_that_is_refused_is_not_shown(token: Any):
    with pytest.raises(ConfigurationError) as refused:
        RecombeeClient("db", token)
    for text in texts_of(refused.value):
        assert_clean(text)
    assert refused.value.__context__ is None


async def test_a_cancelled_call_gives_nothing_away(raw_server: Callable[..., Awaitable[Any]]):
    server = await raw_server(never)
    client = RecombeeClient("db", TOKEN, base_uri=server.authority, protocol="http")
    async with client:
        task = asyncio.create_task(client.send(AddItem("i")))
        await server.asked.wait()
        assert_clean(repr(task))
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert_clean("".join(traceback.format_exception(task._make_cancelled_error())))
