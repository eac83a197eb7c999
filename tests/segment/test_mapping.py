"""The mapping kit: directives, lookups, and what is said about mappings that are no good."""

import copy
import pickle
from types import MappingProxyType

import pytest

from aiorecombee.segment.javascript import UNDEFINED
from aiorecombee.segment.mapping import (
    MappingFailedError,
    MappingInvalidError,
    MappingProblem,
    compile_fields,
    compile_mapping,
)

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
        ({"a": {"@nope": 1}}, "/a has an invalid directive: @nope."),
        ({"a": {"b": {"@nope": 1}}}, "/a/b has an invalid directive: @nope."),
        (
            {"a": {"@path": "$.x", "@template": "y"}},
            "/a should only have one @-prefixed key but it has 2 keys.",
        ),
        (
            {"a": {"@path": 5}},
            "/a/@path should be a string or a mapping directive but it is a number.",
        ),
        ({"a": {"@if": []}}, "/a/@if should be an object but it is an array."),
        ({"a": {"@arrayPath": "$.x"}}, "/a/@arrayPath should be an array but it is a string."),
        ({"a": {"@liquid": 5}}, "/a/@liquid should be a string but it is a number."),
        (None, "Cannot convert undefined or null to object"),
    ],
)
def test_a_bad_mapping_is_refused_with_its_place(mapping, said):
    with pytest.raises(MappingInvalidError) as caught:
        compile_mapping(mapping)

    assert str(caught.value) == said


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(MappingInvalidError) as caught:
        compile_mapping({"a": {"@nope": 1}, "b": {"c": {"@path": 5}}})

    assert caught.value.name == "AggregateError"
    assert caught.value.problems == (
        MappingProblem("/a", "/a has an invalid directive: @nope."),
        MappingProblem(
            "/b/c/@path",
            "/b/c/@path should be a string or a mapping directive but it is a number.",
        ),
    )


def test_what_is_wrong_in_an_array_shows_when_an_event_gets_there():
    resolve = compile_mapping({"a": [{"@nope": 1}]})

    with pytest.raises(MappingFailedError, match="@nope is not a valid directive, got undefined"):
        resolve(EVENT)


@pytest.mark.parametrize(("event", "kind"), [(None, "null"), ([], "array"), ("x", "string")])
def test_an_event_must_be_an_object(event, kind):
    with pytest.raises(MappingFailedError, match=f"data must be an object, got {kind}"):
        compile_mapping({"a": 1})(event)


def test_an_event_may_be_any_mapping():
    assert compile_mapping({"a": {"@path": "$.b.c"}})(MappingProxyType({"b": {"c": 1}})) == {"a": 1}


def test_a_mapping_is_copied():
    mapping = {"a": {"b": [1]}}
    resolve = compile_mapping(mapping)
    mapping["a"]["b"].append(2)

    assert resolve({}) == {"a": {"b": [1]}}


def test_each_payload_is_a_copy():
    resolve = compile_mapping({"a": {"b": []}})
    resolve({})["a"]["b"].append(1)

    assert resolve({}) == {"a": {"b": []}}


def test_fields_are_compiled_one_by_one():
    fields = compile_fields({"user": {"@path": "$.userId"}, "none": {"@path": "$.missing"}})

    assert {key: resolve(EVENT) for key, resolve in fields.items()} == {
        "user": "u",
        "none": UNDEFINED,
    }


@pytest.mark.parametrize(
    "mapping",
    [
        {"@path": "$.deep"},
        {"__segment_internal_directive": {"@transform": {"apply": {"a": 1}}}, "b": 1},
        ["a"],
        "text",
    ],
)
def test_a_mapping_that_is_no_plain_object_has_no_fields(mapping):
    assert compile_fields(mapping) is None


def observed(mapping, event):
    seen = []
    compile_mapping(mapping, lambda *lookup: seen.append(lookup))(event)
    return seen


def test_an_observer_hears_of_the_lookups_that_happen():
    mapping = {
        "item": {
            "@if": {
                "exists": {"@path": "$.deep.id"},
                "then": {"@path": "$.deep.id"},
                "else": {"@path": "$.deep.er"},
            }
        },
        "text": {"@template": "{{userId}} {{ zero }}"},
    }

    assert observed(mapping, {"deep": {"id": None, "er": 7}, "userId": "u"}) == [
        ("/item/@if/exists/@path", "deep.id", None),
        ("/item/@if/else/@path", "deep.er", 7),
        ("/text/@template", "userId", "u"),
        ("/text/@template", "zero", UNDEFINED),
    ]


def test_an_observer_hears_where_elements_are_from():
    shape = {
        "id": {"@path": "$.sku"},
        "sizes": {"@arrayPath": ["$.sizes", {"cm": {"@path": "$.cm"}}]},
    }
    event = {"products": [{"sku": 1, "sizes": [{"cm": 2}]}]}
    sizes = "/items/@arrayPath/1/sizes/@arrayPath"

    assert observed({"items": {"@arrayPath": ["$.products", shape]}}, event) == [
        ("/items/@arrayPath/0", "products", event["products"]),
        ("/items/@arrayPath/1/id/@path", "products[].sku", 1),
        (f"{sizes}/0", "products[].sizes", [{"cm": 2}]),
        (f"{sizes}/1/cm/@path", "products[].sizes[].cm", 2),
    ]


def test_an_observer_does_not_hear_of_lookups_in_what_a_mapping_made():
    mapping = {
        "a": {"@transform": {"apply": {"b": {"@path": "$.userId"}}, "mapping": {"@path": "$.b"}}}
    }

    assert observed(mapping, {"userId": "u"}) == [("/a/@transform/apply/b/@path", "userId", "u")]


@pytest.mark.parametrize(
    "error",
    [
        MappingInvalidError("AggregateError", (MappingProblem("/a", "/a is wrong."),)),
        MappingFailedError("it broke", "liquid", "RenderError"),
    ],
)
def test_errors_survive_copy_and_pickle(error):
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
