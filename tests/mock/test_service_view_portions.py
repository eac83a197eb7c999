"""View portions: one per user, item and session, and it only grows."""

import pytest


def report(db, **fields):
    return db("POST /viewportions/", {"userId": "u1", "itemId": "i1", **fields})[0]


@pytest.mark.parametrize(
    ("second", "status"),
    [
        ({"portion": 0.6, "timestamp": 11}, 200),
        ({"portion": 0.5, "timestamp": 11}, 200),
        ({"portion": 0.4, "timestamp": 11}, 409),
        ({"portion": 0.6, "timestamp": 10}, 409),
        ({"portion": 0.6, "timestamp": 9}, 409),
        ({"portion": 0.6, "timestamp": 11, "timeSpent": 30}, 200),
        ({"portion": 0.6, "timestamp": 11, "timeSpent": 29}, 409),
        ({"portion": 0.1, "timestamp": 1, "sessionId": "s"}, 200),
    ],
)
def test_a_portion_grows_with_time_or_stays_as_it_is(shop, second, status):
    assert report(shop, portion=0.5, timestamp=10, timeSpent=30) == 200
    before = shop("GET /users/u1/viewportions/")
    assert report(shop, **second) == status
    assert (shop("GET /users/u1/viewportions/") == before) is (status == 409)


def test_defaults_are_listed(shop):
    report(shop, portion=0.25, timestamp=10)
    expected = [
        {
            "userId": "u1",
            "itemId": "i1",
            "timestamp": 10.0,
            "portion": 0.25,
            "sessionId": None,
            "autoPresented": False,
            "timeSpent": 0,
        }
    ]
    assert shop("GET /users/u1/viewportions/") == (200, expected)
    assert shop("GET /items/i1/viewportions/") == (200, expected)


def test_what_an_update_leaves_out_stays(shop):
    first = {"timeSpent": 30, "autoPresented": True, "recommId": "r", "additionalData": {"a": 1}}
    report(shop, portion=0.25, timestamp=10, sessionId="s", **first)
    report(shop, portion=0.5, timestamp=11, sessionId="s")
    assert shop("GET /items/i1/viewportions/")[1] == [
        {
            "userId": "u1",
            "itemId": "i1",
            "timestamp": 11.0,
            "portion": 0.5,
            "sessionId": "s",
            **first,
        }
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"portion": None},
        {"portion": -2},
        {"portion": 1.1},
        {"portion": "1"},
        {"portion": 1, "sessionId": "a****"},
        {"portion": 1, "sessionId": ""},
        {"portion": 1, "sessionId": 5},
        {"portion": 1, "timeSpent": -1},
        {"portion": 1, "timestamp": -1},
    ],
)
def test_a_malformed_parameter_is_a_400(shop, wrong):
    assert report(shop, **wrong) == 400
    assert shop("GET /users/u1/viewportions/") == (200, [])


def test_unknown_user_or_item_is_a_404_unless_created_on_the_way(shop):
    asked = {"userId": "u3", "itemId": "i3", "portion": 1}
    assert shop("POST /viewportions/", asked)[0] == 404
    assert shop("POST /viewportions/", {**asked, "cascadeCreate": True}) == (200, "ok")


def test_reports_without_a_moment_follow_each_other(shop):
    assert [report(shop, portion=portion) for portion in (0.1, 0.2, 0.2)] == [200, 200, 200]


def test_deleting_without_a_session_means_session_null(shop):
    report(shop, portion=0.5)
    report(shop, portion=0.5, sessionId="s")
    line = "DELETE /viewportions/?userId=u1&itemId=i1"
    assert shop(line) == (200, "ok")
    assert shop(line)[0] == 404
    assert shop(f"{line}&sessionId=None")[0] == 404
    assert shop(f"{line}&sessionId=")[0] == 400
    assert shop(f"{line}&sessionId=s") == (200, "ok")
    assert shop("GET /items/i1/viewportions/") == (200, [])
