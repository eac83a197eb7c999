"""Segment's webhook destinations, deletions and partner webhooks."""

import hmac
import json
from base64 import b64encode
from hashlib import sha1

import pytest

from aiorecombee.forwarder.access import Keys
from aiorecombee.forwarder.call import Discarded, Partner, Received
from aiorecombee.forwarder.deletion import Deletions
from aiorecombee.forwarder.faults import Fault
from aiorecombee.forwarder.limits import OF_WEBHOOKS, Limits
from aiorecombee.forwarder.partner import PartnerWebhooks
from aiorecombee.forwarder.refusal import Refusal
from aiorecombee.forwarder.signature import SharedSecret
from aiorecombee.forwarder.webhooks import Webhooks

TRACK = {
    "type": "track",
    "event": "Product Viewed",
    "userId": "u-1",
    "messageId": "m-1",
    "timestamp": "2026-01-01T00:00:00.000Z",
    "originalTimestamp": "2026-01-01T01:00:00.000Z",
    "sentAt": "2026-01-01T01:00:00.500Z",
    "receivedAt": "2026-01-01T00:00:00.500Z",
}
DELETE = {"type": "delete", "userId": "u-1", "timestamp": "2026-01-01T00:00:00.000Z"}
REGULATION = {
    "regulationType": "SUPPRESS_WITH_DELETE",
    "subjectType": "USER_ID",
    "subjectIds": ["u-1", 2, "", None],
}
RECEIVED = "2026-01-05T10:00:01.250Z"
KEY = "ap1key"
BASIC = "Basic " + b64encode(f"{KEY}:".encode()).decode()


@pytest.fixture
def receive(post, keeper, now):
    """Send a webhook."""

    def receive(body, *, method="POST", limits=OF_WEBHOOKS, headers=None, **options):
        receiver = Webhooks(keeper=keeper(limits=limits), **options)
        return receiver.receive(post("/any", body, method, **(headers or {})), now)

    return receive


# --- Webhooks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_an_event_that_segment_stamped_is_kept_as_it_came(receive, method):
    (accepted,) = receive(TRACK, method=method).accepted

    assert accepted.event == TRACK
    assert (accepted.key, accepted.lanes, accepted.barrier) == ("m-1", ("u-1",), False)


def test_several_events_come_in_an_array(receive):
    answer = receive([TRACK, {**TRACK, "userId": None, "messageId": "m-2"}, [], DELETE])

    assert [one.lanes for one in answer.accepted] == [("u-1",), ("u-1",)]
    assert answer.discarded == (Discarded(1, Fault.NO_USER), Discarded(2, Fault.NOT_AN_OBJECT))


def test_arrays_can_be_refused_for_the_signature_covers_their_first_element_alone(receive):
    answer = receive([TRACK], arrays=False)

    assert (answer.status, answer.code) == (400, "array")


@pytest.mark.parametrize(
    "said",
    [{"previousId": "p", "userId": "u-1"}, {"Previous ID": "p", "User ID": "u-1"}],
)
def test_an_alias_is_understood_under_both_spellings(receive, said):
    (accepted,) = receive({"type": "alias", **said}).accepted

    assert (accepted.lanes, accepted.barrier) == (("p", "u-1"), True)
    assert (accepted.event["previousId"], accepted.event["userId"]) == ("p", "u-1")


def test_a_deletion_is_a_barrier_of_its_user(receive):
    (accepted,) = receive(DELETE).accepted

    assert (accepted.lanes, accepted.barrier) == (("u-1",), True)
    assert accepted.event == {**DELETE, "receivedAt": RECEIVED}


def test_the_same_deletion_twice_has_the_same_key_and_another_has_another(receive):
    later = {**DELETE, "timestamp": "2026-01-02T00:00:00.000Z"}

    first, again, other = (receive(event).accepted[0].key for event in (DELETE, DELETE, later))

    assert (first == again, first == other) == (True, False)


