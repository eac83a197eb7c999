"""What a directive is given to compile its argument with."""

from collections.abc import Callable
from typing import Any, TypeAlias

import attrs

from aiorecombee.segment.mapping.errors import MappingFailedError
from aiorecombee.segment.mapping.resolver import Observer, Resolver, Spend

Compile: TypeAlias = "Callable[[Any, Scope], Resolver]"


@attrs.frozen
class Scope:
    """A place in a mapping.

    Attributes:
        compile_value: Compiles any value of a mapping.
        spend: Must hear of all that may be bigger than the event and the mapping are.
        counts: Whether `@arrayPath` must spend, too: it may multiply what others multiply.
        keeps: Undefined members stay: a directive around here can tell them from missing ones.
        observe: Hears of lookups in the event.
        pointer: The place, `/`-separated.
        path: The event path that `$` stands for here; `None` where it is not the event any more.
    """

    compile_value: Compile
    spend: Spend
    counts: bool = False
    keeps: bool = False
    observe: Observer | None = None
    pointer: str = ""
    path: str | None = ""

    def at(self, key: str) -> "Scope":
        """The scope of a member."""
        return attrs.evolve(self, pointer=f"{self.pointer}/{key}")

    def inner(self, value: Any, key: str) -> Resolver:
        """Compile a member."""
        return self.compile_value(value, self.at(key))

    def below(self, path: str | None) -> "Scope":
        """The scope where `$` stands for what is found at a path, or for something else."""
        joined = None if path is None or self.path is None else join_paths(self.path, path)
        return attrs.evolve(self, path=joined)


def join_paths(outer: str, inner: str) -> str:
    """Two event paths as one."""
    return f"{outer}.{inner}" if outer and inner else outer or inner


def failing(message: str) -> Resolver:
    """For what the original notices only when it gets there."""

    def fail(_: Any) -> Any:
        raise MappingFailedError(message)

    return fail


def constant(value: Any) -> Resolver:
    """The same for each event."""

    def resolve(_: Any) -> Any:
        return value

    return resolve
