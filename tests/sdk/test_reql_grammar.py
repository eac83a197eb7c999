"""ReQL as text: what is read, and how mistakes are shown."""

import copy
import pickle

import pytest

from aiorecombee.reql import ReqlError, ReqlSyntaxError, parse, printed
from aiorecombee.reql.tree import Boolean, Number, Text


@pytest.mark.parametrize(
    ("source", "grouped"),
    [
        ("1 + 2 * 3 - 4", "1 + (2 * 3) - 4"),
        ("20 - 5 - 4", "20 - 5 - 4"),
        ("-2 * 3", "(-2) * 3"),
        ("- -2", "-(-2)"),
        ("1 + 2 < 3 & 4", "(1 + 2) < (3 & 4)"),
        ("1 + {1} & {2}", "(1 + {1}) & {2}"),
        ("1 < 2 <= 3 != 4", "1 < 2 <= 3 != 4"),
        ("1 not in {1} in [true]", "1 not in {1} in [true]"),
        ("not 'a' == 1", "not ('a' == 1)"),
        ("not 'a' and 'b' or 'c'", "((not 'a') and 'b') or 'c'"),
        ("'a' or 'b' and not not 'c'", "'a' or ('b' and (not (not 'c')))"),
        ("if 'a' then 1 else 2 + 3", "if 'a' then 1 else 2 + 3"),
        ("if 'a' then 1 else if 'b' then 2 else 3", "if 'a' then 1 else if 'b' then 2 else 3"),
        ("if if 'a' then 'b' else 'c' then 1 else 2", "if if 'a' then 'b' else 'c' then 1 else 2"),
        ("now", "now()"),
        ('context_item["a"]', 'context_item()["a"]'),
        ("[1, 2][0][1]", "[1, 2][0][1]"),
        ("map(lambda 'x' : 'x'+1,'s')", "map(lambda 'x': 'x' + 1, 's')"),
        ("NOT ('a' IN {}) AND True", "(not ('a' in {})) and true"),
        ("// a comment\n'a' // another\r\n", "'a'"),
        ("\t1\r\n +\n2 ", "1 + 2"),
    ],
)
def test_operators_group_as_documented(source, grouped):
    assert printed(parse(source)) == grouped
    assert parse(grouped) == parse(source)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("007.50", 7.5),
        ("3e4", 3e4),
        ("75E-2", 0.75),
        ("1.5e+3", 1500.0),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", float(2**63)),
        ("0" * 5000 + "5", 5),
        ("7" * 300, float("7" * 300)),
    ],
)
def test_numbers_are_ints_or_doubles(source, value):
    found = parse(source)
    assert isinstance(found, Number)
    assert (found.value, type(found.value)) == (value, type(value))


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (r'"a \"b\" \\ \n\t\r \q"', 'a "b" \\ \n\t\r q'),
        (r'"\u0041\u00e9"', "Aé"),
        (r'"\ud83d\ude00"', "😀"),
        (r'"\ud83d"', "\N{REPLACEMENT CHARACTER}"),
        (r'"\u12"', "u12"),
        ('"two\nlines, it\'s // no comment"', "two\nlines, it's // no comment"),
    ],
)
def test_texts_are_unescaped(source, value):
    assert parse(source) == Text(value, 0)


def test_trees_are_equal_wherever_they_stand():
    assert parse(" true") == Boolean(True, at=99)
    assert parse("true") != parse("false")


