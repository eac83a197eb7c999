"""The journal tells what the server understood of a request, in the words of the API."""

import json

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee.codec import JsonCodec
from aiorecombee.core.encode import encode
from aiorecombee.requests import ALL_REQUESTS
from recombee_mock.client.asking import call_of
from recombee_mock.operations import PRIVATE
from recombee_mock.seeing.declared import fields_by_wire, fields_of
from recombee_mock.seeing.entry import Hider
from recombee_mock.seeing.journal import Journal
from recombee_mock.seeing.journal_filter import Filter


def entry(method, path, body=None, *, operation=None, auth="private", **more):
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    bare = path.partition("?")[0]
    if operation is None:
        operation = PRIVATE.find(method, bare)[0].operation
    journal = Journal(**more)
    journal.record(1.0, method, f"/db{path}".encode(), "h", "db", operation, 200, auth, raw)
    return journal.entries()[0]


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("PUT", "/items/a%40b", None, {"itemId": "a@b"}),
        (
            "DELETE",
            "/purchases/?userId=u&itemId=i&timestamp=12.5",
            None,
            {"userId": "u", "itemId": "i", "timestamp": 12.5},
        ),
        (
            "GET",
            "/recomms/users/u/items/?count=5&cascadeCreate=True&includedProperties=a%2Cb&x=1",
            None,
            {
                "userId": "u",
                "count": 5,
                "cascadeCreate": True,
                "includedProperties": ["a", "b"],
                "x": "1",
            },
        ),
        (
            "GET",
            "/items/list/?filter=1+%3E+0&count=None&offset=nan&returnProperties=maybe",
            None,
            {"filter": "1 > 0", "offset": "nan", "returnProperties": "maybe"},
        ),
        (
            "POST",
            "/items/i",
            {"price": 3, "name": None, "!cascadeCreate": True},
            {"itemId": "i", "values": {"price": 3, "name": None}, "!cascadeCreate": True},
        ),
        ("POST", "/recomms/users/u/items/", {"count": 5}, {"userId": "u", "count": 5}),
    ],
)
def test_parameters_come_from_path_query_and_body_with_their_types(method, path, body, expected):
    assert entry(method, path, body).params == expected


@pytest.mark.parametrize("body", [b'{"count": 5', b"[1]", b"\xff", b'{"a": NaN}'])
def test_of_a_body_that_is_no_json_path_and_query_remain(body):
    assert entry("POST", "/recomms/users/u/items/", body).params == {"userId": "u"}


def test_a_request_that_was_not_understood_has_no_parameters():
    assert entry("GET", "/nowhere", operation="").params == {}


def test_a_query_that_is_no_text_leaves_nothing():
    assert entry("GET", "/items/list/?filter=%ff").params == {}


BATCH = {
    "requests": [
        {"method": "POST", "path": "/purchases/", "params": {"userId": "u", "itemId": "i"}},
        {"method": "DELETE", "path": "/bookmarks/?userId=u&timestamp=3"},
        {"method": "GET", "path": "/nowhere", "params": {"a": 1}},
        7,
    ],
    "distinctRecomms": True,
}


def test_a_batch_tells_what_is_in_it():
    batch = entry("POST", "/batch/", BATCH)
    assert batch.params == {"distinctRecomms": True}
    assert batch.operations == {"AddPurchase": 1, "DeleteBookmark": 1, "": 2}
    assert [(asked.operation, asked.params) for asked in batch.requests] == [
        ("AddPurchase", {"userId": "u", "itemId": "i"}),
        ("DeleteBookmark", {"userId": "u", "timestamp": 3}),
        ("", {"a": 1}),
        ("", {}),
    ]


@pytest.mark.parametrize("body", [{"requests": 3}, {}, b"x", {"requests": [None, [], "x"]}])
def test_a_batch_that_is_none_is_no_trouble(body):
    batch = entry("POST", "/batch/", body)
    assert set(batch.operations) <= {""}
    assert batch.whole


def test_the_requests_of_a_batch_are_shown_on_demand():
    batch = entry("POST", "/batch/", BATCH)
    assert "requests" not in batch.to_json()
    assert batch.to_json()["operations"] == batch.operations
    assert len(batch.to_json(requests=True)["requests"]) == 4


def test_a_long_batch_is_kept_in_full_and_shown_in_part():
    body = json.dumps(BATCH).encode()
    batch = entry("POST", "/batch/", body, body_limit=10)
    assert (batch.body, batch.body_truncated) == (body[:10].decode(), True)
    assert batch.operations["AddPurchase"] == 1


def test_a_batch_too_long_to_keep_says_so():
    batch = entry("POST", "/batch/", BATCH, body_limit=10, batch_limit=20)
    assert (batch.whole, batch.operations) == (False, {})


