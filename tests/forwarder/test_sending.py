"""The sender: from a spool to a service that answers as it is told to."""

import asyncio
import json

import attrs
import pytest

from aiorecombee import HttpReply, NoRetry, RecombeeClient
from aiorecombee.delivery.queue import Delivered, Item
from aiorecombee.delivery.sending.circuit import Circuit
from aiorecombee.delivery.sending.sender import Sender
from aiorecombee.delivery.spool import Spool, SpoolError
from aiorecombee.errors import ConfigurationError, ConnectionFailedError
from aiorecombee.segment import Destination

START = 1_767_607_200.0
LEASE = 30.0


@attrs.define(eq=False)
class Service:
    """Answers batches with a function of their requests, and keeps what it was asked."""

    answer: object = None
    asked: list = attrs.field(factory=list)
    held: asyncio.Event | None = None
    headers: dict = attrs.field(factory=dict)

    async def send(self, seal, _timeout, /):
        requests = json.loads(seal().body)["requests"]
        self.asked.append(requests)
        if self.held is not None:
            await self.held.wait()
        found = None if self.answer is None else self.answer(requests)
        if isinstance(found, Exception):
            raise found
        if isinstance(found, int):
            return HttpReply(found, self.headers, b'{"message": "refused"}')
        codes = found or [200] * len(requests)
        entries = [{"code": code, "json": "ok" if code < 400 else "no"} for code in codes]
        return HttpReply(200, {}, json.dumps(entries).encode())

    @property
    def items(self):
        return [[one["params"].get("itemId") for one in requests] for requests in self.asked]


@pytest.fixture
def service():
    return Service()


@pytest.fixture
async def spool(tmp_path, clock):
    async with Spool(tmp_path / "spool", clock=clock, rand=lambda: 1.0) as spool:
        yield spool


@pytest.fixture
async def client(service):
    async with RecombeeClient("my-db", "secret-token", transport=service, retry=NoRetry()) as made:
        yield made


@pytest.fixture
def sender(spool, client, clock):
    def sender(**options):
        given = {"max_in_flight": 1, "lease_for": LEASE, "circuit": Circuit(rand=lambda: 1.0)}
        return Sender(spool, Destination().map, client, clock=clock, **(given | options))

    return sender


def page(user, item):
    event = {"type": "page", "name": item, "userId": user, "timestamp": START}
    return Item((user,), json.dumps(event).encode(), f"{user}/{item}")


async def until(ask):
    async with asyncio.timeout(30):
        while not await ask():  # noqa: ASYNC110 - no event of ours tells
            await asyncio.sleep(0)


async def empty(spool):
    async def is_empty():
        return (await spool.counts()).items == 0

    await until(is_empty)


async def asked(service, times):
    async def is_asked():
        return len(service.asked) >= times

    await until(is_asked)


async def letters(spool):
    return [(json.loads(one.item.body)["name"], one.reason) for one in await spool.letters()]


async def test_events_are_sent_in_a_batch_and_leave_the_queue(spool, sender, service):
    await spool.put([page("u", "a"), page("v", "b"), page("u", "c")])
    async with sender() as running:
        await empty(spool)
    assert service.items == [["a", "b", "c"]]
    assert running.counted.events == {"delivered": 3}
    assert (running.counted.requests, running.counted.batches) == (3, {"answered": 1})


async def test_events_that_nobody_listens_to_are_counted_and_nothing_is_sent(
    spool, sender, service
):
    await spool.put([Item(("u",), b'{"type": "group", "userId": "u"}')])
    async with sender() as running:
        await empty(spool)
    assert (service.asked, running.counted.events) == ([], {"unheard": 1})


async def test_what_was_there_already_is_counted_as_such(spool, sender, service):
    service.answer = lambda _: [200, 409]
    await spool.put([page("u", "a"), page("u", "b")])
    async with sender() as running:
        await empty(spool)
    assert running.counted.events == {"delivered": 1, "already there": 1}


async def test_what_the_service_refuses_becomes_a_dead_letter_and_stops_nothing_else(
    spool, sender, service
):
    service.answer = lambda requests: [
        400 if one["params"]["itemId"] == "bad" else 200 for one in requests
    ]
    await spool.put([page("u", "a"), page("u", "bad"), page("u", "c")])
    async with sender():
        await empty(spool)
    assert await letters(spool) == [("bad", "AddDetailView: 400: no")]


