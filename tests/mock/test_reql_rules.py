"""ReQL's rules, one expression each: null, operators, functions.

What is not documented is our choice; the vectors tell which is which.
"""

import math

import pytest

from recombee_mock.reql import Place, Scene, values_of
from recombee_mock.store.contents import Contents
from recombee_mock.store.entities import Property

NULL = "'nothing'"
NAN = "(0 / 0)"
BIG = 2**63 - 1


@pytest.fixture(scope="module")
def contents():
    found = Contents()
    for name, kind in {"nothing": "double", "flag": "boolean", "text": "string"}.items():
        found.items.define(Property(name, kind))
    return found


def value(contents, source):
    scene = Scene(1_700_000_000.0)
    return values_of(contents, {"it": source}, Place("it", "item"), scene)("item")["it"]


def check(contents, source, wanted):
    found = value(contents, source)
    assert type(found) is type(wanted)
    assert found == (pytest.approx(wanted, rel=1e-12) if isinstance(wanted, float) else wanted)


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("null == null", True),
        (f"{NULL} == null", True),
        (f"{NULL} != null", False),
        (f"{NULL} == 0", False),
        (f"{NULL} != 0", True),
        *((f"{NULL} {sign} 1", None) for sign in ("<", "<=", ">", ">=", "+", "-", "*", "/", "%")),
        *((f"1 {sign} {NULL}", None) for sign in ("<", "<=", ">", ">=", "+", "-", "*", "/", "%")),
        (f"-{NULL}", None),
        ("{1} & null", None),
        (f"1 < 2 < {NULL}", None),
        (f"{NULL} < 2 < 1", False),
        (f"1 < {NULL} < 1", None),
        (f"{NULL} in {{1}}", False),
        (f"{NULL} in {{null}}", True),
        (f"{NULL} not in {{1}}", True),
        ("'text' in \"abc\"", False),
        ("\"a\" in 'text'", None),
        ("\"a\" not in 'text'", None),
        ("1 in null", None),
        ("not 'flag'", None),
        ("'flag' and true", None),
        ("'flag' and false", False),
        ("false and 'flag'", False),
        ("'flag' or true", True),
        ("'flag' or false", None),
        ("'flag' or 'flag'", None),
        ("if 'flag' then 1 else 2", 2),
        ("if not 'flag' then 1 else 2", 2),
        ("if 'flag' or not 'flag' then 1 else 2", 2),
        ("if not ('flag' and false) then 1 else 2", 1),
        ("if not ('flag' or false) then 1 else 2", 2),
        ('null["a"]', None),
        ("[1][null]", None),
        ("exists(lambda 'x': 'flag', {1})", False),
        ("select(lambda 'x': 'flag', {1})", []),
        ("map(lambda 'x': 'flag', {1, 2})", [None]),
        ("map(lambda 'x': 'x', null)", None),
        ("max({1, null})", None),
        ("min({})", None),
        ("avg([])", None),
        ('reduce("+", {1}, null)', None),
        (f"[{NULL}, 0] in geo_radius([0, 0], 1)", None),
        (f"[0, 0] in geo_radius([0, {NULL}], 1)", None),
        (f"[0, 0] in geo_polygon([[0, 1], [1, {NULL}], [1, 1]])", None),
        ("'text' in geo_radius([0, 0], 1)", False),
    ],
)
def test_null(contents, source, outcome):
    check(contents, source, outcome)


