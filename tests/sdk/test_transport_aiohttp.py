"""The aiohttp transport against real sockets: connections, limits, broken answers, proxies, TLS."""

import asyncio
import gzip
import re
import ssl
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import trustme

from aiorecombee import (
    AddDetailView,
    AddItem,
    AddUser,
    ConfigurationError,
    ConnectionFailedError,
    ListItems,
    NoRetry,
    NotFoundError,
    RecombeeClient,
    Request,
    RequestTimeoutError,
    ResetDatabase,
    SetItemValues,
    UnexpectedResponseError,
)
from aiorecombee.core.routing import Origin
from aiorecombee.core.wire import HttpCall
from aiorecombee.transport.aiohttp import AiohttpTransport

Start = Callable[..., Awaitable[Any]]


def client_of(server: Any, **options: Any) -> RecombeeClient:
    options = {"protocol": "http", "retry": NoRetry(), **options}
    return RecombeeClient("my-db", "secret-token", base_uri=server.authority, **options)


def answer(status: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


async def never(_: asyncio.StreamWriter, __: int) -> None:
    await asyncio.Event().wait()


# --- Calls ----------------------------------------------------------------------------------------


async def test_a_call_carries_headers_and_body(raw_server: Start, ok_bytes: bytes):
    server = await raw_server(ok_bytes)
    async with client_of(server) as client:
        await client.send(SetItemValues("i", {"a": "č"}))
    head = server.heads[0].decode().lower()
    assert head.startswith("post /my-db/items/i?hmac_timestamp=")
    assert f"\r\nhost: {server.authority}\r\n" in head
    assert "\r\ncontent-type: application/json\r\n" in head
    assert "\r\nuser-agent: aiorecombee/" in head
    assert server.bodies == ['{"a":"č"}'.encode()]


async def test_a_get_has_no_body(raw_server: Start):
    server = await raw_server(answer("200 OK", body=b'["a"]'))
    async with client_of(server) as client:
        assert await client.send(ListItems()) == ["a"]
    assert server.bodies == [b""]


async def test_a_body_of_megabytes_arrives_whole(raw_server: Start, ok_bytes: bytes):
    server = await raw_server(ok_bytes)
    async with client_of(server) as client:
        await client.send(SetItemValues("i", {"a": "x" * (3 << 20)}))
    assert len(server.bodies[0]) == (3 << 20) + 8


async def test_connections_are_kept(raw_server: Start, ok_bytes: bytes):
    server = await raw_server(ok_bytes)
    async with client_of(server) as client:
        for _ in range(5):
            await client.send(AddItem("i"))
    assert server.connections == 1


async def test_a_compressed_answer_is_read(raw_server: Start):
    packed = answer("200 OK", "Content-Encoding: gzip", body=gzip.compress(b'["a"]'))
    async with client_of(await raw_server(packed)) as client:
        assert await client.send(ListItems()) == ["a"]


async def test_a_chunked_answer_is_read(raw_server: Start):
    chunked = (
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n["\r\n3\r\na"]\r\n0\r\n\r\n'
    )
    async with client_of(await raw_server(chunked)) as client:
        assert await client.send(ListItems()) == ["a"]


async def test_the_headers_of_an_answer_are_found_in_any_letter_case(raw_server: Start):
    server = await raw_server(answer("200 OK", "x-Thing: 1", body=b'"ok"'))
    transport = AiohttpTransport(Origin("http", server.authority))
    async with transport:
        reply = await transport.send(lambda: HttpCall("GET", "/x", None), 5.0)
    assert (reply.status, reply.body) == (200, b'"ok"')
    assert reply.headers["X-THING"] == reply.headers["x-thing"] == "1"


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
async def test_redirects_are_not_followed(status: str, raw_server: Start, ok_bytes: bytes):
    elsewhere = await raw_server(ok_bytes)
    here = await raw_server(answer(status, f"Location: http://{elsewhere.authority}/stolen"))
    async with client_of(here) as client:
        with pytest.raises(UnexpectedResponseError, match=f"status {status[:3]}"):
            await client.send(AddItem("i"))
    assert (len(here.heads), elsewhere.heads) == (1, [])


async def test_cookies_are_not_kept(raw_server: Start):
    server = await raw_server(answer("200 OK", "Set-Cookie: a=b; Path=/", body=b'"ok"'))
    async with client_of(server) as client:
        await client.send(AddItem("i"))
        await client.send(AddItem("i"))
    assert b"cookie" not in server.heads[1].lower()


# --- No answer ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"ok"',
        b'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"ok"',
        b'HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"ok"',
        b'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n"ok"',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello\r\n\r\n",
    ],
    ids=lambda raw: raw[:60],
)
async def test_an_answer_that_breaks_off_or_is_no_http_is_a_failed_connection(
    broken: bytes, raw_server: Start
):
    async def answer_and_close(writer: asyncio.StreamWriter, _: int) -> None:
        writer.write(broken)
        await writer.drain()
        writer.close()

    server = await raw_server(answer_and_close)
    async with client_of(server) as client:
        with pytest.raises(ConnectionFailedError) as failed:
            await client.send(AddDetailView("u", "i"), timeout=5)
    said = f"AddDetailView: connection to http://{server.authority} broke: "
    assert str(failed.value).startswith(said)
    assert failed.value.unsent is False
    assert len(server.heads) == 1


