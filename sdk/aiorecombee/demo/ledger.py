"""What the server must know, worked out from the requests that it took.

Kept apart from the server, so that the demo can compare what it lists with what it should.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

import attrs

from aiorecombee.requests.bookmarks import AddBookmark, DeleteBookmark, ListUserBookmarks
from aiorecombee.requests.cart_additions import (
    AddCartAddition,
    DeleteCartAddition,
    ListUserCartAdditions,
)
from aiorecombee.requests.detail_views import AddDetailView, ListUserDetailViews
from aiorecombee.requests.endpoint import Request
from aiorecombee.requests.purchases import AddPurchase, ListUserPurchases
from aiorecombee.requests.users import DeleteUser, MergeUsers
from aiorecombee.requests.view_portions import ListUserViewPortions, SetViewPortion

LISTINGS: Final[Mapping[str, Callable[[str], Request[Any]]]] = {
    "detail view": ListUserDetailViews,
    "cart addition": ListUserCartAdditions,
    "bookmark": ListUserBookmarks,
    "purchase": ListUserPurchases,
    "view portion": ListUserViewPortions,
}
"""What the demo's events can leave behind, and the request that lists it."""

_KINDS: Final = {
    AddDetailView: "detail view",
    AddCartAddition: "cart addition",
    AddBookmark: "bookmark",
    AddPurchase: "purchase",
    SetViewPortion: "view portion",
}
_DELETED: Final = {DeleteBookmark: "bookmark", DeleteCartAddition: "cart addition"}

Entry: TypeAlias = tuple[str, str, str, Any]
"""Kind, user, item, and what tells two of them apart: timestamp, or session and portion."""


@attrs.define
class Ledger:
    """The interactions that should be there."""

    entries: set[Entry] = attrs.field(factory=set)
    users: set[str] = attrs.field(factory=set)

    def book(self, request: Any) -> None:
        """Note a request that the server took."""
        cls = type(request)
        if cls in _KINDS:
            self.users.add(request.user_id)
            entry = entry_of(_KINDS[cls], request)
            if cls is SetViewPortion:
                self._drop(lambda one: one[:3] == entry[:3] and one[3][0] == request.session_id)
            self.entries.add(entry)
        elif cls in _DELETED:
            pair = (_DELETED[cls], request.user_id, request.item_id)
            when = request.timestamp
            self._drop(lambda one: one[:3] == pair and when in (None, one[3]))
        elif cls is MergeUsers:
            self._merge(request)
        elif cls is DeleteUser:
            self.users.discard(request.user_id)
            self._drop(lambda one: one[1] == request.user_id)

    def _drop(self, condition: Any) -> None:
        self.entries = {one for one in self.entries if not condition(one)}

    def _merge(self, request: MergeUsers) -> None:
        source, target = request.source_user_id, request.target_user_id
        self.users = (self.users - {source}) | {target}
        self.entries = {
            (kind, target if user == source else user, item, mark)
            for kind, user, item, mark in self.entries
        }


def entry_of(kind: str, stored: Any) -> Entry:
    """The entry for a request, or for what the server lists: they share their names."""
    mark: Any = stored.timestamp
    if kind == "view portion":
        mark = (stored.session_id, stored.portion)
    return kind, stored.user_id, stored.item_id, mark


def listing(users: Iterable[str]) -> list[tuple[str, Request[Any]]]:
    """Kind and request for everything that is to be listed of some users."""
    return [(kind, cls(user)) for user in users for kind, cls in LISTINGS.items()]
