"""The walk over a tree that finds out what is known of each value."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs

from aiorecombee.reql.errors import ReqlTypeError
from aiorecombee.reql.kinds import BOOLEAN, Shape, named
from aiorecombee.reql.names import Names
from aiorecombee.reql.tree import Node

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
        if not found.kinds & kinds:
            hint = "Convert it: boolean(…)." if kinds == BOOLEAN else ""
            raise ReqlTypeError(
                f"{what} must be {named(kinds)}, but is {named(found.kinds)}", node.at, hint
            )
        return found


Rule: TypeAlias = Callable[[Checker, Any, Variables], Shape]
