"""The evaluator against another one, written as plainly as possible.

Trees are made at random, each of a kind that fits its place. Whatever they say, both come to the
same value, and a filter passes exactly what is true.
"""

import json
import math
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aiorecombee.reql import parse, printed
from aiorecombee.reql import tree as t
from aiorecombee.reql.signatures import FUNCTIONS
from recombee_mock.answers import Refusal
from recombee_mock.reql import Place, Scene, booster_of, filter_of, values_of
from recombee_mock.settings import Settings
from recombee_mock.store.contents import Contents
from recombee_mock.store.entities import Property

PATIENT = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
NOW = 1_700_000_000.0
TYPES = {
    "n1": "int", "n2": "double", "n3": "timestamp", "n4": "int",
    "s1": "string", "s2": "string", "b1": "boolean", "b2": "boolean", "c1": "set", "c2": "set",
}  # fmt: skip
ROWS = {
    "full": {
        "n1": 3, "n2": 2.5, "n3": NOW - 5, "s1": "ab", "s2": "", "b1": True, "b2": False,
        "c1": ["a", "ab"], "c2": [],
    },
    "other": {"n1": 0, "n2": -1.0, "n4": 7, "s1": "b", "b1": False, "c2": ["b", "c"]},
    "bare": {},
}  # fmt: skip


# -- trees by kind ---------------------------------------------------------------------------------


def leaf(kind, *constants):
    names = [name for name in TYPES if name[0] == kind]
    return st.sampled_from([*(t.Property(name, 0) for name in names), *constants, t.Null(0)])


def chain(kind, signs, operand):
    def build(operands, picked):
        operators = tuple(t.Operator(sign, 0) for sign in picked[: len(operands) - 1])
        return kind(tuple(operands), operators, 0)

    signs = st.lists(st.sampled_from(signs), min_size=2, max_size=2)
    return st.builds(build, st.lists(operand, min_size=2, max_size=3), signs)


def call(name, *arguments):
    return st.tuples(*arguments).map(lambda given: t.Call(name, given, 0))


def conditional(condition, outcome):
    return st.builds(
        lambda when, then, other: t.Conditional((t.Case(when, then),), other, 0),
        condition,
        outcome,
        outcome.filter(lambda one: not isinstance(one, t.Conditional)),
    )


def fold(name, body):
    """A lambda over texts; its variable is one that properties do not have."""
    return st.builds(
        lambda inner, over: t.Call(name, (t.Lambda("s1", inner, 0), over), 0), body, TEXTS
    )


NUMBERS = st.deferred(
    lambda: (
        leaf("n", t.Number(2, 0), t.Number(0, 0), t.Number(2.5, 0))
        | chain(t.Arithmetic, "+-", NUMBERS)
        | chain(t.Arithmetic, "*/%", NUMBERS)
        | st.builds(t.Minus, NUMBERS, st.just(0))
        | call("size", STRINGS | TEXTS)
        | call("max", NUMBERS, NUMBERS)
        | call("floor", NUMBERS)
        | conditional(CONDITIONS, NUMBERS)
    )
)
STRINGS = st.deferred(
    lambda: (
        leaf("s", t.Text("a", 0), t.Text("b\n", 0))
        | chain(t.Arithmetic, "+", STRINGS)
        | call("upper", STRINGS)
        | conditional(CONDITIONS, STRINGS)
    )
)
TEXTS = st.deferred(
    lambda: (
        leaf("c").filter(lambda one: not isinstance(one, t.Null))
        | st.lists(STRINGS, max_size=3).map(lambda members: t.Members(False, tuple(members), 0))
        | chain(t.Arithmetic, "+-", TEXTS)
        | chain(t.Arithmetic, "&", TEXTS)
        | fold("map", STRINGS)
        | fold("select", CONDITIONS)
    )
)
MIXED = st.deferred(
    lambda: st.lists(NUMBERS | STRINGS | CONDITIONS, max_size=3).map(
        lambda members: t.Members(False, tuple(members), 0)
    )
)
EQUALITY, ORDER, MEMBERSHIP = ["==", "!="], ["==", "<", "<=", ">", ">="], ["in", "not in"]
CONDITIONS = st.deferred(
    lambda: (
        leaf("b", t.Boolean(True, 0), t.Boolean(False, 0))
        | st.builds(t.Not, CONDITIONS, st.just(0))
        | st.builds(
            t.Logic,
            st.sampled_from(["and", "or"]),
            st.lists(CONDITIONS, min_size=2, max_size=3).map(tuple),
            st.just(0),
        )
        | chain(t.Comparison, ORDER, NUMBERS)
        | chain(t.Comparison, ORDER, STRINGS)
        | chain(t.Comparison, ORDER, TEXTS)
        | chain(t.Comparison, EQUALITY, NUMBERS | STRINGS | CONDITIONS | TEXTS)
        | st.builds(
            lambda member, holder, sign: t.Comparison((member, holder), (t.Operator(sign, 0),), 0),
            NUMBERS | STRINGS | CONDITIONS,
            TEXTS | MIXED,
            st.sampled_from(MEMBERSHIP),
        )
        | st.builds(
            lambda member, holder, sign: t.Comparison((member, holder), (t.Operator(sign, 0),), 0),
            STRINGS,
            STRINGS,
            st.sampled_from(MEMBERSHIP),
        )
        | call("boolean", NUMBERS | STRINGS | TEXTS)
        | fold("exists", CONDITIONS)
        | conditional(CONDITIONS, CONDITIONS)
    )
)


