"""The Tracking API, one event a call."""

import json
from base64 import b64encode

import pytest

from aiorecombee.forwarder.access import Keys
from aiorecombee.forwarder.call import Discarded, Received
from aiorecombee.forwarder.faults import Fault
from aiorecombee.forwarder.refusal import Refusal
from aiorecombee.forwarder.tracking import TrackingApi

TRACK = {"userId": "u-1", "event": "Product Viewed", "messageId": "m-1"}
KEY = "wr1tek3y"
BASIC = "Basic " + b64encode(f"{KEY}:".encode()).decode()
MISSING = "the write key is missing: Basic authentication or writeKey"
UNKNOWN = "the write key is not one of ours"


@pytest.fixture
def receive(post, keeper, now):
    """Send one call to a receiver; the answer."""

    def receive(path, body, *, keys=(), names=("Recombee",), method="POST", **headers):
        api = TrackingApi(Keys(keys), keeper(), names)
        return api.receive(post(path, body, method, **headers), now)

    return receive


@pytest.fixture
def accept(receive):
    """Send an event that is accepted; the record of it."""

    def accept(path, body, **more):
        answer = receive(path, body, **more)
        assert isinstance(answer, Received), answer
        assert answer.discarded == ()
        (accepted,) = answer.accepted
        assert json.loads(accepted.body) == accepted.event
        return accepted

    return accept


# --- What becomes of an event ---------------------------------------------------------------------


def test_an_event_is_completed_and_has_key_and_lane(accept):
    accepted = accept("/v1/track", {**TRACK, "properties": {"product_id": "p"}})

    assert accepted.event == {
        "userId": "u-1",
        "event": "Product Viewed",
        "messageId": "m-1",
        "properties": {"product_id": "p"},
        "type": "track",
        "receivedAt": "2026-01-05T10:00:01.250Z",
        "timestamp": "2026-01-05T10:00:01.250Z",
    }
    assert (accepted.key, accepted.lanes, accepted.barrier) == ("m-1", ("u-1",), False)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        *((f"/v1/{kind}", kind) for kind in ("page", "screen", "identify", "group", "alias")),
        *(("/v1/t", "track"), ("/v1/p", "page"), ("/v1/s", "screen"), ("/v1/a", "alias")),
        *(("/v1/i", "identify"), ("/v1/g", "group"), ("/v1/track/", "track")),
    ],
)
def test_the_path_tells_the_type(accept, path, kind):
    assert accept(path, {**TRACK, "type": "delete"}).event["type"] == kind


def test_an_event_without_a_message_id_gets_one(accept):
    accepted = accept("/v1/page", {"userId": "u-1", "messageId": ""})

    assert (accepted.key, accepted.event["messageId"]) == ("new-1", "new-1")


@pytest.mark.parametrize(
    ("said", "lanes"),
    [
        ({"userId": "u"}, ("u",)),
        ({"userId": "u", "anonymousId": "a"}, ("u",)),
        ({"userId": None, "anonymousId": "a"}, ("a",)),
        ({"userId": "", "anonymousId": "a"}, ("a",)),
        ({"userId": 507}, ("507",)),
        ({"userId": 0}, ("0",)),
        ({"userId": 1.0}, ("1",)),
        ({"userId": "u", "anonymousId": ["?"]}, ("u",)),
    ],
)
def test_the_lane_is_the_user(accept, said, lanes):
    assert accept("/v1/page", said).lanes == lanes


@pytest.mark.parametrize(
    ("said", "lanes", "users"),
    [
        ({"previousId": "p", "userId": "u"}, ("p", "u"), ("p", "u")),
        ({"from": "p", "to": "u"}, ("p", "u"), ("p", "u")),
        ({"from": "x", "previousId": "p", "userId": "u"}, ("p", "u"), ("p", "u")),
        ({"previousId": 0, "userId": "u"}, ("0", "u"), (0, "u")),
        ({"userId": "u", "anonymousId": "a"}, ("a", "u"), (None, "u")),
        ({"previousId": "u", "userId": "u"}, ("u",), ("u", "u")),
        ({"userId": "u"}, ("u",), (None, "u")),
    ],
)
def test_an_alias_keeps_the_order_of_both_users(accept, said, lanes, users):
    accepted = accept("/v1/alias", said)

    assert (accepted.lanes, accepted.barrier) == (lanes, True)
    assert (accepted.event.get("previousId"), accepted.event["userId"]) == users
    assert not {"from", "to"} & accepted.event.keys()


def test_from_and_to_are_left_alone_elsewhere(accept):
    event = accept("/v1/track", {**TRACK, "from": "x", "to": "y"}).event

    assert (event["from"], event["to"]) == ("x", "y")


