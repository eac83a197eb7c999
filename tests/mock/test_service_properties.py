"""Property definitions and values."""

import pytest

ITEM_TYPES = ["int", "double", "string", "boolean", "timestamp", "set", "image", "imageList"]


@pytest.mark.parametrize("kind", ITEM_TYPES)
def test_an_item_property_is_defined_and_described(db, kind):
    assert db("PUT /items/properties/p", {"type": kind}) == (201, "ok")
    assert db("GET /items/properties/p") == (200, {"name": "p", "type": kind})
    assert db("GET /items/properties/list/") == (200, [{"name": "p", "type": kind}])


def test_the_type_may_come_in_the_query_and_the_body_wins(db):
    assert db("PUT /users/properties/a?type=int") == (201, "ok")
    assert db("PUT /users/properties/b?type=int", {"type": "set"}) == (201, "ok")
    assert [found["type"] for found in db("GET /users/properties/list/")[1]] == ["int", "set"]


def test_a_name_can_be_defined_once_whatever_the_type(db):
    db("PUT /items/properties/p", {"type": "int"})
    assert db("PUT /items/properties/p", {"type": "string"})[0] == 409


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/items/properties/p", {}),
        ("/items/properties/p", {"type": "integer"}),
        ("/items/properties/p", {"type": 5}),
        ("/items/properties/a.b", {"type": "int"}),
        ("/items/properties/a%20b", {"type": "int"}),
        ("/items/properties/" + "x" * 64, {"type": "int"}),
        ("/items/properties/id", {"type": "int"}),
        ("/items/properties/ItemID", {"type": "int"}),
        ("/users/properties/USERID", {"type": "int"}),
        ("/users/properties/p", {"type": "image"}),
        ("/items/properties/p", {"type": "int", "role": 5}),
        ("/items/properties/p", {"type": "int", "metadata": "x"}),
        ("/items/properties/p", {"type": "int", "metadata": [{"settings": {}}]}),
    ],
)
def test_a_malformed_definition_is_a_400(db, path, body):
    assert db(f"PUT {path}", body)[0] == 400
    assert db("GET /items/properties/list/") == (200, [])


def test_a_name_of_63_characters_or_the_other_kinds_reserved_one_is_fine(db):
    assert db("PUT /items/properties/" + "x" * 63, {"type": "int"}) == (201, "ok")
    assert db("PUT /items/properties/userId", {"type": "int"}) == (201, "ok")


@pytest.mark.parametrize("line", ["GET /items/properties/p", "DELETE /users/properties/p"])
def test_an_unknown_property_is_a_404(db, line):
    assert db(line)[0] == 404


def test_a_deleted_property_takes_its_values_along(db):
    db("PUT /items/properties/p", {"type": "int"})
    db("POST /items/i", {"p": 1, "!cascadeCreate": True})
    assert db("DELETE /items/properties/p") == (200, "ok")
    assert db("GET /items/i") == (200, {})
    db("PUT /items/properties/p", {"type": "string"})
    assert db("GET /items/i") == (200, {"p": None})


def test_role_and_metadata_are_described_in_their_full_form(db):
    db("PUT /items/properties/name", {"type": "string", "role": "title", "metadata": ["a"]})
    labels = [{"name": "b", "settings": {"c": 1}}]
    role = {"name": "price", "settings": {"currency": "EUR"}}
    db("PUT /items/properties/cost", {"type": "double", "role": role, "metadata": labels})
    assert db("GET /items/properties/list/") == (
        200,
        [
            {
                "name": "name",
                "type": "string",
                "role": {"name": "title"},
                "metadata": [{"name": "a"}],
            },
            {"name": "cost", "type": "double", "role": role, "metadata": labels},
        ],
    )


