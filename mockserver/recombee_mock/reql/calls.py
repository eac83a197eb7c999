"""How function calls become closures."""

import math
from collections.abc import Sequence
from itertools import repeat
from typing import Final

from aiorecombee.reql import tree
from recombee_mock.reql.compiler import Compiler, Constant, Slots, Steady
from recombee_mock.reql.environment import Environment
from recombee_mock.reql.failure import Failure
from recombee_mock.reql.folds import FOLDS, Row, Run, reduced
from recombee_mock.reql.functions import LOOKUPS, PURE
from recombee_mock.reql.values import Value, ordered

_ROUND: Final = 8
"""Steps that a member costs besides those of the lambda."""
_OF_INTERACTIONS: Final = frozenset(
    name for name in LOOKUPS if name.startswith(("num_item_", "user_interactions"))
)
_WITH_SEGMENTATION: Final = frozenset({"segment_items", "item_segments"})


def call(compiler: Compiler, node: tree.Call, slots: Slots) -> Run:
    """The function with its arguments."""
    if node.function in FOLDS:
        return _fold(compiler, node, slots)
    arguments = list(map(compiler.value, node.arguments, repeat(slots)))
    if node.function == "reduce":
        return compiler.folded(_reducing(arguments, node.at), arguments)
    if node.function in PURE:
        return compiler.folded(_pure(node, arguments), arguments)
    if node.function == "random":
        compiler.touches += 1
        compiler.draws += 1
        return _looking(node, arguments)
    if node.function in _OF_INTERACTIONS:
        compiler.interactions.append((node.function, node.at))
    name = node.arguments[0] if node.arguments else None
    if node.function in _WITH_SEGMENTATION and isinstance(name, tree.Text):
        compiler.segmentations.append((name.value, name.at))
    run = _looking(node, arguments)
    steady = all(isinstance(argument, Constant | Steady) for argument in arguments)
    return Steady(run) if steady else run


def _pure(node: tree.Call, arguments: Sequence[Run]) -> Run:
    function, at = PURE[node.function], node.at

    def run(row: Row, env: Environment) -> Value:
        values = [argument(row, env) for argument in arguments]
        if None in values:
            return None
        try:
            return env.bounded(function(*values))
        except Failure as failure:
            raise failure.placed(at) from None

    return run


def _looking(node: tree.Call, arguments: Sequence[Run]) -> Run:
    function, at = LOOKUPS[node.function], node.at

    def run(row: Row, env: Environment) -> Value:
        values = [argument(row, env) for argument in arguments]
        if None in values:
            return None
        try:
            return function(env, *values)
        except Failure as failure:
            raise failure.placed(at) from None

    return run if arguments else lambda _row, env: function(env)


def _reducing(arguments: Sequence[Run], at: int) -> Run:
    def run(row: Row, env: Environment) -> Value:
        values = [argument(row, env) for argument in arguments]
        if None in values:
            return None
        try:
            return reduced(env, *values)
        except Failure as failure:
            raise failure.placed(at) from None

    return run


def _fold(compiler: Compiler, node: tree.Call, slots: Slots) -> Run:
    function, over = node.arguments
    assert isinstance(function, tree.Lambda)  # noqa: S101  (the checks demand it)
    touches, outer, draws = compiler.touches, compiler.outermost, compiler.draws
    compiler.outermost = math.inf
    container = compiler.value(over, slots)
    slot = len(slots)
    compiler.depth = max(compiler.depth, slot + 1)
    before = compiler.steps
    body = compiler.value(function.body, {**slots, function.variable: slot})
    steps, compiler.steps = compiler.steps - before, before
    # Random numbers come in an order, so their receivers must.
    arrange = ordered if compiler.draws > draws else iter
    fold = FOLDS[node.function](container, body, slot, _ROUND + steps, arrange)
    run = _placed(fold, node.at)
    alone = compiler.touches == touches and compiler.outermost >= slot
    compiler.outermost = outer if compiler.outermost >= slot else min(outer, compiler.outermost)
    return Steady(run) if alone else run


def _placed(run: Run, at: int) -> Run:
    def placed(row: Row, env: Environment) -> Value:
        try:
            return run(row, env)
        except Failure as failure:
            raise failure.placed(at) from None

    return placed
