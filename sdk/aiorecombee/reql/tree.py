"""An expression as a tree.

Operators of one precedence are one node however many there are, so that long expressions are wide
and not deep. Positions are characters from the start of the text; trees are equal without them.
"""

from collections.abc import Iterator
from typing import TypeAlias, Union

import attrs


@attrs.frozen
class Number:
    """Digits only are an int."""

    value: int | float
    at: int = attrs.field(eq=False)


@attrs.frozen
class Text:
    """In double quotes."""

    value: str
    at: int = attrs.field(eq=False)


@attrs.frozen
class Boolean:
    """`true` or `false`."""

    value: bool
    at: int = attrs.field(eq=False)


@attrs.frozen
class Null:
    """No value."""

    at: int = attrs.field(eq=False)


@attrs.frozen
class Property:
    """In single quotes: a property, or the variable of a lambda around it."""

    name: str
    at: int = attrs.field(eq=False)


@attrs.frozen
class Members:
    """A set in braces, or an array in brackets."""

    ordered: bool
    members: tuple["Node", ...]
    at: int = attrs.field(eq=False)


@attrs.frozen
class Lambda:
    """`lambda 'x': …`, which is only ever an argument."""

    variable: str
    body: "Node"
    at: int = attrs.field(eq=False)


@attrs.frozen
class Call:
    """A function of its arguments; `now` is `now()`."""

    function: str
    arguments: tuple["Node", ...]
    at: int = attrs.field(eq=False)


@attrs.frozen
class Index:
    """`container[key]`."""

    container: "Node"
    key: "Node"
    at: int = attrs.field(eq=False)


@attrs.frozen
class Minus:
    """`-operand`."""

    operand: "Node"
    at: int = attrs.field(eq=False)


@attrs.frozen
class Not:
    """`not operand`."""

    operand: "Node"
    at: int = attrs.field(eq=False)


@attrs.frozen
class Operator:
    """A sign between two operands."""

    sign: str
    at: int = attrs.field(eq=False)


@attrs.frozen
class Arithmetic:
    """`a + b - c`, from the left. Operators stand between the operands, so there is one less."""

    operands: tuple["Node", ...]
    operators: tuple[Operator, ...]
    at: int = attrs.field(eq=False)


@attrs.frozen
class Comparison:
    """`a < b <= c`: every pair of neighbours. `in` and `not in` take part."""

    operands: tuple["Node", ...]
    operators: tuple[Operator, ...]
    at: int = attrs.field(eq=False)


@attrs.frozen
class Logic:
    """`a and b and c`, or the same with `or`."""

    sign: str
    operands: tuple["Node", ...]
    at: int = attrs.field(eq=False)


@attrs.frozen
class Case:
    """`if condition then outcome`."""

    condition: "Node"
    outcome: "Node"


@attrs.frozen
class Conditional:
    """`if … then … else if … then … else …`."""

    cases: tuple[Case, ...]
    otherwise: "Node"
    at: int = attrs.field(eq=False)


Node: TypeAlias = Union[  # noqa: UP007  (the names are not defined yet where it is used)
    Number,
    Text,
    Boolean,
    Null,
    Property,
    Members,
    Lambda,
    Call,
    Index,
    Minus,
    Not,
    Arithmetic,
    Comparison,
    Logic,
    Conditional,
]


def children(node: Node) -> tuple[Node, ...]:  # noqa: PLR0911  (a line per shape of node)
    """What a node is made of, from left to right."""
    match node:
        case Members():
            return node.members
        case Lambda():
            return (node.body,)
        case Call():
            return node.arguments
        case Index():
            return (node.container, node.key)
        case Minus() | Not():
            return (node.operand,)
        case Arithmetic() | Comparison() | Logic():
            return node.operands
        case Conditional():
            cases = (part for case in node.cases for part in (case.condition, case.outcome))
            return (*cases, node.otherwise)
        case _:
            return ()


def levels(root: Node) -> Iterator[list[Node]]:
    """All nodes, the root first, then what it is made of, and so on downwards."""
    level = [root]
    while level:
        yield level
        level = [child for node in level for child in children(node)]
