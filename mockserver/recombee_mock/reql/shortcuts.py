"""Comparisons of a stored property with a constant, which is what most filters are made of.

Their kinds are known beforehand, so the stored value is compared as it is. Whatever is not so
plain gets `None` here, and takes the general way.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from aiorecombee.reql import tree
from aiorecombee.reql.tree import Node
from recombee_mock.reql.compiler import Compiler, Constant, Slots
from recombee_mock.reql.environment import Environment
from recombee_mock.reql.folds import Row, Run
from recombee_mock.reql.values import NUMBERS, Area, Value, packed

_Compare: TypeAlias = Callable[[Any, Any], bool]

_NUMERIC: Final = frozenset({"int", "double", "timestamp"})
_TEXTUAL: Final = frozenset({"string", "image"})
_LISTED: Final = frozenset({"set", "imageList"})
_ORDER: Final[Mapping[str, _Compare]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_NONE: Final[tuple[str, ...]] = ()


def shortcut(compiler: Compiler, node: tree.Comparison, slots: Slots) -> Run | None:
    """The fast way to test a comparison, if it has one."""
    pairs = list(zip(node.operands, node.operands[1:], strict=False))
    tests = [
        _pair(compiler, slots, operator.sign, *pair)
        for operator, pair in zip(node.operators, pairs, strict=True)
    ]
    known = [one for one in tests if one is not None]
    if len(known) < len(tests):
        return None
    compiler.steps += len(known)
    if len(known) == 1:
        return known[0]
    return all_of(known)


def _pair(compiler: Compiler, slots: Slots, sign: str, left: Node, right: Node) -> Run | None:
    kind = compiler.stored(left, slots)
    if kind is not None or compiler.is_own_id(left, slots):
        constant = _constant(compiler, slots, right)
        if constant is None:
            return None
        if kind is None:
            return _of_id(sign, constant.value)
        return _of_property(sign, _name(left), kind, constant.value)
    kind = compiler.stored(right, slots)
    constant = None if kind is None else _constant(compiler, slots, left)
    if kind is None or constant is None:
        return None
    if sign in _MIRRORED:
        return _of_property(_MIRRORED[sign], _name(right), kind, constant.value)
    return _in_property(sign, _name(right), kind, constant.value)


def _name(node: Node) -> str:
    return str(getattr(node, "name", ""))


def _constant(compiler: Compiler, slots: Slots, node: Node) -> Constant | None:
    run = compiler.value(node, slots)
    return run if isinstance(run, Constant) else None


def _of_id(sign: str, value: Value) -> Run | None:
    if sign == "in" and type(value) in {frozenset, tuple}:
        return lambda _row, env: env.entity in value
    if sign == "not in" and type(value) in {frozenset, tuple}:
        return lambda _row, env: env.entity not in value
    if sign == "==" and type(value) is str:
        return lambda _row, env: env.entity == value
    if sign == "!=" and type(value) is str:
        return lambda _row, env: env.entity != value
    return None


def _of_property(sign: str, name: str, kind: str, value: Value) -> Run | None:
    if sign in _ORDER:
        kinds = NUMBERS if kind in _NUMERIC else {str} if kind in _TEXTUAL else ()
        return _ordered(name, _ORDER[sign], value) if type(value) in kinds else None
    if kind not in _NUMERIC | _TEXTUAL or type(value) is bool:
        return None
    if sign in {"in", "not in"}:
        return _member(name, value, found=sign == "in")
    return _equal(name, value, found=sign == "==")


def _ordered(name: str, compare: _Compare, value: Value) -> Run:
    return lambda row, _env: (stored := row.get(name)) is not None and compare(stored, value)


def _equal(name: str, value: Value, *, found: bool) -> Run | None:
    if isinstance(value, Area):
        return None
    if found:
        return lambda row, _env: row.get(name) == value
    return lambda row, _env: row.get(name) != value


def _member(name: str, value: Value, *, found: bool) -> Run | None:
    if type(value) not in {frozenset, tuple}:
        return None
    if found:
        return lambda row, _env: row.get(name) in value
    return lambda row, _env: row.get(name) not in value


def _in_property(sign: str, name: str, kind: str, value: Value) -> Run | None:
    if kind in _LISTED:
        member = packed(value)  # only texts are listed, so nothing else can be equal by accident
        if sign == "in":
            return lambda row, _env: member in row.get(name, _NONE)
        return lambda row, _env: member not in row.get(name, _NONE)
    if kind not in _TEXTUAL or type(value) is not str:
        return None
    if sign == "in":
        return lambda row, _env: (stored := row.get(name)) is not None and value in stored
    return lambda row, _env: (stored := row.get(name)) is not None and value not in stored


def all_of(parts: Sequence[Run]) -> Run:
    """Whether every part is true."""
    if len(parts) == len(("one", "two")):
        one, two = parts
        return lambda row, env: one(row, env) and two(row, env)

    def apply(row: Row, env: Environment) -> bool:
        for part in parts:  # noqa: SIM110  (a generator would take twice the time)
            if not part(row, env):
                return False
        return True

    return apply