async def test_what_the_client_refuses_becomes_a_dead_letter_and_the_rest_is_sent(
    spool, sender, service
):
    await spool.put([page("u", "a"), page("u", "no blanks"), page("u", "c")])
    async with sender():
        await empty(spool)
    assert service.items == [["a", "c"]]
    assert [name for name, _ in await letters(spool)] == ["no blanks"]


async def test_of_an_event_with_several_requests_those_are_sent_that_can_be(spool, sender, service):
    products = [{"product_id": name} for name in ("a", "no blanks", "b")]
    about = {"type": "track", "event": "Order Completed", "userId": "u", "timestamp": START}
    event = json.dumps({**about, "properties": {"products": products}}).encode()
    await spool.put([Item(("u",), event), page("u", "c")])
    async with sender():
        await empty(spool)
    assert service.items == [["a", "b", "c"]]
    (letter,) = await spool.letters()
    assert (letter.item.body, letter.reason.count("no blanks")) == (event, 1)


async def test_where_all_is_refused_by_the_client_nothing_is_sent(spool, sender, service):
    await spool.put([page("u", "no blanks")])
    async with sender():
        await empty(spool)
    assert service.items == []


async def test_what_fails_alone_is_sent_again_alone(spool, sender, service):
    service.answer = lambda requests: [
        503 if one["params"]["itemId"] == "b" and len(service.asked) == 1 else 200
        for one in requests
    ]
    await spool.put([page("u", "a"), page("v", "b")])
    async with sender() as running:
        await empty(spool)
    assert service.items == [["a", "b"], ["b"]]
    assert running.counted.events == {"delivered": 2, "retried": 1}


async def test_a_service_that_is_down_for_an_hour_costs_no_attempt_and_no_order(
    spool, sender, service, clock
):
    service.answer = lambda _: ConnectionFailedError("down") if clock.now < START + 3_600 else None
    await spool.put([page("u", "a"), page("u", "b")])
    async with sender() as running:
        await empty(spool)
    assert set(map(tuple, service.items)) == {("a", "b")}
    assert 60 <= len(service.asked) <= 80
    assert (running.counted.events["delivered"], running.failures) == (2, 0)
    assert (await spool.counts()).tally.get("retried", 0) == 0


async def test_a_service_that_does_not_let_us_in_is_a_problem_until_it_does(spool, sender, service):
    service.answer = lambda _: 401 if len(service.asked) < 3 else None
    await spool.put([page("u", "a")])
    async with sender() as running:
        await asked(service, 2)
        assert "401" in running.problem
        await empty(spool)
        assert running.problem == ""
    assert service.items == [["a"]] * 3


async def test_of_a_batch_that_is_refused_as_a_whole_only_the_culprit_is_given_up(
    spool, sender, service
):
    def answer(requests):
        return 413 if any(one["params"]["itemId"] == "c" for one in requests) else None

    service.answer = answer
    await spool.put([page("u", item) for item in "abcd"])
    async with sender():
        await empty(spool)
    assert service.items == [["a", "b", "c", "d"], ["a", "b"], ["c", "d"], ["c"], ["d"]]
    assert [name for name, _ in await letters(spool)] == ["c"]


async def test_nothing_overtakes_a_part_that_has_to_wait(spool, sender, service):
    def answer(_):
        if len(service.asked) == 1:
            return 413
        return ConnectionFailedError("down") if len(service.asked) == 2 else None

    service.answer = answer
    await spool.put([page("u", item) for item in "abcd"])
    async with sender():
        await empty(spool)
    assert service.items[:2] == [["a", "b", "c", "d"], ["a", "b"]]
    assert service.items[2] == ["a", "b", "c", "d"]


async def test_a_mapper_that_breaks_is_noticed_and_takes_nobody_with_it(
    spool, service, client, clock, caplog
):
    broken = True

    def mapper(event):
        nonlocal broken
        if broken:
            broken = False
            raise ZeroDivisionError
        return Destination().map(event)

    await spool.put([page("u", "a")])
    async with Sender(spool, mapper, client, max_in_flight=1, clock=clock) as running:
        await empty(spool)
    assert running.counted.mishaps == {"ZeroDivisionError": 1}
    assert service.items == [["a"]]
    assert "ZeroDivisionError" in caplog.text


