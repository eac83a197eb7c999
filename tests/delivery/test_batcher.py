"""The batcher: many callers, few calls, each their own answer."""

import asyncio
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import pytest

from aiorecombee import (
    AddDetailView,
    AuthenticationError,
    Batch,
    ConfigurationError,
    ConflictError,
    ConnectionFailedError,
    HttpReply,
    InvalidRequestError,
    ListItems,
    MergeUsers,
    NoRetry,
    RateLimitError,
    RecombeeClient,
    RequestTimeoutError,
    ResetDatabase,
    ServerError,
    SetUserValues,
)
from aiorecombee.clock import SystemClock
from aiorecombee.core.batches import Reason
from aiorecombee.delivery.batching.batcher import Batcher
from aiorecombee.delivery.batching.records import Leftover, SentBatch
from aiorecombee.errors import NotSentError, QueueFullError


def view(user: str = "user-1", item: str = "item-1") -> AddDetailView:
    return AddDetailView(user, item, timestamp=1.5)


async def test_calls_from_many_tasks_become_one(client, service):
    async with Batcher(client) as batcher:
        answers = await asyncio.gather(*(batcher.send(view(f"user-{n}")) for n in range(50)))
    assert answers == ["ok"] * 50
    assert service.users == [[f"user-{n}" for n in range(50)]]


async def test_a_full_batch_leaves_at_once(client, service, hand_clock, let_happen):
    async with Batcher(client, max_requests=2, clock=hand_clock) as batcher:
        futures = [batcher.submit(view(user)) for user in "abc"]
        await let_happen()
        assert service.users == [["a", "b"]]
        assert [future.done() for future in futures] == [True, True, False]
    assert service.users == [["a", "b"], ["c"]]


async def test_one_request_may_be_a_full_batch(client, service, hand_clock):
    async with Batcher(client, max_requests=1, clock=hand_clock) as batcher:
        assert await batcher.send(view("a")) == "ok"
    assert service.users == [["a"]]


async def test_others_leave_before_they_have_lingered_too_long(
    client, service, hand_clock, let_happen
):
    async with Batcher(client, linger=1.0, clock=hand_clock) as batcher:
        first = batcher.submit(view("a"))
        await let_happen()
        await hand_clock.advance(0.9)
        second = batcher.submit(view("b"))
        await let_happen()
        assert service.users == []
        await hand_clock.advance(0.1)
        assert (await first, await second) == ("ok", "ok")
    assert service.users == [["a", "b"]]


async def test_without_linger_what_comes_in_one_turn_leaves_together(client, service):
    async with Batcher(client, linger=0) as batcher:
        await asyncio.gather(*(batcher.send(view(user)) for user in "abc"))
        await batcher.send(view("d"))
    assert service.users == [["a", "b", "c"], ["d"]]


async def test_each_gets_the_answer_to_their_own_request(client, service, let_happen):
    service.holds = True
    async with Batcher(client) as batcher:
        futures = [batcher.submit(view(user)) for user in "abc"]
        flushing = asyncio.create_task(batcher.flush())
        await let_happen()
        service.arrived[0].answer(200, 409, 200)
        await flushing
        error = futures[1].exception()
        assert (await futures[0], await futures[2]) == ("ok", "ok")
    assert isinstance(error, ConflictError)
    assert (error.request, error.message) == (view("b"), "no 1")


async def test_answers_of_other_kinds_are_decoded(client, service, let_happen):
    service.holds = True
    async with Batcher(client) as batcher:
        asking = asyncio.create_task(batcher.send(ListItems()))
        flushing = asyncio.create_task(batcher.flush())
        await let_happen()
        answer = b'[{"code": 200, "json": ["item-1"]}]'
        service.arrived[0].reply.set_result(HttpReply(200, {}, answer))
        await flushing
        assert await asking == ["item-1"]


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (ConnectionFailedError("lost"), ConnectionFailedError),
        (401, AuthenticationError),
        (429, RateLimitError),
        (503, ServerError),
        (LookupError("a mistake"), LookupError),
    ],
)
async def test_a_batch_that_fails_fails_its_own_requests_only(
    client, service, let_happen, failure, kind
):
    service.holds = True
    async with Batcher(client, max_requests=2) as batcher:
        futures = [batcher.submit(view(user)) for user in "abcd"]
        await let_happen()
        service.arrived[0].fail(failure)
        service.arrived[1].answer()
        await let_happen()
        errors = [future.exception() for future in futures]
    assert [type(error) for error in errors] == [kind, kind, type(None), type(None)]
    assert errors[0] is not errors[1]
    if kind is not LookupError:
        assert [error.request for error in errors[:2]] == [view("a"), view("b")]