def test_without_message_id_and_timestamp_no_two_events_are_the_same(receive):
    bare = {"type": "page", "userId": "u-1"}

    answer = receive([bare, bare])

    assert [one.key for one in answer.accepted] == ["new-1", "new-2"]
    assert answer.accepted[0].event["timestamp"] == RECEIVED


def test_all_is_about_segments_destinations_and_our_name_is_about_us(receive):
    assert len(receive({**TRACK, "integrations": {"All": False}}).accepted) == 1
    assert receive({**TRACK, "integrations": {"Recombee": False}}) == Received(
        discarded=(Discarded(0, Fault.OPTED_OUT),)
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({**TRACK, "type": "purchase"}, Fault.UNKNOWN_TYPE),
        ({**TRACK, "userId": None}, Fault.NO_USER),
        ("track", Fault.NOT_AN_OBJECT),
        (None, Fault.NOT_AN_OBJECT),
        (b"{", "not_json"),
    ],
)
def test_what_is_wrong_with_a_single_event_is_400(receive, body, code):
    answer = receive(body if isinstance(body, bytes) else json.dumps(body).encode())

    assert (answer.status, answer.code) == (400, code)


def test_sizes_are_bounded(receive):
    limits = Limits(event_size=200, call_size=1000, events=2)
    large = {"type": "page", "userId": "u", "name": "x" * 300}

    assert receive(large, limits=limits).code == Fault.TOO_LARGE
    assert receive([large], limits=limits).discarded == (Discarded(0, Fault.TOO_LARGE),)
    assert receive([DELETE] * 3, limits=limits).code == "too_many_events"
    assert receive([large] * 4, limits=limits).code == "too_large"


def test_with_a_secret_only_what_is_signed_enters(receive):
    secret = SharedSecret("doNotTell")
    body = json.dumps(TRACK).encode()
    signature = hmac.new(b"doNotTell", body, sha1).hexdigest()

    assert len(receive(body, secret=secret, headers={"X_Signature": signature}).accepted) == 1
    for headers in ({}, {"X_Signature": "0" * 40}, {"X_Signature": "\u20ac"}):
        answer = receive(body, secret=secret, headers=headers)
        assert (answer.status, answer.code) == (401, "signature")


# --- Regulations and deletion requests ------------------------------------------------------------


@pytest.fixture
def ask(post, keeper, now):
    """Send a deletion request."""

    def ask(body, *, keys=(KEY,), limits=OF_WEBHOOKS, method="POST", **headers):
        headers = headers or {"Authorization": f"Bearer {KEY}"}
        receiver = Deletions(Keys(keys), keeper(limits=limits))
        return receiver.receive(post("/any", body, method, **headers), now)

    return ask


def test_a_regulation_deletes_each_of_its_users(ask, receive):
    for answer in (ask(REGULATION), receive(REGULATION)):
        assert [one.event for one in answer.accepted] == [
            {
                "type": "delete",
                "userId": user,
                "messageId": f"new-{number}",
                "timestamp": RECEIVED,
                "receivedAt": RECEIVED,
            }
            for number, user in ((1, "u-1"), (2, 2))
        ]
        assert [(one.key, one.lanes, one.barrier) for one in answer.accepted] == [
            ("new-1", ("u-1",), True),
            ("new-2", ("2",), True),
        ]
        assert answer.discarded == (Discarded(2, Fault.NO_USER), Discarded(3, Fault.NO_USER))


def test_delete_only_deletes_too(ask):
    assert len(ask({**REGULATION, "regulationType": "DELETE_ONLY"}).accepted) == 2


@pytest.mark.parametrize(
    "kind",
    ["SUPPRESS_ONLY", "UNSUPPRESS", "DELETE_INTERNAL", "SUPPRESS_WITH_DELETE_INTERNAL"],
)
def test_regulations_that_are_about_segment_alone_delete_nothing(ask, kind):
    answer = ask({**REGULATION, "regulationType": kind})

    assert (answer.accepted, {one.fault for one in answer.discarded}) == (
        (),
        {Fault.NOT_A_DELETION},
    )


