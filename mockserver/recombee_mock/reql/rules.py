"""How each sort of node becomes a closure."""

from collections.abc import Callable, Mapping
from itertools import repeat
from typing import Final, TypeGuard, TypeVar

from aiorecombee.reql import tree
from aiorecombee.reql.tree import Node
from recombee_mock.reql.arithmetic import ARITHMETIC, negate
from recombee_mock.reql.calls import call
from recombee_mock.reql.comparing import COMPARISONS, effort, truth
from recombee_mock.reql.compiler import OWN_IDS, Compiler, Constant, Rule, Slots, Steady
from recombee_mock.reql.conditions import refuted, test
from recombee_mock.reql.environment import Environment
from recombee_mock.reql.failure import Failure
from recombee_mock.reql.folds import Row, Run
from recombee_mock.reql.lookups import reading, value_of_item
from recombee_mock.reql.values import (
    SIZED,
    Record,
    Value,
    array_of,
    kind,
    set_of,
    unpacked,
)

T = TypeVar("T")


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
    if _is_of_item(node.container) and isinstance(node.key, tree.Text):
        return _item_value(compiler, node.container, node.key.value, slots)
    container, key = compiler.value(node.container, slots), compiler.value(node.key, slots)
    at = node.at

    def run(row: Row, env: Environment) -> Value:
        try:
            return _entry(container(row, env), key(row, env))
        except Failure as failure:
            raise failure.placed(at) from None

    return compiler.folded(run, [container, key])


def _is_of_item(node: Node) -> TypeGuard[tree.Call]:
    return isinstance(node, tree.Call) and node.function == "item_values"


def _item_value(compiler: Compiler, node: tree.Call, name: str, slots: Slots) -> Run:
    """`item_values(…)["name"]`, without the values of all the other properties."""
    item, at = compiler.value(node.arguments[0], slots), node.at
    read = value_of_item(name)

    def run(row: Row, env: Environment) -> Value:
        try:
            return read(env, item(row, env))
        except Failure as failure:
            raise failure.placed(at) from None

    return Steady(run) if isinstance(item, Constant | Steady) else run


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


def _chain(
    compiler: Compiler,
    node: tree.Arithmetic | tree.Comparison,
    slots: Slots,
    functions: Mapping[str, Callable[[Value, Value], T]],
) -> tuple[list[Run], list[tuple[Callable[[Value, Value], T], Run, int]]]:
    """The operands of a chain, and what is done with each after the first, and where."""
    operands = list(map(compiler.value, node.operands, repeat(slots)))
    links = [
        (functions[operator.sign], operand, operator.at)
        for operator, operand in zip(node.operators, operands[1:], strict=True)
    ]
    compiler.steps += 2 * len(links)
    return operands, links


def _arithmetic(compiler: Compiler, node: tree.Arithmetic, slots: Slots) -> Run:
    operands, rest = _chain(compiler, node, slots, ARITHMETIC)
    first = operands[0]

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
    operands, rest = _chain(compiler, node, slots, COMPARISONS)
    first = operands[0]

    def run(row: Row, env: Environment) -> Value:
        left, known = first(row, env), True
        for compare, operand, at in rest:
            try:
                right = operand(row, env)
                if steps := effort(right):
                    env.charge(steps)
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


RULES: Final[Mapping[type, Rule]] = {
    tree.Number: _literal,
    tree.Text: _literal,
    tree.Boolean: _literal,
    tree.Null: _null,
    tree.Property: _property,
    tree.Members: _members,
    tree.Call: call,
    tree.Index: _index,
    tree.Minus: _minus,
    tree.Not: _not,
    tree.Arithmetic: _arithmetic,
    tree.Comparison: _comparison,
    tree.Logic: _logic,
    tree.Conditional: _conditional,
}