@pytest.mark.parametrize(
    "call",
    [
        "size({0})", "boolean({0})", "number({0})", "string({0})", 'string({0}, "%Y")',
        "timestamp({0})", "max({0}, 1)", "min(1, {0})", "avg({0}, 1)", "round({0})", "floor({0})",
        "ceil({0})", "abs({0})", "sqrt({0})", "pow({0}, 1)", "pow(1, {0})", "log({0})",
        "log(2, {0})", "upper({0})", "lower({0})", 'split({0}, ",")', 'split("a", {0})',
        "earth_distance({0}, 0, 0, 0)", "[0, 0] in geo_radius({0}, 1)", "item_values({0})",
        "num_item_purchases({0})", "num_item_ratings({0})", 'num_item_ratings("i", {0})',
        "user_interactions({0}, {{}})", 'user_interactions("u", {0})', 'reduce("+", {0})',
        'segment_items({0}, "a")', 'item_segments("a" + {0}, "b")',
    ],
)  # fmt: skip
def test_a_null_argument_gives_null(contents, call):
    assert value(contents, call.format("null")) is None


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        (f"{BIG} + 1", float(2**63)),
        (f"{BIG} - 1", BIG - 1),
        (f"-{BIG} - 2", float(-(2**63))),
        (f"{BIG} * {BIG}", float(BIG) ** 2),
        ("pow(2, 62)", 2**62),
        ("pow(2, 63)", 2.0**63),
        ("pow(-2, 63)", -(2**63)),
        ("pow(2, 1000000000)", None),
        ("pow(1, 1000000000000)", 1),
        ("pow(-1, 1000000000001)", -1),
        ("pow(-1, 1000000000000)", 1),
        ("pow(0, 0)", 1),
        ("pow(0, 5)", 0),
        ("pow(2, -1)", 0.5),
        ("pow(-8, 0.5)", None),
        ("pow(0, -1)", None),
        ("7 / 2", 3.5),
        ("8 / 2", 4.0),
        ("-7 % 3", -1),
        ("7 % -3", 1),
        ("-7.5 % 2", -1.5),
        ("7 % 0", None),
        ("1e308 * 10 == 1e308 * 100", True),
        ("1e308 * 10 % 3", None),
        ("2 + 0.5", 2.5),
        ("now() - now()", 0.0),
        ("string(now() - 60)", "2023-11-14T22:12:20Z"),
        ("string(60 + timestamp(0))", "1970-01-01T00:01:00Z"),
        ('"a" + "b" + "c"', "abc"),
        ("[1] + [1]", [1, 1]),
        ("{1, 2} + {2.0} - {1}", [2]),
        ("{1, 2, 3} & {2, 3} & {3, 4}", [3]),
        ("-(-9223372036854775807 - 1)", 2.0**63),
    ],
)
def test_arithmetic(contents, source, outcome):
    check(contents, source, outcome)


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("true == 1", False),
        ("{true} == {1}", False),
        ("1 in {true}", False),
        ("true in {1, true}", True),
        ("size({0, false, 1, true, 1.0}) == 4", True),
        ("[true] == [1]", False),
        ("exists(lambda 'x': 'x' == true, {1, true})", True),
        ('"1" == 1', False),
        ("{} == []", False),
        (f"{NAN} == {NAN}", False),
        (f"{NAN} != {NAN}", True),
        (f"{NAN} < 1", False),
        (f"{NAN} in {{{NAN}}}", False),
        ("timestamp(5) == 5", True),
        ("5.0 in {5}", True),
        ("{1, {2}} == {{2.0}, 1.0}", True),
        ("{1} < {1, 2} <= {1, 2} > {2} >= {2}", True),
        ("{1} < {1}", False),
        ("{1} < {2} or {1} > {2}", False),
        ('"Z" < "a"', True),
        ('"\u00e9" > "z"', True),
        ("1 in {1} == true", False),  # a chain: 1 in {1}, and {1} == true
        ("[1, 2][1] == 2", True),
        ("[1, 2][2] == null", True),
        ("[1, 2][-1] == null", True),
    ],
)  # fmt: skip
def test_comparison(contents, source, holds):
    assert value(contents, source) is holds


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("boolean(0 / 0)", True),
        ("boolean([])", False),
        ('boolean({""})', True),
        ("boolean(timestamp(0))", False),
        ("boolean(timestamp(1))", True),
        ('boolean(user_interactions("u", {}))', False),
        ('number(" -7.50e1 ")', -75.0),
        ('number("+0007")', 7),
        ('number("")', None),
        ('number("nan")', None),
        ('number("1e999")', None),
        ('number("1_000")', None),
        ('number("\u0661")', None),
        ('number("99999999999999999999")', 1e20),
        ("number(timestamp(5))", 5.0),
        ("string(2.0)", "2.0"),
        ("string(1e300)", "1e+300"),
        ('string({2, "a", {1}, true, null})', "{2, a, null, true, {1}}"),
        ('string(timestamp(0), "%Y-%m-%d %H:%M:%S %% %j")', "1970-01-01 00:00:00 % 001"),
        ('string(timestamp(-62135596800), "%Y %F")', "0001 0001-01-01"),
        ("string(timestamp(1e15))", None),
        ('string(timestamp(0), "no")', "no"),
        ('string(timestamp(0), "%")', None),
        ('string(timestamp(0), "%5000000d")', None),
        ('timestamp("2024-01-01") == timestamp("2024-01-01T01:00:00+01:00")', True),
        ('timestamp("2024-01-01T00:00:00.5") - timestamp("2024-01-01T00:00:00Z")', 0.5),
        ('timestamp("0001-01-01T00:00:00+14:00")', -62135647200.0),
        ('timestamp("")', None),
        ("timestamp(timestamp(5))", 5.0),
        ("round(0.5)", 1),
        ("round(-0.5)", -1),
        ("round(0.49999999999999994)", 0),
        ("round(2.4)", 2),
        ("round(1e300)", 1e300),
        ("floor(-1.2)", -2),
        ("floor(0 / 0)", None),
        ("ceil(1.2)", 2),
        ("abs(-3)", 3),
        ("abs(-2.5)", 2.5),
        ("abs(-9223372036854775807 - 1)", 2.0**63),
        ("sqrt(-1)", None),
        ("log(1000)", 3.0),
        ("log(8, 2)", 3.0),
        ("log(243, 3)", 5.0),
        ("log(125, 5)", 3.0),
        ("log(0)", None),
        ("log(-1)", None),
        ("log(2, 1)", None),
        ("log(2, 0.5)", -1.0),
        ("max(1, 2.5, 2)", 2.5),
        ("max(2, 2.0)", 2),
        ('max({"a", "b"})', "b"),
        ("min({1}, {1, 2})", [1]),
        ("max({1}, {2})", [1]),
        ("min([3, 1, 2])", 1),
        ("avg(1, 2)", 1.5),
        ("avg([1, 2, 2])", 5 / 3),
        ('upper("stra\u00dfe \u017elu\u0165")', "STRASSE \u017dLU\u0164"),
        ('split("a,,b", ",")', ["a", "", "b"]),
        ('split("abc", "")', ["a", "b", "c"]),
        ('split("", ",")', [""]),
        ("size([1, 1])", 2),
        ('size("\U0001f600")', 1),
    ],
)  # fmt: skip
def test_functions(contents, source, outcome):
    check(contents, source, outcome)


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("map(lambda 'x': 'x' % 2, [1, 2, 3])", [0, 1]),
        ("select(lambda 'x': 'x' > 1, [3, 1, 2])", [3, 2]),
        ("select(lambda 'x': 'x', {true, false})", [True]),
        ("map(lambda 'x': not 'x', {true, false})", [False, True]),
        ("map(lambda 'x': map(lambda 'y': 'x' + 'y', {10, 20}), {1, 2})", [[11, 21], [12, 22]]),
        ("map(lambda 'x': map(lambda 'x': 'x', {5}), {1, 2})", [[5]]),
        ("map(lambda 'x': size(select(lambda 'y': 'y' < 'x', {1, 2})) + 'x', {1, 2})", [1, 3]),
        ("exists(lambda 'text': 'text' == \"a\", {\"a\"})", True),
        ('reduce("+", {"b", "a", "c"})', "abc"),
        ('reduce("+", ["b", "a"], "x")', "xba"),
        ('reduce("+", {{1}, {2}})', [1, 2]),
        ('reduce("&", {}, {1})', [1]),
        ('reduce("*", {5})', 5),
        ('reduce("and", {true})', True),
        ('reduce("and", [true, null])', None),
        ('reduce("and", [false, null])', False),
        ('reduce("or", [true, null])', True),
        ('reduce("or", [], false)', False),
    ],
)  # fmt: skip
def test_lambdas_and_folds(contents, source, outcome):
    check(contents, source, outcome)


