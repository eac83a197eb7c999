"""What the ReQL of a segmentation needs to know besides the item it is evaluated for."""

from functools import lru_cache
from typing import Final

import attrs

from aiorecombee.reql import ReqlError, parse
from aiorecombee.reql.tree import Call, Text, levels
from recombee_mock.store.segmentations import Segmentation

_SEGMENTS: Final = frozenset({"segment_items", "item_segments"})
_BEYOND: Final = frozenset({"now", "random", "item_values", "user_interactions", *_SEGMENTS})
_COUNTS: Final = "num_item_"


@attrs.frozen
class Needs:
    """What one expression or several need.

    Attributes:
        beyond: Whether the outcome for an item can change while the item stays as it is.
        segmentations: Segmentations that are asked for by a constant name.
    """

    beyond: bool
    segmentations: frozenset[str]


def needs_of(definition: Segmentation) -> Needs:
    """What a definition needs."""
    filters = [segment.filter for segment in definition.segments.values()]
    found = [_needs(source) for source in (definition.expression, *filters) if source is not None]
    named = frozenset(name for one in found for name in one.segmentations)
    return Needs(any(one.beyond for one in found), named)


@lru_cache(maxsize=1024)
def _needs(source: str) -> Needs:
    try:
        root = parse(source)
    except ReqlError:  # which its evaluation will tell
        return Needs(True, frozenset())
    calls = [node for level in levels(root) for node in level if isinstance(node, Call)]
    return Needs(
        any(call.function in _BEYOND or call.function.startswith(_COUNTS) for call in calls),
        frozenset(
            call.arguments[0].value
            for call in calls
            if call.function in _SEGMENTS and call.arguments and isinstance(call.arguments[0], Text)
        ),
    )
