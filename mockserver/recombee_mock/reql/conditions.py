"""Conditions: where it only matters whether a value is true.

Null counts like false there, which makes most of them one expression of Python. `refuted` is the
other side: whether a value is false, and not null.
"""

from collections.abc import Sequence

from aiorecombee.reql import tree
from aiorecombee.reql.kinds import BOOLEAN
from aiorecombee.reql.tree import Node
from recombee_mock.reql.comparing import truth
from recombee_mock.reql.compiler import Compiler, Slots
from recombee_mock.reql.environment import Environment
from recombee_mock.reql.failure import Failure
from recombee_mock.reql.folds import Row, Run
from recombee_mock.reql.shortcuts import all_of, shortcut


def test(compiler: Compiler, node: Node, slots: Slots) -> Run:
    """Whether the node is true."""
    match node:
        case tree.Logic():
            compiler.steps += 1
            parts = [test(compiler, operand, slots) for operand in node.operands]
            return all_of(parts) if node.sign == "and" else _any(parts)
        case tree.Not():
            compiler.steps += 1
            return refuted(compiler, node.operand, slots)
        case tree.Comparison():
            short = shortcut(compiler, node, slots)
            return _is(compiler, node, slots, wanted=True) if short is None else short
        case _:
            return _is(compiler, node, slots, wanted=True)


def refuted(compiler: Compiler, node: Node, slots: Slots) -> Run:
    """Whether the node is false."""
    if compiler.null_is_false:
        holds = test(compiler, node, slots)
        return lambda row, env: not holds(row, env)
    match node:
        case tree.Logic():
            compiler.steps += 1
            parts = [refuted(compiler, operand, slots) for operand in node.operands]
            return _any(parts) if node.sign == "and" else all_of(parts)
        case tree.Not():
            compiler.steps += 1
            return test(compiler, node.operand, slots)
        case _:
            return _is(compiler, node, slots, wanted=False)


def _is(compiler: Compiler, node: Node, slots: Slots, *, wanted: bool) -> Run:
    run, at = compiler.value(node, slots), node.at
    if compiler.checked.shape(node).kinds == BOOLEAN:
        return lambda row, env: run(row, env) is wanted

    def apply(row: Row, env: Environment) -> bool:
        try:
            return truth(run(row, env)) is wanted
        except Failure as failure:
            raise failure.placed(at) from None

    return apply


def _any(parts: Sequence[Run]) -> Run:
    def apply(row: Row, env: Environment) -> bool:
        for part in parts:  # noqa: SIM110
            if part(row, env):
                return True
        return False

    return apply
