"""Checks that need no data: names, kinds, numbers of arguments, contexts.

What is known of values is worked out from the leaves upwards. An expression is refused when it
cannot be right whatever the data; null may stand anywhere.
"""

from collections.abc import Mapping
from functools import reduce
from typing import Final, Literal, NoReturn, TypeAlias

import attrs

from aiorecombee.reql import tree
from aiorecombee.reql.calls import call
from aiorecombee.reql.checker import Checker, Rule, Variables
from aiorecombee.reql.errors import ReqlSyntaxError, ReqlTypeError
from aiorecombee.reql.kinds import (
    ANY,
    ANYTHING,
    AREA,
    ARRAY,
    BOOLEAN,
    DOUBLE,
    INT,
    MAP,
    NUMBER,
    SET,
    STRING,
    Shape,
    either,
    named,
)
from aiorecombee.reql.names import Names
from aiorecombee.reql.operands import compares, outcome
from aiorecombee.reql.tree import Node

Use: TypeAlias = Literal["filter", "booster", "auto_segmentation", "expression"]

# Source: API reference ("filter: boolean", "booster: number"); Segmentations, Auto ReQL.
_DEMANDS: Final[Mapping[str, tuple[int, str]]] = {
    "filter": (BOOLEAN, "A filter must be a boolean"),
    "booster": (INT | DOUBLE, "A booster must be a number"),
    "auto_segmentation": (SET, "The expression of a segmentation must be a set of segment IDs"),
    "expression": (ANY & ~AREA, "The outcome must be a value"),
}


@attrs.frozen(eq=False)
class Checked:
    """A tree, and what is known of the values of its nodes."""

    tree: Node
    _shapes: Mapping[int, Shape]

    def shape(self, node: Node) -> Shape:
        """What is known of a node of this very tree."""
        return self._shapes[id(node)]


def check(root: Node, names: Names, use: Use = "expression") -> Checked:
    """Check a tree where it stands.

    Raises:
        ReqlTypeError: Something does not fit.
        UnknownPropertyError: A name is not in the schema.
    """
    checker = Checker(names, _RULES)
    try:
        checker.shape(root, {})
    except RecursionError:
        raise ReqlSyntaxError(
            "The expression is nested too deeply for the stack that is left", root.at
        ) from None
    kinds, demand = _DEMANDS[use]
    wrong = checker.misfit(root, kinds)
    if wrong is not None:
        raise ReqlTypeError(f"{demand}, but this is {checker.named(wrong)}", wrong.at)
    return Checked(root, checker.shapes)


def _constant(kinds: int) -> Rule:
    shape = Shape(kinds)
    return lambda _checker, _node, _variables: shape


def _number(_checker: Checker, node: tree.Number, _variables: Variables) -> Shape:
    return _INT if isinstance(node.value, int) else _DOUBLE


def _property(checker: Checker, node: tree.Property, variables: Variables) -> Shape:
    if node.name in variables:
        return variables[node.name]
    return checker.names.property(node.name, node.at)


def _members(checker: Checker, node: tree.Members, variables: Variables) -> Shape:
    element = None
    for member in node.members:  # not in a comprehension: it costs a level of recursion
        shape = checker.shape(member, variables)
        element = either(element, shape) if element else shape
    return Shape(ARRAY if node.ordered else SET, element)


def _lambda(_checker: Checker, node: tree.Lambda, _variables: Variables) -> NoReturn:
    raise ReqlTypeError(
        "A lambda is only taken as the first argument of map, select and exists", node.at
    )


def _index(checker: Checker, node: tree.Index, variables: Variables) -> Shape:
    container = checker.demand(node.container, variables, MAP | ARRAY, "What [ ] looks into")
    keys = (STRING if container.kinds & MAP else 0) | (INT if container.kinds & ARRAY else 0)
    checker.demand(node.key, variables, keys, "The key")
    if container.kinds & ~MAP == 0:
        if container.fields and isinstance(node.key, tree.Text):
            return checker.names.field(container.fields, node.key.value, node.key.at)
        return ANYTHING
    return ANYTHING if container.kinds & MAP else container.element or ANYTHING


def _minus(checker: Checker, node: tree.Minus, variables: Variables) -> Shape:
    kinds = checker.demand(node.operand, variables, NUMBER, 'What "-" negates').kinds & NUMBER
    return Shape(kinds)


def _not(checker: Checker, node: tree.Not, variables: Variables) -> Shape:
    checker.demand(node.operand, variables, BOOLEAN, 'What "not" negates')
    return _BOOLEAN


def _arithmetic(checker: Checker, node: tree.Arithmetic, variables: Variables) -> Shape:
    left = checker.shape(node.operands[0], variables)
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        right = checker.shape(operand, variables)
        kinds = outcome(operator.sign, left.kinds, right.kinds)
        if not kinds:
            raise _mismatch(operator, left, right)
        left = attrs.evolve(either(left, right), kinds=kinds)
    return left


def _comparison(checker: Checker, node: tree.Comparison, variables: Variables) -> Shape:
    left = checker.shape(node.operands[0], variables)
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        right = checker.shape(operand, variables)
        if not compares(operator.sign, left.kinds, right.kinds):
            raise _mismatch(operator, left, right)
        left = right
    return _BOOLEAN


def _logic(checker: Checker, node: tree.Logic, variables: Variables) -> Shape:
    for operand in node.operands:
        checker.demand(operand, variables, BOOLEAN, f'Each side of "{node.sign}"')
    return _BOOLEAN


def _conditional(checker: Checker, node: tree.Conditional, variables: Variables) -> Shape:
    found: list[Shape] = []
    for case in node.cases:
        checker.demand(case.condition, variables, BOOLEAN, "The condition")
        found.append(checker.shape(case.outcome, variables))
    return reduce(either, [*found, checker.shape(node.otherwise, variables)])


def _mismatch(operator: tree.Operator, left: Shape, right: Shape) -> ReqlTypeError:
    return ReqlTypeError(
        f'"{operator.sign}" does not take {named(left.kinds)} and {named(right.kinds)}',
        operator.at,
        _conversion(operator.sign, left.kinds, right.kinds),
    )


def _conversion(sign: str, left: int, right: int) -> str:
    if sign in {"in", "not in"}:
        return "On the right there must be a set, an array, a string, a map or a geo area."
    if STRING in {left, right} and (left | right) & NUMBER:
        return "Convert one of them: number(…), string(…) or timestamp(…)."
    return "Convert it: number(…)." if BOOLEAN in {left, right} else ""


_INT: Final = Shape(INT)
_DOUBLE: Final = Shape(DOUBLE)
_BOOLEAN: Final = Shape(BOOLEAN)
_RULES: Final[Mapping[type, Rule]] = {
    tree.Number: _number,
    tree.Text: _constant(STRING),
    tree.Boolean: _constant(BOOLEAN),
    tree.Null: _constant(ANY),
    tree.Property: _property,
    tree.Members: _members,
    tree.Lambda: _lambda,
    tree.Call: call,
    tree.Index: _index,
    tree.Minus: _minus,
    tree.Not: _not,
    tree.Arithmetic: _arithmetic,
    tree.Comparison: _comparison,
    tree.Logic: _logic,
    tree.Conditional: _conditional,
}
