"""Batches: split, paired, in order, with what succeeded kept."""

import copy
import json
import pickle
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee import (
    AddBookmark,
    AddItem,
    Answer,
    ApiError,
    Backoff,
    Batch,
    BatchResult,
    ConflictError,
    ConnectionFailedError,
    DeleteItem,
    GetItemValues,
    HttpCall,
    HttpReply,
    InvalidRequestError,
    ListItems,
    NotFoundError,
    RecombeeClient,
    RecommendationResponse,
    RecommendItemsToUser,
    Request,
    RequestTimeoutError,
    ServerError,
    SetItemValues,
    UnexpectedResponseError,
)
from aiorecombee.core.parts import LONGEST, MOST_BYTES, batch_timeout, halves, in_parts

Sent = list[dict[str, Any]]


def sent(call: HttpCall) -> Sent:
    return json.loads(call.body or b"")["requests"]


def echo(call: HttpCall) -> HttpReply:
    """A service that answers each request with its own path."""
    answers = [{"code": 200, "json": entry["path"]} for entry in sent(call)]
    return HttpReply(200, {}, json.dumps(answers).encode())


def answering(*answers: tuple[int, Any]) -> HttpReply:
    entries = [{"code": code, "json": body} for code, body in answers]
    return HttpReply(200, {}, json.dumps(entries).encode())


def items(count: int) -> list[AddItem]:
    return [AddItem(f"i{number}") for number in range(count)]


# --- Answers --------------------------------------------------------------------------------------


async def test_each_answer_is_paired_with_its_request(rig: Callable[..., Any]):
    recomms = {"recommId": "r", "recomms": []}
    it = rig([answering((201, "ok"), (200, ["a"]), (200, recomms), (404, {"error": "no"}))])
    requests: list[Request[Any]] = [
        AddItem("a"),
        ListItems(),
        RecommendItemsToUser("u", 1),
        DeleteItem("b"),
    ]
    result = await it.client.send(Batch(requests))
    assert [answer.request for answer in result] == requests
    assert [answer.status for answer in result] == [201, 200, 200, 404]
    assert [answer.value for answer in result] == [
        "ok",
        ["a"],
        RecommendationResponse("r", []),
        None,
    ]
    assert [answer.ok for answer in result] == [True, True, True, False]
    assert [type(answer.error) for answer in result][3] is NotFoundError
    assert str(result[3].error) == "DeleteItem: 404: no"


async def test_a_result_is_a_sequence(rig: Callable[..., Any]):
    result = await rig(echo).client.send(Batch(items(5)))
    assert len(result) == 5
    assert isinstance(result, Sequence)
    assert result[1].value == "/items/i1"
    assert result[-1].value == "/items/i4"
    assert [answer.value for answer in result[1:4:2]] == ["/items/i1", "/items/i3"]
    assert [answer.value for answer in result[::-1]] == [f"/items/i{at}" for at in (4, 3, 2, 1, 0)]
    assert result[5:] == []
    assert result[2] in result
    assert result.index(result[2]) == 2
    with pytest.raises(IndexError):
        result[5]


async def test_unwrap_gives_all_values_or_the_first_error(rig: Callable[..., Any]):
    result = await rig(echo).client.send(Batch(items(2)))
    assert (result.ok, result.failures) == (True, [])
    assert result.unwrap() == ["/items/i0", "/items/i1"]
    it = rig([answering((200, "ok"), (409, {"error": "first"}), (400, {"error": "second"}))])
    result = await it.client.send(Batch(items(3)))
    assert result.ok is False
    assert [answer.request for answer in result.failures] == items(3)[1:]
    with pytest.raises(ConflictError, match=r"^AddItem: 409: first$"):
        result.unwrap()
    assert result[0].unwrap() == "ok"
    assert repr(result) == "<BatchResult of 3, 2 failed>"


