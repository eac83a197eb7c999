"""The Tracking API, many events a call."""

import json

import pytest

from aiorecombee.forwarder.access import Keys
from aiorecombee.forwarder.call import Discarded, Received
from aiorecombee.forwarder.faults import Fault
from aiorecombee.forwarder.limits import Limits
from aiorecombee.forwarder.refusal import Refusal
from aiorecombee.forwarder.tracking import TrackingApi

PAGE = {"type": "page", "userId": "u-1"}


@pytest.fixture
def receive(post, keeper, now):
    def receive(body, *, path="/v1/batch", keys=(), limits=None, **headers):
        api = TrackingApi(Keys(keys), keeper(limits=limits or Limits()))
        return api.receive(post(path, body, **headers), now)

    return receive


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/import"])
def test_each_event_of_a_batch_has_its_own_record_or_verdict(receive, path):
    events = [
        {**PAGE, "messageId": "m-1"},
        {"type": "track", "userId": "u-2", "messageId": "m-2"},
        {"type": "track", "userId": "u-2", "event": "E", "messageId": "m-3"},
        {"userId": "u-3"},
        {"type": "delete", "userId": "u-3"},
        {"type": ["page"], "userId": "u-3"},
        "page",
        {"type": "page"},
    ]

    answer = receive({"batch": events}, path=path)

    assert [(one.key, one.lanes) for one in answer.accepted] == [
        ("m-1", ("u-1",)),
        ("m-3", ("u-2",)),
    ]
    assert answer.discarded == (
        Discarded(1, Fault.NO_EVENT),
        Discarded(3, Fault.NO_TYPE),
        Discarded(4, Fault.UNKNOWN_TYPE),
        Discarded(5, Fault.UNKNOWN_TYPE),
        Discarded(6, Fault.NOT_AN_OBJECT),
        Discarded(7, Fault.NO_USER),
    )


def test_what_the_batch_says_lies_beneath_what_its_events_say(receive):
    answer = receive(
        {
            "context": {"ip": "1.2.3.4", "locale": "cs"},
            "integrations": {"Shop": True},
            "batch": [
                PAGE,
                {**PAGE, "context": {"locale": "de", "page": {}}, "integrations": {"Shop": False}},
                {**PAGE, "context": "none", "integrations": None},
            ],
        }
    )

    said = [(one.event["context"], one.event["integrations"]) for one in answer.accepted]
    assert said == [
        ({"ip": "1.2.3.4", "locale": "cs"}, {"Shop": True}),
        ({"ip": "1.2.3.4", "locale": "de", "page": {}}, {"Shop": False}),
        ("none", {"Shop": True}),
    ]


def test_a_batch_can_opt_out_for_all_and_an_event_back_in(receive):
    events = [PAGE, {**PAGE, "integrations": {"Recombee": True}, "messageId": "m-2"}]

    answer = receive({"integrations": {"All": False}, "batch": events})

    assert [one.key for one in answer.accepted] == ["m-2"]
    assert answer.discarded == (Discarded(0, Fault.OPTED_OUT),)


def test_the_clock_of_the_sender_is_corrected_by_when_it_sent(receive):
    events = [{**PAGE, "timestamp": "2026-01-05T08:59:00.000Z"}, PAGE]

    answer = receive({"sentAt": "2026-01-05T09:00:00.000Z", "batch": events})

    first, second = (one.event for one in answer.accepted)
    assert first["originalTimestamp"] == "2026-01-05T08:59:00.000Z"
    assert first["timestamp"] == "2026-01-05T09:59:01.250Z"
    assert first["sentAt"] == "2026-01-05T09:00:00.000Z"
    assert (second["timestamp"], "originalTimestamp" in second) == (
        "2026-01-05T10:00:01.250Z",
        False,
    )


def test_an_empty_batch_succeeds(receive):
    assert receive({"batch": []}) == Received()


@pytest.mark.parametrize("body", [{}, {"batch": {}}, {"batch": None}])
def test_a_batch_without_its_array_is_400(receive, body):
    answer = receive(body)

    assert (answer.status, answer.code) == (400, "no_batch")


# --- Keys -----------------------------------------------------------------------------------------


def test_the_key_of_a_batch_stands_at_its_top(receive):
    answer = receive({"batch": [PAGE], "writeKey": "right"}, keys=["right"])

    assert len(answer.accepted) == 1


def test_or_in_each_of_its_events(receive):
    answer = receive({"batch": [{**PAGE, "writeKey": key} for key in "ab"]}, keys=["a", "b"])

    assert ["writeKey" in one.event for one in answer.accepted] == [False, False]


@pytest.mark.parametrize(
    "body",
    [
        {"batch": [{**PAGE, "writeKey": "right"}, PAGE]},
        {"batch": [{**PAGE, "writeKey": "right"}], "writeKey": "wrong"},
        {"batch": [{**PAGE, "writeKey": "wrong"}]},
        {"batch": ["right"]},
        {"batch": []},
        {},
    ],
)
def test_a_batch_of_which_a_part_has_no_key_is_401(receive, body):
    assert receive(body, keys=["right"]).status == 401


# --- Limits ---------------------------------------------------------------------------------------


def test_a_batch_may_have_2500_events_and_not_one_more(receive):
    assert len(receive({"batch": [PAGE] * 2500}).accepted) == 2500
    assert receive({"batch": [PAGE] * 2501}) == Refusal(
        400, "too_many_events", "2501 events are more than the 2500 allowed"
    )


def test_an_event_that_is_too_large_refuses_its_batch_and_is_named(receive):
    large = {**PAGE, "name": "x" * (32 * 1024)}

    answer = receive({"batch": [PAGE, large]})

    assert answer == Refusal(400, "too_large", "event 1 is larger than the 32768 bytes allowed")


def test_what_is_added_to_an_event_does_not_make_it_too_large(receive):
    bare = len(json.dumps({**PAGE, "name": ""}, separators=(",", ":")))
    largest = {**PAGE, "name": "x" * (32 * 1024 - bare)}

    answer = receive({"batch": [largest], "context": {"ip": "1.2.3.4"}})

    assert len(answer.accepted[0].body) > 32 * 1024


def test_a_batch_may_have_500_kilobytes_and_not_one_more(receive):
    def padded(size):
        body = {"batch": [PAGE], "pad": ""}
        return {**body, "pad": "x" * (size - len(json.dumps(body)))}

    assert len(receive(padded(500 * 1024)).accepted) == 1
    assert receive(padded(500 * 1024 + 1)).code == "too_large"


def test_a_context_for_all_cannot_blow_up_a_batch(receive):
    answer = receive({"context": {"x": "x" * 100_000}, "batch": [PAGE] * 2000})

    assert (answer.status, answer.code) == (400, "too_large")


def test_numbers_that_grow_when_written_cannot_blow_up_an_event(receive):
    numbers = b",".join([b"1e15"] * 80_000)
    events = b'[{"type":"page","userId":"u-1"}]'

    answer = receive(b'{"context":{"x":[' + numbers + b']},"batch":' + events + b"}")

    assert (answer.status, answer.code) == (400, "too_large")


def test_limits_are_settings(receive):
    limits = Limits(event_size=100, call_size=1000, events=2)

    assert len(receive({"batch": [PAGE] * 2}, limits=limits).accepted) == 2
    assert receive({"batch": [PAGE] * 3}, limits=limits).code == "too_many_events"
    assert receive({"batch": [{**PAGE, "x": "x" * 100}]}, limits=limits).code == "too_large"
