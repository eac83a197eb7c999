"""Subscriptions: what is read, what is refused, and what an index may rely on."""

import copy
import pickle
from enum import StrEnum
from types import MappingProxyType

import pytest

from aiorecombee import MappingError
from aiorecombee.segment.fql import (
    SubscriptionError,
    compile_query,
    compile_subscription,
    parse,
    required,
)
from aiorecombee.segment.fql.tree import Comparison, Failing, Field, Group, Span


def test_a_query_is_a_tree_that_knows_where_it_is_written():
    query = parse('type = "track" and (properties.a.b >= 5 or !contains(name, "x"))')

    assert query.group == Group(
        "and",
        (
            Comparison(Field("type"), "=", "track", Span(0, 14)),
            Group(
                "or",
                (
                    Comparison(Field("properties", ("a", "b")), ">=", 5, Span(20, 39)),
                    Comparison(Field("name"), "not_contains", "x", Span(43, 63)),
                ),
                is_mixed=False,
                span=Span(19, 64),
            ),
        ),
        is_mixed=False,
        span=Span(0, 64),
    )
    assert query.ignored == ()


def test_one_condition_is_a_group_of_its_own():
    group = parse("  name = null ").group

    assert group.children == (Comparison(Field("name"), "not_exists", None, Span(2, 13)),)
    assert group.connector == "and"


def test_empty_parentheses_stay_in_the_tree():
    children = parse('type = "a" or ()').group.children

    assert [type(child) for child in children] == [Comparison, Failing]


@pytest.mark.parametrize(
    ("text", "ignored"),
    [
        ('type = "a" and foo = "x" and bar != 5', ['foo = "x"', "bar != 5"]),
        ('type = "a" AND contains(type, "x")', ["AND", 'contains(type, "x")']),
        ('!type = "a"', ["!"]),
        ('type = "a" and toString = 5', ["toString = 5"]),
        ('(type = "a" and x = 1) or type = "b")', ["x = 1", ")"]),
        ('(type = "b" or contains(event, "a"))', []),
        ('(contains(event, "a") or type = "b")', [")"]),
    ],
)
def test_what_the_engine_passes_over_is_kept_apart(text, ignored):
    query = parse(text)

    assert [one.span.of(text) for one in query.ignored] == ignored


@pytest.mark.parametrize("text", ["", None, 5, ["type"], b"type"])
def test_what_is_no_text_is_refused_as_empty(text):
    with pytest.raises(SubscriptionError) as caught:
        parse(text)

    assert caught.value.at is None
    assert caught.value.original == "Failed to validate subscription"
    assert str(caught.value) == (
        "the subscription is empty: it says which events the mapping is for"
    )


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ('type = "track', 7, "a text begins here and does not end"),
        ("properties.price>5", 16, "put a blank between"),
        ("properties.list[0] = 5", 15, "'[' cannot follow it"),
        ('type !="page"', 5, "in `!=` before a blank"),
        ('type = "a" && event = "b"', 11, "'&' means nothing here"),
        ("properties.a = 1.2.3", 15, "1.2.3 is no number"),
        ("event", 0, "`event` is followed by no value"),
        ("length(properties.a) > 1", 7, "there is no function length()"),
        ('((type = "a"))', 1, "no parentheses within parentheses"),
        ('(type = "a"', 0, "this parenthesis is not closed"),
        ("contains()", 0, "an argument is missing"),
        ('anonymousId = "a"', 0, "`anonymousId` is no field that can be tested"),
        ('contains(type, "a")', 0, "contains() does not look at `type`"),
        (" \n", None, "there is no condition in the subscription"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text, at, said):
    with pytest.raises(SubscriptionError) as caught:
        compile_subscription(text)

    assert (caught.value.at, said in str(caught.value)) == (at, True)


def test_a_very_long_subscription_is_refused():
    with pytest.raises(SubscriptionError, match="more than 65536 characters"):
        parse("x" * 65_537)


@pytest.mark.parametrize(
    "piece", ["(", "()", "!(x) ", 'type = "a" and ', "a ", '"', "-", "\\", "a.", "(type=1) "]
)
def test_a_long_and_senseless_subscription_gets_an_answer(piece):
    text = (piece * 65_536)[:65_536]

    assert answer(text, {"type": "a"}) in {True, "refused"}


def answer(text, event):
    try:
        return compile_subscription(text)(event)
    except SubscriptionError:
        return "refused"


def test_empty_parentheses_fail_once_they_are_come_to():
    holds = compile_subscription('type = "page" and ()')

    assert holds({"type": "track"}) is False
    with pytest.raises(SubscriptionError, match="no condition in these parentheses") as caught:
        holds({"type": "page"})
    assert caught.value.at == 18


def pickled(one):
    return pickle.loads(pickle.dumps(one))


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickled])
def test_an_error_survives_copy_and_pickle(duplicate):
    error = SubscriptionError("it is wrong", 4, "Value token is missing")

    twin = duplicate(error)

    assert (str(twin), twin.at, twin.original) == (str(error), 4, "Value token is missing")
    assert isinstance(twin, MappingError)


class Type(StrEnum):
    TRACK = "track"


def test_events_need_not_be_plain():
    holds = compile_subscription('type = "track" and properties.a.b = 5')

    assert holds(MappingProxyType({"type": Type.TRACK, "properties": {"a": {"b": 5.0}}}))
    assert not holds({"type": {1}, "properties": {"a": object()}})


def test_huge_numbers_are_compared_as_javascript_does():
    holds = compile_subscription("properties.n = 9007199254740993")

    assert holds({"properties": {"n": 9007199254740992}})
    assert not holds({"properties": {"n": 10**400}})


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ('type = "track" and event = "X"', {"type": "track", "event": "X"}),
        ("event = X", {"event": "X"}),
        ('(type = "track" and event = "X") and name = "n"', {"type": "track", "event": "X"}),
        ('type = "track" and (event = "X" or event = "Y")', {"type": "track"}),
        ('type = "a" and type = "b"', {"type": "a"}),
        ('or type = "track"', {"type": "track"}),
        ('type = "track" or event = "X"', {}),
        ('type != "track"', {}),
        ('match(event, "X*")', {}),
        ('name = "X" and userId = "u"', {}),
        ('type = "track" and () and event = "X"', {"type": "track"}),
        ('() and type = "track"', {}),
        ("(type = a or traits.\\] = 1) and event = X", {}),
    ],
)
def test_what_type_and_name_must_be_is_told_where_it_is_certain(text, asked):
    assert required(parse(text)) == asked


def test_a_query_is_compiled_once_for_any_number_of_events():
    holds = compile_query(parse('event = "X"'))

    assert [holds({"event": name}) for name in ("X", "Y", None)] == [True, False, False]