def hidden(node):
    """The same value, of which nothing is known before it is there."""
    among = (node, t.Text("a", 0), t.Boolean(True, 0), t.Number(1, 0), t.Members(False, (), 0))
    return t.Index(t.Members(True, among, 0), t.Number(0, 0), 0)


def any_call(wild):
    def build(name, arguments):
        least, most = FUNCTIONS[name].counts
        count = max(least, min(len(arguments), len(arguments) if most is None else most))
        return t.Call(name, tuple(arguments[:count]), 0)

    plain = [
        name
        for name, signature in FUNCTIONS.items()
        if not signature.folds and not name.startswith("context_") and name != "geo_polygon"
    ]
    return st.builds(build, st.sampled_from(plain), st.lists(wild, min_size=4, max_size=4))


WILD = st.deferred(
    lambda: (
        (NUMBERS | STRINGS | TEXTS | CONDITIONS).map(hidden)
        | any_call(WILD).map(hidden)
        | chain(t.Arithmetic, "+-", WILD).map(hidden)
        | chain(t.Arithmetic, "*/%", WILD).map(hidden)
        | chain(t.Comparison, ["<", "==", "in", "not in"], WILD).map(hidden)
        | st.builds(t.Logic, st.just("or"), st.tuples(WILD, WILD), st.just(0)).map(hidden)
        | st.builds(t.Minus, WILD, st.just(0)).map(hidden)
        | st.builds(t.Index, WILD, WILD, st.just(0)).map(hidden)
    )
)


# -- the plain evaluator: sets are lists without equal members -------------------------------------


def same(one, other):
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return included(one, other) and included(other, one)
    return (type(one) is type(other) and one == other) or (
        number(one) and number(other) and one == other
    )


def number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def holds(container, member):
    return any(same(one, member) for one in container)


def included(part, whole):
    return all(holds(whole, one) for one in part)


def distinct(values):
    found = []
    for one in values:
        if not holds(found, one):
            found.append(one)
    return found


def less(one, other):
    if isinstance(one, list):
        return included(one, other) and not included(other, one)
    return one < other


def compare(sign, left, right):
    if sign in {"==", "!="}:
        return same(left, right) is (sign == "==")
    if sign in {"in", "not in"}:
        if right is None:
            return None
        found = (
            holds(right, left) if isinstance(right, list) else (left is not None and left in right)
        )
        return found is (sign == "in")
    if left is None or right is None:
        return None
    if sign[0] == ">":
        left, right = right, left
    return less(left, right) or (len(sign) == 2 and same(left, right))


def calculate(sign, left, right):  # noqa: PLR0911  (a line per operator)
    if left is None or right is None:
        return None
    if isinstance(left, list):
        if sign == "+":
            return distinct(left + right)
        return [one for one in left if holds(right, one) is (sign == "&")]
    if sign in "/%" and (right == 0 or math.isnan(left) or math.isnan(right)):
        return math.nan
    if sign == "/":
        return left / right
    if sign == "%":
        rest = math.fmod(left, right)
        return int(rest) if isinstance(left, int) and isinstance(right, int) else rest
    return left + right if sign == "+" else left - right if sign == "-" else left * right


