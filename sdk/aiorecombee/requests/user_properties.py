"""User properties: their definitions, and the values of users."""

from collections.abc import Sequence
from typing import Annotated

from aiorecombee.requests.endpoint import (
    Named,
    OneOf,
    PropertyName,
    PropertyValues,
    Request,
    Spread,
    UserId,
    endpoint,
)
from aiorecombee.requests.inputs import PropertyMetadata, PropertyRole
from aiorecombee.requests.results import PropertyInfo, Values

UserPropertyType = Annotated[str, OneOf(("int", "double", "string", "boolean", "timestamp", "set"))]


@endpoint("PUT", "/users/properties/{propertyName}", timeout=100.0)
class AddUserProperty(Request[str]):
    """Define a user property, as a column is added to a table.

    Args:
        property_name: At most 63 characters; `id` and `userid` are reserved.
        type: int, double, string, boolean, timestamp or set.
        role: What the property means to the service.
        metadata: Further labels.

    Raises:
        ConflictError: A property of that name exists, of whatever type.

    Source: API reference, Add user property.
    """

    property_name: PropertyName
    type: UserPropertyType
    role: str | PropertyRole | None = None
    metadata: Sequence[str | PropertyMetadata] | None = None


@endpoint("DELETE", "/users/properties/{propertyName}", timeout=100.0)
class DeleteUserProperty(Request[str]):
    """Drop a user property with the values of all users.

    Source: API reference, Delete user property.
    """

    property_name: PropertyName


@endpoint("GET", "/users/properties/{propertyName}", timeout=100.0)
class GetUserPropertyInfo(Request[PropertyInfo]):
    """Read the definition of a user property.

    Source: API reference, Get user property info.
    """

    property_name: PropertyName


@endpoint("GET", "/users/properties/list/", timeout=100.0)
class ListUserProperties(Request[list[PropertyInfo]]):
    """List the definitions of all user properties.

    Source: API reference, List user properties.
    """


@endpoint("POST", "/users/{userId}", timeout=1.0)
class SetUserValues(Request[str]):
    """Set some property values of a user; properties not named keep theirs.

    Args:
        user_id: The user.
        values: Property name to value; `None` clears. A `datetime` travels as Unix seconds, a
            `set` as a list.
        cascade_create: Create the user if they are missing.

    Raises:
        NotFoundError: The user is missing, or a property is not defined.

    Source: API reference, Set user values.
    """

    user_id: UserId
    values: Annotated[PropertyValues, Spread()]
    cascade_create: Annotated[bool | None, Named("!cascadeCreate")] = None


@endpoint("GET", "/users/{userId}")
class GetUserValues(Request[Values]):
    """Read all property values of a user; unset ones are `None`.

    Source: API reference, Get user values.
    """

    user_id: UserId