async def test_a_connection_that_cannot_be_made_says_where_to_and_why(unused_tcp_port: int):
    client = RecombeeClient(
        "db", "t", base_uri=f"127.0.0.1:{unused_tcp_port}", protocol="http", retry=NoRetry()
    )
    async with client:
        with pytest.raises(ConnectionFailedError) as failed:
            await client.send(AddItem("i"))
    assert str(failed.value).startswith(
        f"AddItem: cannot connect to http://127.0.0.1:{unused_tcp_port}: "
    )
    assert failed.value.unsent is True


async def test_a_server_that_never_answers_runs_into_the_time_limit(raw_server: Start):
    async with client_of(await raw_server(never)) as client:
        with pytest.raises(RequestTimeoutError, match=r"^AddItem: no answer within 0\.05 s$"):
            await client.send(AddItem("i"), timeout=0.05)


async def test_a_server_that_stops_in_the_body_runs_into_the_time_limit(raw_server: Start):
    async def begin(writer: asyncio.StreamWriter, _: int) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"o')
        await asyncio.Event().wait()

    async with client_of(await raw_server(begin)) as client:
        with pytest.raises(RequestTimeoutError):
            await client.send(AddItem("i"), timeout=0.05)


async def test_a_time_limit_after_a_wait_is_told_as_it_was_given(raw_server: Start):
    session, client = await one_connection(await raw_server(never))
    async with session:
        held = asyncio.create_task(client.send(AddItem("i"), timeout=0.05))
        await asyncio.sleep(0)
        with pytest.raises(RequestTimeoutError, match=r"no answer within 0\.1 s$"):
            await client.send(AddItem("j"), timeout=0.1)
        with pytest.raises(RequestTimeoutError):
            await held


async def test_the_time_limit_of_the_caller_works_too(raw_server: Start):
    async with client_of(await raw_server(never)) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.send(AddItem("i"))


# --- Once means once ------------------------------------------------------------------------------


@pytest.mark.parametrize("request_", [ResetDatabase(), AddItem("i"), ListItems()], ids=repr)
@pytest.mark.parametrize("borrowed", [False, True])
async def test_nothing_is_sent_again_behind_our_back(
    request_: Request[object], borrowed: bool, raw_server: Start
):
    async def read_and_close(writer: asyncio.StreamWriter, _: int) -> None:
        writer.close()

    server = await raw_server(read_and_close)
    async with aiohttp.ClientSession() as session:
        client = client_of(server, session=session if borrowed else None)
        with pytest.raises(ConnectionFailedError, match="broke"):
            await client.send(request_)
        await client.aclose()
    assert len(server.heads) == 1


async def test_the_middlewares_of_a_borrowed_session_still_work(raw_server: Start, ok_bytes: bytes):
    seen = []

    async def note(request: aiohttp.ClientRequest, send: Any) -> aiohttp.ClientResponse:
        seen.append(request.method)
        return await send(request)

    server = await raw_server(ok_bytes)
    async with aiohttp.ClientSession(middlewares=(note,)) as session:
        client = client_of(server, session=session)
        await client.send(AddItem("i"))
        await client.send(AddDetailView("u", "i"))
    assert seen == ["PUT", "POST"]


