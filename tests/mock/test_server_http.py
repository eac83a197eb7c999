"""The running server: what an ordinary client sees on the wire."""

import asyncio
import hashlib
import hmac
import json
import time

import aiohttp
import pytest
from yarl import URL

from recombee_mock import Database, MockServer, Reply
from recombee_mock.settings import Settings

NOW = 1_700_000_000.0
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"
TOKEN = "private-token-of-the-shop"
PUBLIC = "public-token-of-the-shop"


class Recorder:
    """A service that keeps the calls it gets."""

    settings = Settings()

    def __init__(self):
        self.calls = []
        self.resets = 0
        self.reply = Reply(200, b'"ok"', "AddItem")

    def apply(self, call, now):
        self.calls.append((call, now))
        return self.reply

    def reset(self):
        self.resets += 1


@pytest.fixture
def service():
    return Recorder()


@pytest.fixture
async def server(service):
    async with MockServer(
        [Database("shop", TOKEN, PUBLIC)], now=lambda: NOW, make_service=lambda: service
    ) as running:
        yield running


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as open_session:
        yield open_session


def signed(server, path, token=TOKEN, kind="hmac"):
    message = f"/shop{path}{'&' if '?' in path else '?'}{kind}_timestamp=1700000000"
    sign = hmac.new(token.encode(), message.encode(), hashlib.sha1).hexdigest()
    return URL(f"{server.url}{message}&{kind}_sign={sign}", encoded=True)


async def test_a_batch_that_declares_nothing_is_refused_over_the_wire_and_nothing_else(session):
    async with MockServer([Database("shop", TOKEN)], now=lambda: NOW) as server:
        for path, body, status in (
            ("/batch/", b'{"requests": []}', 400),
            ("/bookmarks/", b'{"userId": "u", "itemId": "i", "cascadeCreate": true}', 200),
        ):
            undeclared = session.post(
                signed(server, path), data=body, skip_auto_headers=["Content-Type"]
            )
            async with undeclared as reply:
                assert (reply.status, "Content-Type" in await reply.text()) == (
                    status,
                    status == 400,
                )


async def test_a_signed_request_reaches_the_service(server, service, session):
    url = signed(server, "/items/a%3Ab?x=%20")
    async with session.post(url, data=b'{"a": 1}', headers={"Content-Type": "TEXT/Plain"}) as reply:
        assert (reply.status, await reply.json()) == (200, "ok")
        assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
    [(call, now)] = service.calls
    assert (call.method, call.path, call.query) == ("POST", "/items/a%3Ab", "x=%20")
    assert (call.body, call.content_type, call.public) == (b'{"a": 1}', "text/plain", False)
    assert now == NOW


async def test_the_public_token_marks_the_call(server, service, session):
    async with session.post(signed(server, "/detailviews/", PUBLIC, "frontend")) as reply:
        assert reply.status == 200
    assert service.calls[0][0].public is True


async def test_every_answer_is_dated_by_the_servers_clock(server, session):
    for url in (
        signed(server, "/items/a"),
        f"{server.url}/shop/items/a",
        f"{server.url}/nowhere/",
        f"{server.url}/_mock/health",
    ):
        async with session.get(url) as reply:
            assert reply.headers["Date"] == DATE


async def test_the_date_moves_with_the_clock(session):
    clock = [NOW]
    dates = []
    async with MockServer(now=lambda: clock[0], make_service=Recorder) as server:
        for clock[0] in (NOW, NOW + 0.9, NOW + 1, NOW - 3600):
            async with session.get(f"{server.url}/nowhere/") as reply:
                dates.append(reply.headers["Date"][-12:])
    assert dates == ["22:13:20 GMT", "22:13:20 GMT", "22:13:21 GMT", "21:13:20 GMT"]


async def test_an_unsigned_request_is_refused_and_never_reaches_the_service(
    server, service, session
):
    async with session.get(f"{server.url}/shop/items/list/") as reply:
        body = await reply.json()
        assert reply.status == 401
    assert body["statusCode"] == 401
    assert body["error"].startswith("The request is not signed")
    assert service.calls == []