async def test_a_request_that_cannot_be_sent_fails_alone(client, service):
    async with Batcher(client) as batcher:
        sending = [batcher.send(view(user)) for user in ("a", "ü", "b", "")]
        answers = await asyncio.gather(*sending, batcher.flush(), return_exceptions=True)
    assert [answers[0], answers[2]] == ["ok", "ok"]
    assert isinstance(answers[1], InvalidRequestError)
    assert str(answers[1]).startswith("AddDetailView.user_id = 'ü': may have only")
    assert isinstance(answers[3], InvalidRequestError)
    assert service.users == [["a", "b"]]


class Closed(Mapping[str, Any]):
    """Values that are read from where nothing can be read any more."""

    def __getitem__(self, key: str) -> Any:
        raise LookupError(f"no {key}: the cursor is closed")

    def __iter__(self) -> Iterator[str]:
        return iter(["title"])

    def __len__(self) -> int:
        return 1


async def test_a_request_that_cannot_be_read_fails_alone(client, service):
    async with Batcher(client) as batcher:
        futures = [
            batcher.submit(view("a")),
            batcher.submit(SetUserValues("b", Closed())),
            batcher.submit(view("c")),
        ]
        assert await batcher.flush() == Leftover()
        assert (await futures[0], await futures[2]) == ("ok", "ok")
        with pytest.raises(InvalidRequestError, match="SetUserValues cannot be read") as raised:
            await futures[1]
        assert isinstance(raised.value.__cause__, LookupError)
        assert (batcher.stats.sent, batcher.stats.failed) == (2, 1)
    assert service.users == [["a", "c"]]


async def test_who_withdraws_what_cannot_be_read_is_left_alone(client, service):
    async with Batcher(client) as batcher:
        batcher.submit(SetUserValues("b", Closed())).cancel()
        assert await batcher.flush() == Leftover()
        assert (batcher.stats.failed, batcher.stats.withdrawn) == (0, 1)
    assert service.arrived == []


async def test_what_cannot_be_read_makes_room(client, service):
    async with Batcher(client, max_queued=2) as batcher:
        bad = [asyncio.create_task(batcher.send(SetUserValues(user, Closed()))) for user in "abcde"]
        assert await asyncio.wait_for(batcher.send(view("f")), 5) == "ok"
        errors = await asyncio.gather(*bad, return_exceptions=True)
        assert [type(error) for error in errors] == [InvalidRequestError] * 5
        assert await batcher.flush() == Leftover()
        assert (batcher.stats.queued, batcher.stats.waiting) == (0, 0)
    assert service.users == [["f"]]


async def test_a_flush_does_not_wait_for_those_in_line_that_cannot_be_read(
    client, service, let_happen
):
    service.holds = True
    async with Batcher(client, max_requests=1, max_in_flight=1, max_queued=1) as batcher:
        futures = [asyncio.create_task(batcher.send(view(user))) for user in "ab"]
        futures.append(asyncio.create_task(batcher.send(SetUserValues("c", Closed()))))
        await let_happen()
        flushing = asyncio.create_task(batcher.flush())
        for number in range(2):
            await let_happen()
            service.arrived[number].answer()
        assert await asyncio.wait_for(flushing, 5) == Leftover()
        assert isinstance(futures[2].exception(), InvalidRequestError)


async def test_closing_fails_what_cannot_be_read_and_sends_the_rest(client):
    batcher = Batcher(client)
    bad = batcher.submit(SetUserValues("a", Closed()))
    good = batcher.submit(view("b"))
    assert await batcher.aclose() == Leftover()
    assert isinstance(bad.exception(), InvalidRequestError)
    assert await good == "ok"
    with pytest.raises(NotSentError):
        batcher.submit(view("c"))


@pytest.mark.parametrize("thing", [Batch([]), "AddDetailView", AddDetailView, None])
async def test_what_cannot_be_in_a_batch_is_refused_at_once(client, thing):
    async with Batcher(client, max_queued=1) as batcher:
        with pytest.raises(InvalidRequestError, match="cannot be in a batch"):
            batcher.submit(thing)
        assert await batcher.send(view()) == "ok"


async def test_who_stops_waiting_withdraws_only_their_own(client, service, hand_clock, let_happen):
    async with Batcher(client, clock=hand_clock) as batcher:
        tasks = [asyncio.create_task(batcher.send(view(user))) for user in "abc"]
        await let_happen()
        tasks[1].cancel()
        await let_happen()
        await batcher.flush()
        assert [await tasks[0], await tasks[2]] == ["ok", "ok"]
        assert batcher.stats.withdrawn == 1
    assert service.users == [["a", "c"]]


