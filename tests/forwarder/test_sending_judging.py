"""From answers to verdicts."""

import pytest

from aiorecombee import AddBookmark, AddPurchase, Answer, DeleteUser, MergeUsers
from aiorecombee.delivery.queue import Delivered, Item, Leased, Rejected, RetryLater
from aiorecombee.delivery.sending.judging import judged, verdict_on
from aiorecombee.delivery.sending.planning import Job
from aiorecombee.delivery.sent_again import GoOn, after
from aiorecombee.errors import (
    ConfigurationError,
    ConnectionFailedError,
    RequestTimeoutError,
    UnexpectedResponseError,
    api_error,
)

BOUGHT = AddPurchase("u", "i", timestamp=1.0)


def job(*requests, number=1, faults=()):
    return Job(Leased(number, Item(("u",), b""), 0, 0.0), requests, faults=faults)


def answers(requests, *statuses):
    return [
        Answer(one, status, "ok")
        if status < 400
        else Answer(one, status, error=api_error(status, f"said {status}", one))
        for one, status in zip(requests, statuses, strict=True)
    ]


def verdict(request, status):
    return verdict_on(job(request), answers([request], status))


@pytest.mark.parametrize("status", [200, 201])
def test_what_is_carried_out_is_delivered(status):
    assert verdict(BOUGHT, status) == Delivered()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (BOUGHT, 409),
        (DeleteUser("u"), 404),
        (MergeUsers("v", "u", cascade_create=True), 404),
    ],
)
def test_what_is_so_already_is_delivered(request_, status):
    assert verdict(request_, status) == Delivered(already_there=True)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_what_the_service_will_never_take_is_rejected_with_what_it_said(status):
    found = verdict(BOUGHT, status)
    assert isinstance(found, Rejected)
    assert f"said {status}" in found.reason


@pytest.mark.parametrize("status", [408, 422, 429, 500, 503])
def test_what_may_succeed_later_is_tried_later(status):
    assert isinstance(verdict(BOUGHT, status), RetryLater)


@pytest.mark.parametrize(("asked", "after"), [(None, 0.0), (7.0, 7.0), (float("inf"), 3_600.0)])
def test_what_the_service_asks_for_is_waited_for_an_hour_at_most(asked, after):
    first, second = answers([BOUGHT, BOUGHT], 503, 429)
    second.error.retry_after = asked
    assert verdict_on(job(BOUGHT, BOUGHT), [first, second]).after == after


def test_an_event_is_delivered_when_each_of_its_requests_is_settled():
    several = [BOUGHT, BOUGHT, AddBookmark("u", "i")]
    for statuses, expected in [
        ((200, 200, 200), Delivered()),
        ((200, 409, 200), Delivered()),
        ((409, 409, 409), Delivered(already_there=True)),
    ]:
        assert verdict_on(job(*several), answers(several, *statuses)) == expected


def test_as_long_as_one_request_may_succeed_later_the_event_is_not_given_up():
    several = [BOUGHT, BOUGHT, BOUGHT]
    assert isinstance(verdict_on(job(*several), answers(several, 400, 503, 200)), RetryLater)


def test_what_the_mapping_refused_is_kept_though_the_rest_was_delivered():
    found = verdict_on(job(BOUGHT, faults=("B: no item",)), answers([BOUGHT], 200))
    assert found == Rejected("B: no item")


def test_reasons_are_bounded():
    found = Answer(BOUGHT, 400, error=api_error(400, "x" * 5_000, BOUGHT))
    assert len(verdict_on(job(BOUGHT), [found]).reason) == 1_001


def test_events_get_their_own_answers_and_none_where_those_end():
    jobs = [job(BOUGHT, BOUGHT, number=1), job(BOUGHT, number=2), job(BOUGHT, BOUGHT, number=3)]
    found = judged(jobs, answers([BOUGHT] * 4, 200, 200, 409, 200))
    assert found == {1: Delivered(), 2: Delivered(already_there=True)}


@pytest.mark.parametrize(
    ("error", "way"),
    [
        (ConnectionFailedError("reset"), GoOn.WAIT),
        (RequestTimeoutError("slow"), GoOn.WAIT),
        (UnexpectedResponseError("a page of a proxy"), GoOn.WAIT),
        (api_error(429, ""), GoOn.WAIT),
        (api_error(503, ""), GoOn.WAIT),
        (api_error(401, ""), GoOn.STOP),
        (api_error(403, ""), GoOn.STOP),
        (api_error(404, ""), GoOn.STOP),
        (api_error(405, ""), GoOn.STOP),
        (api_error(407, ""), GoOn.STOP),
        (ConfigurationError("closed"), GoOn.STOP),
        (api_error(400, ""), GoOn.SPLIT),
        (api_error(413, ""), GoOn.SPLIT),
        (api_error(422, ""), GoOn.WAIT),
    ],
)
def test_how_to_go_on_after_a_batch_that_failed(error, way):
    assert after(error) is way