async def renewals(clock, times):
    """Let time go by, until the lease was renewed so often, or that was tried."""
    for _ in range(times):
        before = len(clock.sleepers)
        clock.advance(LEASE / 3 + 0.1)

        async def is_renewed(before=before):
            return len(clock.sleepers) > before

        await until(is_renewed)


async def test_a_lease_is_renewed_as_long_as_its_batch_is_out(spool, sender, service, clock):
    service.held = asyncio.Event()
    await spool.put([page("u", "a")])
    async with sender():
        await asked(service, 1)
        await renewals(clock, 9)
        assert not (await spool.lease(1, 1.0)).items
        service.held.set()
        await empty(spool)
    assert service.items == [["a"]]


async def test_what_is_split_after_its_lease_was_renewed_is_still_ours(
    spool, sender, service, clock
):
    service.answer = lambda requests: 413 if len(requests) > 1 else None
    service.held = asyncio.Event()
    await spool.put([page("u", "a"), page("u", "b")])
    async with sender():
        await asked(service, 1)
        await renewals(clock, 4)
        service.held.set()
        await empty(spool)
    assert service.items == [["a", "b"], ["a"], ["b"]]


@attrs.define
class Hindered:
    """A queue; one of its calls does something else first."""

    queue: Spool
    call: str
    first: object

    def __getattr__(self, name):
        call = getattr(self.queue, name)
        if name != self.call:
            return call

        async def hindered(*values, **named):
            await self.first()
            return await call(*values, **named)

        return hindered


async def test_a_lease_is_renewed_until_it_is_settled(spool, service, client, clock):
    settling, disk = asyncio.Event(), asyncio.Event()

    async def wait():
        settling.set()
        await disk.wait()

    await spool.put([page("u", "a")])
    queue = Hindered(spool, "settle", wait)
    async with Sender(queue, Destination().map, client, max_in_flight=1, clock=clock) as running:
        await settling.wait()
        try:
            await renewals(clock, 9)
            assert not (await spool.lease(1, 1.0)).items
        finally:
            disk.set()
        await empty(spool)
    assert service.items == [["a"]]
    assert (running.counted.events, running.counted.mishaps) == ({"delivered": 1}, {})


@pytest.mark.parametrize("error", [SpoolError("the disk is full"), RuntimeError("of a driver")])
async def test_what_breaks_while_a_lease_is_renewed_is_told_and_it_is_tried_again(
    spool, service, client, clock, caplog, error
):
    broken = [error]

    async def fail():
        if broken:
            raise broken.pop()

    service.held = asyncio.Event()
    await spool.put([page("u", "a")])
    queue = Hindered(spool, "renew", fail)
    async with Sender(queue, Destination().map, client, max_in_flight=1, clock=clock) as running:
        await asked(service, 1)
        await renewals(clock, 9)
        assert not (await spool.lease(1, 1.0)).items
        service.held.set()
        await empty(spool)
    assert running.counted.mishaps == {type(error).__name__: 1}
    assert str(error) in caplog.text
    assert service.items == [["a"]]


@attrs.define
class Suspending:
    """A queue; whoever asks its ledger is suspended, and others deliver some of what they had."""

    queue: Spool
    clock: object
    others: int
    renewed: asyncio.Event = attrs.field(factory=asyncio.Event)

    def __getattr__(self, name):
        return getattr(self.queue, name)

    async def ledger(self, users):
        if not self.renewed.is_set():
            await until(self.is_renewing)
            self.clock.now += LEASE
            lease = await self.queue.lease(self.others, LEASE)
            await self.queue.settle(lease, {one.number: Delivered() for one in lease.items})
            self.clock.advance(0.0)
            await self.renewed.wait()
        return await self.queue.ledger(users)

    async def is_renewing(self):
        return self.clock.sleepers

    async def renew(self, lease, for_seconds):
        try:
            return await self.queue.renew(lease, for_seconds)
        finally:
            self.renewed.set()


@pytest.mark.parametrize("others", [1, 2])
async def test_what_others_have_meanwhile_is_not_sent(spool, service, client, clock, others):
    await spool.put([page("u", "a"), page("v", "b")])
    queue = Suspending(spool, clock, others)
    async with Sender(queue, Destination().map, client, max_in_flight=1, clock=clock) as running:
        await empty(spool)
    assert sum(map(len, service.items)) == 2 - others
    assert running.counted.mishaps == {}
    assert (await spool.counts()).tally["delivered"] == 2


