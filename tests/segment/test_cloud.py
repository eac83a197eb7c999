"""Segment's process: what it would send, and report, for each way an event can reach it."""

import pytest

from aiorecombee.segment.cloud.cases import outcome

SETTINGS = {"databaseId": "db", "privateToken": "t", "databaseRegion": "eu-west"}
NOTED = {"segmentEventType": "track", "segmentEventName": "Product Viewed"}

REGIONS = 'Database Region must be one of: "eu-west", "ca-east", "ap-se", "us-west", or "custom".'


def run(mode, *, profile="main-2026-07", mappings=None, settings=None, respond=None, **events):
    case = {"mode": mode, "mappings": mappings, "settings": {**SETTINGS, **(settings or {})}}
    return outcome({**case, "respond": respond, **events}, profile)


def viewed(product="p", **more):
    return {
        "type": "track",
        "event": "Product Viewed",
        "userId": "u",
        "properties": {"product_id": product},
        **more,
    }


def test_an_event_of_its_own_is_a_call_of_its_own():
    assert run("event", event=viewed(timestamp="2026-01-02T03:04:05Z")) == {
        "requests": [
            {
                "method": "POST",
                "host": "rapi-eu-west.recombee.com",
                "path": "/db/detailviews/",
                "body": {
                    "userId": "u",
                    "itemId": "p",
                    "timestamp": 1767323045,
                    "cascadeCreate": True,
                    "additionalData": NOTED,
                },
            }
        ],
        "matched": ["Ecommerce - Product Viewed"],
    }


def test_an_order_is_a_batch_even_of_one():
    event = {
        "type": "track",
        "event": "Order Completed",
        "userId": "u",
        "properties": {"products": [{"product_id": "p", "quantity": 3, "price": 0.1}]},
    }

    (call,) = run("event", event=event)["requests"]

    assert call["path"] == "/db/batch/"
    assert [entry["params"]["price"] for entry in call["body"]["requests"]] == [3 * 0.1]


def test_a_deletion_writes_its_query_as_a_form():
    event = {
        "type": "track",
        "event": "Product Removed",
        "userId": "a b+c~*",
        "properties": {"product_id": "é&", "timestamp": 5},
    }

    (call,) = run("event", event=event)["requests"]

    assert (call["method"], call["path"], call["body"]) == (
        "DELETE",
        "/db/cartadditions/?userId=a+b%2Bc%7E*&itemId=%C3%A9%26&timestamp=5",
        {},
    )


ODD = {"type": "alias", "userId": "a b/c", "previousId": "x?y"}


def test_ids_in_paths_are_as_they_are_and_then_signed_wrongly():
    (call,) = run("event", event=ODD)["requests"]

    assert call["path"] == "/db/users/a b/c/merge/x?y?cascadeCreate=true"
    assert call["wire_path"] == "/db/users/a%20b/c/merge/x?y?cascadeCreate=true"
    assert call["signature"] == "does not match the wire path"


def test_the_default_profile_encodes_them():
    (call,) = run("event", event=ODD, profile="documented")["requests"]

    assert call["path"] == "/db/users/a%20b%2Fc/merge/x%3Fy?cascadeCreate=true"
    assert "wire_path" not in call
    assert "signature" not in call


GOOD, BROKEN, ALIEN, LATE = (
    viewed("a"),
    viewed({}),
    {"type": "page"},
    viewed("b", timestamp=-1),
)


def test_a_batch_has_a_status_for_each_event():
    told = run("batch", mappings=["Ecommerce - Product Viewed"], events=[GOOD, BROKEN, ALIEN])

    assert [entry["params"]["itemId"] for entry in told["requests"][0]["body"]["requests"]] == ["a"]
    assert told["multistatus"] == [
        {
            "status": 200,
            "sent": {"userId": "u", "itemId": "a", "internalAdditionalData": NOTED},
        },
        _refused("Item ID must be a string but it was an object."),
        _refused("Payload is either invalid or does not match the subscription"),
    ]


def _refused(text):
    return {
        "status": 400,
        "errortype": "PAYLOAD_VALIDATION_FAILED",
        "errorreporter": "INTEGRATIONS",
        "errormessage": text,
    }


def test_in_segment_one_timestamp_stops_the_whole_batch():
    told = run("batch", mappings=["Ecommerce - Product Viewed"], events=[GOOD, LATE])

    assert told == {
        "error": {
            "subscription": "Ecommerce - Product Viewed",
            "kind": "payload",
            "name": "PayloadValidationError",
            "message": "Timestamp cannot be negative.",
            "status": 400,
            "code": "PAYLOAD_VALIDATION_FAILED",
        },
        "matched": ["Ecommerce - Product Viewed"],
    }


def test_in_the_default_profile_it_stops_nothing_but_itself():
    told = run(
        "batch",
        mappings=["Ecommerce - Product Viewed"],
        events=[GOOD, LATE],
        profile="documented",
    )

    assert len(told["requests"][0]["body"]["requests"]) == 1
    assert [status["status"] for status in told["multistatus"]] == [200, 400]