async def test_who_stops_waiting_for_a_sent_request_harms_nobody(client, service, let_happen):
    service.holds = True
    async with Batcher(client, max_requests=2) as batcher:
        tasks = [asyncio.create_task(batcher.send(view(user))) for user in "ab"]
        await let_happen()
        tasks[0].cancel()
        await let_happen()
        service.arrived[0].answer()
        assert await tasks[1] == "ok"


async def test_a_batch_that_nobody_waits_for_is_not_sent(client, service, hand_clock):
    async with Batcher(client, clock=hand_clock) as batcher:
        batcher.submit(view()).cancel()
        assert await batcher.flush() == Leftover()
    assert service.arrived == []


async def test_a_user_is_never_in_two_batches_at_once(client, service, let_happen):
    service.holds = True
    async with Batcher(client, max_requests=2) as batcher:
        futures = [batcher.submit(view(user, item)) for user, item in ("a1", "b1", "a2", "c1")]
        merging = batcher.submit(MergeUsers("d", "a"))
        flushing = asyncio.create_task(batcher.flush())
        await let_happen()
        assert service.users == [["a", "b"], ["c"]]
        service.arrived[1].answer()
        service.arrived[0].answer()
        await let_happen()
        assert [request["path"] for request in service.arrived[2].requests] == [
            "/detailviews/",
            "/users/d/merge/a",
        ]
        service.arrived[2].answer()
        await flushing
        assert [await future for future in [*futures, merging]] == ["ok"] * 5


async def test_a_reset_waits_for_what_came_before_and_travels_alone(client, service, let_happen):
    service.holds = True
    async with Batcher(client, max_requests=2) as batcher:
        futures = [
            batcher.submit(view("a")),
            batcher.submit(ResetDatabase()),
            batcher.submit(view("b")),
        ]
        flushing = asyncio.create_task(batcher.flush())
        for number in range(3):
            await let_happen()
            assert len(service.arrived) == number + 1
            service.arrived[number].answer()
        await flushing
        assert [await future for future in futures] == ["ok"] * 3


async def test_what_is_set_on_the_way_of_a_batch_is_not_there_for_others(service, let_happen):
    span: ContextVar[str] = ContextVar("span")
    seen: list[tuple[str, str]] = []

    class TracingClock(SystemClock):
        async def sleep(self, _: float, /) -> None:
            span.set("the linger")
            await asyncio.sleep(0)

    class TracingTransport:
        async def send(self, seal, timeout, /):
            before = span.get()
            span.set(f"batch {len(service.arrived)}")
            reply = await service.send(seal, timeout)
            seen.append((before, span.get()))
            return reply

    service.holds = True
    span.set("who made the batcher")
    client = RecombeeClient("my-db", "token", transport=TracingTransport(), retry=NoRetry())
    async with Batcher(client, clock=TracingClock()) as batcher:
        span.set("who sends")
        for user in "abc":
            batcher.submit(view(user))
            await let_happen()
        for delivery in service.arrived:
            delivery.answer()
        await batcher.flush()
    assert seen == [("who made the batcher", f"batch {number}") for number in range(3)]


# --- Room -----------------------------------------------------------------------------------------


async def test_who_finds_the_queue_full_waits_in_line(client, service, hand_clock, let_happen):
    service.holds = True
    options: Any = {"max_requests": 1, "max_in_flight": 1, "max_queued": 2, "clock": hand_clock}
    async with Batcher(client, **options) as batcher:
        tasks = [asyncio.create_task(batcher.send(view(user))) for user in "abcde"]
        await let_happen()
        assert (batcher.stats.queued, batcher.stats.waiting) == (2, 2)
        tasks[3].cancel()
        for number in range(4):
            await let_happen()
            service.arrived[number].answer()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert answers[:3] == ["ok"] * 3
    assert (type(answers[3]), answers[4]) == (asyncio.CancelledError, "ok")
    assert service.users == [["a"], ["b"], ["c"], ["e"]]


async def test_nobody_new_overtakes_the_line(client, service, let_happen):
    service.holds = True
    async with Batcher(client, max_requests=1, max_in_flight=1, max_queued=1) as batcher:
        tasks = [asyncio.create_task(batcher.send(view(user))) for user in "abc"]
        await let_happen()
        with pytest.raises(QueueFullError):
            batcher.submit(view("d"))
        for number in range(3):
            service.arrived[number].answer()
            await let_happen()
        await asyncio.gather(*tasks)
        assert batcher.stats.refused == 1
    assert service.users == [["a"], ["b"], ["c"]]


