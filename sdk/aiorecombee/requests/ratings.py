"""Ratings: how a user rated an item."""

from typing import Annotated

from aiorecombee.requests.endpoint import (
    Between,
    Interaction,
    ItemId,
    JsonObject,
    Request,
    Timestamp,
    UserId,
    endpoint,
)
from aiorecombee.requests.results import Rating


@endpoint("POST", "/ratings/", settled=409)
class AddRating(Interaction):
    """Record how a user rated an item.

    Args:
        user_id: Who rated.
        item_id: What was rated.
        rating: -1.0 (worst) over 0.0 (neutral) to 1.0 (best).
        timestamp: When; now if left out.
        cascade_create: Create the user and the item if they are missing.
        recomm_id: ID of the recommendation that led here.
        additional_data: Free data, stored with the rating.

    Raises:
        NotFoundError: User or item is missing and `cascade_create` is not set.
        ConflictError: The same rating (user, item, timestamp) exists.

    Source: API reference, Add rating.
    """

    user_id: UserId
    item_id: ItemId
    rating: Annotated[float, Between(-1.0, 1.0)]
    timestamp: Timestamp | None = None
    cascade_create: bool | None = None
    recomm_id: str | None = None
    additional_data: JsonObject | None = None


@endpoint("DELETE", "/ratings/", settled=404)
class DeleteRating(Request[str]):
    """Delete the rating of that moment, or without `timestamp` every one of the pair.

    Raises:
        NotFoundError: There is none, or user or item is unknown.

    Source: API reference, Delete rating.
    """

    user_id: UserId
    item_id: ItemId
    timestamp: Timestamp | None = None


@endpoint("GET", "/items/{itemId}/ratings/", timeout=100.0)
class ListItemRatings(Request[list[Rating]]):
    """List all ratings of an item.

    Source: API reference, List item ratings.
    """

    item_id: ItemId


@endpoint("GET", "/users/{userId}/ratings/", timeout=100.0)
class ListUserRatings(Request[list[Rating]]):
    """List all ratings of a user.

    Source: API reference, List user ratings.
    """

    user_id: UserId
