"""Item properties: their definitions, and the values of items."""

from collections.abc import Sequence
from typing import Annotated

from aiorecombee.requests.endpoint import (
    ItemId,
    Named,
    OneOf,
    PropertyName,
    PropertyValues,
    Request,
    Spread,
    endpoint,
)
from aiorecombee.requests.inputs import PropertyMetadata, PropertyRole
from aiorecombee.requests.results import PropertyInfo, Values

ItemPropertyType = Annotated[
    str, OneOf(("int", "double", "string", "boolean", "timestamp", "set", "image", "imageList"))
]


@endpoint("PUT", "/items/properties/{propertyName}", timeout=100.0)
class AddItemProperty(Request[str]):
    """Define an item property, as a column is added to a table.

    Args:
        property_name: At most 63 characters; `id` and `itemid` are reserved.
        type: int, double, string, boolean, timestamp, set, image or imageList.
        role: What the property means to the service, such as `title`.
        metadata: Further labels.

    Raises:
        ConflictError: A property of that name exists, of whatever type.
        NotFoundError: The role is unknown.

    Source: API reference, Add item property.
    """

    property_name: PropertyName
    type: ItemPropertyType
    role: str | PropertyRole | None = None
    metadata: Sequence[str | PropertyMetadata] | None = None


@endpoint("DELETE", "/items/properties/{propertyName}", timeout=100.0)
class DeleteItemProperty(Request[str]):
    """Drop an item property with the values of all items.

    Source: API reference, Delete item property.
    """

    property_name: PropertyName


@endpoint("GET", "/items/properties/{propertyName}")
class GetItemPropertyInfo(Request[PropertyInfo]):
    """Read the definition of an item property.

    Source: API reference, Get item property info.
    """

    property_name: PropertyName


@endpoint("GET", "/items/properties/list/", timeout=100.0)
class ListItemProperties(Request[list[PropertyInfo]]):
    """List the definitions of all item properties.

    Source: API reference, List item properties.
    """


@endpoint("POST", "/items/{itemId}", timeout=1.0)
class SetItemValues(Request[str]):
    """Set some property values of an item; properties not named keep theirs.

    Args:
        item_id: The item.
        values: Property name to value; `None` clears. A `datetime` travels as Unix seconds, a
            `set` as a list.
        cascade_create: Create the item if it is missing.

    Raises:
        NotFoundError: The item is missing, or a property is not defined.

    Source: API reference, Set item values.
    """

    item_id: ItemId
    values: Annotated[PropertyValues, Spread()]
    cascade_create: Annotated[bool | None, Named("!cascadeCreate")] = None


@endpoint("GET", "/items/{itemId}")
class GetItemValues(Request[Values]):
    """Read all property values of an item; unset ones are `None`.

    Source: API reference, Get item values.
    """

    item_id: ItemId
