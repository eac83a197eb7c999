"""The words of the mapping kit."""

from collections.abc import Callable
from typing import Any, TypeAlias

Resolver: TypeAlias = Callable[[Any], Any]
"""Turns an event (inside `@arrayPath`: an element) to a value, `UNDEFINED` where there is none."""

Observer: TypeAlias = Callable[[str, str, Any], None]
"""Told of each lookup in an event: its place in the mapping (`/itemId/@if/then/@path`), the path
that was looked up (`properties.products[].sku`) and what was found."""

Spend: TypeAlias = Callable[[int], None]
"""Told how many elements or characters are about to be made; raises when it is too much."""
