"""Whatever a request holds, each way to write it down means the same."""

import argparse
import json
from collections.abc import Mapping
from typing import get_origin

import attrs
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee.cli.send.arguments import add_request, make_request, option
from aiorecombee.cli.send.recognising import ENCODER, recognise_one
from aiorecombee.core.fields import fields_of
from aiorecombee.requests import ALL_REQUESTS
from aiorecombee.requests.batch import Batch
from aiorecombee.requests.endpoint import Between, Matches, OneOf

ALONE = [cls for cls in ALL_REQUESTS if cls is not Batch]
# As the value of an option, argparse loses a text of two dashes.
IDS = st.text("abzAZ09_-:@.", min_size=1, max_size=6).filter(
    lambda text: text.strip(".") != "" and text != "--"
)
NAMES = st.text("abzAZ09_:", min_size=1, max_size=6)
# Names of properties that are no names of parameters, so that both mean themselves.
OBJECTS = st.dictionaries(
    st.sampled_from(["p1", "p2", "ž"]), st.integers(0, 9) | st.text(max_size=3)
)


def values(field):
    """Valid values of a field, as JSON holds them."""
    rule = {type(mark): mark for mark in field.marks}
    origins = {get_origin(kind) or kind for kind in field.types}
    between = rule.get(Between, Between(-5, 5))
    low, high = between.low or 0, 5 if between.high is None else between.high
    kinds = (
        (OneOf in rule, lambda: st.sampled_from(rule[OneOf].choices)),
        (Matches in rule, lambda: NAMES if rule[Matches].max_length else IDS),
        (bool in origins, st.booleans),
        (int in origins, lambda: st.integers(int(low), int(high))),
        (float in origins, lambda: st.floats(low, high, allow_subnormal=False)),
        (Mapping in origins, lambda: OBJECTS),
        (str in origins, lambda: IDS),
        (_inner(field), lambda: st.just({})),
        (True, lambda: st.lists(IDS, max_size=3)),
    )
    return next(make() for fits, make in kinds if fits)


def _inner(field):
    return attrs.has(field.types[0]) if isinstance(field.types[0], type) else False


@st.composite
def requests(draw):
    """A request that the client would send, by class and fields."""
    cls = draw(st.sampled_from(ALONE))
    given_fields = {}
    for field in fields_of(cls):
        inner = values(field)
        if field.name == "reql_expressions":
            inner = st.dictionaries(NAMES, st.text("1 +", max_size=3), max_size=2)
        value = draw(inner if field.required and not field.nullable else st.none() | inner)
        given_fields[field.name] = value
    built = {field.name: _of_class(field, given_fields[field.name]) for field in fields_of(cls)}
    return cls(**built)


def _of_class(field, value):
    return field.types[0]() if value == {} and _inner(field) else value


def as_text(value):
    if value is None:
        return "null"
    if isinstance(value, str):
        return value
    return json.dumps(value) if not attrs.has(type(value)) else json.dumps(value.given())


def command_line(request):
    by_position, options = [], []
    for field in fields_of(type(request)):
        value = getattr(request, field.name)
        if field.required:
            by_position.append(as_text(value))
        elif isinstance(value, bool):
            options.append(option(field) if value else option(field).replace("--", "--no-", 1))
        elif value is not None:
            options.append(f"{option(field)}={as_text(value)}")
    return [*options, "--", *by_position] if by_position else options


@given(requests())
def test_an_entry_of_a_batch_is_read_as_the_request_that_it_came_from(request):
    entry = ENCODER.entry(request)

    assert ENCODER.entry(recognise_one(json.loads(json.dumps(entry)))) == entry


@given(requests())
def test_the_name_of_its_class_may_stand_beside_or_in_place_of_the_path(request):
    entry = ENCODER.entry(request)
    named = {"request": type(request).__name__, **entry}
    in_path = {f.wire: getattr(request, f.name) for f in fields_of(type(request)) if f.in_path}
    bare = {"request": type(request).__name__, "params": {**entry.get("params", {}), **in_path}}

    assert ENCODER.entry(recognise_one(named)) == entry
    assert ENCODER.entry(recognise_one(bare)) == entry


@given(requests())
def test_a_command_line_means_the_request_that_it_was_written_for(request):
    parser = argparse.ArgumentParser(allow_abbrev=False, exit_on_error=False)
    add_request(parser, type(request))

    made = make_request(parser.parse_args(command_line(request)), type(request))

    assert ENCODER.entry(made) == ENCODER.entry(request)