async def test_answers_are_decoded_when_they_are_looked_at(rig: Callable[..., Any]):
    it = rig([answering((200, "ok"), (200, ["no", "recommendation"]))])
    result = await it.client.send(Batch([AddItem("i"), RecommendItemsToUser("u", 1)]))
    assert result[0].value == "ok"
    assert isinstance(result[1].error, UnexpectedResponseError)
    with pytest.raises(UnexpectedResponseError):
        result.unwrap()


async def test_an_answer_is_equal_each_time_it_is_looked_at(rig: Callable[..., Any]):
    result = await rig(echo).client.send(Batch(items(2)))
    assert result[0] == result[0] == next(iter(result))
    assert result[0] == Answer(AddItem("i0"), 200, "/items/i0")


async def test_a_result_survives_pickle_and_copy(rig: Callable[..., Any]):
    result = await rig(echo).client.send(Batch(items(2)))
    for again in (pickle.loads(pickle.dumps(result)), copy.copy(result), copy.deepcopy(result)):
        assert list(again) == list(result)


async def test_values_of_answers_are_not_shared(rig: Callable[..., Any]):
    it = rig([answering((200, ["a"]), (200, ["a"]))])
    result = await it.client.send(Batch([ListItems(), ListItems()]))
    result[0].unwrap().append("b")
    assert result[1].unwrap() == ["a"]


async def test_an_empty_batch_asks_the_service_all_the_same(rig: Callable[..., Any]):
    it = rig([HttpReply(200, {}, b"[]")])
    result = await it.client.send(Batch([]))
    assert (len(result), result.ok, result.unwrap()) == (0, True, [])
    assert it.calls[0].body == b'{"requests":[]}'


async def test_a_batch_may_be_a_tuple(rig: Callable[..., Any]):
    it = rig(echo)
    assert (await it.client.send(Batch((AddItem("a"), AddItem("b"))))).ok
    assert [entry["path"] for entry in sent(it.calls[0])] == ["/items/a", "/items/b"]


def generated() -> Iterator[AddItem]:
    yield AddItem("a")