async def test_a_mismatch_has_the_body_of_the_real_service(server, session):
    async with session.get(signed(server, "/items/list/", token="wrong")) as reply:
        assert (reply.status, await reply.json()) == (
            401,
            {"statusCode": 401, "error": "Invalid HMAC signature"},
        )


async def test_an_unknown_database_comes_before_the_signature(server, session):
    async with session.get(f"{server.url}/nowhere/items/list/") as reply:
        assert (reply.status, await reply.json()) == (
            404,
            {"message": 'Database "nowhere" does not exist!'},
        )


async def test_the_host_header_chooses_the_region(server, session):
    async with session.get(
        signed(server, "/items/a"), headers={"Host": "rapi-us-west.recombee.com"}
    ) as reply:
        assert reply.status == 404
    async with session.get(
        signed(server, "/items/a"), headers={"Host": "rapi.recombee.com"}
    ) as reply:
        assert reply.status == 200


async def test_head_gets_the_headers_only(server, service, session):
    service.reply = Reply(405, b'{"message": "no"}')
    async with session.head(signed(server, "/items/a")) as reply:
        assert (reply.status, reply.headers["Content-Length"]) == (405, "17")
        assert await reply.read() == b""
    async with session.get(f"{server.url}/_mock/health") as reply:  # the connection is still good
        assert reply.status == 200


async def test_a_browser_may_ask_first_and_read_answers(server, service, session):
    headers = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    async with session.options(f"{server.url}/shop/detailviews/", headers=headers) as reply:
        assert reply.status == 204
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        assert "POST" in reply.headers["Access-Control-Allow-Methods"]
        assert "Content-Type" in reply.headers["Access-Control-Allow-Headers"]
        assert reply.headers["Date"] == DATE
    async with session.get(f"{server.url}/shop/items/a") as reply:
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
        assert reply.headers["Access-Control-Expose-Headers"] == "Date"
    assert service.calls == []


async def test_no_other_page_may_read_the_control_api(server, session):
    async with session.options(f"{server.url}/_mock/reset") as reply:
        assert reply.status == 405
        assert "Access-Control-Allow-Origin" not in reply.headers
    async with session.get(f"{server.url}/_mock/journal") as reply:
        assert "Access-Control-Allow-Origin" not in reply.headers


async def test_a_body_in_many_pieces_arrives_whole(server, service, session):
    async def pieces():
        for _ in range(40):
            yield b"x" * 50_000

    async with session.post(signed(server, "/batch/"), data=pieces()) as reply:
        assert reply.status == 200
    assert len(service.calls[0][0].body) == 2_000_000


async def test_a_long_answer_arrives_whole(server, service, session):
    service.reply = Reply(200, b'"' + b"x" * 5_000_000 + b'"')
    async with session.get(signed(server, "/items/list/")) as reply:
        assert len(await reply.read()) == 5_000_002


async def test_a_body_over_the_limit_is_refused(service, session):
    options = {"now": lambda: NOW, "make_service": lambda: service, "max_body": 10}
    async with MockServer([Database("shop", TOKEN)], **options) as server:
        async with session.post(signed(server, "/batch/"), data=b"x" * 11) as reply:
            assert (reply.status, await reply.json()) == (
                413,
                {"message": "The request body is longer than 10 bytes"},
            )
        async with session.post(signed(server, "/batch/"), data=b"x" * 10) as reply:
            assert reply.status == 200
    assert len(service.calls) == 1


async def test_a_compressed_body_is_refused(server, service, session):
    headers = {"Content-Encoding": "gzip"}
    async with session.post(signed(server, "/batch/"), data=b"\x1f\x8b", headers=headers) as reply:
        assert reply.status == 400
        assert "Content-Encoding" in (await reply.json())["message"]
    assert service.calls == []


async def test_the_time_of_a_call_is_when_its_body_was_complete(service):
    times = [NOW, NOW + 5]
    async with MockServer(
        [Database("shop", TOKEN)], now=lambda: times[0], make_service=lambda: service
    ) as server:
        target = str(signed(server, "/items/a").raw_path_qs)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        head = f"PUT {target} HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2"
        writer.write(head.encode() + b"\r\n\r\n")
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        times.pop(0)
        writer.write(b"{}")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        writer.close()
        await writer.wait_closed()
    assert service.calls[0][1] == NOW + 5


