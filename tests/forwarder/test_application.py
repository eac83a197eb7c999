"""The receiver as an aiohttp application: answers, bounds, and how things stand."""

import asyncio
import gzip
import json
import logging
import threading
from contextlib import AsyncExitStack, asynccontextmanager

import attrs
import pytest
from aiohttp import ClientSession, web

from aiorecombee.delivery.queue import Counts, NoRoomError, Receipt
from aiorecombee.delivery.spool import Limits, Spool, SpoolError
from aiorecombee.forwarder.access import Keys
from aiorecombee.forwarder.application import Receiver, make_app
from aiorecombee.forwarder.application.memory import Memory
from aiorecombee.forwarder.call import Call, Received
from aiorecombee.forwarder.deletion import Deletions
from aiorecombee.forwarder.keeping import Keeper
from aiorecombee.forwarder.partner import PartnerWebhooks
from aiorecombee.forwarder.signature import SharedSecret
from aiorecombee.forwarder.tracking import TrackingApi
from aiorecombee.forwarder.webhooks import Webhooks

SECRET = SharedSecret("hush")
JSON = {"Content-Type": "application/json"}
PAGE = {"type": "page", "name": "P", "userId": "u", "messageId": "m-1"}


@attrs.define(eq=False)
class Queue:
    """Takes what it is given, or fails as it is told to."""

    failure: Exception | None = None
    items: list = attrs.field(factory=list)
    oldest: float | None = None
    entered: asyncio.Event = attrs.field(factory=asyncio.Event)
    held: asyncio.Event | None = None

    async def put(self, items, /):
        self.entered.set()
        if self.held is not None:
            await self.held.wait()
        if self.failure is not None:
            raise self.failure
        self.items += items
        return tuple(Receipt.STORED for _ in items)

    async def counts(self):
        if isinstance(self.failure, SpoolError):
            raise self.failure
        return Counts(len(self.items), 0, 0, 0, self.oldest, {"stored": len(self.items)})


@pytest.fixture
def queue():
    return Queue()


@pytest.fixture
def receiver(queue):
    return Receiver(
        queue,
        tracking=TrackingApi(Keys(["k"])),
        webhooks=Webhooks(SECRET),
        partner=PartnerWebhooks(Keys(["p"])),
        deletions=Deletions(Keys(["d"])),
    )


@pytest.fixture
async def server(aiohttp_client, receiver):
    return await aiohttp_client(make_app(receiver))


def event(**more):
    return {**PAGE, "writeKey": "k", **more}


async def told(response):
    return response.status, json.loads(await response.read())


@pytest.fixture
async def served():
    """Serve a receiver as `segment serve` does; gives the port."""
    runners = []

    async def served(receiver):
        runner = web.AppRunner(make_app(receiver), access_log=None, auto_decompress=False)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner.addresses[0][1]

    yield served
    for runner in runners:
        await runner.cleanup()


