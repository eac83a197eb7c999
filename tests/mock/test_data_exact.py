"""Whatever was asked of a database: what is kept of it outside of memory is all of it."""

import json
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recombee_mock.data.dump import DumpError, dump, load
from recombee_mock.data.estate import Estate
from recombee_mock.data.file import DataFile
from recombee_mock.databases import Database
from recombee_mock.protocol import Call
from recombee_mock.service import Service
from recombee_mock.settings import Settings
from recombee_mock.shell.admission import Admission

PEOPLE = st.sampled_from(["u1", "u2", "ü", "u-3"])
THINGS = st.sampled_from(["i1", "i2", "s1", "i-3"])
NAMES = st.sampled_from(["price", "title", "tags", "bad name"])
VALUES = st.sampled_from([None, 1, 2.5, "text", "ünï", ["a", "b"], True])
MOMENTS = st.none() | st.sampled_from([0, 1.5, 1e9, "2020-01-01T00:00:00Z"])
EXTRAS = st.fixed_dictionaries(
    {},
    optional={
        "cascadeCreate": st.booleans(),
        "amount": st.sampled_from([1, 2.5, -3]),
        "rating": st.sampled_from([-1, 0.5, 1]),
        "portion": st.sampled_from([0, 0.5, 1]),
        "sessionId": st.sampled_from(["a", "b"]),
        "recommId": st.just("r"),
        "additionalData": st.sampled_from([{}, {"a": [1, {"b": None}]}]),
        "duration": st.sampled_from([0, 7]),
        "timeSpent": st.sampled_from([1, 2]),
    },
)
KINDS = st.sampled_from(
    ["detailviews", "purchases", "ratings", "cartadditions", "bookmarks", "viewportions"]
)


@st.composite
def interactions(draw):
    params = {"userId": draw(PEOPLE), "itemId": draw(THINGS), **draw(EXTRAS)}
    moment = draw(MOMENTS)
    if moment is not None:
        params["timestamp"] = moment
    return draw(st.sampled_from(["POST"] * 5 + ["DELETE"])), f"/{draw(KINDS)}/", params


@st.composite
def changes(draw):
    user, item = draw(PEOPLE), draw(THINGS)
    return draw(
        st.sampled_from(
            [
                ("PUT", f"/items/{item}", {}),
                ("DELETE", f"/items/{item}", {}),
                ("PUT", f"/users/{user}", {}),
                ("DELETE", f"/users/{user}", {}),
                ("PUT", f"/users/{user}/merge/{draw(PEOPLE)}", {"cascadeCreate": True}),
                ("PUT", f"/items/properties/{draw(NAMES)}", {"type": "string"}),
                ("PUT", "/items/properties/tags", {"type": "set", "role": "tags"}),
                ("PUT", "/users/properties/price", {"type": "double", "metadata": ["x"]}),
                ("DELETE", f"/items/properties/{draw(NAMES)}", {}),
                ("POST", f"/items/{item}", {draw(NAMES): draw(VALUES), "!cascadeCreate": True}),
                ("POST", f"/users/{user}", {"price": draw(VALUES)}),
                ("PUT", "/series/s1", {}),
                ("DELETE", "/series/s1", {"cascadeDelete": True}),
                (
                    "POST",
                    "/series/s1/items/",
                    {"itemType": "item", "itemId": item, "time": 2, "cascadeCreate": True},
                ),
                ("POST", "/series/s2/items/", {"itemType": "series", "itemId": "s1", "time": 1.5}),
                ("POST", "/synonyms/items/", {"term": item, "synonym": "x"}),
                ("DELETE", "/synonyms/items/", {}),
                (
                    "PUT",
                    "/segmentations/property-based/by-tag",
                    {"sourceType": "items", "propertyName": "tags"},
                ),
                ("PUT", "/segmentations/manual-reql/by-hand", {"sourceType": "items"}),
                (
                    "PUT",
                    f"/segmentations/manual-reql/by-hand/segments/{item}",
                    {"filter": "'itemId' == \"i1\""},
                ),
                (
                    "POST",
                    f"/recomms/users/{user}/items/",
                    {"count": 3, "cascadeCreate": draw(st.booleans())},
                ),
                ("POST", "/search/users/u1/items/", {"searchQuery": "text", "count": 2}),
                ("DELETE", "/", {}),
            ]
        )
    )


