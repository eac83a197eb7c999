"""Detail views: what a user looked at."""

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
from aiorecombee.requests.results import DetailView


@endpoint("POST", "/detailviews/", settled=409)
class AddDetailView(Interaction):
    """Record that a user viewed an item.

    Args:
        user_id: Who viewed.
        item_id: What was viewed.
        timestamp: When; now if left out.
        duration: Length of the view in seconds.
        cascade_create: Create the user and the item if they are missing.
        recomm_id: ID of the recommendation that led here.
        additional_data: Free data, stored with the view.
        auto_presented: Shown without the user asking for it, as in a feed.

    Raises:
        NotFoundError: User or item is missing and `cascade_create` is not set.
        ConflictError: The same view (user, item, timestamp) exists.

    Source: API reference, Add detail view.
    """

    user_id: UserId
    item_id: ItemId
    timestamp: Timestamp | None = None
    duration: Annotated[float | None, Between(0)] = None
    cascade_create: bool | None = None
    recomm_id: str | None = None
    additional_data: JsonObject | None = None
    auto_presented: bool | None = None


@endpoint("DELETE", "/detailviews/", settled=404)
class DeleteDetailView(Request[str]):
    """Delete the detail view of that moment, or without `timestamp` every one of the pair.

    Raises:
        NotFoundError: There is none, or user or item is unknown.

    Source: API reference, Delete detail view.
    """

    user_id: UserId
    item_id: ItemId
    timestamp: Timestamp | None = None


@endpoint("GET", "/items/{itemId}/detailviews/", timeout=100.0)
class ListItemDetailViews(Request[list[DetailView]]):
    """List all detail views of an item.

    Source: API reference, List item detail views.
    """

    item_id: ItemId


@endpoint("GET", "/users/{userId}/detailviews/", timeout=100.0)
class ListUserDetailViews(Request[list[DetailView]]):
    """List all detail views of a user.

    Source: API reference, List user detail views.
    """

    user_id: UserId
