"""How each sort of node becomes a closure."""

import math
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Final

from aiorecombee.reql import tree
from recombee_mock.reql.arithmetic import ARITHMETIC, negate
from recombee_mock.reql.comparing import COMPARISONS, truth
from recombee_mock.reql.compiler import OWN_IDS, Compiler, Constant, Rule, Slots, Steady
from recombee_mock.reql.conditions import refuted, test
from recombee_mock.reql.environment import Environment
from recombee_mock.reql.failure import Failure
from recombee_mock.reql.folds import FOLDS, Row, Run, reduced
from recombee_mock.reql.functions import LOOKUPS, PURE
from recombee_mock.reql.lookups import reading
from recombee_mock.reql.values import (
    SIZED,
    Record,
    Value,
    array_of,
    kind,
    ordered,
    set_of,
    unpacked,
)

_ROUND: Final = 8
"""Steps that a member costs besides those of the lambda."""
_OF_INTERACTIONS: Final = frozenset(
    name for name in LOOKUPS if name.startswith(("num_item_", "user_interactions"))
)
_WITH_SEGMENTATION: Final = frozenset({"segment_items", "item_segments"})


def _literal(
    _compiler: Compiler, node: tree.Number | tree.Text | tree.Boolean, _slots: Slots
) -> Run:
    return Constant(node.value)


def _null(_compiler: Compiler, _node: tree.Null, _slots: Slots) -> Run:
    return Constant(None)


def _property(compiler: Compiler, node: tree.Property, slots: Slots) -> Run:
    name = node.name
    if name in slots:
        slot = slots[name]
        compiler.outermost = min(compiler.outermost, slot)
        return lambda _row, env: env.variables[slot]
    compiler.touches += 1
    if name == OWN_IDS[compiler.entity]:
        return lambda _row, env: env.entity
    if compiler.entity == "segment":
        return lambda _row, env: env.scene.segmentation
    if name not in compiler.types:
        return Constant(None)  # only the other sort of entity has it
    read = reading(compiler.types[name])
    if compiler.types[name] in {"timestamp", "set", "imageList"}:
        return lambda row, _env: read(row.get(name))
    return lambda row, _env: row.get(name)


def _members(compiler: Compiler, node: tree.Members, slots: Slots) -> Run:
    make = array_of if node.ordered else set_of
    members = list(map(compiler.value, node.members, repeat(slots)))

    def run(row: Row, env: Environment) -> Value:
        return make([member(row, env) for member in members])

    return compiler.folded(run, members)


def _index(compiler: Compiler, node: tree.Index, slots: Slots) -> Run:
    container, key = compiler.value(node.container, slots), compiler.value(node.key, slots)
    at = node.at

    def run(row: Row, env: Environment) -> Value:
        try:
            return _entry(container(row, env), key(row, env))
        except Failure as failure:
            raise failure.placed(at) from None

    return compiler.folded(run, [container, key])


def _entry(container: Value, key: Value) -> Value:
    if container is None or key is None:
        return None
    if type(container) is Record and type(key) is str:
        return container.get(key)
    if type(container) is tuple and type(key) is int:
        # Unpublished: we choose to count from 0, and null outside.
        return unpacked(container[key]) if 0 <= key < len(container) else None
    raise Failure(f"[ ] does not look for {kind(key)} in {kind(container)}")


def _minus(compiler: Compiler, node: tree.Minus, slots: Slots) -> Run:
    operand, at = compiler.value(node.operand, slots), node.at

    def run(row: Row, env: Environment) -> Value:
        try:
            return negate(operand(row, env))
        except Failure as failure:
            raise failure.placed(at) from None

    return compiler.folded(run, [operand])


def _arithmetic(compiler: Compiler, node: tree.Arithmetic, slots: Slots) -> Run:
    operands = list(map(compiler.value, node.operands, repeat(slots)))
    first = operands[0]
    rest = [
        (ARITHMETIC[operator.sign], operand, operator.at)
        for operator, operand in zip(node.operators, operands[1:], strict=True)
    ]

    compiler.steps += 2 * len(rest)

    def run(row: Row, env: Environment) -> Value:
        found = first(row, env)
        for calculate, operand, at in rest:
            try:
                found = calculate(found, operand(row, env))
                if type(found) in SIZED:
                    env.bounded(found)
            except Failure as failure:
                raise failure.placed(at) from None
        return found

    return compiler.folded(run, operands)


def _comparison(compiler: Compiler, node: tree.Comparison, slots: Slots) -> Run:
    operands = list(map(compiler.value, node.operands, repeat(slots)))
    first = operands[0]
    rest = [
        (COMPARISONS[operator.sign], operand, operator.at)
        for operator, operand in zip(node.operators, operands[1:], strict=True)
    ]

    compiler.steps += 2 * len(rest)

    def run(row: Row, env: Environment) -> Value:
        left, known = first(row, env), True
        for compare, operand, at in rest:
            try:
                right = operand(row, env)
                holds = compare(left, right)
            except Failure as failure:
                raise failure.placed(at) from None
            if holds is False:
                return False
            known, left = known and holds is not None, right
        return True if known else None

    return compiler.folded(run, operands)


def _conditional(compiler: Compiler, node: tree.Conditional, slots: Slots) -> Run:
    cases = [
        (test(compiler, case.condition, slots), compiler.value(case.outcome, slots))
        for case in node.cases
    ]
    otherwise = compiler.value(node.otherwise, slots)

    def run(row: Row, env: Environment) -> Value:
        for holds, outcome in cases:
            if holds(row, env):
                return outcome(row, env)
        return otherwise(row, env)

    return run


def _not(compiler: Compiler, node: tree.Not, slots: Slots) -> Run:
    if compiler.null_is_false:
        return refuted(compiler, node.operand, slots)
    operand, at = compiler.value(node.operand, slots), node.at

    def run(row: Row, env: Environment) -> Value:
        try:
            found = truth(operand(row, env))
        except Failure as failure:
            raise failure.placed(at) from None
        return None if found is None else not found

    return compiler.folded(run, [operand])


def _logic(compiler: Compiler, node: tree.Logic, slots: Slots) -> Run:
    if compiler.null_is_false:
        return test(compiler, node, slots)
    operands, at = list(map(compiler.value, node.operands, repeat(slots))), node.at
    decisive = node.sign == "or"

    def run(row: Row, env: Environment) -> Value:
        known = True
        for operand in operands:
            try:
                found = truth(operand(row, env))
            except Failure as failure:
                raise failure.placed(at) from None
            if found is decisive:
                return decisive
            known = known and found is not None
        return not decisive if known else None

    return compiler.folded(run, operands)


def _call(compiler: Compiler, node: tree.Call, slots: Slots) -> Run:
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


RULES: Final[Mapping[type, Rule]] = {
    tree.Number: _literal,
    tree.Text: _literal,
    tree.Boolean: _literal,
    tree.Null: _null,
    tree.Property: _property,
    tree.Members: _members,
    tree.Call: _call,
    tree.Index: _index,
    tree.Minus: _minus,
    tree.Not: _not,
    tree.Arithmetic: _arithmetic,
    tree.Comparison: _comparison,
    tree.Logic: _logic,
    tree.Conditional: _conditional,
}
