"""Text to a tree."""

from collections.abc import Sequence
from typing import Final

import attrs

from aiorecombee.segment.fql.errors import NO_SUBSCRIPTION, SubscriptionError
from aiorecombee.segment.fql.ignored import FIELDS
from aiorecombee.segment.fql.level import Level
from aiorecombee.segment.fql.tokens import tokenize
from aiorecombee.segment.fql.tree import Group, Ignored, Query, Span

LONGEST: Final = 65_536


def parse(text: object) -> Query:
    """Read a subscription; it may have up to 65,536 characters.

    Raises:
        SubscriptionError: It is no text, empty, too long, or says nothing that can be tested.
    """
    if not isinstance(text, str) or not text:
        raise SubscriptionError(
            "the subscription is empty: it says which events the mapping is for",
            original=NO_SUBSCRIPTION,
        )
    if len(text) > LONGEST:
        raise SubscriptionError(f"it has more than {LONGEST} characters; split it", LONGEST)
    level = Level(tokenize(text))
    node = level.read()
    ignored = sorted(level.ignored(), key=lambda one: one.span.start)
    if node is None:
        raise _without_conditions(ignored)
    whole = Span(0, len(text))
    if isinstance(node, Group):
        return Query(text, attrs.evolve(node, span=whole), tuple(ignored))
    return Query(text, Group("and", (node,), is_mixed=False, span=whole), tuple(ignored))


def _without_conditions(ignored: Sequence[Ignored]) -> SubscriptionError:
    if not ignored:
        return SubscriptionError(f"there is no condition in the subscription. {FIELDS}")
    first = ignored[0]
    said = f"{first.reason}, and there is no condition besides. {first.remedy}"
    return SubscriptionError(said, first.span.start)