@asynccontextmanager
async def begun(port, path, length, body=b""):
    """A call that has begun, with the first bytes of its body; it hangs up at the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n"
    writer.write(f"{head}Expect: 100-continue\r\n\r\n".encode())
    assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
    writer.write(body)
    await writer.drain()
    try:
        yield
    finally:
        writer.close()


async def becomes(status, ask):
    """Ask until the answer has this status."""
    async with asyncio.timeout(20):
        while (await ask()).status != status:
            pass


async def metric(server, line):
    return line in (await (await server.get("/metrics")).text()).splitlines()


# --- Sources --------------------------------------------------------------------------------------


async def test_an_event_is_stored_before_it_is_answered(server, queue):
    queue.held = asyncio.Event()
    asking = asyncio.create_task(server.post("/v1/page", json=event()))
    await queue.entered.wait()
    assert not asking.done()
    queue.held.set()
    assert await told(await asking) == (200, {"success": True})
    assert [(one.lanes, one.key, one.origin) for one in queue.items] == [
        (("u",), "m-1", "tracking")
    ]


async def test_a_batch_is_stored_as_one(server, queue):
    batch = {"writeKey": "k", "batch": [{**PAGE, "messageId": f"m-{n}"} for n in range(3)]}
    assert (await server.post("/v1/batch", json=batch)).status == 200
    assert [one.key for one in queue.items] == ["m-0", "m-1", "m-2"]


async def test_a_compressed_batch_is_taken(server, queue):
    body = gzip.compress(json.dumps({"writeKey": "k", "batch": [PAGE]}).encode())
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    assert (await server.post("/v1/batch", data=body, headers=headers)).status == 200
    assert len(queue.items) == 1


async def test_a_large_batch_is_taken(server, queue):
    events = [{**PAGE, "messageId": f"m-{n}", "context": {"x": "y" * 900}} for n in range(300)]
    assert (await server.post("/v1/batch", json={"writeKey": "k", "batch": events})).status == 200
    assert len(queue.items) == 300


async def test_who_has_no_key_is_turned_down(server, queue):
    status, answer = await told(await server.post("/v1/page", json={**PAGE, "writeKey": "other"}))
    assert (status, answer["success"], queue.items) == (401, False, [])
    assert await metric(
        server, 'aiorecombee_forwarder_calls_total{source="tracking",outcome="write_key"} 1'
    )


async def test_webhooks_are_taken_when_their_signature_fits(server, queue):
    body = json.dumps(PAGE).encode()
    headers = {"Content-Type": "application/json", "X-Signature": SECRET.sign(body)}
    assert (await server.post("/webhooks", data=body, headers=headers)).status == 200
    assert (await server.post("/webhooks", data=body + b" ", headers=headers)).status == 401
    assert len(queue.items) == 1


async def test_partner_webhooks_are_taken_with_their_key(server, queue):
    headers = {"Authorization": "Basic cDo="}
    assert (await server.post("/partner", json=PAGE, headers=headers)).status == 200
    assert (await server.post("/partner", json=PAGE)).status == 401
    assert len(queue.items) == 1


async def test_deletions_are_taken_with_their_key(server, queue):
    body = {"regulationType": "DELETE_ONLY", "subjectType": "USER_ID", "subjectIds": ["u", "v"]}
    headers = {"Authorization": "Bearer d"}
    assert (await server.post("/deletions", json=body, headers=headers)).status == 200
    assert (await server.post("/deletions", json=body)).status == 401
    assert [(one.lanes, one.barrier) for one in queue.items] == [(("u",), True), (("v",), True)]


async def test_what_is_not_set_up_is_not_found(aiohttp_client, queue):
    server = await aiohttp_client(make_app(Receiver(queue, tracking=TrackingApi())))
    paths = ("/webhooks", "/partner", "/deletions", "/", "/v1", "/v1/nothing")
    assert [(await server.post(path, json=PAGE)).status for path in paths] == [404] * 6


async def test_it_works_within_another_application(aiohttp_client, receiver, queue):
    app = web.Application()
    app.add_subapp("/segment/", make_app(receiver))
    server = await aiohttp_client(app)
    assert (await server.post("/segment/v1/page", json=event())).status == 200
    assert (await server.get("/segment/health")).status == 200
    assert len(queue.items) == 1


async def test_discarded_events_are_counted_by_what_is_wrong(server):
    batch = {"writeKey": "k", "batch": [{"type": "page", "messageId": "m"}]}
    assert (await server.post("/v1/batch", json=batch)).status == 200
    labels = '{source="tracking",outcome="no_user_anon_id"}'
    assert await metric(server, f"aiorecombee_forwarder_received_events_total{labels} 1")


# --- Browsers -------------------------------------------------------------------------------------


async def test_browsers_may_send_from_any_page(server):
    asked = await server.options("/v1/t")
    assert (asked.status, asked.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]
    for body in (event(), {}):
        answer = await server.post("/v1/p", json=body)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


async def test_browsers_may_not_delete(server):
    answer = await server.post("/deletions", json={}, headers={"Origin": "https://shop.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers


# --- Bounds ---------------------------------------------------------------------------------------


async def test_a_body_that_says_it_is_too_large_is_not_read(server):
    answer = await server.post("/v1/batch", data=b"x" * 600_000)
    assert (answer.status, (await answer.json())["success"]) == (400, False)


async def test_a_body_of_unknown_length_is_read_up_to_the_bound(aiohttp_client, receiver):
    server = await aiohttp_client(make_app(receiver, read_for=10.0))
    answered = asyncio.Event()

    async def pieces():
        for _ in range(11):
            yield b"x" * 50_000
        await answered.wait()

    answer = await server.post("/v1/batch", data=pieces())
    answered.set()
    assert answer.status == 400  # and not 408: the end is not waited for


async def test_a_body_that_does_not_come_is_not_waited_for(aiohttp_client, receiver):
    server = await aiohttp_client(make_app(receiver, read_for=0.0))
    never = asyncio.Event()

    async def pieces():
        yield b"{"
        await never.wait()

    answer = await server.post("/v1/page", data=pieces())
    assert answer.status == 408
    never.set()


async def test_a_body_that_is_not_what_it_says_is_refused(server):
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    answer = await server.post("/v1/batch", data=b"\x1f\x8bbroken", headers=headers)
    assert answer.status == 400


async def test_who_leaves_in_the_middle_of_a_call_leaves_nothing_behind(server, queue, caplog):
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"POST /v1/page HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{")
    await writer.drain()
    while (await server.get("/health")).status != 200:
        pass
    writer.close()
    await writer.wait_closed()
    assert (await server.post("/v1/page", json=event())).status == 200
    assert (len(queue.items), caplog.records) == (1, [])


async def test_who_hangs_up_in_the_middle_of_a_call_is_counted_and_no_error(
    served, receiver, caplog
):
    async with begun(await served(receiver), "/v1/page", 100, b"{"):
        pass
    async with asyncio.timeout(20):
        while not receiver.counted.calls:  # noqa: ASYNC110 - no event of ours tells
            await asyncio.sleep(0)
    assert receiver.counted.calls == {("tracking", "cut_off"): 1}
    assert caplog.records == []


async def test_who_comes_when_memory_is_full_is_asked_to_come_again(aiohttp_client, queue):
    queue.held = asyncio.Event()
    receiver = Receiver(queue, tracking=TrackingApi(), max_pending=100)
    server = await aiohttp_client(make_app(receiver))
    first = asyncio.create_task(server.post("/v1/page", json=PAGE))
    await queue.entered.wait()
    second = await server.post("/v1/page", json=PAGE)
    assert (second.status, second.headers["Retry-After"]) == (429, "1")
    queue.held.set()
    assert (await first).status == 200
    assert (await server.post("/v1/page", json=PAGE)).status == 200


async def test_what_is_announced_and_does_not_come_takes_no_room(served, receiver):
    port = await served(receiver)
    async with AsyncExitStack() as idle, ClientSession() as session:
        for _ in range(8):
            await idle.enter_async_context(begun(port, "/webhooks", 8 * 2**20))
        answer = await session.post(f"http://127.0.0.1:{port}/v1/page", json=event())
        assert answer.status == 200


async def test_what_came_takes_room_until_its_call_is_over(aiohttp_client, queue):
    server = await aiohttp_client(make_app(Receiver(queue, webhooks=Webhooks(), max_pending=200)))
    async with begun(server.port, "/webhooks", 1_000, b"x" * 150):
        await becomes(429, lambda: server.post("/webhooks", json=PAGE))
    await becomes(200, lambda: server.post("/webhooks", json=PAGE))


async def test_what_is_compressed_takes_the_room_that_it_may_grow_to(aiohttp_client, queue):
    queue.held = asyncio.Event()
    tracking = TrackingApi()
    receiver = Receiver(queue, tracking=tracking, max_pending=tracking.keeper.limits.call_size)
    server = await aiohttp_client(make_app(receiver))
    body = gzip.compress(json.dumps({"batch": [PAGE]}).encode())
    first = asyncio.create_task(server.post("/v1/batch", data=body, headers=JSON))
    await queue.entered.wait()
    try:
        async with asyncio.timeout(20):
            assert (await server.post("/v1/page", json=PAGE)).status == 429
    finally:
        queue.held.set()
    assert (await first).status == 200
    async with begun(server.port, "/v1/batch", len(body), body[:-1]):
        assert (await server.post("/v1/page", json=PAGE)).status == 200


def test_a_call_that_is_alone_has_room_however_large_it_is():
    memory = Memory(10)
    with memory.room() as one:
        assert (one.take(8), one.take(8), memory.taken) == (True, True, 16)
        with memory.room() as other:
            assert (other.take(1), other.size) == (False, 0)
    with memory.room() as one, memory.room() as other:
        taken = one.take(4), other.take(6), other.take(1), one.take(1)
        assert (taken, memory.taken) == ((True, True, False, False), 10)
    assert memory.taken == 0


@attrs.define
class Noting:
    """Notes in which threads calls are read."""

    keeper: Keeper = attrs.field(factory=Keeper)
    threads: list = attrs.field(factory=list)

    def receive(self, *_):
        self.threads.append(threading.current_thread())
        return Received()


async def test_what_may_take_long_to_read_is_read_in_a_thread_and_nothing_else(queue):
    noting = Noting()
    receiver = Receiver(queue, tracking=noting)
    for body in (b"x" * 65_536, b"x" * 65_537, gzip.compress(b"x")):
        await receiver.receive("tracking", Call("POST", "/v1/batch", {}, body))
    here = threading.current_thread()
    assert [thread is here for thread in noting.threads] == [True, False, False]


async def test_a_full_queue_asks_to_come_again(aiohttp_client, tmp_path):
    async with Spool(tmp_path / "spool", limits=Limits(items=1)) as spool:
        server = await aiohttp_client(make_app(Receiver(spool, tracking=TrackingApi())))
        assert (await server.post("/v1/page", json=PAGE)).status == 200
        answer = await server.post("/v1/page", json={**PAGE, "messageId": "m-2"})
        assert (answer.status, answer.headers["Retry-After"]) == (429, "5")
        assert (await server.post("/v1/page", json=PAGE)).status == 200  # it is there already


async def test_a_disk_that_fails_is_a_503_without_its_path(server, queue, caplog):
    queue.failure = SpoolError("/secret/place: the disk is full")
    with caplog.at_level(logging.ERROR):
        answers = [await server.post("/v1/page", json=event()) for _ in range(3)]
    assert [(one.status, one.headers["Retry-After"]) for one in answers] == [(503, "5")] * 3
    assert "secret" not in await answers[0].text()
    assert len(caplog.records) == 1


# --- How things stand -----------------------------------------------------------------------------


async def test_it_is_alive_whatever_happens(server, queue):
    queue.failure = SpoolError("the disk is full")
    assert await told(await server.get("/health")) == (200, {"alive": True})


async def test_it_is_ready_when_events_can_be_stored(server):
    status, found = await told(await server.get("/ready"))
    assert (status, found["ready"], found["problems"]) == (200, True, [])
    assert found["backlog"] == {"events": 0, "oldest_seconds": 0.0, "dead_letters": 0}


async def test_it_is_not_ready_while_events_cannot_be_stored(server, queue):
    queue.failure = NoRoomError("full")
    await server.post("/v1/page", json=event())
    status, found = await told(await server.get("/ready"))
    assert (status, found["problems"]) == (503, ["there is no room for more events"])
    queue.failure = None
    await server.post("/v1/page", json=event())
    assert (await server.get("/ready")).status == 200


async def test_it_is_not_ready_when_the_queue_does_not_answer(server, queue):
    queue.failure = SpoolError("/secret/place: gone")
    status, found = await told(await server.get("/ready"))
    assert (status, found["problems"]) == (503, ["the queue does not answer"])
    assert await metric(server, "aiorecombee_forwarder_queue_up 0")


async def test_it_is_not_ready_when_events_wait_for_too_long(aiohttp_client, receiver, queue):
    queue.oldest = 61.0
    server = await aiohttp_client(make_app(receiver, max_age=60.0))
    status, found = await told(await server.get("/ready"))
    assert (status, found["problems"]) == (503, ["the oldest event waits for longer than 60 s"])


async def test_prometheus_can_read_what_was_counted(server):
    from prometheus_client.parser import text_string_to_metric_families  # noqa: PLC0415

    await server.post("/v1/page", json=event())
    await server.post("/v1/page", json={"a": '"\\\n'})
    answer = await server.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = {one.name: one for one in text_string_to_metric_families(await answer.text())}
    stored = families["aiorecombee_forwarder_received_events"].samples[0]
    assert (stored.labels, stored.value) == ({"source": "tracking", "outcome": "stored"}, 1.0)
    assert families["aiorecombee_forwarder_queue_events"].samples[0].value == 1.0


async def test_secrets_are_in_no_answer_and_no_log(server, caplog):
    caplog.set_level(logging.DEBUG)
    headers = {"Authorization": "Bearer s3cret-t0ken", "X-Signature": "s3cret-signature"}
    texts = [
        await (await server.post(path, json={"writeKey": "s3cret"}, headers=headers)).text()
        for path in ("/v1/page", "/webhooks", "/partner", "/deletions")
    ]
    texts.append(await (await server.get("/metrics")).text())
    assert "s3cret" not in "".join([*texts, caplog.text])
