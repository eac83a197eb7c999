"""A client whose clock is wrong finds out from a refusal, once."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest

from aiorecombee import (
    AddDetailView,
    AddItem,
    AuthenticationError,
    Batch,
    HttpCall,
    HttpReply,
    NoRetry,
    RecombeeClient,
    ResetDatabase,
)

OK = HttpReply(200, {}, b'"ok"')
OURS = 1_700_000_000


def refused(theirs: float | None = None, **headers: str) -> HttpReply:
    if theirs is not None:
        headers["Date"] = format_datetime(datetime.fromtimestamp(theirs, UTC), usegmt=True)
    return HttpReply(401, headers, b'{"error":"Invalid HMAC signature"}')


def signed_at(call: HttpCall) -> int:
    return int(call.target.partition("_timestamp=")[2].partition("&")[0])


def service(ahead: float) -> Callable[[HttpCall], HttpReply]:
    """A service whose clock is so many seconds ahead of ours, and takes signatures for 30."""

    def answer(call: HttpCall) -> HttpReply:
        return OK if abs(signed_at(call) - OURS - ahead) <= 30 else refused(OURS + ahead)

    return answer


@pytest.mark.parametrize("ahead", [-86400, -60, 60, 3600, 10**8])
async def test_a_wrong_clock_is_corrected_and_stays_so(ahead: int, rig: Callable[..., Any]):
    it = rig(service(ahead), retry=NoRetry())
    assert await it.client.send(AddItem("i")) == "ok"
    assert await it.client.send(AddItem("i")) == "ok"
    assert [signed_at(call) for call in it.calls] == [OURS, OURS + ahead, OURS + ahead]
    assert it.clock.pauses == []


async def test_the_correction_comes_once_for_a_call(rig: Callable[..., Any]):
    it = rig([refused(OURS + 3600), refused(OURS + 7200)])
    with pytest.raises(AuthenticationError) as failed:
        await it.client.send(AddItem("i"))
    assert [(one.status, one.retry_in) for one in failed.value.attempts] == [
        (401, 0.0),
        (401, None),
    ]


async def test_interactions_are_stamped_by_the_corrected_clock(rig: Callable[..., Any]):
    it = rig(service(-3600))
    await it.client.send(AddDetailView("u", "i"))
    await it.client.send(AddDetailView("u", "i"))
    stamps = [call.body.partition(b'"timestamp":')[2] for call in it.calls]
    assert stamps == [b"1700000000.25}", b"1699996400.000001}", b"1699996400.000002}"]


async def test_so_are_those_of_a_batch(rig: Callable[..., Any]):
    it = rig([refused(OURS + 3600), HttpReply(200, {}, b'[{"code":200,"json":"ok"}]')])
    await it.client.send(Batch([AddDetailView("u", "i")]))
    assert [b"1700000000.25" in call.body for call in it.calls] == [True, False]
    assert b'"timestamp":1700003600.0' in it.calls[1].body


async def test_a_stamp_stays_once_it_may_have_been_written(rig: Callable[..., Any]):
    it = rig([HttpReply(503, {}, b"{}"), refused(OURS + 3600), OK])
    await it.client.send(AddDetailView("u", "i"))
    assert len({call.body for call in it.calls}) == 1


async def test_what_must_not_be_repeated_may_be_signed_again(rig: Callable[..., Any]):
    it = rig(service(3600))
    assert await it.client.send(ResetDatabase()) == "ok"
    assert len(it.calls) == 2


async def test_a_batch_is_corrected_too(rig: Callable[..., Any]):
    answered = HttpReply(200, {}, b'[{"code":200,"json":"ok"}]')
    it = rig([refused(OURS - 3600), answered])
    assert (await it.client.send(Batch([AddItem("i")]))).ok
    assert [signed_at(call) for call in it.calls] == [OURS, OURS - 3600]


@pytest.mark.parametrize("off", [-4, -1, 0, 1, 4])
async def test_a_clock_that_is_right_means_a_wrong_token(off: int, rig: Callable[..., Any]):
    it = rig([refused(OURS + off)])
    with pytest.raises(AuthenticationError, match="Invalid HMAC signature"):
        await it.client.send(AddItem("i"))
    assert len(it.calls) == 1


@pytest.mark.parametrize(
    "date", ["", "soon", "0", "Mon, 01 Jan 99999999999999 00:00:00 GMT", "Mon, 99 Foo 2030", "\x00"]
)
async def test_a_date_that_is_none_corrects_nothing(date: str, rig: Callable[..., Any]):
    it = rig([refused(Date=date)])
    with pytest.raises(AuthenticationError):
        await it.client.send(AddItem("i"))
    assert len(it.calls) == 1


async def test_a_refusal_without_a_date_corrects_nothing(rig: Callable[..., Any]):
    with pytest.raises(AuthenticationError):
        await rig([refused()]).client.send(AddItem("i"))


async def test_other_answers_do_not_set_the_clock(rig: Callable[..., Any]):
    date = {"Date": "Sun, 06 Nov 1994 08:49:37 GMT"}
    it = rig([HttpReply(200, date, b'"ok"'), HttpReply(503, date, b""), OK])
    await it.client.send(AddItem("i"))
    await it.client.send(AddItem("i"))
    assert {signed_at(call) // 10 for call in it.calls} == {OURS // 10}


async def test_parallel_calls_with_a_wrong_clock_all_arrive(clock: Any):
    answer = service(3600)
    calls: list[HttpCall] = []
    together = asyncio.Event()

    class Slow:
        async def send(self, seal: Callable[[], HttpCall], _: float, /) -> HttpReply:
            call = seal()
            calls.append(call)
            if len(calls) == 50:
                together.set()
            await together.wait()
            return answer(call)

    client = RecombeeClient("db", "t", transport=Slow(), clock=clock, retry=NoRetry())
    sent = [client.send(AddItem(f"i{number}")) for number in range(50)]
    assert await asyncio.gather(*sent) == ["ok"] * 50
    assert [signed_at(call) for call in calls] == [OURS] * 50 + [OURS + 3600] * 50
