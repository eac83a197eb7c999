"""URLs: which operation is meant."""

import pytest


@pytest.mark.parametrize(
    "line",
    [
        "GET /",
        "GET /nonsense",
        "GET //items/list/",
        "GET /items//",
        "GET //",
        "DELETE //",
        "PUT /groups/g",
        "POST /users/u/recomms/",
        "GET /my-db/items/list/",
        "PUT /" + "x/" * 10_000,
        "PUT items/a",
    ],
)
def test_a_url_that_does_not_exist_is_a_404_without_explanation(db, line):
    status = 405 if line == "GET /" else 404
    assert db(line) == (status, {})


@pytest.mark.parametrize(
    "line",
    [
        "PATCH /items/i",
        "GET /batch/",
        "POST /items/list/",
        "PUT /detailviews/",
        "GET /recomms/next/items/x",
        "get /items/i",
    ],
)
def test_a_wrong_method_is_a_405_without_explanation(db, line):
    assert db(line) == (405, {})


@pytest.mark.parametrize(
    "line",
    [
        "PUT /items/new/",
        "DELETE /users/u1/",
        "POST /items/i1/",
        "GET /users/u1/detailviews",
        "GET /items/properties/list/",
        "PUT /users/u1/merge/u2/",
        "PUT /series/s/",
        "POST /viewportions",
        "DELETE ",
    ],
)
def test_a_slash_more_or_less_makes_no_difference(shop, line):
    body = {"userId": "u1", "itemId": "i1", "portion": 1} if "viewportions" in line else {}
    assert shop(line, body)[0] in {200, 201}


def test_fixed_words_win_only_when_the_whole_path_is_theirs(db):
    assert db("PUT /items/list") == (201, "ok")
    assert db("PUT /items/properties") == (201, "ok")
    assert db("GET /items/list") == (200, {})
    assert db("GET /items/list/") == (200, ["list", "properties"])
    assert db("GET /items/properties/list/") == (200, [])
    assert db("GET /items/list/detailviews/") == (200, [])
    assert db("GET /items/properties/detailviews/") == (200, [])
    assert db("GET /items/properties/detailviews")[0] == 404
    assert db.operation == "GetItemPropertyInfo"


def test_an_encoded_slash_stays_within_its_id(db):
    status, body = db("PUT /items/a%2Fdetailviews")
    assert (status, "itemId" in body["message"]) == (400, True)


@pytest.mark.parametrize("body", [None, b"", b"{}", b"[]", {}, []])
def test_an_empty_body_comes_in_several_shapes(db, body):
    assert db("PUT /items/i", body) == (201, "ok")