async def test_who_was_to_find_out_and_did_not_send_lets_another_one(spool, client, service, clock):
    """Nothing is due, then an event is for nobody, then the ledger fails: each time at once."""
    broken = [SpoolError("the disk is full")]

    async def fail():
        if broken:
            raise broken.pop()

    circuit = Circuit(rand=lambda: 1.0)
    circuit.fail(clock.now - 1.0)
    queue, options = Hindered(spool, "ledger", fail), {"circuit": circuit, "max_in_flight": 1}
    async with Sender(queue, Destination().map, client, clock=clock, **options):
        for _ in range(99):
            await asyncio.sleep(0)
        await spool.put([Item(("u",), b'{"type": "group", "userId": "u"}')])
        await empty(spool)
        await spool.put([page("u", "a")])
        await empty(spool)
    assert service.items == [["a"]]
    assert clock.now - START < LEASE


async def test_closing_waits_for_what_is_on_its_way(spool, sender, service):
    service.held = asyncio.Event()
    await spool.put([page("u", "a")])
    running = sender()
    await running.__aenter__()
    await asked(service, 1)
    closing = asyncio.create_task(running.aclose())
    await asyncio.sleep(0)
    service.held.set()
    await closing
    assert (await spool.counts()).items == 0


async def test_closing_lets_others_find_out_who_share_the_circuit(spool, sender, service, clock):
    circuit = Circuit()
    circuit.fail(clock.now - 1.0)
    service.held = asyncio.Event()
    await spool.put([page("u", "a")])
    running = sender(circuit=circuit, drain_for=0.0)
    await running.__aenter__()
    await asked(service, 1)
    assert circuit.wait(clock.now, LEASE)[0] > 0
    await running.aclose()
    assert circuit.wait(clock.now, LEASE)[0] == 0


async def test_the_service_says_how_long_it_is_left_alone(spool, sender, service, clock):
    service.headers = {"Retry-After": "1800"}
    service.answer = lambda _: 429 if len(service.asked) == 1 else None
    await spool.put([page("u", "a")])
    async with sender():
        await empty(spool)
    assert service.items == [["a"]] * 2
    assert START + 1_800 <= clock.now < START + 1_860


async def test_closing_gives_back_what_is_not_answered_in_time(spool, sender, service):
    service.held = asyncio.Event()
    await spool.put([page("u", "a")])
    running = sender(drain_for=0.0)
    await running.__aenter__()
    await asked(service, 1)
    await running.aclose()
    assert [one.item.key for one in (await spool.lease(1, 1.0)).items] == ["u/a"]


async def test_a_lost_answer_is_found_there_when_the_event_is_sent_again(spool, sender, service):
    def answer(requests):
        return ConnectionFailedError("reset") if len(service.asked) == 1 else [409] * len(requests)

    service.answer = answer
    await spool.put([page("u", "a")])
    async with sender() as running:
        await empty(spool)
    assert service.asked[0] == service.asked[1]
    assert running.counted.events == {"returned": 1, "already there": 1}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("max_events", value) for value in (0, 1.5, True)),
        *(("max_in_flight", value) for value in (0, 1.5, True)),
        *(("lease_for", value) for value in (0, -1.0, float("nan"), float("inf"))),
        *(("drain_for", value) for value in (-1.0, float("nan"), float("inf"))),
    ],
)
def test_what_is_no_limit_is_refused_by_its_name(sender, name, value):
    with pytest.raises(ConfigurationError, match=f"^{name} must be "):
        sender(**{name: value})


@pytest.mark.parametrize(("call", "times"), [("lease", 1), ("ledger", 1), ("settle", 3)])
async def test_a_queue_that_fails_is_asked_again(
    spool, client, service, clock, caplog, call, times
):
    class Failing:
        """Fails three times, and otherwise does as the spool does."""

        failures = 0

        def __getattr__(self, name):
            if name != call or self.failures == 3:
                return getattr(spool, name)
            self.failures += 1
            return self.fail

        async def fail(self, *_, **__):
            raise SpoolError("the disk is full")

    await spool.put([page("u", "a")])
    queue = Failing()
    async with Sender(queue, Destination().map, client, max_in_flight=1, clock=clock) as running:
        await empty(spool)
    assert running.counted.mishaps == {"SpoolError": 3}
    assert service.items == [["a"]] * times
    assert [record.exc_info for record in caplog.records] == [None]
    assert "the disk is full" in caplog.text
