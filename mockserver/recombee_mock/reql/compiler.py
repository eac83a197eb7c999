"""A checked tree becomes closures: each takes an entity's row and the environment.

What has only constants below it is evaluated here, once. Closures are as fast as the same
expressions written in Python by hand but for one call a node, and no text ever becomes code.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from aiorecombee.reql import tree
from aiorecombee.reql.checking import Checked
from aiorecombee.reql.tree import Node
from recombee_mock.reql.environment import Environment
from recombee_mock.reql.failure import Failure
from recombee_mock.reql.folds import Row, Run
from recombee_mock.reql.scene import Entity, Scene
from recombee_mock.reql.values import Value
from recombee_mock.store.contents import Contents

Slots: TypeAlias = Mapping[str, int]
"""Of the variables around an expression: where in the environment they are."""

OWN_IDS: Final[Mapping[Entity, str]] = {
    "item": "itemId",
    "user": "userId",
    "segment": "segmentId",
}
_FOLDING_STEPS: Final = 1_000_000
# In steps, which are about a tenth of a microsecond.
_COSTS: Final[Mapping[type, int]] = {tree.Call: 8, tree.Members: 8, tree.Index: 4}
_NO_ROW: Final[Row] = {}
_UNSEEN: Final = object()


class Constant:
    """A run of which the outcome is known."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __call__(self, _row: Row, _env: Environment) -> Value:
        """The outcome."""
        return self.value


class Steady:
    """A run of which the outcome is the same for all entities of a request."""

    __slots__ = ("_run",)

    def __init__(self, run: Run) -> None:
        self._run = run

    def __call__(self, row: Row, env: Environment) -> Value:
        """The outcome, found at the first entity."""
        found = env.found.get(self, _UNSEEN)
        if found is _UNSEEN:
            found = env.found[self] = self._run(row, env)
        return found


def _folding() -> Environment:
    return Environment(Contents(), Scene(0.0), "", 0, _FOLDING_STEPS)


@attrs.define(eq=False)
class Compiler:
    """Compiles the nodes of one tree.

    Attributes:
        checked: The tree.
        entity: What it is evaluated for.
        types: Of the entity's properties.
        rules: One for each class of nodes.
        null_is_false: Whether logic takes null for false.
        steps: How many nodes are evaluated for an entity, at most.
        depth: How many lambdas stand in each other.
        segmentations: Those named by constants, and where.
        interactions: Functions that ask for interactions, and where.
        touches: How often something is asked for that differs from entity to entity.
        draws: How often a random number is.
        outermost: Slot of the outermost variable that was asked for.
    """

    checked: Checked
    entity: Entity
    types: Mapping[str, str]
    null_is_false: bool
    rules: Mapping[type, "Rule"]
    steps: int = 0
    depth: int = 0
    segmentations: list[tuple[str, int]] = attrs.field(factory=list)
    interactions: list[tuple[str, int]] = attrs.field(factory=list)
    touches: int = 0
    draws: int = 0
    outermost: float = math.inf
    _runs: dict[int, Run] = attrs.field(factory=dict)
    _env: Environment = attrs.field(factory=_folding)

    def value(self, node: Node, slots: Slots) -> Run:
        """What gives the value of a node."""
        run = self._runs.get(id(node))
        if run is None:
            before = self.steps
            run = self._runs[id(node)] = self.rules[type(node)](self, node, slots)
            if isinstance(run, Constant | Steady):
                self.steps = before  # not evaluated for each entity
            self.steps += _COSTS.get(type(node), 1)
        return run

    def stored(self, node: Node, slots: Slots) -> str | None:
        """The type of a property, if the node is one and its values are in the row."""
        if not isinstance(node, tree.Property) or node.name in slots:
            return None
        return None if node.name == OWN_IDS[self.entity] else self.types.get(node.name)

    def is_own_id(self, node: Node, slots: Slots) -> bool:
        """Whether the node is the ID of the entity."""
        return (
            isinstance(node, tree.Property)
            and node.name not in slots
            and node.name == OWN_IDS[self.entity]
        )

    def folded(self, run: Run, parts: Sequence[Run]) -> Run:
        """A constant when all parts are, and come to a value; steady when they are."""
        if not all(isinstance(part, Constant) for part in parts):
            return (
                Steady(run) if all(isinstance(part, Constant | Steady) for part in parts) else run
            )
        try:
            value = run(_NO_ROW, self._env)
        except Failure:
            return run  # perhaps it is never evaluated
        return Constant(value)


Rule: TypeAlias = Callable[[Compiler, Any, Slots], Run]