async def test_a_full_queue_may_refuse(client, hand_clock):
    async with Batcher(client, max_queued=1, when_full="raise", clock=hand_clock) as batcher:
        future = batcher.submit(view("a"))
        with pytest.raises(QueueFullError, match="AddDetailView: 1 requests are waiting") as raised:
            await batcher.send(view("b"))
        await batcher.flush()
        assert await future == "ok"
    assert raised.value.request == view("b")


async def test_what_nobody_waits_for_any_more_makes_room(client, service, hand_clock, let_happen):
    async with Batcher(client, max_queued=2, when_full="raise", clock=hand_clock) as batcher:
        tasks = [asyncio.create_task(batcher.send(view(user))) for user in "ab"]
        await let_happen()
        for task in tasks:
            task.cancel()
        await let_happen()
        future = batcher.submit(view("c"))
        await batcher.flush()
        assert await future == "ok"
        assert batcher.stats.withdrawn == 2
    assert service.users == [["c"]]


async def test_cancelled_futures_make_room(client, service, let_happen):
    service.holds = True
    async with Batcher(client, max_requests=1, max_in_flight=1, max_queued=4) as batcher:
        futures = [batcher.submit(view("a"))]
        await let_happen()
        futures += [batcher.submit(view(user)) for user in "bcde"]
        for future in futures[1:3]:
            assert future.cancel()
            assert not future.cancel()
        with pytest.raises(QueueFullError):
            batcher.submit(view("f"))
        futures[3].cancel()
        futures.append(batcher.submit(view("g")))
        assert (batcher.stats.queued, batcher.stats.withdrawn) == (2, 3)
        for number in range(3):
            await let_happen()
            service.arrived[number].answer()
        await batcher.flush()
    assert service.users == [["a"], ["e"], ["g"]]


async def test_a_full_queue_may_spill(client, service, hand_clock):
    class Durable:
        def __init__(self) -> None:
            self.spilled: list[Any] = []

        async def spill(self, request, /):
            self.spilled.append(request)
            return "kept"

    durable = Durable()
    async with Batcher(client, max_queued=1, when_full=durable, clock=hand_clock) as batcher:
        batcher.submit(view("a"))
        assert await batcher.send(view("b")) == "kept"
        assert batcher.stats.spilled == 1
    assert durable.spilled == [view("b")]
    assert service.users == [["a"]]


# --- Coming to an end -----------------------------------------------------------------------------


async def test_a_flush_waits_for_what_is_on_its_way(client, service, let_happen):
    service.holds = True
    async with Batcher(client, max_requests=1) as batcher:
        batcher.submit(view("a"))
        await let_happen()
        flushing = asyncio.create_task(batcher.flush())
        await let_happen()
        assert not flushing.done()
        service.arrived[0].answer()
        assert await flushing == Leftover()


async def test_a_flush_ends_in_time_and_tells_what_is_left(client, service, hand_clock, let_happen):
    service.holds = True
    options: Any = {"max_requests": 1, "max_in_flight": 1, "max_queued": 1, "clock": hand_clock}
    async with Batcher(client, **options) as batcher:
        tasks = [asyncio.create_task(batcher.send(view(user))) for user in "abc"]
        await let_happen()
        flushing = asyncio.create_task(batcher.flush(timeout=2.0))
        await let_happen()
        await hand_clock.advance(2.0)
        left = await flushing
        assert left == Leftover(unsent=(view("b"), view("c")), undecided=(view("a"),))
        assert list(left) == [view("a"), view("b"), view("c")]
        assert (len(left), left[0], left[1:]) == (3, view("a"), (view("b"), view("c")))
        for number in range(3):
            service.arrived[number].answer()
            await let_happen()
        assert await asyncio.gather(*tasks) == ["ok"] * 3


async def test_closing_sends_what_is_queued(client, service, hand_clock):
    batcher = Batcher(client, clock=hand_clock)
    future = batcher.submit(view("a"))
    assert await batcher.aclose() == Leftover()
    assert await future == "ok"
    assert service.users == [["a"]]


