"""The database as a whole: erasing it, and who may do what."""

import re

import pytest

from aiorecombee.requests import ALL_REQUESTS
from recombee_mock.settings import Settings

CLIENT_SIDE = {
    "AddDetailView",
    "AddPurchase",
    "AddRating",
    "AddCartAddition",
    "AddBookmark",
    "SetViewPortion",
    "RecommendItemsToUser",
    "RecommendItemsToItem",
    "RecommendItemsToItemSegment",
    "RecommendItemSegmentsToUser",
    "RecommendItemSegmentsToItem",
    "RecommendItemSegmentsToItemSegment",
    "RecommendNextItems",
    "RecommendNextItemSegments",
    "CompositeRecommendation",
    "SearchItems",
    "SearchItemSegments",
    "Batch",
}


def test_a_reset_erases_everything(shop):
    shop("PUT /items/properties/p", {"type": "int"})
    shop("PUT /users/properties/p", {"type": "int"})
    shop("PUT /series/s")
    shop("POST /ratings/", {"userId": "u1", "itemId": "i1", "rating": 1})
    shop("POST /viewportions/", {"userId": "u1", "itemId": "i1", "portion": 1})
    assert shop("DELETE /") == (200, "ok")
    for path in (
        "/items/list/",
        "/users/list/",
        "/series/list/",
        "/items/properties/list/",
        "/users/properties/list/",
    ):
        assert shop(f"GET {path}") == (200, [])
    shop("PUT /users/u1")
    assert shop("GET /users/u1/ratings/") == (200, [])
    assert shop("GET /users/u1/viewportions/") == (200, [])


def test_while_erasing_everything_but_a_reset_is_a_422(shop):
    shop.service.settings = Settings(erase_window=2.0)
    shop("DELETE /")
    shop.now += 1.9
    for line in ("GET /items/list/", "PUT /items/i", "GET /nonsense", "POST /batch/"):
        assert shop(line)[0] == 422
    assert shop("POST /batch/", b"not json")[0] == 422
    assert shop("DELETE /") == (200, "ok")
    shop.now += 1.9
    assert shop("GET /items/list/")[0] == 422
    shop.now += 0.1
    assert shop("GET /items/list/") == (200, [])


def test_a_reset_inside_a_batch_refuses_what_follows(db):
    db.service.settings = Settings(erase_window=2.0)
    codes = [code for code, _ in db.batch("PUT /items/a", "DELETE /", "PUT /items/b", "DELETE /")]
    assert codes == [201, 200, 422, 200]


def test_the_services_own_reset_ends_at_once(shop):
    shop.service.settings = Settings(erase_window=2.0)
    shop("DELETE /")
    shop.service.reset()
    assert shop("GET /items/list/") == (200, [])


@pytest.mark.parametrize("request_class", ALL_REQUESTS, ids=lambda request: request.__name__)
def test_every_operation_is_known_by_name_and_open_to_whom_it_should_be(db, request_class):
    path = request_class.path.replace("{", "").replace("}", "")
    name = request_class.__name__
    status, body = db(f"{request_class.method} {path}", {})
    assert db.operation == name
    assert status != 501 or name in body["message"]
    db.public = True
    status, body = db(f"{request_class.method} {path}", {})
    assert db.operation == name
    assert (status == 403) is (name not in CLIENT_SIDE)
    assert status != 403 or name in body["message"]


def test_in_a_batch_of_the_public_token_each_request_is_judged_alone(shop):
    shop.public = True
    view = {"userId": "u1", "itemId": "i1"}
    codes = [
        code
        for code, _ in shop.batch(
            ("POST /detailviews/", view), "PUT /items/x", ("POST /users/u1/merge/u2", {})
        )
    ]
    assert codes == [200, 403, 403]


def test_what_the_public_token_may_not_do_is_refused_before_its_body_is_read(db):
    db.public = True
    assert db("POST /items/i", b"not json")[0] == 403


def test_no_request_of_the_api_is_answered_501(db):
    for request in ALL_REQUESTS:
        path = re.sub(r"\{\w+\}", "x", request.path)
        status, _ = db(f"{request.method} {path}", {"requests": []} if path == "/batch/" else None)
        assert (status < 500, db.operation) == (True, request.__name__)
