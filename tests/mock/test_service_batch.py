"""Batch: its own rules, and that each request is answered as it would be alone."""

import json

import pytest

from recombee_mock.protocol import Call
from recombee_mock.settings import Settings


def test_the_official_suites_example_in_order(db):
    view = {"userId": "u", "itemId": "i", "timestamp": 5}
    assert db.batch(
        ("PUT /items/properties/num", {"type": "int"}),
        ("PUT /items/properties/time", {"type": "timestamp"}),
        ("POST /items/i", {"num": 99, "!cascadeCreate": True}),
        "PUT /items/i",
        ("POST /items/i", {"num": 100, "time": 27, "!cascadeCreate": True}),
        "GET /items/list/",
        "DELETE /items/i",
        "GET /items/list/",
        ("POST /cartadditions/", view),
        ("POST /cartadditions/", {**view, "cascadeCreate": True}),
    ) == [
        (201, "ok"),
        (201, "ok"),
        (200, "ok"),
        (409, {"statusCode": 409, "error": 'Item "i" already exists!'}),
        (200, "ok"),
        (200, ["i"]),
        (200, "ok"),
        (200, []),
        (404, {"statusCode": 404, "error": 'User "u" does not exist!'}),
        (200, "ok"),
    ]


def test_an_empty_batch_is_answered_with_an_empty_list(db):
    assert db("POST /batch/", {"requests": []}) == (200, [])
    assert db.operation == "Batch"


@pytest.mark.parametrize("flag", [True, False, None])
def test_distinct_recomms_is_accepted(db, flag):
    assert db("POST /batch/", {"requests": [], "distinctRecomms": flag}) == (200, [])


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"requests": None},
        {"requests": {}},
        {"requests": "x"},
        {"requests": [], "distinctRecomms": "yes"},
        {"requests": [None]},
        {"requests": [["PUT", "/items/i"]]},
        {"requests": [{"path": "/items/i"}]},
        {"requests": [{"method": "PUT"}]},
        {"requests": [{"method": 1, "path": "/items/i"}]},
        {"requests": [{"method": ["PUT"], "path": "/items/i"}]},
        {"requests": [{"method": "PUT", "path": {}}]},
        {"requests": [{"method": "PUT", "path": "/items/i", "params": "x"}]},
        {"requests": [{"method": "PUT", "path": "/items/i", "params": [1]}]},
        {"requests": [{"method": "PUT", "path": "/items/i?a=%ff"}]},
    ],
)
def test_a_malformed_batch_is_a_400(db, body):
    assert db("POST /batch/", body)[0] == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "PUT", "path": "/nonsense"},
        {"method": "PUT", "path": "items/i"},
        {"method": "PUT", "path": ""},
        {"method": "POST", "path": "/my-db/items/i/x/y/z"},
        {"method": "PATCH", "path": "/items/i"},
        {"method": "put", "path": "/items/i"},
        {"method": "GET", "path": "/detailviews/"},
        {"method": "PUT"},
    ],
)
def test_one_wrong_url_or_structure_stops_the_whole_batch(db, wrong):
    good = {"method": "PUT", "path": "/items/good"}
    status, body = db("POST /batch/", {"requests": [good, wrong]})
    assert (status, "requests[1]" in body["message"]) == (404 if "path" in wrong else 400, True)
    assert db("GET /items/list/") == (200, [])


def test_a_known_url_with_a_bad_id_concerns_only_itself(db):
    answers = db.batch("PUT /items/a", "PUT /items/Škoda", "PUT /items/b", "PUT /items/a%40b")
    assert [code for code, _ in answers] == [201, 400, 201, 201]
    assert list(answers[1][1]) == ["statusCode", "error"]
    assert db("GET /items/list/") == (200, ["a", "a@b", "b"])


def test_entries_hold_code_and_json_in_this_order(db):
    _, entries = db("POST /batch/", {"requests": [{"method": "GET", "path": "/items/x"}]})
    assert [list(entry) for entry in entries] == [["code", "json"]]


