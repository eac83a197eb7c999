"""Streams: any number of requests in, an answer for each out."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from itertools import count

import pytest

from aiorecombee import (
    AddDetailView,
    Answer,
    Batch,
    ConfigurationError,
    ConnectionFailedError,
    InvalidRequestError,
    ListUserDetailViews,
    ServerError,
    SetUserValues,
)
from aiorecombee.delivery.batching.records import Progress
from aiorecombee.delivery.batching.stream import stream


def view(user: str) -> AddDetailView:
    return AddDetailView(user, "item-1", timestamp=1.5)


def views(users: str) -> list[AddDetailView]:
    return [view(user) for user in users]


def ok(user: str) -> Answer[str]:
    return Answer(view(user), 200, "ok")


async def slowly(users: str) -> AsyncIterator[AddDetailView]:
    for user in users:
        await asyncio.sleep(0)
        yield view(user)


@pytest.mark.parametrize("requests", [views("abcde"), tuple(views("abcde")), iter(views("abcde"))])
async def test_every_request_is_paired_with_its_answer(client, service, requests):
    answers = [answer async for answer in stream(client, requests, max_requests=2)]
    assert answers == [ok(user) for user in "abcde"]
    assert service.users == [["a", "b"], ["c", "d"], ["e"]]


async def test_asynchronous_iterables_are_read_too(client, service):
    answers = [answer async for answer in stream(client, slowly("abcde"), max_requests=2)]
    assert answers == [ok(user) for user in "abcde"]
    assert service.users == [["a", "b"], ["c", "d"], ["e"]]


async def test_nothing_in_nothing_out(client, service):
    assert [answer async for answer in stream(client, [])] == []
    assert service.arrived == []


async def collect(answers, into):
    async for answer in answers:
        into.append(answer.request.user_id)


@pytest.mark.parametrize(
    ("ordered", "expected"), [(True, ["", "abcd", "abcdef"]), (False, ["cd", "cdab", "cdabef"])]
)
async def test_answers_come_in_order_or_as_they_are_ready(
    client, service, let_happen, ordered, expected
):
    service.holds = True
    seen: list[str] = []
    answers = stream(client, views("abcdef"), max_requests=2, ordered=ordered)
    collecting = asyncio.create_task(collect(answers, seen))
    await let_happen()
    found = []
    for number in (1, 0, 2):
        service.arrived[number].answer()
        await let_happen()
        found.append("".join(seen))
    await collecting
    assert found == expected


async def test_what_comes_slowly_leaves_when_it_has_lingered(
    client, service, hand_clock, let_happen
):
    more = asyncio.Event()

    async def source() -> AsyncIterator[AddDetailView]:
        yield view("a")
        await more.wait()
        yield view("b")

    seen: list[str] = []
    answers = stream(client, source(), linger=1.0, clock=hand_clock)
    collecting = asyncio.create_task(collect(answers, seen))
    await let_happen()
    assert service.users == []
    await hand_clock.advance(1.0)
    assert seen == ["a"]
    more.set()
    await collecting
    assert service.users == [["a"], ["b"]]


async def test_a_failed_batch_gives_its_requests_answers_with_the_error(
    client, service, let_happen
):
    service.holds = True
    answers = stream(client, views("abcdef"), max_requests=2)
    collecting = asyncio.create_task(anext_all(answers))
    await let_happen()
    service.arrived[0].answer(200, 409)
    service.arrived[1].fail(503)
    service.arrived[2].fail(ConnectionFailedError("lost"))
    found = await collecting
    assert [(one.request.user_id, one.status, type(one.error).__name__) for one in found] == [
        ("a", 200, "NoneType"),
        ("b", 409, "ConflictError"),
        ("c", 503, "ServerError"),
        ("d", 503, "ServerError"),
        ("e", 0, "ConnectionFailedError"),
        ("f", 0, "ConnectionFailedError"),
    ]
    assert [one.error.request for one in found[2:]] == views("cdef")


async def anext_all(answers):
    return [answer async for answer in answers]


async def test_what_cannot_be_sent_gets_an_answer_too(client, service):
    odd = [view("a"), Batch([]), view("ü"), "nonsense", view("b")]
    found = await anext_all(stream(client, odd))
    assert [(one.status, type(one.error)) for one in found] == [
        (200, type(None)),
        (0, InvalidRequestError),
        (0, InvalidRequestError),
        (0, InvalidRequestError),
        (200, type(None)),
    ]
    assert [one.request for one in found] == odd
    assert service.users == [["a", "b"]]


async def test_what_cannot_be_read_gets_an_answer_too(client, service):
    class Closed(dict[str, str]):
        def values(self):
            raise LookupError("the cursor is closed")

    odd = [view("a"), Batch([]), SetUserValues("b", Closed(title="A")), view("c")]
    found = await asyncio.wait_for(anext_all(stream(client, odd)), 5)
    assert [(one.status, type(one.error)) for one in found] == [
        (200, type(None)),
        (0, InvalidRequestError),
        (0, InvalidRequestError),
        (200, type(None)),
    ]
    assert str(found[2].error) == (
        "SetUserValues cannot be read: LookupError('the cursor is closed')"
    )
    assert service.users == [["a", "c"]]


async def test_it_stops_at_a_failed_batch_if_asked(client, service, let_happen):
    service.holds = True
    seen: list[str] = []
    answers = stream(
        client, views("abcdefgh"), max_requests=2, max_in_flight=3, stop_on_failure=True
    )
    collecting = asyncio.create_task(collect(answers, seen))
    await let_happen()
    service.arrived[1].fail(503)
    await let_happen()
    service.arrived[2].answer()
    service.arrived[0].answer()
    with pytest.raises(ServerError):
        await collecting
    assert (seen, len(service.arrived)) == (list("abef"), 3)


async def test_it_stops_while_the_iterable_keeps_it_waiting(client, service, let_happen):
    service.holds = True

    async def source() -> AsyncIterator[AddDetailView]:
        yield view("a")
        await asyncio.Event().wait()

    answers = stream(client, source(), max_requests=1, stop_on_failure=True)
    collecting = asyncio.create_task(anext_all(answers))
    await let_happen()
    service.arrived[0].fail(503)
    with pytest.raises(ServerError):
        await collecting


async def test_an_iterable_that_fails_loses_nothing_it_gave_before(client, service):
    def source() -> Iterator[AddDetailView]:
        yield from views("abc")
        raise LookupError("the file is broken")

    seen: list[str] = []
    with pytest.raises(LookupError, match="the file is broken"):
        await collect(stream(client, source(), max_requests=2), seen)
    assert seen == list("abc")
    assert service.users == [["a", "b"], ["c"]]


async def a_cancelled_helper() -> None:
    helper = asyncio.ensure_future(asyncio.Event().wait())
    helper.cancel()
    await helper


async def test_an_iterable_that_waits_for_what_is_cancelled_ends_the_stream(client, service):
    async def source() -> AsyncIterator[AddDetailView]:
        for user in "abc":
            yield view(user)
        await a_cancelled_helper()

    seen: list[str] = []
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(collect(stream(client, source(), max_requests=2), seen), 5)
    assert seen == list("abc")
    assert service.users == [["a", "b"], ["c"]]


async def test_an_iterable_that_asks_for_a_cancelled_result_ends_the_stream(client):
    helper = asyncio.get_running_loop().create_future()
    helper.cancel()

    def source() -> Iterator[AddDetailView]:
        yield from views("abc")
        helper.result()

    seen: list[str] = []
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(collect(stream(client, source(), max_requests=2), seen), 5)
    assert seen == list("abc")


async def test_when_the_reading_is_killed_nobody_hangs(client, let_happen):
    async def source() -> AsyncIterator[AddDetailView]:
        await asyncio.Event().wait()
        yield view("a")

    collecting = asyncio.create_task(anext_all(stream(client, source())))
    await let_happen()
    for task in asyncio.all_tasks() - {asyncio.current_task(), collecting}:
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(collecting, 5)


async def test_stopping_early_cancels_what_is_on_its_way(client, service, let_happen):
    seen = []
    async with aclosing(
        stream(client, (view(f"user-{n}") for n in count()), max_requests=2, max_in_flight=2)
    ) as answers:
        async for answer in answers:
            seen.append(answer.request.user_id)
            if len(seen) == 3:
                service.holds = True
                await let_happen()
                break
    assert seen == ["user-0", "user-1", "user-2"]
    assert [delivery.reply.cancelled() for delivery in service.arrived[-2:]] == [True, True]


async def test_a_cancelled_reader_leaves_nothing_behind(client, service, let_happen):
    service.holds = True
    collecting = asyncio.create_task(anext_all(stream(client, views("abc"), max_requests=1)))
    await let_happen()
    collecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await collecting
    assert [delivery.reply.cancelled() for delivery in service.arrived] == [True] * 3


@pytest.mark.parametrize(("max_requests", "max_in_flight"), [(1, 1), (3, 2), (150, 1), (500, 2)])
async def test_it_reads_no_further_ahead_than_it_says(
    client, let_happen, max_requests, max_in_flight
):
    read = count()
    options = {"max_requests": max_requests, "max_in_flight": max_in_flight}

    def source() -> Iterator[AddDetailView]:
        for number in read:
            yield view(f"user-{number}")

    async with aclosing(stream(client, source(), **options)) as answers:
        first = await anext(answers)
        await let_happen(500)
        assert first.request == view("user-0")
        assert next(read) <= 1 + max_requests * (max_in_flight + 2)


async def test_who_takes_answers_slowly_has_full_batches_sent(client, service, let_happen):
    requests = (view(f"user-{number}") for number in range(200))
    async for _ in stream(client, requests, max_requests=10, max_in_flight=1):
        await let_happen(5)
    assert [len(users) for users in service.users] == [10] * 20


async def test_memory_does_not_grow_with_the_number_of_requests(client, service):
    async def peak(requests: int) -> int:
        tracemalloc.start()
        source = (view(f"user-{number}") for number in range(requests))
        async for _ in stream(client, source, max_requests=50):
            service.arrived.clear()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    await peak(500)
    assert await peak(10_000) < 1.5 * await peak(1000)


async def test_progress_is_told_after_every_batch(client, hand_clock):
    told: list[Progress] = []

    def note(progress: Progress) -> None:
        told.append(progress)
        hand_clock.now += 1.0

    requests = [*views("abc"), view("ü")]
    options = {"max_requests": 2, "max_in_flight": 1, "clock": hand_clock}
    answers = stream(client, requests, progress=note, **options)
    assert len(await anext_all(answers)) == 4
    assert told == [Progress(4, 2, 0, 0.0), Progress(4, 4, 1, 1.0)]


async def test_progress_that_fails_ends_the_stream(client):
    def fail(_: Progress) -> None:
        raise LookupError("a mistake")

    with pytest.raises(LookupError, match="a mistake"):
        await anext_all(stream(client, views("ab"), progress=fail))


async def test_limits_that_are_none_are_refused(client):
    with pytest.raises(ConfigurationError, match="max_requests"):
        await anext_all(stream(client, [], max_requests=0))


async def test_against_the_mock_every_request_arrives_once(recombee_client, recombee_mock):
    recombee_mock.add_fault({"kind": "reset", "when": "after"}, operation="Batch", count=2)
    requests = [
        AddDetailView(f"user-{n % 40}", f"item-{n}", cascade_create=True) for n in range(400)
    ]
    answers = stream(recombee_client, iter(requests), max_requests=50, max_in_flight=3)
    assert [answer.ok async for answer in answers] == [True] * 400
    listings = [ListUserDetailViews(f"user-{n}") for n in range(40)]
    stored = [one.value async for one in stream(recombee_client, listings)]
    assert [[found.item_id for found in views or []] for views in stored] == [
        [f"item-{n}" for n in range(user, 400, 40)] for user in range(40)
    ]