@pytest.mark.parametrize(
    ("path", "said", "fault"),
    [
        ("/v1/page", {}, Fault.NO_USER),
        ("/v1/page", {"userId": "", "anonymousId": None}, Fault.NO_USER),
        ("/v1/alias", {"previousId": "p"}, Fault.NO_USER),
        ("/v1/page", {"userId": True}, Fault.BAD_USER),
        ("/v1/page", {"userId": {"a": 1}, "anonymousId": "a"}, Fault.BAD_USER),
        ("/v1/alias", {"userId": "u", "previousId": []}, Fault.BAD_USER),
        ("/v1/page", {"userId": "u" * 1001}, Fault.LONG_USER),
        ("/v1/track", {"userId": "u"}, Fault.NO_EVENT),
        ("/v1/track", {"userId": "u", "event": ""}, Fault.NO_EVENT),
        ("/v1/track", {"userId": "u", "event": 7}, Fault.NO_EVENT),
        ("/v1/page", {"userId": "u", "messageId": "m" * 100}, Fault.LONG_MESSAGE_ID),
        ("/v1/page", {"userId": "u", "messageId": ["m"]}, Fault.BAD_MESSAGE_ID),
        ("/v1/page", {"userId": "u", "integrations": {"Recombee": False}}, Fault.OPTED_OUT),
        ("/v1/page", {"userId": "u", "integrations": {"All": False}}, Fault.OPTED_OUT),
    ],
)
def test_what_segment_would_drop_later_is_told_apart(receive, path, said, fault):
    assert receive(path, said) == Received(discarded=(Discarded(0, fault),))
    assert fault.reason


@pytest.mark.parametrize(
    "integrations",
    [
        {"All": False, "Recombee": True},
        {"All": False, "Recombee": {"setting": 1}},
        {"All": False, "Recombee": {}},
        {"recombee": False},
        {"All": True},
        {"all": False},
        {"All": None},
        ["All"],
        "All",
        None,
    ],
)
def test_integrations_that_do_not_say_no_mean_yes(accept, integrations):
    assert accept("/v1/track", {**TRACK, "integrations": integrations}).key == "m-1"


def test_the_names_of_the_destination_can_be_others(receive):
    answer = receive("/v1/track", {**TRACK, "integrations": {"Shop": False}}, names=("Shop",))

    assert answer == Received(discarded=(Discarded(0, Fault.OPTED_OUT),))


def test_the_longest_message_id_is_taken(accept):
    assert accept("/v1/page", {"userId": "u", "messageId": "m" * 99}).key == "m" * 99


def test_a_message_id_that_is_a_number_is_a_key_as_text(accept):
    assert accept("/v1/page", {"userId": "u", "messageId": 17}).key == "17"


# --- Who may send ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Authorization": BASIC}, TRACK),
        ({"authorization": "basic " + b64encode(KEY.encode()).decode()}, TRACK),
        ({"Authorization": "Basic " + b64encode(f"{KEY}:pass:word".encode()).decode()}, TRACK),
        ({"Authorization": BASIC.rstrip("=")}, TRACK),
        ({}, {**TRACK, "writeKey": KEY}),
        ({"Authorization": "Bearer t0ken"}, {**TRACK, "writeKey": KEY}),
        ({"Authorization": BASIC}, {**TRACK, "writeKey": "another"}),
    ],
)
def test_a_write_key_opens_wherever_libraries_put_it_and_is_not_kept(accept, headers, body):
    accepted = accept("/v1/track", body, keys=["first", KEY], **headers)

    assert "writeKey" not in accepted.event


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        ({}, TRACK, MISSING),
        ({}, {**TRACK, "writeKey": None}, MISSING),
        ({}, {**TRACK, "writeKey": "Wr1tek3y"}, UNKNOWN),
        ({}, {**TRACK, "writeKey": "\u20ac"}, UNKNOWN),
        ({"Authorization": "Bearer " + KEY}, TRACK, MISSING),
        ({"Authorization": "Basic ???"}, TRACK, MISSING),
        ({"Authorization": "Basic \u20ac"}, TRACK, MISSING),
        ({"Authorization": "Basic " + b64encode(f"no:{KEY}".encode()).decode()}, TRACK, UNKNOWN),
    ],
)
def test_without_the_right_key_nobody_enters(receive, headers, body, reason):
    assert receive("/v1/track", body, keys=[KEY], **headers) == Refusal(401, "write_key", reason)


def test_no_key_is_needed_where_none_is_configured(accept):
    assert accept("/v1/track", TRACK, Authorization="Basic ???").key == "m-1"


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/delete", "/v1/tracks", "/v2/track", "//v1/track"]
)
def test_other_paths_are_404(receive, path):
    assert receive(path, TRACK).status == 404


def test_only_post_is_taken(receive):
    answer = receive("/v1/track", TRACK, method="GET")

    assert (answer.status, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("body", [[], [TRACK], "x", 1, None])
def test_a_body_that_is_no_object_is_400(receive, body):
    assert receive("/v1/track", body).code == "not_an_object"


def test_an_event_may_have_32_kilobytes_and_not_one_more(receive, accept):
    def padded(size):
        bare = json.dumps({**TRACK, "properties": {"x": ""}})
        return {**TRACK, "properties": {"x": "x" * (size - len(bare))}}

    accept("/v1/track", padded(32 * 1024))
    answer = receive("/v1/track", padded(32 * 1024 + 1))

    assert (answer.status, answer.code) == (400, "too_large")


def test_the_answer_to_a_refusal_says_why(receive):
    answer = receive("/v1/track", b"{", keys=[KEY])

    assert json.loads(answer.body)["success"] is False
    assert json.loads(answer.body)["message"].startswith("the body is not JSON in UTF-8: ")
    assert answer.headers == {"Content-Type": "application/json"}
