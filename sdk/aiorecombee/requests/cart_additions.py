"""Cart additions: what a user put into the cart."""

from aiorecombee.requests.endpoint import (
    Interaction,
    ItemId,
    JsonObject,
    Request,
    Timestamp,
    UserId,
    endpoint,
)
from aiorecombee.requests.results import CartAddition


@endpoint("POST", "/cartadditions/", settled=409)
class AddCartAddition(Interaction):
    """Record that a user put an item into the cart.

    Args:
        user_id: Whose cart.
        item_id: What was added.
        timestamp: When; now if left out.
        cascade_create: Create the user and the item if they are missing.
        amount: How many pieces; 1 if left out.
        price: Price of the **whole** amount, not of one piece.
        recomm_id: ID of the recommendation that led here.
        additional_data: Free data, stored with the addition.

    Raises:
        NotFoundError: User or item is missing and `cascade_create` is not set.
        ConflictError: The same addition (user, item, timestamp) exists.

    Source: API reference, Add cart addition.
    """

    user_id: UserId
    item_id: ItemId
    timestamp: Timestamp | None = None
    cascade_create: bool | None = None
    amount: float | None = None
    price: float | None = None
    recomm_id: str | None = None
    additional_data: JsonObject | None = None


@endpoint("DELETE", "/cartadditions/", settled=404)
class DeleteCartAddition(Request[str]):
    """Delete the cart addition of that moment, or without `timestamp` every one of the pair.

    Raises:
        NotFoundError: There is none, or user or item is unknown.

    Source: API reference, Delete cart addition.
    """

    user_id: UserId
    item_id: ItemId
    timestamp: Timestamp | None = None


@endpoint("GET", "/items/{itemId}/cartadditions/", timeout=100.0)
class ListItemCartAdditions(Request[list[CartAddition]]):
    """List all cart additions of an item.

    Source: API reference, List item cart additions.
    """

    item_id: ItemId


@endpoint("GET", "/users/{userId}/cartadditions/", timeout=100.0)
class ListUserCartAdditions(Request[list[CartAddition]]):
    """List all cart additions of a user.

    Source: API reference, List user cart additions.
    """

    user_id: UserId