ONE = interactions() | changes()
CALLS = st.lists(ONE | st.lists(ONE, max_size=5), max_size=25)


def ask(service, call, now):
    if isinstance(call, list):
        requests = [dict(zip(("method", "path", "params"), one, strict=True)) for one in call]
        body = {"requests": requests}
        return service.apply(Call("POST", "/batch/", "", json.dumps(body).encode()), now)
    method, path, params = call
    query = ""
    if method == "DELETE" and path != "/":
        query, params = "&".join(f"{name}={value}" for name, value in params.items()), {}
    return service.apply(Call(method, path, query, json.dumps(params).encode()), now)


LISTINGS = [
    *("/items/list/?returnProperties=true", "/users/list/?returnProperties=true"),
    *("/items/properties/list/", "/users/properties/list/", "/series/list/", "/scenarios/"),
    *("/synonyms/items/", "/segmentations/list/?sourceType=items", "/series/s1/items/"),
    *(
        f"/{side}/{kind}/"
        for side in ("users/u1", "users/u2", "users/u-3", "items/i1", "items/i2", "items/s1")
        for kind in (
            *("detailviews", "purchases", "ratings", "cartadditions", "bookmarks"),
            "viewportions",
        )
    ),
]


def listed(service):
    answers = []
    for line in LISTINGS:
        path, _, query = line.partition("?")
        answers.append(service.apply(Call("GET", path, query), 1e9))
    return answers


@given(CALLS)
@settings(max_examples=150, deadline=None)
def test_a_dump_loads_as_what_it_was(calls):
    service = Service(Settings(seed=7))
    for at, call in enumerate(calls):
        ask(service, call, 1.6e9 + at // 3)
    copy = Service()
    copy.contents = load(dump(service.contents))
    assert listed(copy) == listed(service)
    assert copy.settings == service.settings
    assert list(dump(copy.contents)) == list(dump(service.contents))
    # And goes on as it would have.
    for call in calls:
        assert ask(copy, call, 1.7e9) == ask(service, call, 1.7e9)


def open_estate(path):
    return Estate(Admission(), Service, 30.0, DataFile(path))


@given(CALLS, CALLS, st.booleans())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_killed_server_comes_back_as_it_was(tmp_path_factory, before, after, compacted):
    folder = tmp_path_factory.mktemp("data")
    estate = open_estate(folder / "live.db")
    served = estate.open(Database("shop", "token", seed=3))
    memory = Service(Settings(seed=3))
    for at, call in enumerate(before):
        assert ask(served.service, call, 1.6e9 + at // 3) == ask(memory, call, 1.6e9 + at // 3)
    if compacted:
        served.service.compact(1.6e9)
    for call in after:
        assert ask(served.service, call, 1.7e9) == ask(memory, call, 1.7e9)
    # What the operating system has of a process that was killed at this moment.
    for name in ("live.db", "live.db-wal"):
        if (folder / name).exists():
            shutil.copy(folder / name, folder / name.replace("live", "left"))
    again = open_estate(folder / "left.db")
    found = again.open_kept("shop").service
    assert listed(found) == listed(memory)
    assert list(dump(found.contents)) == list(dump(served.service.contents))
    estate.finish(0.0)
    again.finish(0.0)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "not a dump"),
        ([b"[]"], "not a dump"),
        ([b"{"], "damaged"),
        ([b'{"format":"recombee-mock contents","version":99}'], "newer"),
    ],
)
def test_what_is_no_dump_is_refused(lines, why):
    with pytest.raises(DumpError, match=why):
        load(lines)


def test_half_a_dump_is_refused(shop):
    shop("POST /purchases/", {"userId": "u1", "itemId": "i1"})
    lines = list(dump(shop.service.contents))
    for end in range(1, len(lines)):
        with pytest.raises(DumpError, match="ends too early"):
            load(lines[:end])
