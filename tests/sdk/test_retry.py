"""Trying again: when, after how long, how often; and what a repeated answer means."""

from collections.abc import Callable
from copy import copy
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee import (
    AddBookmark,
    AddItem,
    AddItemProperty,
    ApiError,
    Attempt,
    Backoff,
    Batch,
    ConflictError,
    ConnectionFailedError,
    DeleteItem,
    Failure,
    HttpCall,
    HttpReply,
    ListItems,
    NoRetry,
    NotFoundError,
    RateLimitError,
    RecombeeClient,
    RecommendNextItems,
    Request,
    RequestTimeoutError,
    ResetDatabase,
    ServerError,
    SetViewPortion,
)
from aiorecombee.core.retry import RetryBudget, parse_retry_after

OK = HttpReply(200, {}, b'"ok"')
BUSY = HttpReply(503, {}, b'{"message": "busy"}')
SLOW_DOWN = HttpReply(429, {}, b'{"message": "slow down"}')
EXISTS = HttpReply(409, {}, b'{"message": "exists"}')
MISSING = HttpReply(404, {}, b'{"message": "missing"}')
FULL = Backoff(rand=lambda: 1.0)
"""The longest pauses that chance allows."""


def failure(**changes: Any) -> Failure:
    usual = Failure(
        number=1,
        status=503,
        timed_out=False,
        unsent=False,
        retry_after=None,
        elapsed=0.0,
        repeatable=True,
    )
    return attrs.evolve(usual, **changes)


def broken(*, unsent: bool = False) -> ConnectionFailedError:
    error = ConnectionFailedError("gone")
    error.unsent = unsent
    return error


# --- The decision ---------------------------------------------------------------------------------


def test_the_longest_pause_doubles_up_to_the_ceiling():
    policy = Backoff(attempts=99, first=0.5, ceiling=3.0, rand=lambda: 1.0)
    assert [policy.pause(failure(number=number)) for number in range(1, 6)] == [
        0.5,
        1.0,
        2.0,
        3.0,
        3.0,
    ]


def test_many_attempts_do_not_overflow():
    assert Backoff(attempts=5000, rand=lambda: 1.0).pause(failure(number=4_900)) == 10.0


@given(st.floats(0, 1), st.integers(1, 2))
def test_chance_picks_between_nothing_and_the_longest_pause(chance: float, number: int):
    pause = Backoff(rand=lambda: chance).pause(failure(number=number))
    assert pause == chance * (0.2 * 2 ** (number - 1))


def test_the_attempts_are_counted():
    assert Backoff(attempts=2).pause(failure(number=1)) is not None
    assert Backoff(attempts=2).pause(failure(number=2)) is None
    assert Backoff(attempts=1).pause(failure(number=1)) is None
    assert NoRetry().pause(failure()) is None


@pytest.mark.parametrize(
    ("status", "again"),
    [
        *((status, True) for status in (None, 408, 425, 429, 500, 502, 503, 504, 520, 599)),
        *((status, False) for status in (400, 401, 402, 404, 405, 409, 413, 422, 501, 505)),
    ],
)
def test_only_what_may_pass_is_tried_again(status: int | None, again: bool):
    assert (FULL.pause(failure(status=status)) is not None) == again


def test_a_timeout_is_not_tried_again():
    assert FULL.pause(failure(status=None, timed_out=True)) is None


@pytest.mark.parametrize(
    ("changes", "again"),
    [
        ({"status": 503}, False),
        ({"status": 408}, False),
        ({"status": None}, False),
        ({"status": None, "unsent": True}, True),
        ({"status": 429}, True),
        ({"status": 425}, True),
    ],
)
def test_what_must_not_be_repeated_is_only_tried_again_when_it_was_not_carried_out(
    changes: dict[str, Any], again: bool
):
    assert (FULL.pause(failure(repeatable=False, **changes)) is not None) == again