async def test_a_session_that_raises_for_errors_by_itself_does_not_hide_them(raw_server: Start):
    server = await raw_server(answer("404 Not Found", body=b'{"message": "no such item"}'))
    async with aiohttp.ClientSession(raise_for_status=True) as session:
        with pytest.raises(NotFoundError, match="no such item"):
            await client_of(server, session=session).send(AddItem("i"))


async def test_a_closed_client_says_so(raw_server: Start, ok_bytes: bytes):
    client = client_of(await raw_server(ok_bytes))
    await client.aclose()
    with pytest.raises(ConfigurationError, match="the client is closed"):
        await client.send(AddItem("i"))


async def test_a_closed_borrowed_session_is_named(raw_server: Start, ok_bytes: bytes):
    server = await raw_server(ok_bytes)
    async with aiohttp.ClientSession() as session:
        client = client_of(server, session=session)
    with pytest.raises(ConfigurationError, match="session that was lent to the client is closed"):
        await client.send(AddItem("i"))


async def test_the_smaller_of_a_connector_s_limits_counts(raw_server: Start, ok_bytes: bytes):
    most = 0
    under_way = 0

    async def count(writer: asyncio.StreamWriter, _: int) -> None:
        nonlocal most, under_way
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        writer.write(ok_bytes)

    server = await raw_server(count)
    connector = aiohttp.TCPConnector(limit=10, limit_per_host=2)
    async with aiohttp.ClientSession(connector=connector) as session:
        transport = AiohttpTransport(Origin("http", server.authority), session=session)
        signed: list[int] = []

        def seal() -> HttpCall:
            signed.append(under_way)
            return HttpCall("POST", "/", b"{}")

        await asyncio.gather(*(transport.send(seal, 5.0) for _ in range(6)))
    assert most == 2
    assert max(signed) <= 1  # nobody signs before there is a connection


# --- Slots ----------------------------------------------------------------------------------------


async def one_connection(server: Any, **options: Any) -> tuple[Any, RecombeeClient]:
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1))
    return session, client_of(server, session=session, **options)


async def test_a_cancelled_call_gives_its_connection_back(raw_server: Start, ok_bytes: bytes):
    async def first_never(writer: asyncio.StreamWriter, number: int) -> None:
        if number == 1:
            await asyncio.Event().wait()
        writer.write(ok_bytes)

    server = await raw_server(first_never)
    session, client = await one_connection(server)
    async with session:
        stuck = asyncio.create_task(client.send(AddItem("i")))
        await server.asked.wait()
        stuck.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stuck
        assert await client.send(AddUser("u"), timeout=5) == "ok"