@pytest.mark.parametrize(
    ("source", "position", "reason", "remedy"),
    [
        ("", 0, "the end of the text", ""),
        ("   // nothing", 13, "the end of the text", ""),
        ("'price' >", 9, "the end of the text", ""),
        ("'price' = 5", 8, 'Unexpected "="', '"=="'),
        ("'a' && 'b'", 4, 'Unexpected "&&"', '"and"'),
        ("'a' || 'b'", 4, 'Unexpected "||"', '"or"'),
        ("!'a'", 0, 'Unexpected "!"', '"not"'),
        ("'a' <> 1", 4, 'Unexpected "<>"', '"!="'),
        ("'a' ^ 2", 4, 'Unexpected "^"', "pow(x, y)"),
        ("# no", 0, 'Unexpected "#"', '"//"'),
        ("/* no */ 1", 0, "Expected a value", ""),
        (".5 + 1", 0, 'Unexpected "."', "a digit before and after"),
        ("5.", 1, "The number 5 runs on", "a digit before and after"),
        ("5kg", 1, "The number 5 runs on", ""),
        ("1_000", 1, "The number 1 runs on", ""),
        ("1e999", 0, "too large", ""),
        ("'name' == \"abc", 10, "A text is not closed", "double quote"),
        ("'name", 0, "name of a property is not closed", "single quote"),
        ("'na\nme'", 0, "name of a property is not closed", "same line"),
        ("'itemId' in {\"a\"", 16, 'Expected "}"', ""),
        ("{1,}", 3, "Expected a value", ""),
        ("{1 2}", 3, 'Expected "}"', ""),
        ("(1", 2, 'Expected ")"', ""),
        ("1)", 1, "an operator or the end", '"("'),
        ("()", 1, "Expected a value", ""),
        ("'a'[]", 4, "Expected a value", ""),
        ("'a'[1, 2]", 5, 'Expected "]"', ""),
        ("'a' 'b'", 4, "an operator or the end", "operator missing"),
        ("if true then 1", 14, 'Expected "else"', '"else"'),
        ("if true 1 else 2", 8, 'Expected "then"', ""),
        ("2 * if 'a' then 1 else 2", 4, "Expected a value", "parentheses"),
        ("1 + not true", 4, '"not" cannot stand right after "+"', "parentheses"),
        ("'a' not 'b'", 8, 'Expected "in"', '"not in"'),
        ("lambda 'x': 1", 0, "Expected a value", "map, select or exists"),
        ("map(lambda x: 1, {})", 11, "Expected a name", "lambda 'x'"),
        ("map(lambda 'x' 1, {})", 15, 'Expected ":"', "lambda 'x'"),
        ("frobnicate(1)", 0, 'no function "frobnicate"', "double quotes"),
        ("uper('a')", 0, 'no function "uper"', "Did you mean upper?"),
        ("Size('a')", 0, 'no function "Size"', "Did you mean size?"),
        ("'genre' == drama", 11, 'no function "drama"', "double quotes"),
        ("'a' == 1;", 8, 'Unexpected ";"', "one value"),
        ("\x00", 0, "Unexpected '\\x00'", ""),
        ("\u00e9", 0, 'Unexpected "é"', ""),
    ],
)
def test_a_mistake_is_shown_with_place_reason_and_remedy(source, position, reason, remedy):
    with pytest.raises(ReqlSyntaxError) as caught:
        parse(source)
    error = caught.value
    assert (error.kind, error.position) == ("parse", position)
    assert reason in error.reason
    assert remedy in error.remedy
    assert f"at position {position}" in str(error)


def test_the_line_of_a_mistake_is_shown():
    with pytest.raises(ReqlError) as caught:
        parse("'a' == 1 and\n\t'b' = 2 or\n'c'")
    assert str(caught.value) == (
        'Unexpected "=" at position 18\n     \'b\' = 2 or\n         ^\nCompare with "==".'
    )


def test_mistakes_can_be_copied_and_pickled():
    with pytest.raises(ReqlError) as caught:
        parse("1 +")
    for twin in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):
        assert type(twin) is ReqlSyntaxError
        assert str(twin) == str(caught.value)


@pytest.mark.parametrize(
    ("before", "middle", "after"),
    [
        ("(", "1", ")"),
        ("{", "1", "}"),
        ("abs(", "1", ")"),
        ("1 + (", "1", ")"),
        ("-", "1", ""),
        ("not ", "true", ""),
        ("if true then ", "1", " else 2"),
        ("'a'[", "1", "]"),
    ],
)
def test_nesting_ends_at_200_levels(before, middle, after):
    parse(before * 199 + middle + after * 199)
    with pytest.raises(ReqlSyntaxError, match="200 levels"):
        parse(before * 201 + middle + after * 201)


@pytest.mark.parametrize("piece", ["1 + ", "1 < ", "true and ", "if 'a' then 1 else ", "[1], "])
def test_long_is_not_deep(piece):
    parse(f"size([{piece * 2000} 1])")


def test_an_expression_has_at_most_64_ki_characters():
    parse("1".rjust(65_536))
    with pytest.raises(ReqlSyntaxError, match="65536 characters"):
        parse("1".rjust(65_537))