@pytest.mark.parametrize("params", [None, {}, []])
def test_missing_params_come_in_several_shapes(db, params):
    requests = [{"method": "PUT", "path": "/items/i", "params": params}]
    assert db("POST /batch/", {"requests": requests}) == (200, [{"code": 201, "json": "ok"}])


def test_params_stand_for_query_and_body(shop):
    view = {"userId": "u1", "itemId": "i1", "timestamp": 1}
    assert shop.batch(
        ("POST /detailviews/", view),
        ("DELETE /detailviews/", {**view, "timestamp": "1970-01-01T00:00:01Z"}),
        ("DELETE /detailviews/", view),
        ("PUT /users/new/merge/u1", {"cascadeCreate": True}),
    )[:2] == [(200, "ok"), (200, "ok")]
    assert shop("GET /users/list/") == (200, ["new", "u2"])


def test_a_batch_within_a_batch_is_refused_alone(db):
    answers = db.batch(("POST /batch/", {"requests": []}), "PUT /items/i")
    assert [code for code, _ in answers] == [400, 201]


def test_a_batch_may_reset_the_database_in_its_midst(db):
    answers = db.batch("PUT /items/a", "DELETE /", "PUT /items/b")
    assert [code for code, _ in answers] == [201, 200, 201]
    assert db("GET /items/list/") == (200, ["b"])


def test_more_requests_than_allowed_are_a_413_and_nothing_happens(db):
    db.service.settings = Settings(max_batch=2)
    requests = [{"method": "PUT", "path": f"/items/{name}"} for name in "abc"]
    assert db("POST /batch/", {"requests": requests})[0] == 413
    assert db("GET /items/list/") == (200, [])
    assert db("POST /batch/", {"requests": requests[:2]})[0] == 200


def test_ten_thousand_requests_are_allowed_by_default_and_no_more(db):
    requests = [{"method": "PUT", "path": "/items/a"}] * 10_001
    assert db("POST /batch/", {"requests": requests})[0] == 413
    status, entries = db("POST /batch/", {"requests": requests[1:]})
    assert (status, len(entries)) == (200, 10_000)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("", 200),
        ("none", 400),
        ("text/plain", 400),
        ("application/x-www-form-urlencoded", 400),
    ],
)
def test_a_batch_must_be_declared_as_json(db, content_type, status):
    assert db("POST /batch/", {"requests": []}, content_type=content_type)[0] == status
    assert db("PUT /items/i", {}, content_type=content_type)[0] == 201


def test_a_batch_answers_each_request_as_it_would_be_answered_alone(db):
    lines = [
        ("PUT /users/u", None),
        ("PUT /users/u", None),
        ("POST /purchases/", {"userId": "u", "itemId": "i", "timestamp": 1}),
        ("POST /purchases/", {"userId": "u", "itemId": "i", "timestamp": 1, "cascadeCreate": True}),
        ("POST /purchases/", {"userId": "u", "itemId": "i", "timestamp": 1}),
        ("POST /purchases/", {"userId": "u", "itemId": "i", "timestamp": "x"}),
        ("GET /users/u/purchases/", None),
        ("GET /users/properties/list/", None),
        ("GET /scenarios/", None),
    ]
    together = db.batch(*(line if body is None else (line, body) for line, body in lines))
    db.service.reset()
    alone = [db(line, body) for line, body in lines]
    assert [code for code, _ in together] == [status for status, _ in alone]
    assert [body if code < 400 else body["error"] for code, body in together] == [
        body if status < 400 else body["message"] for status, body in alone
    ]


def test_a_batch_is_answered_as_one_json_text(db):
    body = json.dumps({"requests": [{"method": "PUT", "path": "/items/i"}] * 2}).encode()
    reply = db.service.apply(Call("POST", "/batch/", body=body), db.now)
    assert reply.body == (
        b'[{"code":201,"json":"ok"},'
        b'{"code":409,"json":{"statusCode":409,"error":"Item \\"i\\" already exists!"}}]'
    )