@pytest.mark.parametrize(
    ("role", "kind", "status"),
    [
        ("unknown", "string", 404),
        ("title", "int", 400),
        ("primaryImage", "imageList", 201),
        ("publishDate", "timestamp", 201),
        ("category", "string", 409),
        ("categories", "set", 400),
    ],
)
def test_a_role_must_exist_fit_and_be_free(db, role, kind, status):
    db("PUT /items/properties/taken", {"type": "string", "role": "category"})
    assert db("PUT /items/properties/p", {"type": kind, "role": role})[0] == status


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("int", 3, 3),
        ("int", 3.0, 3),
        ("int", -(2**63), -(2**63)),
        ("double", 3, 3.0),
        ("double", 2.5, 2.5),
        ("string", "Škoda", "Škoda"),
        ("string", "", ""),
        ("boolean", False, False),
        ("timestamp", 27, 27.0),
        ("timestamp", -1.5, -1.5),
        ("timestamp", "2016-11-16T08:00Z", 1479283200.0),
        ("timestamp", "2013-10-29T09:38:41.341Z", 1383039521.341),
        ("timestamp", "2016-04-20T12:50:42+02:00", 1461149442.0),
        ("timestamp", "2016-04-20T10:50:42", 1461149442.0),
        ("timestamp", "2016-04-20", 1461110400.0),
        ("timestamp", "20160420", 1461110400.0),
        ("set", ["b", "a", "b"], ["b", "a"]),
        ("set", [], []),
        ("image", "http://example.com/a.jpg", "http://example.com/a.jpg"),
        ("imageList", ["a", "a"], ["a", "a"]),
    ],
)
def test_a_fitting_value_is_stored_and_null_clears_it(db, kind, value, stored):
    db("PUT /items/properties/p", {"type": kind})
    assert db("POST /items/i", {"p": value, "!cascadeCreate": True}) == (200, "ok")
    assert db("GET /items/i") == (200, {"p": stored})
    assert type(db("GET /items/i")[1]["p"]) is type(stored)
    db("POST /items/i", {"p": None})
    assert db("GET /items/i") == (200, {"p": None})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("int", 3.5),
        ("int", "3"),
        ("int", True),
        ("int", 2**63),
        ("int", 10**30),
        ("double", "1.5"),
        ("double", False),
        ("string", 5),
        ("string", ["a"]),
        ("boolean", 1),
        ("boolean", "true"),
        ("timestamp", "soon"),
        ("timestamp", "1348151906"),
        ("timestamp", "2.5"),
        ("timestamp", True),
        ("set", "a"),
        ("set", [1]),
        ("image", 5),
        ("imageList", "a"),
        ("imageList", [None]),
    ],
)
def test_a_value_that_does_not_fit_is_a_400_and_nothing_is_set(db, kind, value):
    db("PUT /items/properties/p", {"type": kind})
    db("PUT /items/properties/other", {"type": "int"})
    status, body = db("POST /items/i", {"other": 1, "p": value, "!cascadeCreate": True})
    assert (status, '"p"' in body["message"]) == (400, True)
    assert db("GET /items/list/") == (200, [])


def test_only_named_properties_change(db):
    for name in ("a", "b"):
        db(f"PUT /users/properties/{name}", {"type": "int"})
    db("PUT /users/u")
    db("POST /users/u", {"a": 1, "b": 1})
    db("POST /users/u", {"b": 2})
    assert db("GET /users/u") == (200, {"a": 1, "b": 2})


def test_an_undefined_property_is_a_404_and_nothing_is_set(db):
    db("PUT /items/properties/p", {"type": "int"})
    db("PUT /items/i")
    assert db("POST /items/i", {"p": 1, "q": 2}) == (
        404,
        {"message": 'Item property "q" does not exist!'},
    )
    assert db("GET /items/i") == (200, {"p": None})


def test_a_malformed_property_name_is_a_400(db):
    db("PUT /items/i")
    assert db("POST /items/i", {"a b": 1})[0] == 400


@pytest.mark.parametrize("kind", ["items", "users"])
def test_setting_values_of_someone_missing_needs_cascade_create(db, kind):
    assert db(f"POST /{kind}/a", {})[0] == 404
    assert db(f"POST /{kind}/a", {"!cascadeCreate": False})[0] == 404
    assert db(f"POST /{kind}/a", {"!cascadeCreate": True}) == (200, "ok")
    assert db(f"POST /{kind}/b?cascadeCreate=true", {}) == (200, "ok")
    assert db(f"GET /{kind}/list/") == (200, ["a", "b"])


def test_cascade_create_without_the_mark_is_a_property_name_and_the_answer_says_so(db):
    db("PUT /items/i")
    status, body = db("POST /items/i", {"cascadeCreate": True})
    assert (status, "!cascadeCreate" in body["message"]) == (404, True)


def test_signature_parameters_are_no_property_values(db):
    db("PUT /items/i")
    line = "POST /items/i?hmac_timestamp=1&extra=2&hmac_sign=ab"
    assert db(line, {}) == (200, "ok")


def test_values_of_a_batch_are_its_params(db):
    db("PUT /items/properties/p", {"type": "timestamp"})
    assert db.batch(
        ("POST /items/a", {"p": 27, "!cascadeCreate": True}),
        ("POST /items/b?cascadeCreate=true", {"p": 1}),
        ("GET /items/a",),
    ) == [(200, "ok"), (200, "ok"), (200, {"p": 27.0})]
