"""Users."""

from typing import TYPE_CHECKING, Any, Literal, overload

from aiorecombee.requests.endpoint import (
    Limit,
    Names,
    R_co,
    Request,
    UserId,
    endpoint,
)
from aiorecombee.requests.results import User


@endpoint("PUT", "/users/{userId}", settled=409)
class AddUser(Request[str]):
    """Add a user. All their properties start as null.

    Raises:
        ConflictError: The user exists already.

    Source: API reference, Add user.
    """

    user_id: UserId


@endpoint("DELETE", "/users/{userId}", settled=404)
class DeleteUser(Request[str]):
    """Delete a user with all their interactions.

    Raises:
        NotFoundError: There is no such user.

    Source: API reference, Delete user.
    """

    user_id: UserId


@endpoint("PUT", "/users/{targetUserId}/merge/{sourceUserId}", params="query", timeout=10.0)
class MergeUsers(Request[str]):
    """Move all interactions of the source user to the target user, then delete the source user.

    A missing source is always an error; a missing target only without `cascade_create`.

    Source: API reference, Merge users.
    """

    target_user_id: UserId
    source_user_id: UserId
    cascade_create: bool | None = None


@endpoint("GET", "/users/list/", timeout=100.0)
class ListUsers(Request[R_co]):
    """List user IDs, or with `return_properties` users with their properties.

    Args:
        filter: ReQL expression; only users for whom it is true are listed.
        count: How many at most; all when left out.
        offset: How many to skip, in the order of IDs.
        return_properties: Answer `list[User]` instead of `list[str]`.
        included_properties: Limit the properties returned to these.

    Source: API reference, List users.
    """

    filter: str | None = None
    count: Limit | None = None
    offset: Limit | None = None
    return_properties: bool | None = None
    included_properties: Names | None = None

    if TYPE_CHECKING:

        @overload
        def __init__(
            self: "ListUsers[list[str]]",
            filter: str | None = None,
            count: int | None = None,
            offset: int | None = None,
            return_properties: Literal[False] | None = None,
            included_properties: Names | None = None,
        ) -> None: ...
        @overload
        def __init__(
            self: "ListUsers[list[User]]",
            filter: str | None = None,
            count: int | None = None,
            offset: int | None = None,
            *,
            return_properties: Literal[True],
            included_properties: Names | None = None,
        ) -> None: ...
        @overload
        def __init__(
            self: "ListUsers[list[User]]",
            filter: str | None,
            count: int | None,
            offset: int | None,
            return_properties: Literal[True],
            included_properties: Names | None = None,
        ) -> None: ...
        @overload
        def __init__(
            self: "ListUsers[list[str] | list[User]]",
            filter: str | None = None,
            count: int | None = None,
            offset: int | None = None,
            return_properties: bool | None = None,
            included_properties: Names | None = None,
        ) -> None: ...
        def __init__(self, *args: Any, **kwargs: Any) -> None: ...

    def answer_type(self) -> Any:
        return list[User] if self.return_properties else list[str]
