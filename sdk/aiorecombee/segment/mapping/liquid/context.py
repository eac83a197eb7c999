"""What a Liquid template sees while it is rendered."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import attrs

from aiorecombee.segment.javascript import UNDEFINED, member, to_text
from aiorecombee.segment.mapping.liquid.values import BLOCK, plain, read
from aiorecombee.segment.mapping.resolver import Spend

Filters: TypeAlias = Mapping[str, Callable[..., Any]]


@attrs.define
class Context:
    """Names and their values: what the template assigned, else what the event has.

    Attributes:
        data: The event.
        spend: Must hear of all text and arrays that are made.
        filters: The filters by name.
        assigned: What `assign` and `capture` set.
        counters: What `increment` and `decrement` count; the original counts in the event itself.
        turns: Whose turn it is in each `cycle`.
        blocks: How many `block`s are around.
    """

    data: Any
    spend: Spend
    filters: Filters
    assigned: dict[str, Any] = attrs.field(factory=dict)
    counters: dict[str, float] = attrs.field(factory=dict)
    turns: dict[str, int] = attrs.field(factory=dict)
    blocks: int = 0

    def find(self, name: Any) -> Any:
        """The value of a name; undefined if nothing is called so."""
        key = to_text(plain(name), self.spend)
        if self.blocks and key == "block":
            return BLOCK
        if key in self.assigned:
            return self.assigned[key]
        if key in self.counters:
            return self.counters[key]
        if member(self.data, key) is UNDEFINED:
            return read({}, name, self.spend)
        return read(self.data, name, self.spend)


Evaluate: TypeAlias = Callable[[Context], Any]
"""Finds the value of an expression."""