async def test_closing_in_time_fails_what_is_left_clearly(client, service, hand_clock, let_happen):
    service.holds = True
    options: Any = {"max_requests": 1, "max_in_flight": 1, "max_queued": 1, "clock": hand_clock}
    batcher = Batcher(client, **options)
    tasks = [asyncio.create_task(batcher.send(view(user))) for user in "abc"]
    await let_happen()
    closing = asyncio.create_task(batcher.aclose(timeout=2.0))
    await let_happen()
    await hand_clock.advance(2.0)
    left = await closing
    errors = await asyncio.gather(*tasks, return_exceptions=True)
    assert left == Leftover(unsent=(view("b"), view("c")), undecided=(view("a"),))
    assert [type(error) for error in errors] == [RequestTimeoutError, NotSentError, NotSentError]
    assert str(errors[1]) == "AddDetailView: the batcher was closed before it was sent"
    assert batcher.stats.failed == 3


async def test_a_closed_batcher_takes_nothing(client):
    batcher = Batcher(client)
    await batcher.aclose()
    with pytest.raises(NotSentError, match="the batcher is closed"):
        batcher.submit(view())
    with pytest.raises(NotSentError, match="the batcher is closed"):
        await batcher.send(view())
    assert await batcher.aclose() == Leftover()


async def test_a_batch_that_is_cancelled_before_it_begins_leaves_nobody_waiting(client):
    batcher = Batcher(client, max_requests=1)
    future = batcher.submit(view())
    await batcher._dispatch.aclose()
    assert type(future.exception()) is RequestTimeoutError


async def test_when_the_sending_task_is_killed_nobody_hangs(
    client, service, hand_clock, let_happen
):
    service.holds = True
    batcher = Batcher(client, max_requests=1, max_in_flight=1, clock=hand_clock)
    futures = [batcher.submit(view(user)) for user in "ab"]
    await let_happen()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await let_happen()
    assert [type(future.exception()) for future in futures] == [RequestTimeoutError, NotSentError]
    with pytest.raises(NotSentError):
        batcher.submit(view("c"))
    await batcher.aclose()


async def test_answers_that_have_come_are_given_out_whoever_cancels(client, service, let_happen):
    service.holds = True
    batcher = Batcher(client, max_requests=1_200)
    futures = [batcher.submit(view(f"user-{number}")) for number in range(1_200)]
    await let_happen()
    service.arrived[0].answer()
    await futures[0]
    assert not futures[-1].done()
    await batcher._dispatch.aclose()
    assert await asyncio.gather(*futures) == ["ok"] * 1_200
    assert (batcher.stats.sent, batcher.stats.failed) == (1_200, 0)
    await batcher.aclose()


# --- What it tells --------------------------------------------------------------------------------


async def test_hooks_hear_of_each_batch(client, service, hand_clock, let_happen):
    service.holds = True
    heard: list[SentBatch] = []
    async with Batcher(client, linger=1.0, clock=hand_clock, hooks=[heard.append]) as batcher:
        futures = [batcher.submit(view(user)) for user in "ab"]
        await let_happen()
        await hand_clock.advance(1.0)
        hand_clock.now += 0.5
        service.arrived[0].answer(200, 404)
        await let_happen()
        assert futures[1].exception() is not None
        futures = [batcher.submit(view("c"))]
        flushing = asyncio.create_task(batcher.flush())
        await let_happen()
        service.arrived[1].fail(503)
        await flushing
        assert futures[0].exception() is not None
        assert (batcher.stats.sent, batcher.stats.failed) == (1, 2)
        assert batcher.stats.batches == {Reason.LINGERED: 1, Reason.FLUSHED: 1}
    size = heard[1].size
    assert heard == [
        SentBatch(Reason.LINGERED, 2, 1, 2 * size, 1.0, 0.5, None),
        SentBatch(Reason.FLUSHED, 1, 1, size, 0.0, 0.0, "ServerError"),
    ]


async def test_a_hook_that_fails_harms_nobody(client):
    complaints = []
    asyncio.get_running_loop().set_exception_handler(lambda _, said: complaints.append(said))

    def fail(_: SentBatch) -> None:
        raise LookupError("a mistake")

    async with Batcher(client, hooks=[fail]) as batcher:
        assert await batcher.send(view()) == "ok"
    assert [str(said["exception"]) for said in complaints] == ["a mistake"]


@pytest.mark.parametrize(
    "options",
    [
        {"max_requests": 0},
        {"max_requests": 10_001},
        {"max_requests": True},
        {"max_bytes": 0},
        {"linger": -1},
        {"linger": float("nan")},
        {"linger": "1"},
        {"max_in_flight": 0},
        {"max_queued": 0},
        {"max_queued": 1.5},
        {"when_full": "drop"},
        {"when_full": None},
    ],
)
async def test_limits_that_are_none_are_refused(client, options):
    with pytest.raises(ConfigurationError, match=next(iter(options))):
        Batcher(client, **options)
