"""View portions: how much of an item a user viewed."""

from typing import Annotated

from aiorecombee.requests.endpoint import (
    Between,
    Id,
    Interaction,
    ItemId,
    JsonObject,
    Request,
    Share,
    Timestamp,
    UserId,
    endpoint,
)
from aiorecombee.requests.results import ViewPortion


@endpoint("POST", "/viewportions/", settled=409)
class SetViewPortion(Interaction):
    """Record or update how much of an item a user viewed in a session.

    The stored portion of (user, item, session) moves forward only: to a later timestamp and to a
    portion that is not smaller.

    Args:
        user_id: Who viewed.
        item_id: What was viewed.
        portion: 0.0 to 1.0, irrespective of seeking.
        session_id: ID of the session; updates find the stored portion by it.
        timestamp: When; now if left out.
        cascade_create: Create the user and the item if they are missing.
        recomm_id: ID of the recommendation that led here.
        additional_data: Free data, stored with the portion.
        auto_presented: Shown without the user asking for it, as in a feed.
        time_spent: Seconds spent; may only grow.

    Raises:
        NotFoundError: User or item is missing and `cascade_create` is not set.
        ConflictError: A later or greater portion is stored. Routine in players.

    Source: API reference, Set view portion.
    """

    user_id: UserId
    item_id: ItemId
    portion: Share
    session_id: Id | None = None
    timestamp: Timestamp | None = None
    cascade_create: bool | None = None
    recomm_id: str | None = None
    additional_data: JsonObject | None = None
    auto_presented: bool | None = None
    time_spent: Annotated[float | None, Between(0)] = None


@endpoint("DELETE", "/viewportions/", settled=404)
class DeleteViewPortion(Request[str]):
    """Delete the view portion of a session, or the one recorded without a session.

    Raises:
        NotFoundError: There is none, or user or item is unknown.

    Source: API reference, Delete view portion.
    """

    user_id: UserId
    item_id: ItemId
    session_id: Id | None = None


@endpoint("GET", "/items/{itemId}/viewportions/", timeout=100.0)
class ListItemViewPortions(Request[list[ViewPortion]]):
    """List all view portions of an item.

    Source: API reference, List item view portions.
    """

    item_id: ItemId


@endpoint("GET", "/users/{userId}/viewportions/", timeout=100.0)
class ListUserViewPortions(Request[list[ViewPortion]]):
    """List all view portions of a user.

    Source: API reference, List user view portions.
    """

    user_id: UserId
