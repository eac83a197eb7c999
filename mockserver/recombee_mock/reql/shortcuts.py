"""Comparisons of a stored property with a constant, which is what most filters are made of.

Their kinds are known beforehand, so the stored value is compared as it is. Whatever is not so
plain gets `None` here, and takes the general way.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from aiorecombee.reql import tree
from aiorecombee.reql.kinds import NUMBER, STRING
from aiorecombee.reql.tree import Node
from recombee_mock.reql.compiler import Compiler, Constant, Slots, Steady
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
    if any(not _repeatable(compiler, slots, middle) for middle in node.operands[1:-1]):
        return None
    known: list[Run] = []
    for sign, left, right in zip(node.operators, node.operands, node.operands[1:], strict=False):
        fast = _pair(compiler, slots, sign.sign, left, right)
        if fast is None:
            return None
        known.append(fast)
    compiler.steps += len(known)
    return known[0] if len(known) == 1 else all_of(known)


def _repeatable(compiler: Compiler, slots: Slots, node: Node) -> bool:
    """Whether an operand may be evaluated for each of its neighbours: cheap and always the same."""
    if compiler.stored(node, slots) is not None or compiler.is_own_id(node, slots):
        return True
    return isinstance(compiler.value(node, slots), Constant | Steady)


def _pair(compiler: Compiler, slots: Slots, sign: str, left: Node, right: Node) -> Run | None:
    """The fast way to test two neighbours, whichever of them is the property."""
    plain = compiler.is_own_id(left, slots) or compiler.stored(left, slots) is not None
    if not plain and sign in _MIRRORED:
        return _beside(compiler, slots, _MIRRORED[sign], right, left)
    if plain:
        return _beside(compiler, slots, sign, left, right)
    kind = compiler.stored(right, slots)
    member = None if kind is None else compiler.value(left, slots)
    if kind is not None and isinstance(member, Constant):
        return _in_property(sign, _name(right), kind, member.value)
    return None


def _beside(compiler: Compiler, slots: Slots, sign: str, left: Node, right: Node) -> Run | None:
    """The same where the property, if there is one, is on the left."""
    kind = compiler.stored(left, slots)
    if kind is None and not compiler.is_own_id(left, slots):
        return None
    other = compiler.value(right, slots)
    if kind is None:
        return _of_id(sign, other.value) if isinstance(other, Constant) else None
    if isinstance(other, Constant):
        return _of_property(sign, _name(left), kind, other.value)
    return _against(sign, _name(left), kind, other, compiler.checked.shape(right).kinds)


def _against(sign: str, name: str, kind: str, other: Run, kinds: int) -> Run | None:
    """A property beside a value that is surely of the same sort, or null."""
    fitting = NUMBER if kind in _NUMERIC else STRING if kind in _TEXTUAL else 0
    if kinds & ~fitting:
        return None
    if sign in _ORDER:
        compare = _ORDER[sign]
        return lambda row, env: (
            (stored := row.get(name)) is not None
            and (value := other(row, env)) is not None
            and compare(stored, value)
        )
    if sign == "==":
        return lambda row, env: row.get(name) == other(row, env)
    return (lambda row, env: row.get(name) != other(row, env)) if sign == "!=" else None


def _name(node: Node) -> str:
    return str(getattr(node, "name", ""))


def _of_id(sign: str, value: Value) -> Run | None:
    if sign in {"in", "not in"} and type(value) in {frozenset, tuple}:
        members = frozenset(value)
        if sign == "in":
            return lambda _row, env: env.entity in members
        return lambda _row, env: env.entity not in members
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
    members = frozenset(value)
    if found:
        return lambda row, _env: row.get(name) in members
    return lambda row, _env: row.get(name) not in members


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
