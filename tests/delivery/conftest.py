"""What the tests of batches share: a service that answers when it is told to, a clock by hand."""

import asyncio
import io
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import attrs
import pytest

from aiorecombee import HttpCall, HttpReply, NoRetry, RecombeeClient
from aiorecombee.transport import Seal


@attrs.define
class HandClock:
    """A clock that moves when it is told to; who sleeps on it wakes when it gets there."""

    now: float = 1_700_000_000.0
    sleepers: list[tuple[float, "asyncio.Future[None]"]] = attrs.field(factory=list)

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        waking = asyncio.get_running_loop().create_future()
        self.sleepers.append((self.now + seconds, waking))
        self.wake()
        await waking

    def wake(self) -> None:
        for at, waking in list(self.sleepers):
            if at <= self.now and not waking.done():
                waking.set_result(None)
        self.sleepers = [one for one in self.sleepers if not one[1].done()]

    async def advance(self, seconds: float) -> None:
        self.now += seconds
        self.wake()
        await turns()


async def turns(count: int = 30) -> None:
    """Let everything happen that needs no time."""
    for _ in range(count):
        await asyncio.sleep(0)


@attrs.define
class Delivery:
    """A call that has arrived at the service."""

    call: HttpCall
    reply: "asyncio.Future[HttpReply]"

    @property
    def requests(self) -> list[dict[str, Any]]:
        body: dict[str, list[dict[str, Any]]] = json.loads(self.call.body or b"{}")
        return body["requests"]

    @property
    def users(self) -> list[str]:
        return [request["params"]["userId"] for request in self.requests]

    def answer(self, *codes: int) -> None:
        """Answer each request with its code; all with 200 if none are given."""
        entries = [
            {"code": code, "json": "ok" if code == 200 else {"message": f"no {number}"}}
            for number, code in enumerate(codes or [200] * len(self.requests))
        ]
        self.reply.set_result(HttpReply(200, {}, json.dumps(entries).encode()))

    def fail(self, failure: Exception | int) -> None:
        """Refuse the batch as a whole, or lose it."""
        if isinstance(failure, Exception):
            self.reply.set_exception(failure)
        else:
            self.reply.set_result(HttpReply(failure, {}, b'{"message": "refused"}'))


@attrs.define
class Service:
    """Keeps the calls that arrive; answers at once, or each when told to."""

    holds: bool = False
    arrived: list[Delivery] = attrs.field(factory=list)

    async def send(self, seal: Seal, _: float, /) -> HttpReply:
        delivery = Delivery(seal(), asyncio.get_running_loop().create_future())
        self.arrived.append(delivery)
        if not self.holds:
            delivery.answer()
        return await delivery.reply

    @property
    def users(self) -> list[list[str]]:
        return [delivery.users for delivery in self.arrived]


@pytest.fixture
def hand_clock() -> HandClock:
    return HandClock()


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def let_happen() -> Callable[..., Any]:
    return turns


@pytest.fixture
async def nothing_left_behind() -> AsyncIterator[None]:
    """No test leaves a task, or an exception that nobody asked for."""
    complaints: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    yield
    await turns()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert not others
    assert complaints == []


@pytest.fixture
async def client(service: Service, nothing_left_behind: None) -> AsyncIterator[RecombeeClient]:
    """A client whose calls arrive at `service`, and that repeats none of them."""
    assert nothing_left_behind is None
    async with RecombeeClient("my-db", "secret-token", transport=service, retry=NoRetry()) as made:
        yield made


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes], None]]:
    """Standard input is a pipe; gives what writes to it, and ends it if there is nothing."""
    out, into = os.pipe()
    os.set_blocking(out, False)  # who reads too early fails, and does not hang
    ends = [into]

    def write(data: bytes) -> None:
        if data:
            os.write(into, data)
        else:
            os.close(ends.pop())

    with os.fdopen(out, "rb") as file, io.TextIOWrapper(file) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        yield write
        if ends:
            write(b"")
