"""The five kinds of interactions that are told apart by their moment."""

import time

import pytest

from recombee_mock.protocol import Call

KINDS = [
    ("detailviews", {}),
    ("purchases", {}),
    ("ratings", {"rating": 0.5}),
    ("cartadditions", {}),
    ("bookmarks", {}),
]
kinds = pytest.mark.parametrize(("kind", "needed"), KINDS)


@kinds
def test_the_same_moment_is_a_conflict_and_changes_nothing(shop, kind, needed):
    view = {"userId": "u1", "itemId": "i1", "timestamp": 5, **needed}
    assert shop(f"POST /{kind}/", view) == (200, "ok")
    before = shop(f"GET /users/u1/{kind}/")
    assert shop(f"POST /{kind}/", {**view, "recommId": "r"})[0] == 409
    assert shop(f"GET /users/u1/{kind}/") == before


@pytest.mark.parametrize(
    "timestamp",
    [1, 1.0, "1", "1970-01-01T00:00:01Z", "1970-01-01T01:00:01+01:00", "1970-01-01T00:00:01"],
)
def test_moments_are_compared_by_value(shop, timestamp):
    shop("POST /bookmarks/", {"userId": "u1", "itemId": "i1", "timestamp": 1})
    again = {"userId": "u1", "itemId": "i1", "timestamp": timestamp}
    assert shop("POST /bookmarks/", again)[0] == 409


@kinds
def test_two_calls_without_a_moment_both_pass(shop, kind, needed):
    for _ in range(2):
        shop(f"POST /{kind}/", {"userId": "u1", "itemId": "i1", **needed})
    assert [found["timestamp"] for found in shop(f"GET /items/i1/{kind}/")[1]] == [
        1_700_000_000.0,
        1_700_000_000.000001,
    ]


def test_a_call_without_a_moment_passes_even_if_one_of_this_very_moment_exists(shop):
    view = {"userId": "u1", "itemId": "i1"}
    shop("POST /detailviews/", {**view, "timestamp": shop.now})
    assert shop("POST /detailviews/", view) == (200, "ok")
    assert [found["timestamp"] for found in shop("GET /users/u1/detailviews/")[1]] == [
        1_700_000_000.0,
        1_700_000_000.000001,
    ]


@kinds
def test_unknown_user_or_item_is_a_404_unless_created_on_the_way(shop, kind, needed):
    for user, item in (("new", "i1"), ("u1", "new")):
        assert shop(f"POST /{kind}/", {"userId": user, "itemId": item, **needed})[0] == 404
    assert shop("GET /users/list/")[1] + shop("GET /items/list/")[1] == ["u1", "u2", "i1", "i2"]
    both = {"userId": "u3", "itemId": "i3", "cascadeCreate": True, **needed}
    assert shop(f"POST /{kind}/", both) == (200, "ok")
    assert shop("GET /users/list/")[1] + shop("GET /items/list/")[1] == [
        "u1",
        "u2",
        "u3",
        "i1",
        "i2",
        "i3",
    ]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("detailviews", {"userId": "***not_valid$$$"}),
        ("detailviews", {"itemId": "a b"}),
        ("detailviews", {"userId": None}),
        ("detailviews", {"userId": ["u1"]}),
        ("detailviews", {"itemId": {}}),
        ("detailviews", {"itemId": 5}),
        ("detailviews", {"timestamp": -1}),
        ("detailviews", {"timestamp": -0.5}),
        ("detailviews", {"timestamp": "yesterday"}),
        ("detailviews", {"timestamp": "1e999"}),
        ("detailviews", {"timestamp": True}),
        ("detailviews", {"timestamp": [1]}),
        ("detailviews", {"duration": -1}),
        ("detailviews", {"duration": "5"}),
        ("detailviews", {"autoPresented": 1}),
        ("detailviews", {"cascadeCreate": "yes"}),
        ("detailviews", {"recommId": 5}),
        ("detailviews", {"additionalData": [1]}),
        ("purchases", {"amount": "2"}),
        ("purchases", {"price": True}),
        ("purchases", {"profit": {}}),
        ("cartadditions", {"amount": []}),
        ("ratings", {}),
        ("ratings", {"rating": None}),
        ("ratings", {"rating": -2}),
        ("ratings", {"rating": 1.0001}),
        ("ratings", {"rating": "0.5"}),
    ],
)
def test_a_malformed_parameter_is_a_400_and_creates_nothing(db, kind, wrong):
    asked = {"userId": "u", "itemId": "i", "cascadeCreate": True, **wrong}
    status, body = db(f"POST /{kind}/", asked)
    assert (status, list(body)) == (400, ["message"])
    assert db("GET /users/list/") == (200, [])
    assert db("GET /items/list/") == (200, [])


