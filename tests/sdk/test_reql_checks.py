"""Checking ReQL before it is sent."""

import pytest

from aiorecombee.reql import ReqlError, ReqlTypeError, UnknownPropertyError, validate
from aiorecombee.reql.kinds import BOOLEAN

ITEMS = {
    "price": "double",
    "stock": "int",
    "name": "string",
    "tags": "set",
    "photos": "imageList",
    "photo": "image",
    "released": "timestamp",
    "hidden": "boolean",
}
USERS = {"city": "string"}


def checked(source, **options):
    return validate(source, item_properties=ITEMS, user_properties=USERS, **options)


@pytest.mark.parametrize(
    "source",
    [
        "'price' > 10 and \"a\" in 'tags'",
        "'hidden'",
        "not 'hidden' or 'released' > now() - 86400",
        "null",
        "if 'hidden' then null else true",
        "'price' == \"text\"",
        "context_user[\"city\"] == 'name'",
        "exists(lambda 't': lower('t') == \"a\", 'tags')",
        "item_values('itemId')[\"price\"] > 1",
        'user_interactions("u", {"purchases"})[0]["itemId"] == \'itemId\'',
        "'stock' in {1, \"one\", {1}}",
        "['price', 'price'] in geo_radius([1, 2], 3)",
        '"key" in context_user',
        "max('price', 'stock', 'released') > 1",
        "reduce(\"and\", {'hidden'})",
        'reduce("+", \'tags\', "x") == "y"',
        "\"http\" in 'photo' and 'photos' == []",
        'context_item[if \'hidden\' then "price" else "stock"] > 1',
        "select(lambda 'x': 'x' > 1, [1, 2])[0] == 2",
        "num_item_ratings('itemId', \"negative\") < 3",
    ],
)
def test_what_can_be_a_boolean_is_a_filter(source):
    assert checked(source, use="filter").tree


@pytest.mark.parametrize(
    ("source", "use", "reason"),
    [
        ("'price'", "filter", "A filter must be a boolean, but this is a double"),
        ("'price' > 1", "booster", "A booster must be a number, but this is a boolean"),
        ("now()", "booster", "A booster must be a number, but this is a timestamp"),
        ("if 'hidden' then true else 1", "filter", "but this is an int"),
        ("if 'hidden' then \"a\" else 1", "booster", "but this is a string"),
        ("'name'", "auto_segmentation", "a set of segment IDs, but this is a string"),
        ("geo_radius([1, 2], 3)", "expression", "must be a value, but this is a geo area"),
    ],
)
def test_the_outcome_must_fit_the_use(source, use, reason):
    with pytest.raises(ReqlTypeError, match=reason):
        checked(source, use=use)


