"""What goes with what: the part of recommendations that can be replaced.

A recommender says how relevant things are; filters, boosters, bestsellers as fill-up, rotation,
diversity and counts are the handlers' work. To try one of your own:

    class Newest:
        def relevance(self, wanted, activity):
            return {item: activity.values(item).get("published") or 0 for item in activity.items}

    MockServer(databases, recommender=Newest())    # or Service(recommender=Newest())
"""

from collections.abc import Collection, Mapping
from typing import Any, Literal, Protocol

import attrs


@attrs.frozen(kw_only=True)
class Wanted:
    """What a recommender is asked.

    Attributes:
        entity: What to find: `item` or `user`.
        user: For whom; `None` for somebody unknown.
        item: What it should go with; `None` when there is no such item.
        members: Items it should go with, when the context is a segment of items.
        logic: Name of the logic; popular and recently viewed things are no recommender's work.
        logic_settings: Its settings.
        user_impact: How far the user's taste pulls what goes with an item, from 0 to 1.
        now: Unix seconds.
    """

    entity: Literal["item", "user"]
    user: str | None = None
    item: str | None = None
    members: Collection[str] = ()
    logic: str | None = None
    logic_settings: Mapping[str, Any] = attrs.field(factory=dict)
    user_impact: float = 0.0
    now: float = 0.0


class Activity(Protocol):
    """What a database knows, for a recommender to read. Weights are about 1 for a fresh view."""

    @property
    def items(self) -> Collection[str]:
        """IDs of all items."""

    @property
    def users(self) -> Collection[str]:
        """IDs of all users."""

    def values(self, item: str) -> Mapping[str, Any]:
        """Properties of an item that are set."""

    def tastes(self, user: str, limit: int = ...) -> dict[str, float]:
        """The latest items of a user, and how much each counts; below 0 what was rated badly."""

    def audience(self, item: str, limit: int = ...) -> dict[str, float]:
        """The latest users of an item, and how much it counts for each."""

    def popularity(self, entity: Literal["item", "user"]) -> Mapping[str, float]:
        """How much was done with each item, or by each user; may be a little old."""


class Recommender(Protocol):
    """Finds what is relevant."""

    def relevance(self, wanted: Wanted, activity: Activity) -> Mapping[str, float]:
        """Relevance by ID, on any scale; below 0 is what the user dislikes.

        What is left out is of no particular relevance: bestsellers of it fill up the results.
        """
