"""Mappings and events that would take all time and memory end in a clear error instead."""

import pytest

from aiorecombee import MappingError
from aiorecombee.segment.mapping import MappingFailedError, compile_fields, compile_mapping

EVENT = {"text": "x" * 1000, "list": ["x"] * 1000}


def path(where):
    return {"@path": where}


def nested(times, value, wrap):
    for _ in range(times):
        value = wrap(value)
    return value


def replacing(replacement):
    return lambda value: {
        "@replace": {"pattern": "x", "replacement": replacement, "value": value},
    }


def liquid(template):
    return {"@liquid": template}


TWICE = {"a": path("$."), "b": path("$.")}
ALL_TEXT = {"@json": {"mode": "encode", "value": path("$.")}}
TOO_MUCH = {
    "replacements of replacements": nested(30, path("$.text"), replacing("xxxxxxxxxx")),
    "what follows, at each place": nested(30, path("$.text"), replacing("$'$'$'$'$'")),
    "JSON of JSON": nested(
        40, ALL_TEXT, lambda value: {"@json": {"mode": "encode", "value": value}}
    ),
    "templates of templates": nested(
        30,
        path("$.text"),
        lambda value: {
            "@transform": {"apply": {"a": value}, "mapping": {"@template": "{{a}}{{a}}"}}
        },
    ),
    "an object twice in itself": nested(
        30, TWICE, lambda value: {"@transform": {"apply": value, "mapping": TWICE}}
    ),
    "arrays in arrays": nested(
        8, 1, lambda value: {"x": {"@arrayPath": [{"@literal": [1] * 50}, {"x": value}]}}
    ),
    "a long separator": {
        "@flatten": {"separator": "-" * 100_000, "value": {"a": {"b": path("$.list")}}}
    },
    "Liquid that doubles": liquid("{% assign a = text %}" + "{% assign a = a | append: a %}" * 30),
    "Liquid that captures": liquid(
        "{% assign a = text %}" + "{% capture a %}{{ a }}{{ a }}{% endcapture %}" * 20
    ),
    "Liquid that replaces": liquid("{{ text " + "| replace: 'x', text" * 30 + "}}"),
    "Liquid that counts": liquid("{{ (1..1000000000000) | join }}"),
    "Liquid that pads": liquid("{{ 0 | date: '%999999999d' }}"),
}


@pytest.mark.parametrize("value", TOO_MUCH.values(), ids=TOO_MUCH)
def test_a_mapping_that_makes_too_much_of_an_event_fails(value):
    with pytest.raises(MappingFailedError, match="the mapping makes too much of the event"):
        compile_mapping({"out": value})(EVENT)


@pytest.mark.parametrize("value", TOO_MUCH.values(), ids=TOO_MUCH)
def test_so_does_a_field_of_it(value):
    fields = compile_fields({"out": value})

    with pytest.raises(MappingFailedError, match="the mapping makes too much of the event"):
        fields["out"](EVENT)


def test_the_next_event_has_all_that_the_last_one_had():
    resolve = compile_mapping({"out": nested(3, path("$.text"), replacing("xxxxxxxxxx"))})

    for _ in range(5):
        assert resolve({"text": "x" * 100}) == {"out": "x" * 100_000}


def cyclic_object():
    event = {"text": "x"}
    event["again"] = event
    return event


def cyclic_list():
    again = []
    again += [again, again]
    return {"again": again}


def deep_list():
    return {"again": nested(50_000, 1, lambda value: [value])}


WALKS = {
    "@json": {"@json": {"mode": "encode", "value": path("$.again")}},
    "@flatten": {"@flatten": {"separator": ".", "value": path("$.again")}},
    "@merge": {"@merge": {"direction": "left", "objects": [path("$.again")]}},
    "@transform": {"@transform": {"apply": path("$."), "mapping": path("$.again")}},
    "@liquid": liquid("{{ again | json }}"),
}


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
@pytest.mark.parametrize("event", [cyclic_object, cyclic_list, deep_list])
def test_an_event_without_a_bottom_fails(walk, event):
    with pytest.raises(MappingFailedError, match=r"nested too deeply|makes too much"):
        compile_mapping({"out": walk})(event())


@pytest.mark.parametrize("event", [cyclic_list, deep_list])
def test_a_text_without_a_bottom_fails(event):
    for value in ({"@template": "{{again}}"}, liquid("{{ again }}")):
        with pytest.raises(MappingFailedError, match=r"nested too deeply|makes too much"):
            compile_mapping({"out": value})(event())


def test_json_text_without_a_bottom_fails():
    resolve = compile_mapping({"out": {"@json": {"mode": "decode", "value": path("$.text")}}})

    with pytest.raises(MappingFailedError, match="nested too deeply"):
        resolve({"text": "[" * 100_000 + "]" * 100_000})


def test_braces_that_never_close_are_read_once():
    resolve = compile_mapping({"out": {"@template": path("$.text")}})

    assert resolve({"text": "{" * 500_000}) == {"out": "{" * 500_000}


@pytest.mark.parametrize("mapping", [cyclic_object(), cyclic_list(), deep_list()])
def test_a_mapping_without_a_bottom_is_refused(mapping):
    for compiled in (compile_mapping, compile_fields):
        with pytest.raises(MappingError, match="nested too deeply"):
            compiled(mapping)


def test_a_mapping_that_holds_too_much_is_refused():
    with pytest.raises(MappingError, match="too large"):
        compile_mapping({str(key): key for key in range(100_001)})


def test_a_mapping_that_shares_its_parts_is_refused_when_they_are_too_many():
    with pytest.raises(MappingError, match="too large"):
        compile_mapping(nested(40, {"a": 1}, lambda value: {"b": value, "c": value}))
