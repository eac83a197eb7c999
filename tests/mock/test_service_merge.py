"""Merging users."""

import pytest

from recombee_mock.settings import Settings


def test_interactions_move_and_the_source_is_gone(shop):
    shop("POST /detailviews/", {"userId": "u2", "itemId": "i1", "timestamp": 1, "duration": 7})
    shop("POST /ratings/", {"userId": "u2", "itemId": "i2", "timestamp": 2, "rating": 0.5})
    assert shop("PUT /users/u1/merge/u2") == (200, "ok")
    assert shop("GET /users/list/") == (200, ["u1"])
    assert shop("GET /users/u1/detailviews/")[1] == [
        {"userId": "u1", "itemId": "i1", "timestamp": 1.0, "duration": 7, "autoPresented": False}
    ]
    assert shop("GET /items/i2/ratings/")[1] == [
        {"userId": "u1", "itemId": "i2", "timestamp": 2.0, "rating": 0.5}
    ]


def test_of_two_equal_interactions_the_target_keeps_its_own(shop):
    for user, amount in (("u1", 1), ("u2", 2)):
        shop("POST /purchases/", {"userId": user, "itemId": "i1", "timestamp": 1, "amount": amount})
    shop("PUT /users/u1/merge/u2")
    assert [found["amount"] for found in shop("GET /users/u1/purchases/")[1]] == [1]


@pytest.mark.parametrize(("target", "source", "kept"), [(0.3, 0.7, 0.7), (0.7, 0.3, 0.7)])
def test_of_two_view_portions_of_a_session_the_greater_stays(shop, target, source, kept):
    for user, portion in (("u1", target), ("u2", source)):
        shop("POST /viewportions/", {"userId": user, "itemId": "i1", "portion": portion})
    shop("PUT /users/u1/merge/u2")
    assert [found["portion"] for found in shop("GET /users/u1/viewportions/")[1]] == [kept]


def test_property_values_of_the_source_are_dropped(db):
    db("PUT /users/properties/p", {"type": "int"})
    db("POST /users/a", {"p": 1, "!cascadeCreate": True})
    db("POST /users/b", {"p": 2, "!cascadeCreate": True})
    db("PUT /users/a/merge/b")
    assert db("GET /users/a") == (200, {"p": 1})


def test_cascade_creates_a_missing_target_but_no_missing_source(shop):
    assert shop("PUT /users/new/merge/u1")[0] == 404
    assert shop("PUT /users/new/merge/u1?cascadeCreate=True") == (200, "ok")
    assert shop("PUT /users/newer/merge/unknown?cascadeCreate=True")[0] == 404
    assert shop("GET /users/list/") == (200, ["new", "u2"])


def test_a_user_cannot_be_merged_with_itself(shop):
    shop("POST /detailviews/", {"userId": "u1", "itemId": "i1"})
    assert shop("PUT /users/u1/merge/u1")[0] == 400
    assert len(shop("GET /users/u1/detailviews/")[1]) == 1


def test_the_public_token_merges_only_where_it_is_enabled(shop):
    shop.public = True
    status, body = shop("POST /users/u1/merge/u2")
    assert (status, "MergeUsers" in body["message"]) == (403, True)
    shop.service.settings = Settings(allow_public_merge=True)
    assert shop("POST /users/u1/merge/u2", {"cascadeCreate": True}) == (200, "ok")


def test_post_is_no_way_to_merge_with_the_private_token(shop):
    assert shop("POST /users/u1/merge/u2") == (405, {})


def test_a_batch_may_carry_the_query_in_the_path(shop):
    assert shop.batch("PUT /users/new/merge/u1?cascadeCreate=true") == [(200, "ok")]


def test_what_the_source_was_recommended_is_gone_with_it(shop):
    status, answer = shop("POST /recomms/users/u2/items/", {"count": 1})
    assert status == 200
    shop("PUT /users/u1/merge/u2")
    again = f"POST /recomms/next/items/{answer['recommId']}"
    assert shop(again, {"count": 1})[0] == 404
    shop("PUT /users/u2")
    assert shop(again, {"count": 1})[0] == 404