def test_a_refusal_names_parameter_rule_and_value(shop):
    asked = {"userId": "u1", "itemId": "i1", "rating": -2}
    assert shop("POST /ratings/", asked)[1] == {
        "message": 'Parameter "rating" must be a number from -1.0 to 1.0, but is -2!'
    }


def test_an_empty_list_is_how_php_writes_an_empty_object(shop):
    asked = {"userId": "u1", "itemId": "i1", "timestamp": 5, "additionalData": []}
    assert shop("POST /purchases/", asked) == (200, "ok")
    assert shop("GET /items/i1/purchases/")[1][0]["additionalData"] == {}
    assert shop("POST /more-items/", {"filter": "true", "changes": []})[0] == 200


def test_null_counts_as_not_given(shop):
    names = ("timestamp", "duration", "cascadeCreate", "recommId", "additionalData")
    asked = {"userId": "u1", "itemId": "i1", **dict.fromkeys(names)}
    assert shop("POST /detailviews/", asked) == (200, "ok")


@pytest.mark.parametrize(
    ("kind", "sent", "listed"),
    [
        ("detailviews", {}, {"duration": None, "autoPresented": False}),
        (
            "detailviews",
            {"duration": 2.5, "autoPresented": True},
            {"duration": 2.5, "autoPresented": True},
        ),
        ("purchases", {}, {}),
        (
            "purchases",
            {"amount": 2, "price": -9.98, "profit": 0},
            {"amount": 2, "price": -9.98, "profit": 0},
        ),
        ("ratings", {"rating": -1}, {"rating": -1}),
        ("cartadditions", {"amount": 1.5, "price": 3}, {"amount": 1.5, "price": 3}),
        ("bookmarks", {}, {}),
        (
            "bookmarks",
            {"recommId": "r-1", "additionalData": {"a": [1, {"b": None}]}},
            {"recommId": "r-1", "additionalData": {"a": [1, {"b": None}]}},
        ),
        ("bookmarks", {"unknown": 1}, {}),
    ],
)
def test_what_was_sent_is_listed_and_what_was_not_mostly_left_out(shop, kind, sent, listed):
    shop(f"POST /{kind}/", {"userId": "u1", "itemId": "i1", "timestamp": 1348151906, **sent})
    expected = [{"userId": "u1", "itemId": "i1", "timestamp": 1348151906.0, **listed}]
    assert shop(f"GET /users/u1/{kind}/") == (200, expected)
    assert shop(f"GET /items/i1/{kind}/") == (200, expected)


def test_a_moment_without_offset_is_in_utc_wherever_the_server_runs(shop, monkeypatch):
    view = {"userId": "u1", "itemId": "i1", "timestamp": "2024-01-02T03:04:05"}
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        shop("POST /bookmarks/", view)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert [found["timestamp"] for found in shop("GET /users/u1/bookmarks/")[1]] == [1704164645.0]


@pytest.mark.parametrize("timestamp", [0, -0.0, "0", "-0"])
def test_the_first_moment_of_all_is_zero(shop, timestamp):
    view = {"userId": "u1", "itemId": "i1", "timestamp": timestamp}
    assert shop("POST /bookmarks/", view) == (200, "ok")
    assert repr(shop("GET /users/u1/bookmarks/")[1][0]["timestamp"]) == "0.0"


def test_timestamps_are_written_with_a_fraction(shop):
    shop("POST /bookmarks/", {"userId": "u1", "itemId": "i1", "timestamp": 1348151906})
    reply = shop.service.apply(Call("GET", "/users/u1/bookmarks/"), shop.now)
    assert reply.body == b'[{"userId":"u1","itemId":"i1","timestamp":1348151906.0}]'


