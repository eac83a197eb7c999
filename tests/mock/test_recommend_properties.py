"""What holds for any parameters, and for any way to continue."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from recombee_mock.protocol import Call
from recombee_mock.service import Service
from recombee_mock.store.scenarios import Scenario, Stage
from recombee_mock.store.served import Served

NOW = 1_700_000_000.0
ITEMS = [f"i{number}" for number in range(12)]
REQUESTS = {
    "/recomms/users/u/items/": {},
    "/recomms/users/u/users/": {},
    "/recomms/items/i1/items/": {"targetUserId": "u"},
    "/recomms/items/i1/users/": {},
    "/recomms/item-segments/items/": {"contextSegmentId": "a", "targetUserId": None},
    "/recomms/users/u/item-segments/": {},
    "/recomms/items/i1/item-segments/": {"targetUserId": None},
    "/recomms/item-segments/item-segments/": {"contextSegmentId": "a", "targetUserId": None},
    "/recomms/composite/": {"userId": "u"},
}
ENDPOINTS = (
    "recommendItemsToUser",
    "recommendUsersToUser",
    "recommendItemsToItem",
    "recommendUsersToItem",
    "recommendItemsToItemSegment",
    "recommendItemSegmentsToUser",
    "recommendItemSegmentsToItem",
    "recommendItemSegmentsToItemSegment",
    "compositeRecommendation",
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
PARAMETERS = st.fixed_dictionaries(
    {},
    optional={
        "count": st.integers(-1, 30) | ANYTHING,
        "scenario": st.sampled_from(ENDPOINTS) | ANYTHING,
        "targetUserId": st.sampled_from(["u", "v1", None]) | ANYTHING,
        "itemId": st.sampled_from(["i1", "i2"]) | ANYTHING,
        "segmentId": st.sampled_from(["a", "b"]) | ANYTHING,
        "contextSegmentId": st.sampled_from(["a", "b"]) | ANYTHING,
        "cascadeCreate": st.booleans() | ANYTHING,
        "returnProperties": st.booleans() | ANYTHING,
        "includedProperties": st.lists(st.text(max_size=3)) | ANYTHING,
        "filter": st.sampled_from(["true", "'kind' == \"a\"", "'segmentId' != \"a\""]) | ANYTHING,
        "booster": st.sampled_from(["0", "1e308 * 1e308", "if random() < 0.5 then 1 else 9"])
        | ANYTHING,
        "logic": st.sampled_from(["recombee:popular", "x:recently-viewed", ""]) | ANYTHING,
        "reqlExpressions": st.just({"a": "1"}) | ANYTHING,
        "userImpact": st.floats(0, 1) | ANYTHING,
        "diversity": st.floats(0, 1) | ANYTHING,
        "minRelevance": st.sampled_from(["low", "medium", "high"]) | ANYTHING,
        "rotationRate": st.floats(0, 1) | ANYTHING,
        "rotationTime": st.floats(0, 1e300) | ANYTHING,
        "sourceSettings": ANYTHING,
        "resultSettings": ANYTHING,
        "expertSettings": ANYTHING,
        "returnAbGroup": ANYTHING,
    },
)


def ask(service, path, params, now=NOW):
    reply = service.apply(Call("POST", path, body=json.dumps(params).encode()), now)
    return reply.status, json.loads(reply.body)


def filled():
    service = Service()
    service.apply(Call("PUT", "/items/properties/kind", body=b'{"type": "string"}'), NOW)
    for at, item in enumerate(ITEMS):
        values = {"kind": "abc"[at % 3], "!cascadeCreate": True}
        ask(service, f"/items/{item}", values)
        for user in range(at % 4):
            view = {"userId": f"v{user}", "itemId": item, "timestamp": at, "cascadeCreate": True}
            ask(service, "/detailviews/", view)
    ask(service, "/bookmarks/", {"userId": "u", "itemId": "i2", "cascadeCreate": True})
    ask(service, "/ratings/", {"userId": "u", "itemId": "i3", "rating": -1})
    definition = b'{"sourceType": "items", "propertyName": "kind"}'
    service.apply(Call("PUT", "/segmentations/property-based/kinds", body=definition), NOW)
    stages = {"source": Stage(ENDPOINTS[0], None), "result": Stage(ENDPOINTS[2], None)}
    for name in ENDPOINTS:
        options = {"segmentation": "kinds", "context_segmentation": "kinds", **stages}
        service.contents.scenarios.put(Scenario(id=name, endpoint=name, **options))
    return service


FILLED = filled()


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(REQUESTS)), PARAMETERS)
def test_any_parameters_are_answered_or_refused(path, params):
    status, body = ask(FILLED, path, {"count": 5, **REQUESTS[path], **params})
    assert status in {200, 400, 404}
    if status == 200:
        found = [one["id"] for one in body["recomms"]]
        assert len(found) == len(set(found)) <= params.get("count", 5)
    else:
        assert body["message"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=8),
    st.fixed_dictionaries(
        {},
        optional={
            "diversity": st.floats(0, 1),
            "rotationRate": st.floats(0, 1),
            "booster": st.sampled_from(["random()", "1"]),
            "minRelevance": st.just("low"),
        },
    ),
)
def test_an_answer_and_what_continues_it_never_repeat_and_leave_nothing_out(counts, options):
    service = filled()
    status, body = ask(service, "/recomms/users/u/items/", {"count": counts[0], **options})
    found = [one["id"] for one in body["recomms"]]
    for calls, count in enumerate(counts[1:], 1):
        status, more = ask(service, f"/recomms/next/items/{body['recommId']}", {"count": count})
        assert (status, more["numberNextRecommsCalls"]) == (200, calls)
        found += [one["id"] for one in more["recomms"]]
    assert len(found) == len(set(found)) == min(sum(counts), len(ITEMS))


STEPS = st.lists(
    st.tuples(st.sampled_from(["start", "go on", "forget"]), st.integers(0, 3), st.integers(0, 9)),
    max_size=40,
)


@given(STEPS)
def test_whatever_happens_the_bounds_are_kept_and_a_copy_is_the_same(steps):
    table, copy = Served(sessions=5, weight=60, per_user=2), Served()
    known = []
    for at, (step, user, size) in enumerate(steps):
        shown = list(map(str, range(size)))
        if step == "start":
            known.append(table.start("X", "item", {}, f"u{user}", shown, now=float(at), seed=0))
        elif step == "go on" and known:
            session = known[size % len(known)]
            if table.get(session.id) is session:
                table.go_on(session, shown, float(at))
        elif step == "forget":
            table.forget_user(f"u{user}")
        sessions = table.dump()["sessions"]
        assert len(sessions) <= 5
        assert all(len(table.latest(f"u{one}")) <= 2 for one in range(4))
        assert len(table.changed()) <= len(sessions)
    copy.load(json.loads(json.dumps(table.dump())))
    assert copy.dump() == table.dump()
