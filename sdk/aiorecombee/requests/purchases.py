"""Purchases: what a user bought."""

from aiorecombee.requests.endpoint import (
    Interaction,
    ItemId,
    JsonObject,
    Request,
    Timestamp,
    UserId,
    endpoint,
)
from aiorecombee.requests.results import Purchase


@endpoint("POST", "/purchases/", settled=409)
class AddPurchase(Interaction):
    """Record that a user bought an item.

    Args:
        user_id: Who bought.
        item_id: What was bought.
        timestamp: When; now if left out.
        cascade_create: Create the user and the item if they are missing.
        amount: How many pieces; 1 if left out.
        price: Price of the **whole** amount, not of one piece.
        profit: Profit on the whole amount.
        recomm_id: ID of the recommendation that led here.
        additional_data: Free data, stored with the purchase.

    Raises:
        NotFoundError: User or item is missing and `cascade_create` is not set.
        ConflictError: The same purchase (user, item, timestamp) exists.

    Source: API reference, Add purchase.
    """

    user_id: UserId
    item_id: ItemId
    timestamp: Timestamp | None = None
    cascade_create: bool | None = None
    amount: float | None = None
    price: float | None = None
    profit: float | None = None
    recomm_id: str | None = None
    additional_data: JsonObject | None = None


@endpoint("DELETE", "/purchases/", settled=404)
class DeletePurchase(Request[str]):
    """Delete the purchase of that moment, or without `timestamp` every one of the pair.

    Raises:
        NotFoundError: There is none, or user or item is unknown.

    Source: API reference, Delete purchase.
    """

    user_id: UserId
    item_id: ItemId
    timestamp: Timestamp | None = None


@endpoint("GET", "/items/{itemId}/purchases/", timeout=100.0)
class ListItemPurchases(Request[list[Purchase]]):
    """List all purchases of an item.

    Source: API reference, List item purchases.
    """

    item_id: ItemId


@endpoint("GET", "/users/{userId}/purchases/", timeout=100.0)
class ListUserPurchases(Request[list[Purchase]]):
    """List all purchases of a user.

    Source: API reference, List user purchases.
    """

    user_id: UserId
