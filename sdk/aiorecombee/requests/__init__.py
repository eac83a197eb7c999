"""Every request of the Recombee API, one module per section of its reference.

Modules load when a name in them is first asked for: a program that adds detail views does not wait
for the definitions of the other 82 requests.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from aiorecombee.requests.endpoint import Request

    ALL_REQUESTS: tuple[type[Request[Any]], ...]
    """The 83 request classes of the API."""

SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "items": (
        "AddItem",
        "DeleteItem",
        "ListItems",
        "UpdateMoreItems",
        "DeleteMoreItems",
    ),
    "item_properties": (
        "AddItemProperty",
        "DeleteItemProperty",
        "GetItemPropertyInfo",
        "ListItemProperties",
        "SetItemValues",
        "GetItemValues",
    ),
    "users": (
        "AddUser",
        "DeleteUser",
        "MergeUsers",
        "ListUsers",
    ),
    "user_properties": (
        "AddUserProperty",
        "DeleteUserProperty",
        "GetUserPropertyInfo",
        "ListUserProperties",
        "SetUserValues",
        "GetUserValues",
    ),
    "detail_views": (
        "AddDetailView",
        "DeleteDetailView",
        "ListItemDetailViews",
        "ListUserDetailViews",
    ),
    "purchases": (
        "AddPurchase",
        "DeletePurchase",
        "ListItemPurchases",
        "ListUserPurchases",
    ),
    "ratings": (
        "AddRating",
        "DeleteRating",
        "ListItemRatings",
        "ListUserRatings",
    ),
    "cart_additions": (
        "AddCartAddition",
        "DeleteCartAddition",
        "ListItemCartAdditions",
        "ListUserCartAdditions",
    ),
    "bookmarks": (
        "AddBookmark",
        "DeleteBookmark",
        "ListItemBookmarks",
        "ListUserBookmarks",
    ),
    "view_portions": (
        "SetViewPortion",
        "DeleteViewPortion",
        "ListItemViewPortions",
        "ListUserViewPortions",
    ),
    "series": (
        "AddSeries",
        "DeleteSeries",
        "ListSeries",
        "ListSeriesItems",
        "InsertToSeries",
        "RemoveFromSeries",
    ),
    "recommendations": (
        "RecommendItemsToUser",
        "RecommendItemsToItem",
        "RecommendItemsToItemSegment",
        "RecommendItemSegmentsToUser",
        "RecommendItemSegmentsToItem",
        "RecommendItemSegmentsToItemSegment",
        "RecommendUsersToUser",
        "RecommendUsersToItem",
        "RecommendNextItems",
        "RecommendNextItemSegments",
        "CompositeRecommendation",
    ),
    "search": (
        "SearchItems",
        "SearchItemSegments",
    ),
    "synonyms": (
        "AddSearchSynonym",
        "ListSearchSynonyms",
        "DeleteSearchSynonym",
        "DeleteAllSearchSynonyms",
    ),
    "segmentations": (
        "CreatePropertyBasedSegmentation",
        "UpdatePropertyBasedSegmentation",
        "CreateAutoReqlSegmentation",
        "UpdateAutoReqlSegmentation",
        "CreateManualReqlSegmentation",
        "UpdateManualReqlSegmentation",
        "AddManualReqlSegment",
        "UpdateManualReqlSegment",
        "DeleteManualReqlSegment",
        "ListSegmentations",
        "GetSegmentation",
        "DeleteSegmentation",
    ),
    "scenarios": ("ListScenarios",),
    "database": ("ResetDatabase",),
    "batch": ("Batch",),
}
"""Module of this package to the request classes in it."""


def __getattr__(name: str) -> Any:
    if name == "ALL_REQUESTS":
        found = tuple(
            getattr(import_module(f"{__name__}.{section}"), request)
            for section, requests in SECTIONS.items()
            for request in requests
        )
        globals()[name] = found
        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
