"""Items: the catalogue."""

from typing import TYPE_CHECKING, Any, Literal, overload

from aiorecombee.requests.endpoint import (
    ItemId,
    Limit,
    Names,
    PropertyValues,
    R_co,
    Request,
    endpoint,
)
from aiorecombee.requests.results import Item, MoreItems


@endpoint("PUT", "/items/{itemId}", settled=409)
class AddItem(Request[str]):
    """Add an item to the catalogue. All its properties start as null.

    Raises:
        ConflictError: The item exists already.

    Source: API reference, Add item.
    """

    item_id: ItemId


@endpoint("DELETE", "/items/{itemId}", settled=404)
class DeleteItem(Request[str]):
    """Delete an item with all its interactions, and take it out of every series.

    Raises:
        NotFoundError: There is no such item.

    Source: API reference, Delete item.
    """

    item_id: ItemId


@endpoint("GET", "/items/list/", timeout=100.0)
class ListItems(Request[R_co]):
    """List item IDs, or with `return_properties` items with their properties.

    Args:
        filter: ReQL expression; only items for which it is true are listed.
        count: How many at most; all when left out.
        offset: How many to skip, in the order of IDs.
        return_properties: Answer `list[Item]` instead of `list[str]`.
        included_properties: Limit the properties returned to these.

    Raises:
        NotFoundError: The filter names a property that is not defined.

    Source: API reference, List items.
    """

    filter: str | None = None
    count: Limit | None = None
    offset: Limit | None = None
    return_properties: bool | None = None
    included_properties: Names | None = None

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: "ListItems[list[str]]",
            filter: str | None = None,
            count: int | None = None,
            offset: int | None = None,
            return_properties: Literal[False] | None = None,
            included_properties: Names | None = None,
        ) -> None: ...
        @overload
        def __init__(
            self: "ListItems[list[Item]]",
            filter: str | None = None,
            count: int | None = None,
            offset: int | None = None,
            *,
            return_properties: Literal[True],
            included_properties: Names | None = None,
        ) -> None: ...
        @overload
        def __init__(
            self: "ListItems[list[Item]]",
            filter: str | None,
            count: int | None,
            offset: int | None,
            return_properties: Literal[True],
            included_properties: Names | None = None,
        ) -> None: ...
        @overload
        def __init__(
            self: "ListItems[list[str] | list[Item]]",
            filter: str | None = None,
            count: int | None = None,
            offset: int | None = None,
            return_properties: bool | None = None,
            included_properties: Names | None = None,
        ) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def answer_type(self) -> Any:
        return list[Item] if self.return_properties else list[str]


@endpoint("POST", "/more-items/", timeout=100.0)
class UpdateMoreItems(Request[MoreItems]):
    """Set the same property values on every item that a filter selects.

    Args:
        filter: ReQL expression that selects the items.
        changes: Property name to new value; see `SetItemValues`.

    Raises:
        NotFoundError: A property in `changes` is not defined.

    Source: API reference, Update more items.
    """

    filter: str
    changes: PropertyValues


@endpoint("DELETE", "/more-items/", params="body", timeout=100.0)
class DeleteMoreItems(Request[MoreItems]):
    """Delete every item that a ReQL filter selects.

    Source: API reference, Delete more items.
    """

    filter: str
