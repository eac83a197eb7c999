"""The walk over a tree that finds out what is known of each value."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs

from aiorecombee.reql.errors import ReqlTypeError
from aiorecombee.reql.kinds import BOOLEAN, Shape, named
from aiorecombee.reql.names import Names
from aiorecombee.reql.tree import Conditional, Node

Variables: TypeAlias = Mapping[str, Shape]


@attrs.define
class Checker:
    """Finds the shapes of nodes.

    Attributes:
        names: What names mean.
        rules: One for each class of nodes.
        shapes: Those found so far, by the identity of their node.
    """

    names: Names
    rules: Mapping[type, "Rule"]
    shapes: dict[int, Shape] = attrs.field(factory=dict)

    def shape(self, node: Node, variables: Variables) -> Shape:
        """The shape of a node, where lambdas around it have these variables."""
        found = self.rules[type(node)](self, node, variables)
        self.shapes[id(node)] = found
        return found

    def demand(self, node: Node, variables: Variables, kinds: int, what: str) -> Shape:
        """The shape of a node that must have one of these kinds."""
        found = self.shape(node, variables)
        wrong = self.misfit(node, kinds)
        if wrong is not None:
            hint = "Convert it: boolean(…)." if kinds == BOOLEAN else ""
            raise ReqlTypeError(
                f"{what} must be {named(kinds)}, but is {self.named(wrong)}", wrong.at, hint
            )
        return found

    def misfit(self, node: Node, kinds: int) -> Node | None:
        """What cannot have one of these kinds: the node, or a branch if it is a conditional.

        Source: ReQL, Conditional expressions (both branches must fit the place).
        """
        if not isinstance(node, Conditional):
            return None if self.shapes[id(node)].kinds & kinds else node
        for outcome in (*(case.outcome for case in node.cases), node.otherwise):
            wrong = self.misfit(outcome, kinds)
            if wrong is not None:
                return wrong
        return None

    def named(self, node: Node) -> str:
        """The kinds of a node for a message."""
        return named(self.shapes[id(node)].kinds)


Rule: TypeAlias = Callable[[Checker, Any, Variables], Shape]
