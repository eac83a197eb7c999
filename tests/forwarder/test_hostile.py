"""Whatever comes in, there is an answer; and whatever is accepted can be stored and delivered."""

import gzip
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from aiorecombee.codec import JsonCodec, OrjsonCodec
from aiorecombee.delivery.limits import Limits as SpoolLimits
from aiorecombee.delivery.limits import check_item
from aiorecombee.delivery.queue import Item
from aiorecombee.forwarder.access import Keys
from aiorecombee.forwarder.call import Call, Received
from aiorecombee.forwarder.deletion import Deletions
from aiorecombee.forwarder.keeping import Keeper, new_message_id
from aiorecombee.forwarder.limits import Limits
from aiorecombee.forwarder.partner import PartnerWebhooks
from aiorecombee.forwarder.refusal import Refusal, not_stored, too_many_requests
from aiorecombee.forwarder.rules import key_of
from aiorecombee.forwarder.signature import SharedSecret
from aiorecombee.forwarder.tracking import TrackingApi
from aiorecombee.forwarder.webhooks import Webhooks
from aiorecombee.segment import Destination

NOW = 1_767_607_201.25
CODECS = [JsonCodec(), OrjsonCodec()]
DESTINATION = Destination()
PATHS = ["/v1/track", "/v1/page", "/v1/a", "/v1/batch", "/v1/b", "/", "/v1/identify"]
WORDS = st.sampled_from(
    [
        *("type", "event", "userId", "anonymousId", "previousId", "messageId", "from", "to"),
        *("timestamp", "originalTimestamp", "sentAt", "receivedAt", "context", "integrations"),
        *("batch", "writeKey", "properties", "traits", "All", "Recombee", "key", "name"),
        *("regulationType", "subjectType", "subjectIds", "USER_ID", "DELETE_ONLY"),
        *("track", "page", "alias", "delete", "2026-01-05T10:00:00.000Z", "Product Viewed"),
        *("Previous ID", "User ID", "u-1", "u-2", "", "product_id"),
    ]
)
TEXTS = WORDS | st.text(max_size=5) | st.sampled_from(["\ud800", "u" * 1001])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=6),
    max_leaves=20,
)
USERS = st.integers() | st.floats(0, 1e25) | WORDS | st.text(min_size=1, max_size=5)
LIKELY = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["track", "page", "alias", "screen"]),
        "event": st.just("Product Viewed"),
        "userId": USERS,
        "name": WORDS,
        "properties": st.just({"product_id": "item-1"}),
    },
    optional={
        "anonymousId": USERS,
        "previousId": USERS,
        "from": USERS,
        "to": USERS,
        "messageId": st.text(max_size=3),
        "timestamp": st.just("2026-01-05T10:00:00.000Z") | TEXTS,
    },
)
EVENTS = LIKELY | st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "page", "alias", "delete", "screen", "x"])},
    optional={
        "event": st.just("Product Viewed") | SCALARS,
        "userId": SCALARS | VALUES,
        "anonymousId": SCALARS | VALUES,
        "previousId": SCALARS,
        "messageId": SCALARS,
        "timestamp": SCALARS,
        "sentAt": SCALARS,
        "name": SCALARS,
        "context": VALUES,
        "integrations": VALUES,
        "properties": st.dictionaries(st.just("product_id"), SCALARS),
    },
)
SHAPES = st.one_of(
    EVENTS,
    st.lists(EVENTS, max_size=3),
    st.fixed_dictionaries(
        {"batch": st.lists(EVENTS | VALUES, max_size=4)},
        optional={"context": VALUES, "integrations": VALUES, "sentAt": SCALARS},
    ),
    st.fixed_dictionaries({"regulationType": TEXTS, "subjectType": TEXTS, "subjectIds": VALUES}),
    VALUES,
)
WRITTEN = st.builds(
    lambda value, ascii_only: json.dumps(value, ensure_ascii=ascii_only).encode(
        errors="surrogatepass"
    ),
    SHAPES,
    st.booleans(),
)
CUT = st.builds(lambda text, at: text[: at % (len(text) + 1)], WRITTEN, st.integers(0, 1000))
BODIES = st.one_of(
    WRITTEN, CUT, st.binary(max_size=80), WRITTEN.map(gzip.compress), CUT.map(gzip.compress)
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["Authorization", "Content-Type", "X-Signature", "X-Segment-Settings", "Content-Encoding"]
    ),
    st.sampled_from(
        [
            *("Basic a2V5Og==", "Bearer key", "application/json", "text/plain", "e30=", "gzip"),
            *("Basic", "0" * 40, "image/png", "\udcff"),
        ]
    )
    | st.text(max_size=20),
)
# Half of the calls are right but for their bodies.
CALLS = st.builds(
    Call,
    st.just("POST") | st.sampled_from(["POST", "PUT", "GET"]),
    st.sampled_from(PATHS),
    st.just({"Authorization": "Basic a2V5Og=="}) | HEADERS,
    BODIES,
)


