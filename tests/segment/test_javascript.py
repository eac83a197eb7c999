"""JavaScript's view of JSON values."""

import math

import pytest

from aiorecombee.segment.javascript import (
    UNDEFINED,
    kind_name,
    member,
    number_text,
    ordered_items,
    to_number,
    to_text,
    trim,
    type_name,
    utf16_length,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (507, "507"),
        (1.0, "1"),
        (-1.5, "-1.5"),
        (0.1, "0.1"),
        (100000.25, "100000.25"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.25e21, "1.25e+21"),
        (0.000001, "0.000001"),
        (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"),
        (9007199254740993, "9007199254740992"),
        (12345678901234567890, "12345678901234567000"),
        (10**400, "Infinity"),
        (-(10**400), "-Infinity"),
        (math.nan, "NaN"),
    ],
)
def test_numbers_are_printed_as_javascript_does(number, text):
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        (" 2 ", 2),
        ("\n3\n", 3),
        ("\ufeff4", 4),
        ("", 0),
        ("   ", 0),
        (".5", 0.5),
        ("5.", 5),
        ("+3", 3),
        ("-1e2", -100),
        ("0x10", 16),
        ("0b11", 3),
        ("0o17", 15),
        ("Infinity", math.inf),
        ("-Infinity", -math.inf),
        ("1e400", math.inf),
    ],
)
def test_text_is_read_as_a_number_where_javascript_does(text, number):
    assert to_number(text) == number


@pytest.mark.parametrize(
    "text", ["1_000", "1,5", "3abc", "٣", "infinity", "nan", "-0x10", "0x", ".", "+", "1e", "\x1c2"]
)
def test_other_text_is_no_number(text):
    assert math.isnan(to_number(text))


def test_other_values_as_text():
    assert to_text([1, None, ["a", True]]) == "1,,a,true"
    assert to_text({"a": 1}) == "[object Object]"
    assert to_text(None) == "null"
    assert to_text([UNDEFINED, 1]) == ",1"


def test_the_length_of_what_becomes_text_is_told_before():
    told = []
    to_text(["abc", ["de"], 7], told.append)

    assert told == [3, 3, 1, 2]


@pytest.mark.parametrize(
    ("value", "key", "found"),
    [
        ({"a": 1}, "a", 1),
        ({"a": 1}, "b", UNDEFINED),
        (["x", "y"], "1", "y"),
        (["x", "y"], "length", 2),
        (["x", "y"], "2", UNDEFINED),
        (["x", "y"], "01", UNDEFINED),
        (["x", "y"], "-1", UNDEFINED),
        (["x", "y"], "1" * 5000, UNDEFINED),
        ("añ😀", "length", 4),
        ("añ😀", "1", "ñ"),
        ("añ😀", "2", "\ud83d"),
        (7, "length", UNDEFINED),
    ],
)
def test_members_are_found_as_in_javascript(value, key, found):
    assert member(value, key) == found


def test_keys_that_are_indices_come_first_and_in_order():
    value = {"b": 1, "10": 2, "2": 3, "02": 4, "-1": 5, "4294967294": 6, "4294967295": 7}

    assert [key for key, _ in ordered_items(value)] == [
        *("2", "10", "4294967294", "b", "02", "-1", "4294967295")
    ]


@pytest.mark.parametrize(
    ("value", "kind", "with_article"),
    [
        (None, "null", "null"),
        (UNDEFINED, "undefined", "an undefined"),
        (True, "boolean", "a boolean"),
        (1.5, "number", "a number"),
        ("", "string", "a string"),
        ([], "array", "an array"),
        ({}, "object", "an object"),
    ],
)
def test_kinds_have_javascripts_names(value, kind, with_article):
    assert (kind_name(value), type_name(value)) == (kind, with_article)


def test_length_is_counted_in_utf16():
    assert [utf16_length(text) for text in ("", "abc", "añ", "😀!")] == [0, 3, 2, 3]


def test_blanks_are_javascripts():
    assert trim("\ufeff\u00a0 a \u2028") == "a"
    assert trim("\x1ca\x85") == "\x1ca\x85"
