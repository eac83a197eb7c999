"""From texts to compiled expressions, of which the latest are kept."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeAlias

import attrs

from aiorecombee.reql import Names, ReqlSyntaxError, check, parse
from aiorecombee.reql.checking import Use
from recombee_mock.reql.compiler import Compiler
from recombee_mock.reql.conditions import test
from recombee_mock.reql.folds import Run
from recombee_mock.reql.rules import RULES
from recombee_mock.reql.scene import Entity
from recombee_mock.store.contents import Contents
from recombee_mock.store.entities import Entities

Schema: TypeAlias = tuple[tuple[str, str], ...]
"""Properties and their types."""

_MUCH: Final = 4096


@attrs.frozen(eq=False)
class Compiled:
    """An expression that can be evaluated.

    Attributes:
        run: Gives its value; of a filter, whether it is true.
        steps: How many of its parts are evaluated for an entity, at most.
        depth: How many lambdas stand in each other.
        segmentations: Those it names, and where.
        interactions: Functions of it that ask for interactions, and where.
    """

    run: Run
    steps: int
    depth: int
    segmentations: tuple[tuple[str, int], ...]
    interactions: tuple[tuple[str, int], ...]


@attrs.frozen
class Position:
    """All that the meaning of a text depends on."""

    use: Use
    entity: Entity
    contexts: frozenset[str]
    items: Schema
    users: Schema
    null_is_false: bool
    lenient: bool


def schema(table: Entities) -> Schema:
    """The properties of items or users."""
    return tuple((one.name, one.type) for one in table.properties.values())


def position(
    contents: Contents, use: Use, entity: Entity, contexts: frozenset[str], *, lenient: bool = False
) -> Position:
    """Where a text stands in this database, as it is now."""
    return Position(
        use,
        entity,
        contexts,
        schema(contents.items),
        schema(contents.users),
        contents.settings.null_is_false,
        lenient,
    )


def compiled(source: str, where: Position) -> Compiled:
    """The expression of a text.

    Raises:
        ReqlError: It is wrong.
    """
    return _short(source, where) if len(source) < _MUCH else _long(source, where)


def _compile(source: str, where: Position) -> Compiled:
    items, users = dict(where.items), dict(where.users)
    names = Names(where.entity, items, users, where.contexts, where.lenient)
    checked = check(parse(source), names, where.use)
    types: Mapping[str, str] = {"item": items, "user": users}.get(where.entity, {})
    compiler = Compiler(checked, where.entity, types, where.null_is_false, RULES)
    compile_root = test if where.use == "filter" else Compiler.value
    try:
        run = compile_root(compiler, checked.tree, {})
    except RecursionError:
        raise ReqlSyntaxError("The expression is nested too deeply", 0) from None
    return Compiled(
        run,
        compiler.steps,
        compiler.depth,
        tuple(compiler.segmentations),
        tuple(compiler.interactions),
    )


# Long texts hold much, so fewer of them are kept.
_short: Final = lru_cache(512)(_compile)
_long: Final = lru_cache(16)(_compile)