@pytest.mark.parametrize(
    ("requests", "said"),
    [
        (generated(), "must be a list"),
        ({AddItem("a")}, "must be a list"),
        (None, "is required"),
        (5, "must be a list"),
        ("abc", "must be a list, not a single text"),
        (AddItem("a"), "must be a list"),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_a_batch_that_is_no_list_is_refused_by_name(
    requests: object, said: str, rig: Callable[..., Any]
):
    it = rig([])
    with pytest.raises(InvalidRequestError, match=rf"(?s)^Batch\.requests = .*: {said}$"):
        await it.client.send(Batch(requests))


@pytest.mark.parametrize("validate", [True, False])
@pytest.mark.parametrize("alien", [Batch([]), 5, None, "a", AddItem])
async def test_what_is_no_request_is_refused_by_its_place(
    alien: object, validate: bool, rig: Callable[..., Any]
):
    it = rig([], validate=validate)
    with pytest.raises(InvalidRequestError, match=r"^requests\[1\]: a \w+ cannot be in a batch$"):
        await it.client.send(Batch([AddItem("a"), alien]))


# --- Parts ----------------------------------------------------------------------------------------


@given(st.integers(0, 50), st.integers(1, 20))
def test_parts_are_all_of_it_in_order_none_too_large(count: int, most: int):
    parts = list(in_parts(range(count), most))
    assert [one for part in parts for one in part] == list(range(count))
    assert max(map(len, parts)) <= most
    assert len(parts) == max(1, -(-count // most))


@given(st.lists(st.integers(), min_size=2))
def test_halves_are_both_something(requests: list[int]):
    first, second = halves(requests)
    assert [*first, *second] == requests
    assert first
    assert second


async def test_ten_thousand_travel_together_and_one_more_does_not(rig: Callable[..., Any]):
    it = rig(echo)
    result = await it.client.send(Batch(items(10_000)))
    assert len(it.calls) == 1
    result = await it.client.send(Batch(items(10_001)))
    assert [len(sent(call)) for call in it.calls] == [10_000, 10_000, 1]
    assert len(result) == 10_001
    assert result[10_000] == Answer(AddItem("i10000"), 200, "/items/i10000")
    assert result[9_999].value == "/items/i9999"
    assert [answer.value for answer in result] == [f"/items/i{at}" for at in range(10_001)]


async def test_options_are_kept_in_each_part(rig: Callable[..., Any]):
    it = rig(echo)
    await it.client.send(Batch(items(10_001), distinct_recomms=True))
    options = [json.loads(call.body)["distinctRecomms"] for call in it.calls]
    assert options == [True, True]


async def test_a_part_with_too_many_bytes_is_split_and_stays_in_order(rig: Callable[..., Any]):
    it = rig(echo)
    requests = [SetItemValues(f"i{at}", {"text": "x" * 3_000_000}) for at in range(7)]
    result = await it.client.send(Batch(requests, distinct_recomms=False))
    assert [len(call.body) <= MOST_BYTES for call in it.calls] == [True] * len(it.calls)
    assert [len(sent(call)) for call in it.calls] == [1, 2, 2, 2]
    assert [answer.value for answer in result] == [f"/items/i{at}" for at in range(7)]
    assert [answer.request for answer in result] == requests


async def test_one_request_with_too_many_bytes_is_sent_alone(rig: Callable[..., Any]):
    it = rig(echo)
    large = SetItemValues("large", {"text": "x" * (MOST_BYTES + 1)})
    result = await it.client.send(Batch([AddItem("a"), large, AddItem("b")]))
    assert result.unwrap() == ["/items/a", "/items/large", "/items/b"]
    assert sorted(len(sent(call)) for call in it.calls) == [1, 1, 1]


async def test_a_wrong_request_in_a_later_part_stops_everything(rig: Callable[..., Any]):
    it = rig([])
    requests = [*items(10_500), AddItem("a b")]
    with pytest.raises(InvalidRequestError, match=r"^requests\[10500\]: AddItem\.item_id = 'a b'"):
        await it.client.send(Batch(requests))
    assert it.calls == []


async def test_a_wrong_request_is_found_in_a_part_split_by_bytes(rig: Callable[..., Any]):
    requests: list[Request[Any]] = [
        SetItemValues(f"i{at}", {"text": "x" * 3_000_000}) for at in range(5)
    ]
    requests.append(AddBookmark("u", "i", additional_data={"a": object()}))
    with pytest.raises(InvalidRequestError, match=r"^requests\[5\]: AddBookmark\.additional"):
        await rig([]).client.send(Batch(requests))


async def test_when_a_later_part_fails_the_earlier_answers_are_on_the_error(
    rig: Callable[..., Any],
):
    it = rig(lambda call: echo(call) if len(it.calls) == 1 else HttpReply(500, {}, b""))
    with pytest.raises(ServerError) as failed:
        await it.client.send(Batch(items(10_001)))
    partial = failed.value.partial
    assert isinstance(partial, BatchResult)
    assert len(partial) == 10_000
    assert partial[9_999].value == "/items/i9999"
    assert len(partial.unwrap()) == 10_000
    assert partial.requests[len(partial) :] == (AddItem("i10000"),)
    assert len(failed.value.attempts) == 3
    assert pickle.loads(pickle.dumps(failed.value)).partial[5].value == "/items/i5"


@pytest.mark.parametrize(
    ("second", "error"),
    [
        (HttpReply(200, {}, b"[]"), UnexpectedResponseError),
        (HttpReply(200, {}, b"<html>"), UnexpectedResponseError),
        (HttpReply(302, {}, b""), UnexpectedResponseError),
        (HttpReply(413, {}, b'{"message":"too large"}'), ApiError),
        (ConnectionFailedError("gone"), ConnectionFailedError),
        (RequestTimeoutError("late"), RequestTimeoutError),
    ],
    ids=repr,
)
async def test_earlier_answers_are_kept_whatever_happens_to_a_later_part(
    second: HttpReply | Exception, error: type[Exception], rig: Callable[..., Any]
):
    def answer(call: HttpCall) -> HttpReply:
        if len(it.calls) == 1:
            return echo(call)
        if isinstance(second, Exception):
            raise second
        return second

    it = rig(answer, retry=Backoff(attempts=1))
    with pytest.raises(error) as failed:
        await it.client.send(Batch(items(10_001)))
    assert len(failed.value.partial) == 10_000


async def test_when_the_first_part_fails_there_is_nothing_partial(rig: Callable[..., Any]):
    it = rig([HttpReply(400, {}, b"")])
    with pytest.raises(ApiError) as failed:
        await it.client.send(Batch(items(10_001)))
    assert failed.value.partial is None


async def test_only_the_repeated_part_takes_done_already_for_success(rig: Callable[..., Any]):
    def answer(call: HttpCall) -> HttpReply:
        if len(it.calls) == 2:
            return HttpReply(503, {}, b"")
        return answering(*[(409, {"error": "exists"})] * len(sent(call)))

    it = rig(answer)
    result = await it.client.send(Batch(items(10_001)))
    assert len(result.failures) == 10_000
    assert (result[10_000].ok, result[10_000].status, result[10_000].value) == (True, 409, "ok")


# --- Time limits ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("requests", "seconds"),
    [
        ([], 3.0),
        (items(1), 3.0),
        (items(5), 15.0),
        ([SetItemValues("i", {}), AddItem("i")], 4.0),
        (items(33), 99.0),
        (items(34), 100.0),
        (items(9_999), 100.0),
        ([ListItems(), AddItem("i")], 100.0),
    ],
    ids=lambda value: str(len(value)) if isinstance(value, list) else str(value),
)
def test_a_batch_may_take_as_long_as_its_requests_within_reason(
    requests: list[Request[Any]], seconds: float
):
    assert batch_timeout(requests) == seconds
    assert seconds <= LONGEST


async def test_parts_share_the_total_time(clock: Any):
    limits: list[float] = []

    class Slow:
        async def send(self, seal: Callable[[], HttpCall], timeout: float, /) -> HttpReply:
            limits.append(timeout)
            clock.now += 40.0
            return echo(seal())

    client = RecombeeClient("db", "t", transport=Slow(), clock=clock)
    await client.send(Batch(items(20_010)), total_timeout=90.0)
    assert limits == [90.0, 50.0, 10.0]


async def test_a_part_whose_time_has_run_out_is_not_sent(clock: Any):
    limits: list[float] = []

    class Slow:
        async def send(self, seal: Callable[[], HttpCall], timeout: float, /) -> HttpReply:
            limits.append(timeout)
            clock.now += 40.0
            return echo(seal())

    client = RecombeeClient("db", "t", transport=Slow(), clock=clock)
    with pytest.raises(RequestTimeoutError, match="ran out before it was sent") as caught:
        await client.send(Batch(items(20_001)), total_timeout=40.0)
    assert limits == [40.0]
    assert caught.value.partial is not None
    assert len(caught.value.partial) == 10_000


async def test_a_list_that_changes_under_way_does_not_change_the_batch(rig: Callable[..., Any]):
    requests = items(3)

    def answer(call: HttpCall) -> HttpReply:
        requests.clear()
        return echo(call)

    result = await rig(answer).client.send(Batch(requests))
    assert [one.request for one in result] == items(3)


async def test_a_large_batch_lets_other_tasks_run_while_it_is_encoded(rig: Callable[..., Any]):
    it = rig(echo)
    turns: list[float] = []
    sleep = type(it.clock).sleep

    class Counting(type(it.clock)):
        async def sleep(self, seconds: float) -> None:
            turns.append(seconds)
            await sleep(self, seconds)

    client = RecombeeClient("db", "t", transport=it.transport, clock=Counting())
    await client.send(Batch(items(20_500)))
    assert turns == [0] * 20  # between any two thousands


async def test_requests_of_one_class_and_of_many_get_the_same_answers(rig: Callable[..., Any]):
    alone = await rig(echo).client.send(Batch(items(3)))
    mixed = await rig(echo).client.send(Batch([*items(3), GetItemValues("x")]))
    assert alone.unwrap() == [answer.value for answer in mixed[:3]]