SQUARE = "geo_polygon([[50.0, 14.3], [50.0, 14.6], [50.15, 14.6], [50.15, 14.3]])"
DATE_LINE = "geo_polygon([[-5, 175], [5, 175], [5, -175], [-5, -175]])"
ARCTIC = "geo_polygon([[70, 0], [70, 90], [70, 180], [70, -90]])"
BAY = "geo_polygon([[0, 0], [0, 10], [10, 10], [10, 6], [3, 6], [3, 4], [10, 4], [10, 0]])"


@pytest.mark.parametrize(
    ("place", "area", "inside"),
    [
        ("[50.08, 14.42]", SQUARE, True),
        ('"50.08, 14.42"', SQUARE, True),
        ("[49.9, 14.42]", SQUARE, False),
        ("[-50.08, -165.58]", SQUARE, False),
        ("[0, 180]", DATE_LINE, True),
        ("[0, -179]", DATE_LINE, True),
        ("[0, 0]", DATE_LINE, False),
        ("[90, 0]", ARCTIC, True),
        ("[80, 45]", ARCTIC, True),
        ("[-90, 0]", ARCTIC, False),
        ("[60, 45]", ARCTIC, False),
        ("[1, 5]", BAY, True),
        ("[8, 5]", BAY, False),
        ("[8, 2]", BAY, True),
        ("[50.08, 14.43]", "geo_radius([50.0755, 14.4378], 5)", True),
        ("[52.52, 13.40]", 'geo_radius("50.0755,14.4378", 100)', False),
        ("[0, 0]", "geo_radius([0, 0], 0)", True),
    ],
)
def test_places_in_areas(contents, place, area, inside):
    assert value(contents, f"{place} in {area}") is inside
    assert value(contents, f"{place} not in {area}") is not inside


def test_the_direction_of_a_ring_does_not_matter(contents):
    corners = ["[0, 0]", "[0, 10]", "[10, 10]", "[10, 0]"]
    for order in (corners, corners[::-1]):
        area = f"geo_polygon([{', '.join(order)}])"
        assert value(contents, f"[5, 5] in {area}") is True
        assert value(contents, f"[15, 5] in {area}") is False


def test_distances(contents):
    assert value(contents, "earth_distance(48.1, 17.1, 48.1, 17.1)") == 0
    half_way_round = math.pi * 6_371_010
    found = value(contents, "earth_distance([90, 0], [-90, 0])")
    assert found == pytest.approx(half_way_round)
    assert 281_000 < value(contents, "earth_distance(50.0755, 14.4378, 52.52, 13.405)") < 282_000
