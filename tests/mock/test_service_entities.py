"""Items and users: adding, deleting, listing."""

import pytest


@pytest.mark.parametrize("path", ["/items/a", "/users/a", "/series/a"])
def test_adding_answers_201_and_adding_again_409(db, path):
    assert db(f"PUT {path}") == (201, "ok")
    assert db(f"PUT {path}")[0] == 409


@pytest.mark.parametrize("path", ["/items/a", "/users/a", "/series/a"])
def test_deleting_answers_200_and_deleting_again_404(db, path):
    db(f"PUT {path}")
    assert db(f"DELETE {path}") == (200, "ok")
    status, body = db(f"DELETE {path}")
    assert (status, list(body)) == (404, ["message"])


@pytest.mark.parametrize("name", ["***not_valid$$$", "a b", "a%20b", "Škoda", "%C5%A0koda", "%ff"])
@pytest.mark.parametrize("line", ["PUT /items/", "DELETE /users/", "PUT /series/"])
def test_an_id_of_other_characters_is_a_400_whatever_exists(db, line, name):
    assert db(line + name)[0] == 400


@pytest.mark.parametrize("name", ["a%40b.com", "a@b.com", "%61@b.com"])
def test_an_encoded_id_is_the_same_as_a_raw_one(db, name):
    db("PUT /users/a@b.com")
    assert db(f"PUT /users/{name}")[0] == 409


@pytest.mark.parametrize("path", ["/items/undefined", "/users/undefined"])
def test_an_item_or_user_cannot_be_called_undefined(db, path):
    assert db(f"PUT {path}")[0] == 400


def test_a_missing_entity_is_named_in_the_answer(db):
    assert db("GET /items/a") == (404, {"message": 'Item "a" does not exist!'})


def test_lists_are_in_the_order_of_ids(db):
    for name in ("b", "c", "a"):
        db(f"PUT /items/{name}")
    assert db("GET /items/list/") == (200, ["a", "b", "c"])
    db("DELETE /items/b")
    assert db("GET /items/list/") == (200, ["a", "c"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("count=2", ["a", "b"]),
        ("count=0", []),
        ("offset=1", ["b", "c"]),
        ("offset=1&count=1", ["b"]),
        ("offset=9", []),
        ("count=None", ["a", "b", "c"]),
    ],
)
def test_a_list_can_be_read_in_parts(db, query, expected):
    for name in ("a", "b", "c"):
        db(f"PUT /users/{name}")
    assert db(f"GET /users/list/?{query}") == (200, expected)


@pytest.mark.parametrize(
    "query", ["count=-1", "offset=-1", "count=x", "count=1.5", "count=" + "9" * 5000]
)
def test_a_part_that_makes_no_sense_is_a_400(db, query):
    assert db(f"GET /items/list/?{query}")[0] == 400


@pytest.mark.parametrize("flag", ["true", "True", "TRUE"])
def test_listed_properties_stand_beside_the_id(db, flag):
    db("PUT /users/properties/country", {"type": "string"})
    db("PUT /users/properties/age", {"type": "int"})
    db("POST /users/u", {"country": "CZ", "!cascadeCreate": True})
    assert db(f"GET /users/list/?returnProperties={flag}") == (
        200,
        [{"userId": "u", "country": "CZ", "age": None}],
    )


@pytest.mark.parametrize("included", ["b,unknown", "b%2Cunknown"])
def test_listed_properties_can_be_limited_and_unknown_ones_are_ignored(db, included):
    for name in ("a", "b"):
        db(f"PUT /items/properties/{name}", {"type": "int"})
    db("PUT /items/i")
    line = f"GET /items/list/?returnProperties=true&includedProperties={included}"
    assert db(line) == (200, [{"itemId": "i", "b": None}])


def test_a_batch_may_give_lists_and_booleans_as_json(db):
    db("PUT /items/properties/a", {"type": "int"})
    db("PUT /items/i")
    params = {"returnProperties": True, "count": 1}
    asked = [{**params, "includedProperties": included} for included in (["a"], "a,b", [])]
    assert db.batch(*(("GET /items/list/", params) for params in asked)) == [
        (200, [{"itemId": "i", "a": None}]),
        (200, [{"itemId": "i", "a": None}]),
        (200, [{"itemId": "i"}]),
    ]


def test_deleting_an_item_takes_its_interactions_and_series_places_along(shop):
    shop("POST /purchases/", {"userId": "u1", "itemId": "i1", "timestamp": 1})
    shop("POST /purchases/", {"userId": "u1", "itemId": "i2", "timestamp": 2})
    shop("POST /viewportions/", {"userId": "u1", "itemId": "i1", "portion": 0.5})
    shop("PUT /series/s")
    shop("POST /series/s/items/", {"itemType": "item", "itemId": "i1", "time": 1})
    shop("DELETE /items/i1")
    assert [found["itemId"] for found in shop("GET /users/u1/purchases/")[1]] == ["i2"]
    assert shop("GET /users/u1/viewportions/") == (200, [])
    assert shop("GET /series/s/items/") == (200, [])
    shop("PUT /items/i1")
    assert shop("GET /items/i1/purchases/") == (200, [])


def test_deleting_a_user_takes_their_interactions_along(shop):
    shop("POST /bookmarks/", {"userId": "u1", "itemId": "i1", "timestamp": 1})
    shop("POST /bookmarks/", {"userId": "u2", "itemId": "i1", "timestamp": 2})
    shop("DELETE /users/u1")
    assert [found["userId"] for found in shop("GET /items/i1/bookmarks/")[1]] == ["u2"]
    shop("PUT /users/u1")
    assert shop("GET /users/u1/bookmarks/") == (200, [])


def test_a_deleted_entity_comes_back_without_its_values(db):
    db("PUT /items/properties/p", {"type": "int"})
    db("POST /items/i", {"p": 1, "!cascadeCreate": True})
    db("DELETE /items/i")
    db("PUT /items/i")
    assert db("GET /items/i") == (200, {"p": None})
