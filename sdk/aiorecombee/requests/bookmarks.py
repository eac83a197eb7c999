"""Bookmarks: what a user marked."""

from aiorecombee.requests.endpoint import (
    Interaction,
    ItemId,
    JsonObject,
    Request,
    Timestamp,
    UserId,
    endpoint,
)
from aiorecombee.requests.results import Bookmark


@endpoint("POST", "/bookmarks/", settled=409)
class AddBookmark(Interaction):
    """Record that a user bookmarked an item.

    Args:
        user_id: Who bookmarked.
        item_id: What was bookmarked.
        timestamp: When; now if left out.
        cascade_create: Create the user and the item if they are missing.
        recomm_id: ID of the recommendation that led here.
        additional_data: Free data, stored with the bookmark.

    Raises:
        NotFoundError: User or item is missing and `cascade_create` is not set.
        ConflictError: The same bookmark (user, item, timestamp) exists.

    Source: API reference, Add bookmark.
    """

    user_id: UserId
    item_id: ItemId
    timestamp: Timestamp | None = None
    cascade_create: bool | None = None
    recomm_id: str | None = None
    additional_data: JsonObject | None = None


@endpoint("DELETE", "/bookmarks/", settled=404)
class DeleteBookmark(Request[str]):
    """Delete the bookmark of that moment, or without `timestamp` every one of the pair.

    Raises:
        NotFoundError: There is none, or user or item is unknown.

    Source: API reference, Delete bookmark.
    """

    user_id: UserId
    item_id: ItemId
    timestamp: Timestamp | None = None


@endpoint("GET", "/items/{itemId}/bookmarks/", timeout=100.0)
class ListItemBookmarks(Request[list[Bookmark]]):
    """List all bookmarks of an item.

    Source: API reference, List item bookmarks.
    """

    item_id: ItemId


@endpoint("GET", "/users/{userId}/bookmarks/", timeout=100.0)
class ListUserBookmarks(Request[list[Bookmark]]):
    """List all bookmarks of a user.

    Source: API reference, List user bookmarks.
    """

    user_id: UserId