class Plain:
    """Evaluates trees for one row."""

    def __init__(self, row, null_is_false=False):
        self.row = row
        self.null_is_false = null_is_false

    def of(self, node, variables=()):
        return getattr(self, type(node).__name__.lower())(node, dict(variables))

    def number(self, node, _variables):
        return node.value

    text = boolean = number

    def null(self, _node, _variables):
        return None

    def property(self, node, variables):
        if node.name in variables:
            return variables[node.name]
        empty = [] if TYPES[node.name] == "set" else None
        return self.row.get(node.name, empty)

    def members(self, node, variables):
        return distinct([self.of(one, variables) for one in node.members])

    def minus(self, node, variables):
        value = self.of(node.operand, variables)
        return None if value is None else -value

    def arithmetic(self, node, variables):
        found = self.of(node.operands[0], variables)
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            found = calculate(operator.sign, found, self.of(operand, variables))
        return found

    def comparison(self, node, variables):
        values = [self.of(operand, variables) for operand in node.operands]
        pairs = zip(node.operators, values, values[1:], strict=False)
        outcomes = [compare(operator.sign, left, right) for operator, left, right in pairs]
        return False if False in outcomes else None if None in outcomes else True

    def _not(self, node, variables):
        value = self._seen(self.of(node.operand, variables))
        return None if value is None else not value

    def logic(self, node, variables):
        values = [self._seen(self.of(operand, variables)) for operand in node.operands]
        decisive = node.sign == "or"
        if decisive in values:
            return decisive
        return None if None in values else not decisive

    def _seen(self, value):
        return False if value is None and self.null_is_false else value

    def conditional(self, node, variables):
        (case,) = node.cases
        chosen = case.outcome if self.of(case.condition, variables) else node.otherwise
        return self.of(chosen, variables)

    def call(self, node, variables):
        if isinstance(node.arguments[0], t.Lambda):
            return self.fold(node, variables)
        values = [self.of(argument, variables) for argument in node.arguments]
        if None in values:
            return None
        return {
            "size": len, "upper": str.upper, "boolean": bool,
            "max": max,
            "floor": lambda one: one if math.isnan(one) else math.floor(one),
        }[node.function](*values)  # fmt: skip

    def fold(self, node, variables):
        function, over = node.arguments
        members = self.of(over, variables)
        values = [self.of(function.body, {**variables, function.variable: one}) for one in members]
        if node.function == "map":
            return distinct(values)
        if node.function == "exists":
            return True in values
        return [one for one, kept in zip(members, values, strict=True) if kept is True]


setattr(Plain, "not", Plain._not)


# -- both ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def contents():
    found = Contents()
    for name, kind in TYPES.items():
        found.items.define(Property(name, kind))
    for item, row in ROWS.items():
        found.items.set_values(found.items.add(item), row)
    return found


def shown(value):
    """A value that can be compared whatever the order of sets."""
    if isinstance(value, list):
        return sorted((shown(one) for one in value), key=repr)
    if isinstance(value, float):
        return float(f"{value:.9g}") if math.isfinite(value) else None
    return value


@given(NUMBERS | STRINGS | TEXTS | CONDITIONS, st.booleans())
@PATIENT
def test_both_evaluators_agree(contents, tree, null_is_false):
    contents.settings = Settings(null_is_false=null_is_false)
    place, scene = Place("it", "item"), Scene(NOW)
    source = printed(tree)
    found = values_of(contents, {"it": source}, place, scene)
    for item, row in ROWS.items():
        plain = Plain(row, null_is_false).of(parse(source))
        assert repr(shown(found(item)["it"])) == repr(shown(plain)), source


@given(CONDITIONS, st.booleans())
@PATIENT
def test_a_filter_passes_what_is_true(contents, tree, null_is_false):
    contents.settings = Settings(null_is_false=null_is_false)
    source = printed(tree)
    keep = filter_of(contents, source, Place("filter", "item"), Scene(NOW))
    for item, row in ROWS.items():
        assert keep(item) is (Plain(row, null_is_false).of(parse(source)) is True), source


def refused(ask):
    """Whether it was, with 400, or had an outcome."""
    try:
        ask()
    except Refusal as refusal:
        return refusal.status == 400
    return True


WORDS = [
    *(
        "'n1'",
        "'s1'",
        "'b1'",
        "'c1'",
        "'itemId'",
        "1",
        "2.5",
        '"a"',
        "null",
        "true",
        "{}",
        "[1, 2]",
    ),
    *(" + ", " - ", " * ", " / ", " % ", " & ", " < ", " == ", " in ", " and ", " or ", " not "),
    *("(", ")", ", ", "size(", "max(", "string(", "pow(", 'reduce("+", ', "geo_radius("),
    *("item_values(", "user_interactions(", "map(lambda 'x': ", "'x'", "if ", " then ", " else "),
    *string.ascii_lowercase[:3],
]


@given(st.lists(st.sampled_from(WORDS), max_size=25).map("".join) | st.text())
@PATIENT
def test_nothing_but_a_refusal_is_ever_raised(contents, source):
    place = Place("it", "item")
    assert refused(lambda: values_of(contents, {"it": source}, place, Scene(NOW))("full"))


@given(WILD)
@PATIENT
def test_values_that_do_not_fit_are_answered_or_refused(contents, tree):
    source, place, scene = printed(tree), Place("it", "item"), Scene(NOW)
    asks = [
        lambda: json.dumps(
            values_of(contents, {"it": source}, place, scene)("full"), allow_nan=False
        ),
        lambda: filter_of(contents, source, place, scene)("full"),
        lambda: booster_of(contents, source, place, scene)("full"),
    ]
    assert all(map(refused, asks))
