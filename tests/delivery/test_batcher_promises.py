"""The batcher against whatever may happen: nothing lost, nothing twice, nothing out of order."""

import asyncio
import json
from collections import defaultdict
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from aiorecombee import (
    AddDetailView,
    ConnectionFailedError,
    HttpCall,
    HttpReply,
    NoRetry,
    RecombeeClient,
)
from aiorecombee.delivery.batching.batcher import Batcher
from aiorecombee.delivery.batching.records import Leftover
from aiorecombee.transport import Seal

USERS = st.sampled_from(["a", "b", "c", "d", "e", "ü"])
STEPS = st.one_of(
    st.tuples(st.just("send"), USERS),
    st.tuples(st.just("send"), USERS),
    st.tuples(st.just("submit"), USERS),
    st.tuples(st.just("submit"), USERS),
    st.tuples(st.just("cancel"), st.integers(0, 30)),
    st.tuples(st.just("answer"), st.integers(0, 3)),
    st.tuples(st.just("refuse"), st.integers(0, 3)),
    st.tuples(st.just("lose"), st.integers(0, 3)),
    st.tuples(st.just("turn"), st.integers(1, 9)),
    st.tuples(st.just("flush"), st.just(0)),
)


class InstantClock:
    """Time passes as soon as somebody waits for it."""

    now = 0.0

    def time(self) -> float:
        return 1_700_000_000.0 + self.now

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


@attrs.define
class Scene:
    """A service that carries out what arrives, and forgets nothing."""

    done: dict[str, list[int]] = attrs.field(factory=lambda: defaultdict(list))
    waiting: list[tuple[list[tuple[str, int]], "asyncio.Future[HttpReply]"]] = attrs.field(
        factory=list
    )

    async def send(self, seal: Seal, _: float, /) -> HttpReply:
        asked = _asked(seal())
        users = {user for user, _ in asked}
        assert all(users.isdisjoint(user for user, _ in other) for other, _ in self.waiting)
        for user, number in asked:
            self.done[user].append(number)
        reply = asyncio.get_running_loop().create_future()
        self.waiting.append((asked, reply))
        return await reply

    def answer(self, index: int, kind: str) -> None:
        if not self.waiting:
            return
        asked, reply = self.waiting.pop(index % len(self.waiting))
        if reply.done():
            return
        if kind == "lose":
            reply.set_exception(ConnectionFailedError("lost"))
        elif kind == "refuse":
            reply.set_result(HttpReply(500, {}, b"{}"))
        else:
            # Each answer tells which request it belongs to.
            entries = ",".join(f'{{"code": 200, "json": "{number}"}}' for _, number in asked)
            reply.set_result(HttpReply(200, {}, f"[{entries}]".encode()))


def _asked(call: HttpCall) -> list[tuple[str, int]]:
    params = [request["params"] for request in json.loads(call.body or b"")["requests"]]
    return [(one["userId"], int(one["itemId"])) for one in params]


class Play:
    """Does one step after another, and then looks at what came of it all."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.scene = Scene()
        clock = InstantClock()
        self.client = RecombeeClient(
            "my-db", "token", transport=self.scene, retry=NoRetry(), clock=clock
        )
        self.batcher = Batcher(self.client, clock=clock, linger=1.0, **options)
        self.max_queued = options["max_queued"]
        self.sent: list[tuple[str, asyncio.Future[Any]]] = []
        self.flushes: list[asyncio.Task[Leftover]] = []

    def request(self, user: str) -> AddDetailView:
        return AddDetailView(user, str(len(self.sent)), timestamp=1.5)

    async def send(self, user: str) -> None:
        task = asyncio.create_task(self.batcher.send(self.request(user)))
        self.sent.append((user, task))
        await asyncio.sleep(0)  # they come in the order that is noted here

    async def submit(self, user: str) -> None:
        stats = self.batcher.stats
        if stats.queued < self.max_queued and not stats.waiting:
            self.sent.append((user, self.batcher.submit(self.request(user))))

    async def cancel(self, number: int) -> None:
        if self.sent:
            self.sent[number % len(self.sent)][1].cancel()

    async def turn(self, count: int) -> None:
        for _ in range(count):
            await asyncio.sleep(0)

    async def flush(self, _: int) -> None:
        self.flushes.append(asyncio.create_task(self.batcher.flush()))

    async def answer(self, index: int) -> None:
        self.scene.answer(index, "answer")

    async def refuse(self, index: int) -> None:
        self.scene.answer(index, "refuse")

    async def lose(self, index: int) -> None:
        self.scene.answer(index, "lose")

    async def end(self) -> None:
        closing = asyncio.create_task(self.batcher.aclose(timeout=None))
        while not closing.done():
            self.scene.answer(0, "answer")
            await asyncio.sleep(0)
        assert not any([await waiting for waiting in [*self.flushes, closing]])
        await self.client.aclose()

    async def check(self) -> None:
        done = self.scene.done
        for user, numbers in done.items():
            assert numbers == sorted(set(numbers)), "in order, and never twice"
            assert all(self.sent[number][0] == user for number in numbers)
        for number, (user, future) in enumerate(self.sent):
            (outcome,) = await asyncio.gather(future, return_exceptions=True)
            if isinstance(outcome, str):
                assert outcome == str(number), "everybody has their own answer"
            if not isinstance(outcome, asyncio.CancelledError):
                assert (number in done[user]) == (user != "ü"), "nothing is lost"
        assert asyncio.all_tasks() == {asyncio.current_task()}


async def play(steps: list[tuple[str, Any]], options: dict[str, Any]) -> None:
    playing = Play(options)
    for step, argument in steps:
        await getattr(playing, step)(argument)
    await playing.end()
    await playing.check()


@settings(max_examples=300, deadline=None)
@given(
    steps=st.lists(STEPS, max_size=60),
    options=st.fixed_dictionaries(
        {
            "max_requests": st.integers(1, 4),
            "max_in_flight": st.integers(1, 3),
            "max_queued": st.integers(1, 6),
        }
    ),
)
def test_nothing_is_lost_or_sent_twice_or_out_of_order(steps, options):
    asyncio.run(play(steps, options))