@pytest.mark.parametrize(
    "change",
    [
        {"regulationType": "DELETE"},
        {"regulationType": None},
        {"regulationType": ["DELETE_ONLY"]},
        {"subjectType": "OBJECT_ID"},
        {"subjectType": None},
        {"subjectIds": []},
        {"subjectIds": "u-1"},
        {"subjectIds": None},
    ],
)
def test_a_malformed_regulation_is_400(ask, change):
    answer = ask({**REGULATION, **change})

    assert (answer.status, answer.code) == (400, "regulation")


def test_a_regulation_has_5000_users_at_most(ask):
    most = [f"u-{number}" for number in range(5000)]

    assert len(ask({**REGULATION, "subjectIds": most}).accepted) == 5000
    assert ask({**REGULATION, "subjectIds": [*most, "x"]}).code == "too_many_users"


def test_a_deletion_may_be_asked_for_as_an_event(ask):
    assert [one.lanes for one in ask(DELETE).accepted] == [("u-1",)]
    assert ask(DELETE, Authorization=BASIC).accepted == ask(DELETE).accepted


@pytest.mark.parametrize(
    ("body", "code"),
    [(TRACK, "not_a_deletion"), ([DELETE], "not_a_deletion"), ({"type": "delete"}, Fault.NO_USER)],
)
def test_nothing_else_is_taken_there(ask, body, code):
    answer = ask(body)

    assert (answer.status, answer.code) == (400, code)


def test_who_has_no_key_deletes_nobody(ask):
    missing = "the key is missing: Authorization: Bearer"

    assert ask(DELETE, Authorization="Basic ?") == Refusal(401, "key", missing)
    assert ask(DELETE, Authorization="Bearer x") == Refusal(
        401, "key", "the key is not one of ours"
    )
    assert ask(DELETE, keys=()).status == 403
    assert ask(DELETE, method="DELETE").status == 405


# --- Partner webhooks -----------------------------------------------------------------------------


@pytest.fixture
def partner(post, keeper, now):
    """Send a partner webhook."""

    def partner(body, *, keys=(), method="POST", **headers):
        headers = {"Authorization": BASIC, **headers}
        receiver = PartnerWebhooks(Keys(keys), keeper())
        return receiver.receive(post("/any", body, method, **headers), now)

    return partner


def in_base64(value):
    return b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize("keys", [(), (KEY,)])
def test_a_partner_webhook_brings_an_event_and_its_settings(partner, keys):
    settings = {"databaseId": "shop", "itemIdPropertyName": "sku"}

    answer = partner(TRACK, keys=keys, X_Segment_Settings=in_base64(settings))

    assert [one.event for one in answer.accepted] == [TRACK]
    assert answer.partner == Partner(KEY, settings)


def test_settings_may_be_missing(partner):
    assert partner(DELETE).partner == Partner(KEY, {})


@pytest.mark.parametrize("header", ["?", in_base64([]), in_base64("x"), "e30", "\u20ac", "/w=="])
def test_settings_that_cannot_be_read_are_400(partner, header):
    answer = partner(TRACK, X_Segment_Settings=header)

    assert (answer.status, answer.code) == (400, "settings")


@pytest.mark.parametrize("kind", ["identify", "group"])
def test_types_that_the_destination_never_supports_are_501(partner, kind):
    assert partner({**TRACK, "type": kind}).status == 501


def test_a_partner_webhook_needs_its_key(partner):
    for answer in (
        partner(TRACK, Authorization="Bearer " + KEY),
        partner(TRACK, Authorization=""),
        partner(TRACK, keys=["another"]),
    ):
        assert (answer.status, answer.code) == (401, "key")
    assert partner(TRACK, method="PUT").status == 405
    assert partner([TRACK]).code == Fault.NOT_AN_OBJECT