def test_a_batch_keeps_empty_ids_that_an_event_of_its_own_loses():
    empty = viewed("p", userId="")

    assert run("event", event=empty)["error"]["message"] == (
        "The root value is missing the required field 'userId'."
    )
    (call,) = run("batch", mappings=["Ecommerce - Product Viewed"], events=[empty])["requests"]
    assert call["body"]["requests"][0]["params"]["userId"] == ""


def test_a_batch_nobody_asked_for_has_no_statuses():
    told = run("batch", mappings=["Alias"], events=[GOOD])

    assert told == {"requests": [], "matched": [], "multistatus": []}


@pytest.mark.parametrize(
    ("respond", "error"),
    [
        (
            {"status": 409, "statusText": "Conflict"},
            {"kind": "http", "name": "HTTPError", "message": "Conflict", "status": 409},
        ),
        (
            {"networkError": True},
            {
                "kind": "network",
                "name": "FetchError",
                "message": "request to https://rapi-eu-west.recombee.com/db/detailviews/ failed,"
                " reason: socket hang up",
                "code": "ECONNRESET",
            },
        ),
    ],
)
def test_what_the_api_refuses_is_an_error_beside_the_request(respond, error):
    told = run("event", event=viewed(), respond=respond)

    assert len(told["requests"]) == 1
    assert told["errors"] == [{"subscription": "Ecommerce - Product Viewed", **error}]


def test_an_answer_that_declares_json_and_is_none_is_lost():
    headers = {"Content-Type": "application/json"}

    (error,) = run("event", event=viewed(), respond={"headers": headers, "body": "{oops"})["errors"]

    assert (error["kind"], error["name"]) == ("network", "FetchError")
    plain = {"headers": {"Content-Type": "text/plain"}, "body": "{oops"}
    assert "errors" not in run("event", event=viewed(), respond=plain)


def test_deletions_are_of_known_users_only():
    assert [call["path"] for call in run("delete", event={"userId": 5})["requests"]] == [
        "/db/users/5/"
    ]
    assert run("delete", event={"anonymousId": "a"}) == {
        "requests": [],
        "result": {"output": "no onDelete defined"},
    }
    gone = {"status": 404, "statusText": "Not Found"}
    assert run("delete", event={"userId": "u"}, respond=gone)["error"]["message"] == "Not Found"


def test_settings_are_tested_with_an_empty_batch():
    told = run("testAuthentication")

    assert told["ok"] is True
    assert [(call["path"], call["body"]) for call in told["requests"]] == [
        ("/db/batch/", {"requests": []})
    ]


@pytest.mark.parametrize(
    ("settings", "respond", "message"),
    [
        (
            {},
            {"status": 401, "statusText": "Unauthorized"},
            "Credentials are invalid: 401 Unauthorized",
        ),
        (
            {"databaseRegion": "custom"},
            None,
            "Credentials are invalid:  RAPI URI is required when using custom database region",
        ),
        (
            {"databaseId": None, "databaseRegion": "mars"},
            None,
            REGIONS,
        ),
    ],
)
def test_settings_that_do_not_work_say_why(settings, respond, message):
    told = run("testAuthentication", settings=settings, respond=respond)

    assert told["error"]["message"] == message


def test_wrong_settings_come_before_everything():
    told = run("event", event={"type": "identify"}, settings={"databaseRegion": "a b"})

    assert told["matched"] == []
    assert told["error"]["settings"] is True
    assert [text for _, text in told["error"]["details"]] == [
        REGIONS,
        "Database Region must be a valid hostname string but it was not.",
    ]


def test_a_custom_region_is_where_the_api_uri_says():
    custom = {"databaseRegion": "custom", "databaseId": 42}

    (call,) = run("event", event=viewed(), settings={**custom, "apiUri": "localhost:84"})[
        "requests"
    ]
    assert (call["host"], call["path"]) == ("localhost:84", "/42/detailviews/")

    (call,) = run("event", event=viewed(), settings={**custom, "apiUri": "host/prefix"})["requests"]
    assert (call["host"], call["path"]) == ("host", "/prefix/42/detailviews/")
    assert call["signature"] == "does not match the wire path"


def test_subscriptions_that_fail_stand_beside_those_that_do_not():
    rated = {
        "name": "Rated",
        "partnerAction": "addRating",
        "subscribe": 'type = "track"',
        "mapping": {"userId": "u", "itemId": "i"},
    }
    unknown = {**rated, "name": None, "partnerAction": "addLike"}
    unreadable = {**rated, "name": "Unreadable", "subscribe": 'event = "X'}

    told = run(
        "event",
        event=viewed(),
        mappings=["Ecommerce - Product Viewed", rated, unknown, unreadable],
    )

    assert told["matched"] == ["Ecommerce - Product Viewed", "Rated", "#2 addLike"]
    assert [(error["subscription"], error["kind"]) for error in told["errors"]] == [
        ("Rated", "schema"),
        ("Unreadable", "subscription"),
    ]