async def test_databases_come_and_go(server, session):
    server.add_database(Database("other", "t"))
    assert server.databases == ["shop", "other"]
    server.remove_database("other")
    async with session.get(f"{server.url}/other/") as reply:
        assert reply.status == 404
    with pytest.raises(KeyError):
        server.remove_database("other")


async def test_settings_of_a_database_reach_its_service(service):
    server = MockServer(
        [Database("d", "t", erase_window=2.5, allow_public_merge=True, max_batch=7)],
        make_service=lambda: service,
    )
    assert server.find("d").service is service
    assert service.settings == Settings(erase_window=2.5, allow_public_merge=True, max_batch=7)


async def test_reset_reaches_one_database_or_all():
    server = MockServer([Database("a", "t"), Database("b", "t")], make_service=Recorder)
    server.reset("b")
    server.reset()
    assert [server.find(name).service.resets for name in "ab"] == [1, 2]
    with pytest.raises(KeyError):
        server.reset("c")


async def test_the_journal_tells_what_happened(server, session):
    async with session.put(signed(server, "/items/a?x=1"), data=b"{}"):
        pass
    async with session.get(f"{server.url}/shop/items/b?hmac_sign=aa"):
        pass
    first, second = server.entries()
    assert (first.seq, first.time, first.method, first.target) == (
        1,
        NOW,
        "PUT",
        "/shop/items/a?x=1",
    )
    assert (first.database, first.operation, first.status) == ("shop", "AddItem", 200)
    assert (first.auth, first.body, first.body_size) == ("private", "{}", 2)
    assert first.host == f"127.0.0.1:{server.port}"
    assert (second.target, second.status, second.auth) == (
        "/shop/items/b",
        401,
        "missing-timestamp",
    )


async def test_a_bug_in_a_service_is_an_answer_too(server, service, session, caplog):
    service.reply = None
    async with session.get(signed(server, "/items/a")) as reply:
        assert (reply.status, await reply.json()) == (500, {"message": "The mock server failed"})
    assert "A bug in the mock server" in caplog.text


async def test_a_taken_port_is_an_error_and_leaves_nothing_behind(server):
    other = MockServer(port=server.port)
    with pytest.raises(OSError, match="address already in use"):
        await other.start()
    await other.stop()


async def test_a_stopped_server_can_start_again(service, session):
    server = MockServer(make_service=lambda: service)
    for _ in range(2):
        await server.start()
        async with session.get(f"{server.url}/_mock/health") as reply:
            assert reply.status == 200
        await server.stop()


async def test_stopping_does_not_wait_for_idle_connections(service, session):
    server = MockServer(make_service=lambda: service)
    await server.start()
    async with session.get(f"{server.url}/_mock/health") as reply:
        await reply.read()
    began = time.perf_counter()
    await server.stop()
    assert time.perf_counter() - began < 0.5


async def test_an_ipv6_address_is_bracketed_in_urls():
    assert MockServer(host="::1", port=8484).url == "http://[::1]:8484"


async def test_a_server_on_all_addresses_is_shown_on_loopback():
    assert MockServer(host="0.0.0.0", port=8484).base_uri == "127.0.0.1:8484"


async def test_the_real_service_is_the_default(session):
    async with MockServer([Database("shop", TOKEN)], now=lambda: NOW) as server:
        async with session.put(signed(server, "/items/item-1")) as reply:
            assert (reply.status, await reply.json()) == (201, "ok")
        [entry] = server.entries()
    assert entry.operation == "AddItem"


def test_json_of_an_entry_is_what_the_journal_page_shows():
    server = MockServer(make_service=Recorder)
    server.journal.record(NOW, "GET", b"/shop/", "h", "shop", "", 404, "unchecked", b"\xff")
    [entry] = server.entries()
    assert json.loads(json.dumps(entry.to_json())) == {
        "seq": 1,
        "time": NOW,
        "method": "GET",
        "target": "/shop/",
        "host": "h",
        "region": "any",
        "database": "shop",
        "operation": "",
        "fault": "",
        "took": 0.0,
        "items": 0,
        "params": {},
        "status": 404,
        "auth": "unchecked",
        "bodySize": 1,
        "body": "\N{REPLACEMENT CHARACTER}",
        "bodyTruncated": False,
    }