def receivers():
    for codec in CODECS:
        for limits in (Limits(), Limits(event_size=60, call_size=200, events=2)):
            keeper = Keeper(limits, codec=codec)
            yield TrackingApi(keeper=keeper)
            yield TrackingApi(Keys(["key"]), keeper)
            yield Webhooks(keeper=keeper)
            yield Webhooks(SharedSecret("key"), arrays=False, keeper=keeper)
            yield PartnerWebhooks(keeper=keeper)
            yield Deletions(Keys(["key"]), keeper)


RECEIVERS = list(receivers())


@given(call=CALLS)
@settings(max_examples=400, deadline=None)
def test_no_call_whatsoever_makes_a_receiver_raise(call):
    for receiver in RECEIVERS:
        answer = receiver.receive(call, NOW)
        if isinstance(answer, Refusal):
            assert 400 <= answer.status <= 501
            assert json.loads(answer.body)["message"] == answer.reason
        else:
            assert isinstance(answer, Received)
            assert all(one.fault.reason for one in answer.discarded)


@given(call=CALLS)
@settings(max_examples=400, deadline=None)
def test_whatever_is_accepted_can_be_stored(call):
    for receiver in RECEIVERS:
        answer = receiver.receive(call, NOW)
        if isinstance(answer, Received):
            for one in answer.accepted:
                check_item(Item(one.lanes, one.body, one.key, barrier=one.barrier), SpoolLimits())
                assert all(one.lanes)
                assert one.key
                assert "writeKey" not in one.event or not isinstance(receiver, TrackingApi)
                assert receiver.keeper.codec.loads(one.body) == one.event


def users_of(request):
    names = ("user_id", "target_user_id", "source_user_id")
    return {getattr(request, name) for name in names if hasattr(request, name)}


@given(events=st.lists(EVENTS, max_size=4))
@settings(max_examples=400, deadline=None)
def test_an_event_concerns_no_user_but_those_of_its_lanes(events):
    body = json.dumps({"batch": events}).encode()
    for receiver, path in ((TrackingApi(), "/v1/batch"), (Webhooks(), "/")):
        sent = body if path == "/v1/batch" else json.dumps(events).encode()
        answer = receiver.receive(Call("POST", path, {}, sent), NOW)
        for one in answer.accepted if isinstance(answer, Received) else ():
            for request in DESTINATION.map(one.event).requests:
                assert users_of(request) <= set(one.lanes)


@given(events=st.lists(EVENTS, max_size=4))
@settings(deadline=None)
def test_every_event_of_a_batch_is_accepted_or_told_apart(events):
    body = json.dumps({"batch": events}, allow_nan=True).encode()

    answer = TrackingApi().receive(Call("POST", "/v1/batch", {}, body), NOW)

    if isinstance(answer, Received):
        assert len(answer.accepted) + len(answer.discarded) == len(events)


def test_a_new_message_id_is_one_that_is_taken():
    first, second = new_message_id(), new_message_id()

    assert first != second
    assert key_of({"messageId": first}) == first


def test_please_repeat_says_when():
    assert too_many_requests(0.2).headers["Retry-After"] == "1"
    assert not_stored("the disk is full", 2.5).headers["Retry-After"] == "3"
    assert (too_many_requests(1).status, not_stored("x", 1).status) == (429, 503)
