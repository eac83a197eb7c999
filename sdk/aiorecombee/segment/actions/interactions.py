"""From an accepted payload to requests, action by action.

Source: the destination's `perform` functions.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, TypeVar

from aiorecombee.requests.bookmarks import AddBookmark, DeleteBookmark
from aiorecombee.requests.cart_additions import AddCartAddition, DeleteCartAddition
from aiorecombee.requests.detail_views import AddDetailView
from aiorecombee.requests.endpoint import JsonObject, Request
from aiorecombee.requests.purchases import AddPurchase
from aiorecombee.requests.ratings import AddRating
from aiorecombee.requests.users import MergeUsers
from aiorecombee.requests.view_portions import SetViewPortion
from aiorecombee.segment.actions.problems import refuse
from aiorecombee.segment.actions.timestamps import to_seconds
from aiorecombee.segment.javascript import tidy

Payload: TypeAlias = Mapping[str, Any]
Requests: TypeAlias = list[Request[Any]]
Moment: TypeAlias = float | str
Deletion = TypeVar("Deletion", DeleteBookmark, DeleteCartAddition)

_NONE: Final[Mapping[str, Any]] = {}


class Interactions:
    """How a destination builds requests; versions differ in the methods at the end."""

    def add_detail_view(self, payload: Payload) -> Requests:
        """A detail view."""
        return [
            AddDetailView(
                payload["userId"],
                payload["itemId"],
                timestamp=self.moment(payload),
                duration=payload.get("duration"),
                cascade_create=True,
                recomm_id=payload.get("recommId"),
                additional_data=self.additional_data(payload),
            )
        ]

    def add_bookmark(self, payload: Payload) -> Requests:
        """A bookmark."""
        return [
            AddBookmark(
                payload["userId"],
                payload["itemId"],
                timestamp=self.moment(payload),
                cascade_create=True,
                recomm_id=payload.get("recommId"),
                additional_data=self.additional_data(payload),
            )
        ]

    def add_rating(self, payload: Payload) -> Requests:
        """A rating."""
        return [
            AddRating(
                payload["userId"],
                payload["itemId"],
                payload["rating"],
                timestamp=self.moment(payload),
                cascade_create=True,
                recomm_id=payload.get("recommId"),
                additional_data=self.additional_data(payload),
            )
        ]

    def add_cart_addition(self, payload: Payload) -> Requests:
        """A cart addition."""
        item = payload["item"]
        return [
            AddCartAddition(
                payload["userId"],
                item["itemId"],
                timestamp=self.moment(payload),
                cascade_create=True,
                amount=item.get("amount"),
                price=self.of_all(item, "price"),
                recomm_id=payload.get("recommId"),
                additional_data=self.additional_data(payload),
            )
        ]

    def add_purchases(self, payload: Payload) -> Requests:
        """A purchase for each item of the order.

        An item's own recommendation goes before the order's. An order without items hides even a
        timestamp that is not one, as in the original.
        """
        items = payload["items"]
        when = self.moment(payload) if items else None
        data = self.additional_data(payload)
        return [
            AddPurchase(
                payload["userId"],
                item["itemId"],
                timestamp=when,
                cascade_create=True,
                amount=item.get("amount"),
                price=self.of_all(item, "price"),
                profit=self.of_all(item, "profit"),
                recomm_id=item.get("recommId", payload.get("recommId")),
                additional_data=data,
            )
            for item in items
        ]

    def set_view_portion(self, payload: Payload) -> Requests:
        """A view portion."""
        return self.viewed(payload, payload["portion"])

    def set_view_portion_from_watch_time(self, payload: Payload) -> Requests:
        """A view portion from how long the item is and how far it was watched.

        Raises:
            PayloadError: The length is zero, or more was watched than there is.
        """
        length, watched = payload["portion"]["totalLength"], payload["portion"]["watchTime"]
        if length == 0:
            raise refuse("The total length of the item cannot be zero.", "/portion/totalLength")
        if watched > length:
            raise refuse(
                "The watch time of the item cannot be greater than the total length of the item.",
                "/portion/watchTime",
            )
        return self.viewed(payload, tidy(watched / length))

    def viewed(self, payload: Payload, portion: float) -> Requests:
        """The view of a portion."""
        return [
            SetViewPortion(
                payload["userId"],
                payload["itemId"],
                portion,
                session_id=payload.get("sessionId"),
                timestamp=self.moment(payload),
                cascade_create=True,
                recomm_id=payload.get("recommId"),
                additional_data=self.additional_data(payload),
            )
        ]

    def delete_bookmark(self, payload: Payload) -> Requests:
        """The deletion of a bookmark, or of all that the user has of the item."""
        return self._deletion(DeleteBookmark, payload)

    def delete_cart_addition(self, payload: Payload) -> Requests:
        """The deletion of a cart addition, or of all that the user has of the item."""
        return self._deletion(DeleteCartAddition, payload)

    def _deletion(self, cls: type[Deletion], payload: Payload) -> Requests:
        return [cls(payload["userId"], payload["itemId"], self.deleted_moment(payload))]

    def merge_users(self, payload: Payload) -> Requests:
        """The merge of an anonymous user into a known one."""
        return [MergeUsers(payload["targetUserId"], payload["sourceUserId"], cascade_create=True)]

    def moment(self, payload: Payload) -> Moment | None:
        """When the interaction was: Unix seconds.

        Raises:
            PayloadError: Not a moment.
        """
        found = payload.get("timestamp")
        return None if found is None else to_seconds(found)

    def deleted_moment(self, payload: Payload) -> Moment | None:
        """When the interaction to be deleted was."""
        return self.moment(payload)

    def additional_data(self, payload: Payload) -> JsonObject | None:
        """What the user maps, under what Segment notes itself; sent even when it is empty."""
        return {
            **payload.get("additionalData", _NONE),
            **payload.get("internalAdditionalData", _NONE),
        }

    def of_all(self, item: Payload, name: str) -> float | None:
        """The price of all pieces, which the API wants; events know that of one."""
        one, amount = item.get(name), item.get("amount")
        if one is None or amount is None:
            return one
        return tidy(float(one) * float(amount))
