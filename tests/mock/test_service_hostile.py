"""Whatever comes in: a clear answer, never an exception, nothing half written."""

import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recombee_mock import json_bytes
from recombee_mock.protocol import Call
from recombee_mock.service import Service

BROKEN = {
    "not JSON": b"userId=u",
    "cut short": b'{"userId":"u1",',
    "two values": b"{}{}",
    "bad UTF-8": b'{"userId":"\xff"}',
    "UTF-16": '{"userId":"u1"}'.encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf{}",
    "NaN": b'{"timestamp":NaN}',
    "Infinity": b'{"timestamp":-Infinity}',
    "too large a number": b'{"timestamp":1e999}',
    "a number without end": b'{"timestamp":' + b"9" * 10_000 + b"}",
    "lone surrogate": b'{"userId":"\\ud800"}',
    "nested too deeply": b'{"a":' * 100_000,
    "closed but too deep": b"[" * 100_000 + b"]" * 100_000,
    "a text": b'"ok"',
    "a number": b"5",
    "null": b"null",
    "a list": b"[1]",
}


@pytest.fixture(params=["orjson", "json"])
def codec(request, monkeypatch):
    """Both ways to read JSON, as if orjson was installed or not."""
    if request.param == "json":
        monkeypatch.setattr("recombee_mock.gather.loads", json_bytes.plain_loads)


@pytest.mark.usefixtures("codec")
@pytest.mark.parametrize("path", ["/detailviews/", "/batch/", "/items/i1"])
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_body_is_a_400_with_a_reason(shop, path, body):
    status, answer = shop(f"POST {path}", body)
    assert (status, list(answer)) == (400, ["message"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"18446744073709551615", 2**64 - 1),
        (b"18446744073709551616", 2.0**64),
        (b"-9223372036854775809", -(2.0**63)),
        (b"-0", 0),
        (b'{"a":1,"a":2}', {"a": 2}),
        (b'"\\ud83d\\ude00 \\\\ud"', "\N{GRINNING FACE} \\ud"),
        (b" [1.50, 1E2] ", [1.5, 100.0]),
    ],
)
def test_both_ways_to_read_json_understand_the_same(text, expected):
    for loads in (json_bytes.loads, json_bytes.plain_loads):
        assert loads(text) == expected
        assert type(loads(text)) is type(expected)


def test_both_ways_to_write_json_write_the_same():
    value = {"a": [1, 2.5, "Škoda", None, True], "b": {}}
    assert json_bytes.plain_dumps(value) == json_bytes.dumps(value)


def test_a_surrogate_in_a_path_or_query_is_refused_and_can_be_quoted(db):
    assert db("PUT /items/\udcff")[0] == 400
    assert db("PUT /users/properties/p?type=int&role=\udcff")[0] == 400
    assert db("GET /items/list/?includedProperties=%ED%A0%80")[0] == 400


def test_a_long_value_is_quoted_in_part(db):
    _, body = db("PUT /items/" + "%20" * 10_000)
    assert len(body["message"]) < 200


ids = st.sampled_from(["a", "b", "list", "properties", "undefined", "%20", ""])
words = st.sampled_from(
    [
        *("items", "users", "series", "properties", "list", "merge", "batch", "recomms"),
        *("detailviews", "purchases", "ratings", "cartadditions", "bookmarks", "viewportions"),
    ]
)
paths = st.lists(st.one_of(words, ids, st.text(max_size=3)), max_size=5).map(
    lambda parts: "/" + "/".join(parts)
)
texts = st.one_of(st.sampled_from(["a", "b", "item", "int", "1"]), st.text(max_size=3))
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(
    [
        *("userId", "itemId", "timestamp", "cascadeCreate", "!cascadeCreate", "rating", "portion"),
        *("sessionId", "type", "role", "metadata", "itemType", "time", "count", "offset"),
        *("returnProperties", "includedProperties", "filter", "amount", "additionalData"),
        *("requests", "values", "a", "b"),
    ]
)
bodies = st.dictionaries(st.one_of(names, st.text(max_size=3)), values, max_size=5)
queries = st.one_of(
    st.text(string.printable, max_size=20),
    st.lists(st.tuples(names, st.text(max_size=3)), max_size=3).map(
        lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
    ),
)
methods = st.sampled_from(["GET", "PUT", "POST", "DELETE", "PATCH"])
calls = st.tuples(methods, paths, queries, bodies)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(calls, st.booleans()), max_size=12),
    st.one_of(st.none(), st.binary(max_size=20)),
)
def test_any_call_is_answered_with_json_and_never_with_500(drawn, garbage):
    service = Service()
    for (method, path, query, body), public in drawn:
        raw = garbage if garbage is not None else json.dumps(body).encode()
        reply = service.apply(Call(method, path, query, raw, "", public), 1.0)
        json.loads(reply.body)
        assert reply.status in {200, 201, 400, 403, 404, 405, 409, 501}


@settings(max_examples=200, deadline=None)
@given(st.lists(calls, max_size=12))
def test_any_batch_is_answered_for_each_request_or_refused_as_a_whole(drawn):
    service = Service()
    requests = [
        {"method": method, "path": f"{path}?{query}" if query else path, "params": body}
        for method, path, query, body in drawn
    ]
    reply = service.apply(
        Call("POST", "/batch/", body=json.dumps({"requests": requests}).encode()), 1.0
    )
    answers = json.loads(reply.body)
    assert reply.status in {200, 400, 404}
    assert reply.status != 200 or len(answers) == len(requests)


@settings(max_examples=100, deadline=None)
@given(st.lists(calls, max_size=12))
def test_the_same_calls_at_the_same_times_give_the_same_answers(drawn):
    def play():
        service = Service()
        return [
            service.apply(Call(method, path, query, json.dumps(body).encode()), 1.0)
            for method, path, query, body in drawn
        ]

    assert play() == play()
