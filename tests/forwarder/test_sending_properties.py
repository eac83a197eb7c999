"""Whatever the service does, no event is lost, doubled or overtaken: with random misfortunes."""

import asyncio
import json
import tempfile
import time
from pathlib import Path

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from aiorecombee import HttpReply, NoRetry, RecombeeClient
from aiorecombee.delivery.queue import Item
from aiorecombee.delivery.sending.circuit import Circuit
from aiorecombee.delivery.sending.sender import Sender
from aiorecombee.delivery.spool import Spool
from aiorecombee.errors import ConnectionFailedError
from aiorecombee.segment import Destination

START = 1_767_607_200.0
MAP = Destination().map
WHOLE = ("reset before", "reset after", "503", "503 after", "401", "413", "truncated", "suspended")
ITEMS = (429, 500, 503)
LEASE = 600.0
SPEED = 1_000.0


def misfortunes(*kinds):
    """Not so often suspended that an event seems to be what does it."""
    return st.lists(st.one_of(*kinds), max_size=12).filter(lambda some: some.count("suspended") < 7)


@attrs.define(eq=False)
class SwiftClock:
    """A thousand times as fast as the machine's, and ahead of that as if we had been suspended.

    It must not be moved on by whoever sleeps: a lease would run out between two callbacks.
    """

    ahead: float = START

    def time(self):
        return self.ahead + time.monotonic() * SPEED

    def monotonic(self):
        return self.time()

    async def sleep(self, seconds):
        await asyncio.sleep(seconds / SPEED)


@attrs.define(eq=False)
class Service:
    """Keeps interactions by their key, and meets each batch with the next misfortune."""

    misfortunes: list
    clock: SwiftClock
    stored: dict = attrs.field(factory=dict)
    order: list = attrs.field(factory=list)

    async def send(self, seal, _timeout, /):
        await asyncio.sleep(0)
        requests = json.loads(seal().body)["requests"]
        misfortune = self.misfortunes.pop(0) if self.misfortunes else ""
        if misfortune == "suspended":
            self.clock.ahead += LEASE + 1.0
        if misfortune == "reset before":
            raise ConnectionFailedError("reset")
        if misfortune in {"401", "503"} or (misfortune == "413" and len(requests) > 1):
            return HttpReply(int(misfortune), {}, b"{}")
        entries = [self.carry_out(one["params"], misfortune) for one in requests]
        if misfortune == "reset after":
            raise ConnectionFailedError("reset")
        if misfortune == "503 after":
            return HttpReply(503, {}, b"{}")
        body = json.dumps(entries).encode()
        return HttpReply(200, {}, body[:-1] if misfortune == "truncated" else body)

    def carry_out(self, params, misfortune):
        if isinstance(misfortune, tuple) and params["itemId"] in misfortune[1]:
            return {"code": misfortune[0], "json": "no"}
        key = (params["userId"], params["itemId"], params["timestamp"])
        self.stored[key] = self.stored.get(key, 0) + 1
        if self.stored[key] > 1:
            return {"code": 409, "json": "there"}
        self.order.append(key)
        return {"code": 200, "json": "ok"}


def page(number):
    user = f"u{number % 3}"
    event = {"type": "page", "name": f"i{number}", "userId": user, "timestamp": START + number}
    return Item((user,), json.dumps(event).encode(), str(number))


async def deliver(fate, count, senders):
    clock = SwiftClock()
    service = Service(list(fate), clock)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spool"
        async with (
            Spool(path, clock=clock) as spool,
            RecombeeClient("my-db", "secret", transport=service, retry=NoRetry()) as client,
        ):
            await spool.put([page(number) for number in range(count)])
            options = {"max_events": 5, "max_in_flight": senders, "circuit": Circuit(ceiling=2.0)}
            options |= {"clock": clock, "lease_for": LEASE}
            async with Sender(spool, MAP, client, **options), asyncio.timeout(60):
                while (await spool.counts()).items:
                    await clock.sleep(1.0)
            assert await spool.letters() == ()
    return service


def keys(count):
    return [(f"u{n % 3}", f"i{n}", START + n) for n in range(count)]


@settings(deadline=None, max_examples=40)
@given(
    misfortunes(st.sampled_from(("", *WHOLE))),
    st.integers(1, 25),
    st.integers(1, 3),
)
def test_whatever_befalls_batches_each_event_arrives_once_and_in_its_users_order(
    fate, count, senders
):
    service = asyncio.run(deliver(fate, count, senders))
    assert sorted(service.order) == sorted(keys(count))
    for user in ("u0", "u1", "u2"):
        arrived = [key for key in service.order if key[0] == user]
        assert arrived == [key for key in keys(count) if key[0] == user]


ITEM = st.tuples(
    st.sampled_from(ITEMS), st.frozensets(st.integers(0, 24).map(lambda n: f"i{n}"), max_size=8)
)


@settings(deadline=None, max_examples=40)
@given(
    misfortunes(st.sampled_from(("", *WHOLE)), ITEM),
    st.integers(1, 25),
    st.integers(1, 3),
)
def test_whatever_befalls_events_each_of_them_arrives_once(fate, count, senders):
    service = asyncio.run(deliver(fate, count, senders))
    assert sorted(service.order) == sorted(keys(count))