async def test_a_call_cancelled_while_it_waits_takes_no_connection(
    raw_server: Start, ok_bytes: bytes
):
    go = asyncio.Event()

    async def wait_for_it(writer: asyncio.StreamWriter, _: int) -> None:
        await go.wait()
        writer.write(ok_bytes)

    server = await raw_server(wait_for_it)
    session, client = await one_connection(server)
    async with session:
        first = asyncio.create_task(client.send(AddItem("first")))
        await server.asked.wait()
        waiting = [asyncio.create_task(client.send(AddItem(f"{at}"))) for at in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        go.set()
        done = await asyncio.gather(first, *waiting, return_exceptions=True)
    assert [type(one).__name__ for one in done] == ["str", "CancelledError", "str", "str"]
    assert server.connections == 1
    assert len(server.heads) == 3


async def test_the_wait_for_a_connection_counts_toward_the_time_limit(raw_server: Start):
    server = await raw_server(never)
    session, client = await one_connection(server)
    async with session:
        first = asyncio.create_task(client.send(AddItem("first")))
        await server.asked.wait()
        with pytest.raises(RequestTimeoutError):
            await client.send(AddItem("second"), timeout=0.05)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
    assert len(server.heads) == 1


async def test_a_call_is_signed_after_the_wait_for_a_connection(
    raw_server: Start, ok_bytes: bytes, clock: Any
):
    async def answer_later(writer: asyncio.StreamWriter, _: int) -> None:
        clock.now += 100
        writer.write(ok_bytes)

    server = await raw_server(answer_later)
    session, client = await one_connection(server, clock=clock)
    async with session:
        await asyncio.gather(*(client.send(AddItem(f"{at}")) for at in range(3)))
    signed = [int(target.partition("_timestamp=")[2][:10]) for target in server.targets]
    assert signed == [1_700_000_000, 1_700_000_100, 1_700_000_200]


async def test_no_more_calls_are_under_way_than_there_are_connections(raw_server: Start):
    server = await raw_server(never)
    transport = AiohttpTransport(Origin("http", server.authority), connections=3)
    client = RecombeeClient("db", "t", transport=transport, retry=NoRetry())
    async with transport, asyncio.TaskGroup() as group:
        sent = [group.create_task(client.send(AddItem("i"), timeout=60)) for _ in range(10)]
        await server.asked.wait()
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(server.heads) == server.connections == 3
        for task in sent:
            task.cancel()


# --- Sessions -------------------------------------------------------------------------------------


async def test_a_borrowed_session_is_used_and_not_closed(raw_server: Start, ok_bytes: bytes):
    server = await raw_server(ok_bytes)
    async with aiohttp.ClientSession(headers={"X-Mine": "yes"}) as session:
        async with client_of(server, session=session) as client:
            await client.send(AddItem("i"))
        assert not session.closed
        assert await client.send(AddItem("i")) == "ok"
    assert b"X-Mine: yes" in server.heads[0]
    assert b"Content-Type: application/json" in server.heads[0]


async def test_a_client_that_sent_nothing_closes_without_a_session():
    client = RecombeeClient("db", "t")
    await client.aclose()
    await client.aclose()


async def test_a_client_closes_what_it_opened(raw_server: Start, ok_bytes: bytes):
    server = await raw_server(ok_bytes)
    client = client_of(server)
    await client.send(AddItem("i"))
    await client.aclose()
    for _ in range(20):
        await asyncio.sleep(0.001)
        if not server.tasks:
            break
    assert not server.tasks
    await client.aclose()


async def test_leaving_the_block_by_an_error_closes_too(raw_server: Start):
    server = await raw_server(answer("404 Not Found", body=b'{"message":"no"}'))
    with pytest.raises(NotFoundError, match="no"):
        async with client_of(server) as client:
            await client.send(AddItem("i"))


# --- Proxies --------------------------------------------------------------------------------------


async def test_the_proxy_of_the_environment_gets_the_signed_target_untouched(
    raw_server: Start, ok_bytes: bytes, monkeypatch: pytest.MonkeyPatch
):
    proxy = await raw_server(ok_bytes)
    monkeypatch.setenv("http_proxy", f"http://{proxy.authority}")
    client = RecombeeClient(
        "db", "t", base_uri="recombee.invalid:81", protocol="http", validate=False
    )
    async with client:
        await client.send(AddItem("a b@,'"))
    start = "http://recombee.invalid:81/db/items/a%20b%40%2C%27?hmac_timestamp="
    assert proxy.targets[0].startswith(start)


@pytest.mark.parametrize("excepted", ["recombee.invalid", "*"])
async def test_no_proxy_excepts_hosts(
    excepted: str, raw_server: Start, ok_bytes: bytes, monkeypatch: pytest.MonkeyPatch
):
    proxy = await raw_server(ok_bytes)
    monkeypatch.setenv("http_proxy", f"http://{proxy.authority}")
    monkeypatch.setenv("no_proxy", excepted)
    client = RecombeeClient(
        "db", "t", base_uri="recombee.invalid", protocol="http", retry=NoRetry()
    )
    async with client:
        with pytest.raises(
            ConnectionFailedError, match=r"cannot connect to http://recombee\.invalid"
        ):
            await client.send(AddItem("i"))
    assert proxy.heads == []


async def test_loopback_is_never_reached_through_a_proxy(
    raw_server: Start, ok_bytes: bytes, monkeypatch: pytest.MonkeyPatch
):
    server, proxy = await raw_server(ok_bytes), await raw_server(ok_bytes)
    monkeypatch.setenv("http_proxy", f"http://{proxy.authority}")
    async with client_of(server) as client:
        await client.send(AddItem("i"))
    assert (len(server.heads), len(proxy.heads)) == (1, 0)


async def test_a_proxy_that_is_down_is_named(unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", f"http://user:pa55word@127.0.0.1:{unused_tcp_port}")
    client = RecombeeClient(
        "db", "t", base_uri="recombee.invalid", protocol="http", retry=NoRetry()
    )
    async with client:
        with pytest.raises(ConnectionFailedError) as caught:
            await client.send(AddItem("i"))
    said = f"the proxy http://…@127.0.0.1:{unused_tcp_port} on the way to http://recombee.invalid: "
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY"])
@pytest.mark.parametrize(
    "url",
    ["foo:bar:pa55word", "u:pa55word@proxy:3128", "http://u:pa55word@[", "http://pa55word p:1"],
)
def test_a_malformed_proxy_is_named_by_its_variable_and_not_shown(
    name: str, url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(name, url)
    with pytest.raises(ConfigurationError, match=f"^{name} should be http://HOST:PORT") as caught:
        RecombeeClient("db", "t", base_uri="recombee.invalid")
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    library = [frame for frame in told.stack if "aiorecombee/" in frame.filename]
    told.stack[:] = library
    assert library
    assert "pa55word" not in "".join(told.format())


async def test_no_frame_of_a_failure_holds_a_signature(raw_server: Start):
    async def cut(writer: asyncio.StreamWriter, _: int) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
        writer.close()

    async with client_of(await raw_server(cut)) as client:
        for request in (AddItem("i"), AddDetailView("u", "i")):
            with pytest.raises(ConnectionFailedError) as caught:
                await client.send(request)
            told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
            assert not re.search("_sign=[0-9a-f]", "".join(told.format()))


async def test_a_proxy_that_refuses_does_not_give_its_password_away(
    raw_server: Start, monkeypatch: pytest.MonkeyPatch
):
    proxy = await raw_server(answer("407 Proxy Authentication Required"))
    monkeypatch.setenv("https_proxy", f"http://user:pa55word@{proxy.authority}")
    async with RecombeeClient("db", "t", base_uri="recombee.invalid", retry=NoRetry()) as client:
        with pytest.raises(ConnectionFailedError) as failed:
            await client.send(AddItem("i"))
    assert proxy.heads[0].startswith(b"CONNECT recombee.invalid:443 ")
    assert b"_sign=" not in proxy.heads[0]
    assert "pa55word" not in str(failed.value)
    assert "407" in str(failed.value)


# --- TLS ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
async def tls_server(raw_server: Start, authority: trustme.CA, ok_bytes: bytes) -> Any:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return await raw_server(ok_bytes, ssl=context)


async def test_https_is_spoken_with_an_own_authority(tls_server: Any, authority: trustme.CA):
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    connector = aiohttp.TCPConnector(ssl=trusting)
    async with aiohttp.ClientSession(connector=connector) as session:
        client = client_of(tls_server, session=session, protocol="https")
        assert await client.send(AddItem("i")) == "ok"


async def test_an_unknown_certificate_is_refused_with_the_reason(tls_server: Any):
    async with client_of(tls_server, protocol="https") as client:
        with pytest.raises(ConnectionFailedError) as failed:
            await client.send(AddItem("i"))
    assert f"cannot connect to https://{tls_server.authority}: " in str(failed.value)
    assert "certificate verify failed" in str(failed.value)
    assert failed.value.unsent is True
    assert tls_server.heads == []


async def test_a_certificate_for_another_host_is_refused_with_the_reason(
    raw_server: Start, authority: trustme.CA, ok_bytes: bytes
):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.example").configure_cert(context)
    server = await raw_server(ok_bytes, ssl=context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    connector = aiohttp.TCPConnector(ssl=trusting)
    async with aiohttp.ClientSession(connector=connector) as session:
        client = client_of(server, session=session, protocol="https")
        with pytest.raises(ConnectionFailedError, match=r"127\.0\.0\.1"):
            await client.send(AddItem("i"))


async def test_http_spoken_to_https_is_a_failed_connection(tls_server: Any):
    async with client_of(tls_server, protocol="http") as client:
        with pytest.raises(ConnectionFailedError):
            await client.send(AddItem("i"))


async def test_https_spoken_to_http_says_what_to_change():
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(answer("400 Bad Request"))
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = RecombeeClient("db", "t", base_uri=f"127.0.0.1:{port}", retry=NoRetry())
    async with server, client:
        with pytest.raises(ConnectionFailedError, match=r"http only\? Then protocol='http'$"):
            await client.send(AddItem("i"))
