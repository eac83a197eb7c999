"""Whatever is written: trees survive printing, and nothing but a ReqlError is raised."""

import contextlib
import string

from hypothesis import example, given
from hypothesis import strategies as st

from aiorecombee.reql import ReqlError, parse, printed, validate
from aiorecombee.reql import tree as t
from aiorecombee.reql.signatures import FUNCTIONS

NAMES = st.text(string.ascii_letters + string.digits + '_-: .é"', min_size=1, max_size=6)
FOLDING = sorted(name for name, signature in FUNCTIONS.items() if signature.folds)
LEAVES = st.one_of(
    st.builds(t.Number, st.integers(0, 2**63 - 1), st.just(0)),
    st.builds(t.Number, st.floats(0, allow_nan=False, allow_infinity=False), st.just(0)),
    st.builds(t.Text, st.text(max_size=6), st.just(0)),
    st.builds(t.Boolean, st.booleans(), st.just(0)),
    st.builds(t.Null, st.just(0)),
    st.builds(t.Property, NAMES, st.just(0)),
)


def chains(node, kind, signs):
    """Nodes with operators between the operands."""

    def chain(operands, seed):
        picked = [t.Operator(signs[index % len(signs)], 0) for index in seed]
        return kind(tuple(operands), tuple(picked[: len(operands) - 1]), 0)

    return st.builds(
        chain,
        st.lists(node, min_size=2, max_size=4),
        st.lists(st.integers(0, 9), min_size=3, max_size=3),
    )


def larger(node):
    """Nodes made of nodes."""
    several = st.lists(node, max_size=3).map(tuple)
    return st.one_of(
        st.builds(t.Members, st.booleans(), several, st.just(0)),
        st.builds(t.Call, st.sampled_from(sorted(FUNCTIONS)), several, st.just(0)),
        st.builds(
            lambda name, variable, body, over: t.Call(name, (t.Lambda(variable, body, 0), over), 0),
            st.sampled_from(FOLDING),
            NAMES,
            node,
            node,
        ),
        st.builds(t.Index, node, node, st.just(0)),
        st.builds(t.Minus, node, st.just(0)),
        st.builds(t.Not, node, st.just(0)),
        chains(node, t.Arithmetic, ("+", "-")),
        chains(node, t.Arithmetic, ("*", "/", "%")),
        chains(node, t.Arithmetic, ("&",)),
        chains(node, t.Comparison, ("==", "!=", "<", "<=", ">", ">=", "in", "not in")),
        st.builds(
            t.Logic,
            st.sampled_from(["and", "or"]),
            st.lists(node, min_size=2, max_size=3).map(tuple),
            st.just(0),
        ),
        st.builds(
            t.Conditional,
            st.lists(st.builds(t.Case, node, node), min_size=1, max_size=2).map(tuple),
            node.filter(lambda one: not isinstance(one, t.Conditional)),
            st.just(0),
        ),
    )


TREES = st.recursive(LEAVES, larger, max_leaves=25)
WORDS = [
    *FUNCTIONS,
    *"+-*/%&<>=()[]{},:'\"\\.;!|",
    *(" and ", " or ", " not ", " in ", " if ", " then ", " else ", "lambda 'x':", "==", "<="),
    *("'price'", "'tags'", '"text"', "1", "2.5", "null", "true", "// \n", "{}", "'x'"),
]
SCHEMA = {"price": "double", "tags": "set"}


@given(TREES)
def test_a_printed_tree_is_read_as_the_same_tree(tree):
    again = parse(printed(tree))
    assert again == tree
    assert printed(again) == printed(tree)


@given(TREES)
def test_a_tree_is_checked_or_refused(tree):
    for schema in (None, SCHEMA):
        with contextlib.suppress(ReqlError):
            validate(printed(tree), item_properties=schema, user_properties=schema)


@given(st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=30).map("".join))
@example("\\")
@example("'")
@example("\ud800")
def test_any_text_is_read_or_refused_with_a_place_in_it(text):
    error = mistake(text)
    assert error is None or 0 <= error.position <= len(text)
    assert error is None or error.reason in str(error)


def mistake(text):
    try:
        validate(text, use="filter", item_properties=SCHEMA)
    except ReqlError as error:
        return error
    return None