def test_no_secret_comes_back_through_what_was_understood():
    deep = inner = {}
    for _ in range(300):
        inner["s3cret"] = inner = {}
    inner["x"] = "s3cret"
    requests = [{"method": "PUT", "path": "/items/s3cret", "params": {"hmac_sign": "00ff"}}]
    for method, path, body in (
        ("POST", "/detailviews/", {"userId": "s3cret", "additionalData": ["s3cret", deep]}),
        ("POST", "/batch/", {"requests": requests, "s3cret": 1}),
        ("POST", "/items/s3cret?frontend_sign=00ff", {"hmac_sign": "00ff"}),
        ("POST", "/detailviews/", b'{"userId": "s3\\u0063ret"}'),
    ):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        journal = Journal()
        operation = PRIVATE.find(method, path.partition("?")[0])[0].operation
        journal.record(
            1.0, method, f"/db{path}".encode(), "h", "db", operation, 200, "private", raw
        )
        [read] = journal.entries(secrets=["s3cret"])
        understood = json.dumps({"params": read.params, "requests": [str(read.requests)]})
        assert "s3cret" not in understood
        assert "00ff" not in understood
        assert "s3cret" not in repr(read)


def test_the_host_tells_the_region():
    journal = Journal()
    for host in ("rapi-us-west.recombee.com", "localhost:1", "nope.recombee.com"):
        journal.record(1.0, "GET", b"/db/", host, "db", "", 200, "private", b"")
    assert [read.region for read in journal.entries()] == ["us-west", "any", "none"]


def test_entries_are_chosen_by_what_they_are():
    journal = Journal()
    for method, path, operation, status, auth, fault in (
        ("PUT", "/items/a", "AddItem", 201, "private", ""),
        ("PUT", "/items/b", "AddItem", 409, "private", ""),
        ("GET", "/users/list/", "ListUsers", 200, "private", "slow"),
        ("POST", "/purchases/", "AddPurchase", 404, "public", ""),
        ("POST", "/purchases/", "", 401, "mismatch", ""),
    ):
        target = f"/db{path}".encode()
        journal.record(1.0, method, target, "h", "db", operation, status, auth, b"", fault)

    def chosen(**only):
        return [read.seq for read in journal.entries(only=Filter(**only))]

    assert chosen(operation="AddItem") == [1, 2]
    assert chosen(status="4xx") == [2, 4, 5]
    assert chosen(status="404") == chosen(status=404) == [4]
    assert chosen(method="put") == [1, 2]
    assert chosen(path="/items/") == [1, 2]
    assert chosen(path="/items/", status="4XX") == [2]
    assert chosen(auth="mismatch") == [5]
    assert chosen(fault=True) == [3]
    assert chosen(fault=False) == [1, 2, 4, 5]
    assert chosen() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("status", ["x", "4x", "-1", "xx", "", "4.5"])
def test_a_status_that_is_none_is_refused(status):
    with pytest.raises(ValueError, match="number such as 404"):
        Filter(status=status)


@pytest.mark.parametrize("request_class", ALL_REQUESTS, ids=lambda cls: cls.__name__)
def test_the_fields_of_each_class_have_the_names_of_the_api(request_class):
    in_path = {part[1:-1] for part in request_class.path.split("/") if part.startswith("{")}
    assert in_path <= set(fields_by_wire(request_class.__name__))
    assert list(fields_of(request_class.__name__)) == [
        field.name for field in attrs.fields(request_class)
    ]


@pytest.mark.parametrize(
    "request_class",
    [cls for cls in ALL_REQUESTS if cls.__name__ != "Batch"],
    ids=lambda cls: cls.__name__,
)
def test_what_the_client_sends_is_understood_as_it_was_meant(request_class):
    """The SDK's own encoding, written apart from this, is the witness."""
    values = {
        field.name: _sample(field)
        for field in fields_of(request_class.__name__).values()
        if field.name != "source_type"
    }
    if "source_type" in fields_of(request_class.__name__):
        values["source_type"] = "items"
    asked = request_class(**values)
    call = encode(asked, JsonCodec())
    read = entry(call.method, call.target, call.body or b"")
    expected = {
        field.wire: values[field.name]
        for field in fields_of(request_class.__name__).values()
        if values[field.name] is not None
    }
    assert read.operation == request_class.__name__
    assert read.params == expected
    again = call_of(asked)
    assert (again["method"], PRIVATE.find(again["method"], again["path"])[0].operation) == (
        call.method,
        request_class.__name__,
    )


def _sample(field):
    special = {
        "type": "int",
        "item_type": "item",
        "values": {"a": 1},
        "changes": {"a": 1},
        "portion": 0.5,
        "rating": 0.5,
        "role": "title",
        "metadata": ["x"],
        "min_relevance": "low",
        "source_settings": None,
        "result_settings": None,
    }
    if field.name in special:
        return special[field.name]
    if not field.kinds:
        return {}
    kinds = {kind.__name__ for kind in field.kinds}
    if "bool" in kinds:
        return True
    if "list" in kinds:
        return ["a", "b"]
    if kinds & {"int", "datetime"}:
        return 7
    return 0.5 if "float" in kinds else "text"


@given(st.recursive(st.text() | st.integers(), st.lists))
def test_hiding_nothing_changes_nothing(value):
    hide = Hider([])
    if "_sign" not in json.dumps(value):
        assert hide.everywhere(value) == value
