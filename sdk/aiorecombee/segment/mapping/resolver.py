"""The words of the mapping kit."""

from collections.abc import Callable
from typing import Any, TypeAlias

Resolver: TypeAlias = Callable[[Any], Any]
"""Turns an event (inside `@arrayPath`: an element) to a value, `UNDEFINED` where there is none."""

Compile: TypeAlias = Callable[[Any, str], Resolver]
"""Compiles the value at a path of the mapping."""
