"""JavaScript's view of JSON values."""

import math

import pytest

from aiorecombee.segment.javascript import number_text, to_number, to_text


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
