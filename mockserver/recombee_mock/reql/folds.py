"""`map`, `select`, `exists` and `reduce`: functions that go through the members of a container."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from recombee_mock.reql.arithmetic import ARITHMETIC, Binary
from recombee_mock.reql.comparing import truth
from recombee_mock.reql.environment import Environment
from recombee_mock.reql.failure import Failure
from recombee_mock.reql.values import Value, kind, ordered, packed, set_of, unpacked

Row: TypeAlias = Mapping[str, Any]
Run: TypeAlias = Callable[[Row, Environment], Value]

Arrange: TypeAlias = Callable[[Any], Iterable[Value]]
"""The order in which members are gone through."""


def _and(left: Value, right: Value) -> Value:
    if truth(left) is False or truth(right) is False:
        return False
    return None if left is None or right is None else True


def _or(left: Value, right: Value) -> Value:
    if truth(left) is True or truth(right) is True:
        return True
    return None if left is None or right is None else False


_STEPS: Final[Mapping[str, Binary]] = {
    **{sign: ARITHMETIC[sign] for sign in "+*&"},
    "and": _and,
    "or": _or,
}


def members(name: str, container: Value) -> Value:
    """What a function goes through."""
    if type(container) in {frozenset, tuple}:
        return container
    raise Failure(f"{name}() goes through a set or an array, not {kind(container)}")


def reduced(env: Environment, sign: Value, container: Value, *initial: Value) -> Value:
    """The members joined by an operator, from the left.

    The order in a set is unpublished: we choose one that is always the same.
    """
    if type(sign) is not str or sign not in _STEPS:
        raise Failure(f"reduce() has the operators {', '.join(_STEPS)}")
    rest = [*initial, *map(unpacked, ordered(members("reduce", container)))]
    env.charge(len(rest))
    if not rest:
        return None
    found, step = rest[0], _STEPS[sign]
    for value in rest[1:]:
        found = env.bounded(step(found, value))
    return found


def mapped(over: Run, body: Run, slot: int, steps: int, arrange: Arrange) -> Run:
    """`map(lambda 'x': body, over)`."""

    def run(row: Row, env: Environment) -> Value:
        container = over(row, env)
        if container is None:
            return None
        return set_of(body(row, env) for _ in _each("map", container, env, slot, steps, arrange))

    return run


def selected(over: Run, body: Run, slot: int, steps: int, arrange: Arrange) -> Run:
    """`select(lambda 'x': body, over)`: of an array an array."""

    def run(row: Row, env: Environment) -> Value:
        container = over(row, env)
        if container is None:
            return None
        found = (
            packed(value)
            for value in _each("select", container, env, slot, steps, arrange)
            if truth(body(row, env))
        )
        return tuple(found) if type(container) is tuple else frozenset(found)

    return run


def existing(over: Run, body: Run, slot: int, steps: int, arrange: Arrange) -> Run:
    """`exists(lambda 'x': body, over)`."""

    def run(row: Row, env: Environment) -> Value:
        container = over(row, env)
        if container is None:
            return None
        return any(
            truth(body(row, env)) for _ in _each("exists", container, env, slot, steps, arrange)
        )

    return run


def _each(
    name: str, container: Value, env: Environment, slot: int, steps: int, arrange: Arrange
) -> Iterator[Value]:
    """Each member in turn, while the lambda's variable stands for it."""
    variables = env.variables
    for member in arrange(members(name, container)):
        env.charge(steps)
        value = variables[slot] = unpacked(member)
        yield value


FOLDS: Final[Mapping[str, Callable[[Run, Run, int, int, Arrange], Run]]] = {
    "map": mapped,
    "select": selected,
    "exists": existing,
}