@pytest.mark.parametrize(
    ("source", "position", "reason", "remedy"),
    [
        ("'price' + \"1\"", 8, '"+" does not take a double and a string', "number(…)"),
        ("true + 1", 5, '"+" does not take a boolean and an int', "number(…)"),
        ("'price' < \"5\"", 8, '"<" does not take', "number(…)"),
        ("'released' < \"2024-01-01\"", 11, '"<" does not take', "timestamp(…)"),
        ("1 in 2", 2, '"in" does not take an int and an int', "On the right"),
        ("[1] < [2]", 4, '"<" does not take an array and an array', ""),
        ("true < false", 5, '"<" does not take', ""),
        ("1 == geo_radius([1, 2], 3)", 2, '"==" does not take', ""),
        ("5 and true", 0, 'Each side of "and" must be a boolean', "boolean(…)"),
        ("true or 'name'", 8, 'Each side of "or" must be a boolean', "boolean(…)"),
        ("not 5", 4, 'What "not" negates must be a boolean', "boolean(…)"),
        ("-'name'", 1, 'What "-" negates must be a number', ""),
        ("if 'name' then 1 else 2", 3, "The condition must be a boolean", "boolean(…)"),
        ('if true then 1 else 1 + "a"', 22, '"+" does not take', ""),
        ("lower(1)", 6, "Argument 1 of lower() must be a string, but is an int", ""),
        ("lower('name', 'name')", 0, "lower() takes 1 arguments, not 2", ""),
        ("log()", 0, "log() takes 1 to 2 arguments, not 0", ""),
        ("max()", 0, "max() takes 1 or more arguments, not 0", ""),
        ("earth_distance(1, 2, 3)", 0, "2 points or 4 coordinates", ""),
        ("earth_distance(1, 2)", 15, "must be a point", "[latitude, longitude]"),
        ("max(1)", 0, "max() of one argument takes a set or an array", ""),
        ('max(1, "a")', 7, "max() cannot compare an int with a string", ""),
        ("max({true})", 0, "max() cannot compare a boolean", ""),
        ("avg('tags')", 0, "avg() takes numbers, not a string", ""),
        ("avg(1, {2})", 7, "avg() of several takes numbers", ""),
        ('reduce("-", {1})', 7, 'reduce() has no operator "-"', "&, *, +, and, or"),
        ("reduce(\"*\", 'tags')", 0, '"*" does not take a string', ""),
        ('reduce("and", {1})', 0, '"and" does not take an int', ""),
        ("map({1}, {1})", 4, "must be a lambda", "map(lambda 'x': …, …)"),
        ("size(lambda 'x': 1)", 5, "only taken as the first argument", ""),
        ("map(lambda 'x': 'x', lambda 'y': 1)", 21, "only taken as the first argument", ""),
        ("map(lambda 'x': 'x', 'name')", 21, "Argument 2 of map()", ""),
        ("select(lambda 'x': 'x' + 1, {1})", 23, "The lambda of select() must be", "boolean"),
        ("exists(lambda 'x': lower('x') == \"a\", {1})", 25, "Argument 1 of lower()", ""),
        ("string('name', \"%Y\")", 15, "format only with a timestamp", ""),
        ("string('stock', \"%Y\")", 16, "format only with a timestamp", ""),
        ("'name'[0]", 0, "What [ ] looks into must be an array or a map", ""),
        ('[1]["a"]', 4, "The key must be an int", ""),
        ("num_item_ratings('itemId', \"good\")", 27, 'no "good"', "negative, positive"),
        ("user_interactions('itemId', {\"views\"})", 29, 'no "views"', "detail_views"),
        ("user_interactions('itemId', {1})", 28, "must be strings", ""),
    ],
)
def test_what_does_not_fit_is_shown_with_its_place(source, position, reason, remedy):
    with pytest.raises(ReqlTypeError) as caught:
        checked(source)
    assert caught.value.kind == "type"
    assert reason in caught.value.reason
    assert remedy in caught.value.remedy
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("source", "position", "reason", "remedy"),
    [
        ("1 < 'pirce'", 4, 'Item property "pirce" does not exist', "Did you mean 'price'?"),
        ("'name' == 'drama'", 10, 'Item property "drama"', 'in double quotes: "drama"'),
        ("'city' == 1", 0, 'Item property "city"', 'context_user["city"]'),
        ('context_item["weight"]', 13, 'Item property "weight"', ""),
        ('context_user["price"]', 13, 'User property "price"', ""),
        ('context_segment["x"]', 16, 'Segment property "x"', ""),
        ('item_values("i")["weight"]', 17, 'Item property "weight"', ""),
        ('user_interactions("u", {})[0]["item"]', 30, 'Interaction property "item"', "'itemId'"),
        ("map(lambda 'x': 'y', {1})", 16, 'Item property "y"', ""),
        ("exists(lambda 'x': true, {}) and 'x'", 33, 'Item property "x"', ""),
    ],
)
def test_an_unknown_property_is_shown_with_what_was_probably_meant(
    source, position, reason, remedy
):
    with pytest.raises(UnknownPropertyError) as caught:
        checked(source)
    assert caught.value.kind == "unknown_property"
    assert caught.value.position == position
    assert reason in caught.value.reason
    assert remedy in caught.value.remedy


def test_each_entity_has_its_own_names():
    assert checked("'userId' == \"u\" and 'city' == \"Brno\"", entity="user")
    assert checked("'segmentId' in {\"a\"} and 'segmentationId' == \"s\"", entity="segment")
    for entity, name in (("user", "itemId"), ("segment", "price"), ("item", "segmentId")):
        with pytest.raises(UnknownPropertyError):
            checked(f"'{name}' == null", entity=entity)


def test_without_a_schema_names_are_not_checked_and_may_be_anything():
    assert validate("'price' > 10 and 'whatever' and context_item[\"x\"] == 'y'", use="filter")
    with pytest.raises(ReqlTypeError):
        validate("'itemId' > 10")
    with pytest.raises(ReqlError):
        validate("'price' + 1", use="filter")


def test_a_context_must_be_there():
    assert checked('context_user["city"] == null', contexts={"user"})
    with pytest.raises(ReqlTypeError, match="There is no context_item here") as caught:
        checked('context_item["price"] > 1', contexts={"user"})
    assert "user" in caught.value.remedy


def test_a_lambda_hides_a_property_and_knows_its_members():
    assert checked("exists(lambda 'price': 'price' == \"a\" and 'price' < \"b\", 'tags')")
    found = checked("exists(lambda 'x': exists(lambda 'y': 'x' < 'y', 'tags'), 'tags')")
    assert found.shape(found.tree).kinds == BOOLEAN


def test_a_schema_names_types_there_are():
    with pytest.raises(ValueError, match='"price" cannot be of type "float"'):
        validate("'price' > 1", item_properties={"price": "float"})


@pytest.mark.parametrize(
    ("before", "middle", "after"),
    [
        ("abs(", "1", ")"),
        ("max(1, ", "1", ")"),
        ("1 + (", "1", ")"),
        ("{", "1", "}"),
        ("not (true and ", "true", ")"),
        ("if 'hidden' then ", "1", " else 2"),
    ],
)
def test_what_can_be_read_can_be_checked(before, middle, after):
    levels = 99 if "and" in before else 199
    assert checked(before * levels + middle + after * levels)
