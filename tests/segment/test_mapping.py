"""The mapping kit: directives, lookups, and what is said about mappings that are no good."""

import pytest

from aiorecombee import MappingError
from aiorecombee.segment import compile_mapping

EVENT = {
    "userId": "u",
    "empty": "",
    "zero": 0,
    "nothing": None,
    "no": False,
    "list": ["a", {"b": 1}],
    "deep": {"er": {"est": 7, "dotted.key": 1}},
    "text": "añ😀",
    "products": [{"id": 1, "price": 2}, {"id": 3}, None, "p4"],
}


def resolve(value):
    return compile_mapping({"out": value})(EVENT).get("out", "undefined")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("$.userId", "u"),
        ("userId", "u"),
        ("$.deep.er.est", 7),
        ("$.deep['er'].est", 7),
        ('$.deep["er"]["est"]', 7),
        ("$.list[0]", "a"),
        ("$.list[1].b", 1),
        ("$.list.length", 2),
        ("$.list[2]", "undefined"),
        ("$.list[00]", "undefined"),
        ("$.missing.more", "undefined"),
        ("$.nothing.more", None),
        ("$.empty.more", ""),
        ("$.zero.more", 0),
        ("$.no.more", False),
        ("$.userId.more", "undefined"),
        ("$.text.length", 4),
        ("$.text[1]", "ñ"),
        ("$.deep.er['dotted.key']", "undefined"),
        ("$", "undefined"),
    ],
)
def test_a_path_is_looked_up_as_in_javascript(path, found):
    assert resolve({"@path": path}) == found


def test_the_empty_path_is_the_whole_event():
    assert resolve({"@path": "$."}) is EVENT


@pytest.mark.parametrize(
    ("test", "found"),
    [
        ({"exists": {"@path": "$.userId"}}, "then"),
        ({"exists": {"@path": "$.empty"}}, "then"),
        ({"exists": {"@path": "$.zero"}}, "then"),
        ({"exists": {"@path": "$.nothing"}}, "else"),
        ({"exists": {"@path": "$.missing"}}, "else"),
        ({"blank": {"@path": "$.userId"}}, "then"),
        ({"blank": {"@path": "$.empty"}}, "else"),
        ({"blank": {"@path": "$.zero"}}, "else"),
        ({"blank": {"@path": "$.no"}}, "else"),
        ({"blank": {"@literal": []}}, "else"),
        ({"blank": {"@literal": [""]}}, "else"),
        ({"blank": {"@literal": " "}}, "then"),
        ({"blank": {"@literal": "0"}}, "then"),
        ({"exists": {"@path": "$.empty"}, "blank": {"@path": "$.empty"}}, "then"),
    ],
)
def test_if_tells_existing_from_blank(test, found):
    assert resolve({"@if": {**test, "then": "then", "else": "else"}}) == found


def test_if_without_the_branch_it_takes_is_undefined():
    assert resolve({"@if": {"exists": {"@path": "$.missing"}, "then": 1}}) == "undefined"
    assert resolve({"@if": {"exists": {"@path": "$.userId"}, "else": 1}}) == "undefined"


def test_a_falsy_else_counts_as_none_but_a_falsy_then_does_not():
    assert resolve({"@if": {"exists": {"@path": "$.missing"}, "then": 1, "else": 0}}) == "undefined"
    assert resolve({"@if": {"exists": {"@path": "$.userId"}, "then": 0, "else": 1}}) == 0


def test_array_path_shapes_every_element():
    shape = {"itemId": {"@path": "$.id"}, "price": {"@path": "$.price"}}

    assert resolve({"@arrayPath": ["$.products", shape]}) == [
        {"itemId": 1, "price": 2},
        {"itemId": 3},
        {"itemId": None, "price": None},
        {},
    ]


def test_array_path_takes_a_lone_object_for_one_element():
    assert resolve({"@arrayPath": ["$.deep", {"x": {"@path": "$.er.est"}}]}) == [{"x": 7}]


def test_array_path_gives_anything_else_as_it_is():
    assert resolve({"@arrayPath": ["$.userId", {"x": 1}]}) == "u"
    assert resolve({"@arrayPath": ["$.missing", {"x": 1}]}) == "undefined"
    assert resolve({"@arrayPath": ["$.list"]}) == ["a", {"b": 1}]


def test_templates_print_what_they_find():
    assert resolve({"@template": "{{userId}}-{{ zero }}-{{{no}}}-{{missing}}{{nothing}}"}) == (
        "u-0-false-"
    )
    assert resolve({"@template": "{{list}} {{$.userId}}"}) == "a,[object Object] "


def test_literals_and_plain_values_stay():
    assert resolve({"@literal": "{{userId}}"}) == "{{userId}}"
    assert resolve({"@literal": {"@path": "$.userId"}}) == "u"
    assert resolve([1, None, {"@path": "$.userId"}]) == [1, None, "u"]


def test_undefined_is_left_out_of_objects_and_null_in_arrays():
    mapping = {"a": {"@path": "$.missing"}, "b": [{"@path": "$.missing"}], "c": {"d": None}}

    assert compile_mapping(mapping)(EVENT) == {"b": [None], "c": {"d": None}}


def test_a_path_may_be_computed():
    assert resolve({"@path": {"@template": "$.deep.er.est"}}) == 7


def test_what_segments_editor_notes_beside_a_directive_is_ignored():
    assert resolve({"@path": "$.userId", "_metadata": {"label": "User"}}) == "u"


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"a": {"@nope": 1}}, "/a has an invalid directive: @nope"),
        ({"a": {"b": [{"@nope": 1}]}}, "/a/b/0 has an invalid directive: @nope"),
        ({"a": {"@liquid": "x"}}, "/a/@liquid: this directive is not supported yet"),
        (
            {"a": {"@path": "$.x", "@template": "y"}},
            "/a should only have one @-prefixed key but it has 2 keys",
        ),
        (
            {"a": {"@path": 5}},
            "/a/@path should be a string or a mapping directive but it is a number",
        ),
        ({"a": {"@if": {"then": 1}}}, '/a/@if requires an "exists" key or a "blank" key'),
        ({"a": {"@if": []}}, "/a/@if should be an object but it is an array"),
        ({"a": {"@arrayPath": "$.x"}}, "/a/@arrayPath should be an array of a path and a shape"),
        ([], "a mapping is an object, not an array"),
    ],
)
def test_a_bad_mapping_is_refused_with_its_place(mapping, said):
    with pytest.raises(MappingError) as caught:
        compile_mapping(mapping)

    assert str(caught.value).startswith(said)


def test_a_bottomless_mapping_is_refused():
    mapping = {}
    mapping["again"] = mapping

    with pytest.raises(MappingError, match="nested too deeply"):
        compile_mapping(mapping)