def test_the_service_says_how_long_to_wait():
    assert FULL.pause(failure(retry_after=7.0)) == 7.0
    assert FULL.pause(failure(retry_after=0.0)) == 0.0
    assert FULL.pause(failure(retry_after=10.0)) == 10.0
    assert FULL.pause(failure(retry_after=10.1)) is None
    assert FULL.pause(failure(retry_after=float("inf"))) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("120", 120.0),
        (" 5 ", 5.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("nan", 0.0),
        ("soon", None),
        ("", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 7.0),
        ("Sun Nov  6 08:49:37 1994", 7.0),
        ("Sun, 06 Nov 1994 08:49:00 GMT", 0.0),
        ("Sun, 99 Nov 1994", None),
        ("Mon, 01 Jan 99999999999999 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(text: str | None, seconds: float | None):
    assert parse_retry_after(text, 784111770.0) == seconds


@given(st.text())
def test_no_retry_after_is_an_error(text: str):
    found = parse_retry_after(text, 784111770.0)
    assert found is None or found >= 0


def test_a_budget_keeps_retries_a_part_of_the_traffic():
    budget = RetryBudget(capacity=2.0, earned=0.5)
    assert [budget.spend() for _ in range(3)] == [True, True, False]
    budget.earn()
    assert budget.spend() is False
    budget.earn()
    assert [budget.spend(), budget.spend()] == [True, False]
    for _ in range(100):
        budget.earn()
    assert budget.left == 2.0


# --- The exchange ---------------------------------------------------------------------------------


async def test_a_failure_that_may_pass_is_tried_again(rig: Callable[..., Any]):
    it = rig([BUSY, broken(), OK], retry=FULL)
    assert await it.client.send(AddItem("i")) == "ok"
    assert len(it.calls) == 3
    assert it.clock.pauses == [0.2, 0.4]


async def test_the_last_failure_is_raised_with_all_attempts(rig: Callable[..., Any]):
    it = rig([BUSY, broken(), BUSY], retry=FULL)
    with pytest.raises(ServerError, match=r"^AddItem: 503: busy$") as failed:
        await it.client.send(AddItem("i"))
    request = AddItem("i")
    assert failed.value.attempts == (
        Attempt(request, 1, 503, "ServerError", 0.0, 0.2),
        Attempt(request, 2, None, "ConnectionFailedError", 0.0, 0.4),
        Attempt(request, 3, 503, "ServerError", 0.0, None),
    )


async def test_a_connection_error_names_its_request(rig: Callable[..., Any]):
    it = rig([broken()], retry=NoRetry())
    with pytest.raises(ConnectionFailedError, match=r"^AddItem: gone$") as failed:
        await it.client.send(AddItem("i"))
    assert failed.value.request == AddItem("i")
    assert len(failed.value.attempts) == 1


async def test_a_timeout_of_one_attempt_ends_the_call(rig: Callable[..., Any]):
    it = rig([RequestTimeoutError("no answer within 3 s")], retry=FULL)
    with pytest.raises(RequestTimeoutError):
        await it.client.send(AddItem("i"))
    assert len(it.calls) == 1


async def test_each_attempt_is_signed_anew_after_the_pause_and_carries_the_same_body(
    rig: Callable[..., Any],
):
    policy = Backoff(first=5.0, rand=lambda: 1.0)
    it = rig([BUSY, BUSY, OK], retry=policy)
    await it.client.send(AddBookmark("u", "i"))
    times = [call.target.partition("hmac_timestamp=")[2][:10] for call in it.calls]
    assert times == ["1700000000", "1700000005", "1700000015"]
    assert len({call.target.rpartition("=")[2] for call in it.calls}) == 3
    assert {call.body for call in it.calls} == {
        b'{"userId":"u","itemId":"i","timestamp":1700000000.25}'
    }


async def test_a_batch_is_stamped_once(rig: Callable[..., Any]):
    answered = HttpReply(200, {}, b'[{"code":200,"json":"ok"},{"code":200,"json":"ok"}]')
    it = rig([BUSY, answered], retry=FULL)
    assert (await it.client.send(Batch([AddBookmark("u", "i"), AddBookmark("u", "i")]))).ok
    assert it.calls[0].body == it.calls[1].body
    assert it.calls[0].target == it.calls[1].target  # within the same second


ADDITIONS: list[Request[Any]] = [AddItem("i"), AddBookmark("u", "i"), SetViewPortion("u", "i", 1)]


@pytest.mark.parametrize("request_", ADDITIONS, ids=repr)
@pytest.mark.parametrize("first", [BUSY, broken(), HttpReply(408, {}, b"")], ids=repr)
async def test_exists_already_is_success_after_an_undecided_attempt(
    first: HttpReply | Exception, request_: Request[Any], rig: Callable[..., Any]
):
    it = rig([first, EXISTS], retry=FULL)
    assert await it.client.send(request_) == "ok"


async def test_gone_already_is_success_after_an_undecided_attempt(rig: Callable[..., Any]):
    assert await rig([BUSY, MISSING], retry=FULL).client.send(DeleteItem("i")) == "ok"


@pytest.mark.parametrize("first", [SLOW_DOWN, broken(unsent=True), HttpReply(425, {}, b"")])
async def test_exists_already_is_an_error_when_no_attempt_can_have_been_carried_out(
    first: HttpReply | Exception, rig: Callable[..., Any]
):
    with pytest.raises(ConflictError):
        await rig([first, EXISTS], retry=FULL).client.send(AddBookmark("u", "i"))
    with pytest.raises(NotFoundError):
        await rig([first, MISSING], retry=FULL).client.send(DeleteItem("i"))


async def test_exists_already_is_an_error_at_the_first_attempt(rig: Callable[..., Any]):
    with pytest.raises(ConflictError):
        await rig([EXISTS], retry=FULL).client.send(AddItem("i"))
    with pytest.raises(NotFoundError):
        await rig([MISSING], retry=FULL).client.send(DeleteItem("i"))


async def test_an_undecided_attempt_is_not_forgotten(rig: Callable[..., Any]):
    it = rig([BUSY, SLOW_DOWN, EXISTS], retry=FULL)
    assert await it.client.send(AddItem("i")) == "ok"


@pytest.mark.parametrize(
    ("request_", "answer", "error"),
    [
        (AddItemProperty("p", "int"), EXISTS, ConflictError),
        (AddItem("i"), MISSING, NotFoundError),
        (DeleteItem("i"), EXISTS, ConflictError),
        (ListItems(), MISSING, NotFoundError),
    ],
    ids=repr,
)
async def test_other_refusals_of_a_repeated_attempt_are_errors(
    request_: Request[Any],
    answer: HttpReply,
    error: type[ApiError],
    rig: Callable[..., Any],
):
    with pytest.raises(error):
        await rig([BUSY, answer], retry=FULL).client.send(request_)


@pytest.mark.parametrize("request_", [ResetDatabase(), RecommendNextItems("r", 1)], ids=repr)
async def test_what_must_not_be_repeated_is_sent_once(
    request_: Request[Any], rig: Callable[..., Any]
):
    for answer in (BUSY, broken()):
        it = rig([answer], retry=FULL)
        with pytest.raises((ServerError, ConnectionFailedError)):
            await it.client.send(request_)
        assert len(it.calls) == 1
    it = rig([SLOW_DOWN, broken(unsent=True), BUSY], retry=FULL)
    with pytest.raises(ServerError):
        await it.client.send(request_)
    assert len(it.calls) == 3


async def test_a_batch_that_holds_what_must_not_be_repeated_is_sent_once(rig: Callable[..., Any]):
    it = rig([BUSY], retry=FULL)
    with pytest.raises(ServerError):
        await it.client.send(Batch([AddItem("i"), ResetDatabase()]))
    assert len(it.calls) == 1


async def test_retry_after_is_waited_for(rig: Callable[..., Any]):
    busy = HttpReply(503, {"Retry-After": "7"}, b"")
    it = rig([busy, OK], retry=FULL)
    await it.client.send(AddItem("i"))
    assert it.clock.pauses == [7.0]


async def test_a_retry_after_beyond_the_ceiling_ends_the_call(rig: Callable[..., Any]):
    it = rig([HttpReply(429, {"Retry-After": "3600"}, b"")], retry=FULL)
    with pytest.raises(RateLimitError) as found:
        await it.client.send(AddItem("i"))
    assert it.clock.pauses == []
    assert [error.retry_after for error in (found.value, copy(found.value))] == [3_600.0] * 2


async def test_an_error_says_when_the_service_did_not_ask_to_wait(rig: Callable[..., Any]):
    it = rig([SLOW_DOWN], retry=NoRetry())
    with pytest.raises(RateLimitError) as found:
        await it.client.send(AddItem("i"))
    assert found.value.retry_after is None


async def test_the_total_time_is_not_paused_away(rig: Callable[..., Any]):
    it = rig([BUSY, BUSY], retry=Backoff(attempts=9, first=1.0, rand=lambda: 1.0))
    with pytest.raises(ServerError):
        await it.client.send(AddItem("i"), total_timeout=2.5)
    assert it.clock.pauses == [1.0]


async def test_an_attempt_has_what_is_left_of_the_total_time(clock: Any):
    given: list[float] = []

    class Slow:
        async def send(self, seal: Callable[[], HttpCall], timeout: float, /) -> HttpReply:
            seal()
            given.append(timeout)
            clock.now += 2.0
            return BUSY

    policy = Backoff(attempts=4, first=1.0, rand=lambda: 1.0)
    client = RecombeeClient("db", "token", transport=Slow(), clock=clock, retry=policy)
    with pytest.raises(ServerError):
        await client.send(AddItem("i"), total_timeout=6.5)
    assert given == [3.0, 3.0]
    given.clear()
    with pytest.raises(ServerError):
        await client.send(AddItem("i"), timeout=5.0, total_timeout=4.0)
    assert given == [4.0, 1.0]


async def test_a_time_limit_is_never_none_at_all(clock: Any):
    """Zero would be no limit to aiohttp."""
    given: list[float] = []

    class Failing:
        async def send(self, seal: Callable[[], HttpCall], timeout: float, /) -> HttpReply:
            seal()
            given.append(timeout)
            return BUSY

    class Snoozing(type(clock)):
        async def sleep(self, _: float) -> None:
            self.now += 60

    client = RecombeeClient("db", "token", transport=Failing(), clock=Snoozing())
    with pytest.raises(ServerError):
        await client.send(AddItem("i"), total_timeout=5.0)
    assert given[0] == 3.0
    assert min(given) > 0


async def test_a_spent_budget_ends_retries(rig: Callable[..., Any]):
    it = rig(lambda _: BUSY, retry=Backoff(attempts=3, rand=lambda: 0.0))
    for _ in range(40):
        with pytest.raises(ServerError):
            await it.client.send(AddItem("i"))
    # 20 saved up, and a fifth of a retry earned with each call.
    assert len(it.calls) == 40 + 20 + 7


async def test_no_retry_means_once(rig: Callable[..., Any]):
    it = rig([BUSY], retry=NoRetry())
    with pytest.raises(ServerError):
        await it.client.send(AddItem("i"))


async def test_an_own_policy_decides(rig: Callable[..., Any]):
    asked: list[Failure] = []

    class Stubborn:
        def pause(self, failure: Failure, /) -> float | None:
            asked.append(failure)
            return 0.5 if failure.number < 3 else None

    it = rig([MISSING, MISSING, MISSING], retry=Stubborn())
    with pytest.raises(NotFoundError):
        await it.client.send(AddItem("i"))
    assert [(one.number, one.status, one.elapsed) for one in asked] == [
        (1, 404, 0.0),
        (2, 404, 0.5),
        (3, 404, 1.0),
    ]


async def test_hooks_hear_of_every_attempt(rig: Callable[..., Any]):
    heard: list[Attempt] = []
    it = rig([BUSY, OK], retry=FULL, hooks=[heard.append])
    await it.client.send(AddItem("i"))
    assert heard == [
        Attempt(AddItem("i"), 1, 503, "ServerError", 0.0, 0.2),
        Attempt(AddItem("i"), 2, 200, None, 0.0, None),
    ]
    assert heard[0].name == "AddItem"


async def test_what_a_hook_raises_reaches_the_caller(rig: Callable[..., Any]):
    def refuse(_: Attempt) -> None:
        raise LookupError("hook")

    with pytest.raises(LookupError, match="hook"):
        await rig([OK], hooks=[refuse]).client.send(AddItem("i"))
