"""What Segment's mapping kit made of mappings and data: `mapping_cases.jsonl`, one case a line."""

import json
from pathlib import Path

import pytest

from aiorecombee import MappingError
from aiorecombee.segment.javascript import UNDEFINED, as_double
from aiorecombee.segment.mapping import compile_batch, compile_fields, compile_mapping

CASES = [
    json.loads(line)
    for line in Path(__file__).with_name("mapping_cases.jsonl").read_text().splitlines()
]
SINGLE = [case for case in CASES if "batch" not in case]
OF_EVENTS = [case for case in SINGLE if isinstance(case["data"], dict)]


def names(cases):
    return [f"{case['id']} {' '.join(case['tags'])}" for case in cases]


def outcome(act):
    try:
        found = act()
    except MappingError as error:
        return {"error": as_case(error)}
    return {"undefined": True} if found is UNDEFINED else {"value": doubles(found)}


def expected(case):
    """What the case expects, with numbers as JavaScript has them."""
    return {key: doubles(value) for key, value in case["expect"].items()}


def as_case(error):
    if error.name == "AggregateError":
        texts = [problem.text for problem in error.problems]
        return {"kind": error.kind, "name": error.name, "messages": texts}
    return {"kind": error.kind, "name": error.name, "message": str(error)}


def doubles(value):
    """The value with numbers as JavaScript has them."""
    if isinstance(value, dict):
        return {key: doubles(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [doubles(inner) for inner in value]
    return as_double(value) if isinstance(value, float | int) and value is not True else value


@pytest.mark.parametrize("case", CASES, ids=names(CASES))
def test_a_mapping_makes_of_data_what_segments_kit_makes_of_it(case):
    compiled = compile_batch if case.get("batch") else compile_mapping

    assert outcome(lambda: compiled(case["mapping"])(case["data"])) == expected(case)


@pytest.mark.parametrize("case", OF_EVENTS, ids=names(OF_EVENTS))
def test_compiled_fields_make_the_same(case):
    def together():
        fields = compile_fields(case["mapping"])
        if fields is None:
            return compile_mapping(case["mapping"])(case["data"])
        found = {key: resolve(case["data"]) for key, resolve in fields.items()}
        return {key: value for key, value in found.items() if value is not UNDEFINED}

    assert outcome(together) == expected(case)


@pytest.mark.parametrize("case", SINGLE, ids=names(SINGLE))
def test_an_observer_changes_nothing(case):
    found = outcome(lambda: compile_mapping(case["mapping"], lambda *_: None)(case["data"]))

    assert found == expected(case)


def test_every_directive_has_cases():
    covered = {tag for case in CASES for tag in case["tags"]}

    assert covered >= {
        *("path", "template", "literal", "if", "case", "replace", "arrayPath", "json"),
        *("flatten", "merge", "transform", "excludeWhenNull", "liquid", "root", "batch"),
    }