def test_lists_are_in_the_order_of_time_then_of_ids(shop):
    for item, timestamp in (("i2", 3), ("i1", 3), ("i1", 1), ("i2", 2)):
        shop("POST /detailviews/", {"userId": "u1", "itemId": item, "timestamp": timestamp})
    found = shop("GET /users/u1/detailviews/")[1]
    assert [(view["timestamp"], view["itemId"]) for view in found] == [
        (1, "i1"),
        (2, "i2"),
        (3, "i1"),
        (3, "i2"),
    ]


@kinds
def test_kinds_are_kept_apart(shop, kind, needed):
    shop(f"POST /{kind}/", {"userId": "u1", "itemId": "i1", "timestamp": 1, **needed})
    found = {other: len(shop(f"GET /users/u1/{other}/")[1]) for other, _ in KINDS}
    assert found == {other: int(other == kind) for other, _ in KINDS}


@kinds
def test_deleting_with_a_moment_takes_that_one_only(shop, kind, needed):
    for timestamp in (1, 2.5):
        shop(f"POST /{kind}/", {"userId": "u1", "itemId": "i1", "timestamp": timestamp, **needed})
    line = f"DELETE /{kind}/?userId=u1&itemId=i1&timestamp=2.5"
    assert shop(line) == (200, "ok")
    assert shop(line)[0] == 404
    assert [found["timestamp"] for found in shop(f"GET /items/i1/{kind}/")[1]] == [1.0]


@kinds
def test_deleting_without_a_moment_takes_all_of_the_pair(shop, kind, needed):
    for user, timestamp in (("u1", 1), ("u1", 2), ("u2", 1)):
        shop(f"POST /{kind}/", {"userId": user, "itemId": "i1", "timestamp": timestamp, **needed})
    line = f"DELETE /{kind}/?userId=u1&itemId=i1"
    assert shop(line) == (200, "ok")
    assert shop(line)[0] == 404
    assert [found["userId"] for found in shop(f"GET /items/i1/{kind}/")[1]] == ["u2"]


@pytest.mark.parametrize(
    "timestamp",
    [
        "1704164645",
        "1704164645.0",
        "2024-01-02T03:04:05Z",
        "2024-01-02T03%3A04%3A05%2B00%3A00",
        "2024-01-02T03:04:05.000000",
    ],
)
def test_a_moment_in_a_query_is_read_in_every_spelling(shop, timestamp):
    shop("POST /bookmarks/", {"userId": "u1", "itemId": "i1", "timestamp": 1704164645})
    assert shop(
        f"DELETE /bookmarks/?itemId=i1&timestamp={timestamp}&userId=u1&hmac_timestamp=1&hmac_sign=a"
    ) == (200, "ok")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("userId=u1", 400),
        ("itemId=i1", 400),
        ("userId=u1&itemId=*", 400),
        ("userId=u1&itemId=i1&timestamp=x", 400),
        ("userId=u1&itemId=i1&timestamp=-1", 400),
        ("userId=unknown&itemId=i1", 404),
        ("userId=u1&itemId=unknown", 404),
        ("userId=u1&itemId=i1", 404),
        ("userId=%ff&itemId=i1", 400),
    ],
)
def test_a_deletion_that_cannot_be_done_says_why(shop, query, status):
    found, body = shop(f"DELETE /ratings/?{query}")
    assert (found, list(body)) == (status, ["message"])


def test_a_missing_rating_is_described_as_the_service_describes_it(shop):
    assert shop("DELETE /ratings/?userId=u1&itemId=i1") == (
        404,
        {"message": 'Rating of userId="u1",itemId="i1" does not exist!'},
    )


@pytest.mark.parametrize("kind", [kind for kind, _ in KINDS])
def test_listing_for_someone_unknown_is_a_404(shop, kind):
    assert shop(f"GET /users/unknown/{kind}/")[0] == 404
    assert shop(f"GET /items/unknown/{kind}/")[0] == 404
    assert shop(f"GET /items/***/{kind}/")[0] == 400


def test_data_nested_beyond_what_can_be_stored_is_a_400(shop):
    def nested(depth):
        return (
            b'{"userId":"u1","itemId":"i1","additionalData":'
            + b'{"a":' * depth
            + b"1"
            + b"}" * (depth + 1)
        )

    assert shop("POST /detailviews/", nested(100)) == (200, "ok")
    assert shop("POST /detailviews/", nested(101))[0] == 400
    assert shop("POST /detailviews/", nested(100_000))[0] == 400
    assert shop("GET /users/u1/detailviews/")[0] == 200
