"""The operations: what carries each of them out, its URL, and whether browsers may use it."""

from collections.abc import Mapping
from typing import Final

from aiorecombee.requests import ALL_REQUESTS
from recombee_mock.handlers import (
    Handlers,
    batch,
    bookmarks,
    cart_additions,
    composite,
    continuations,
    database,
    detail_views,
    item_properties,
    items,
    more_items,
    purchases,
    ratings,
    recommendations,
    scenarios,
    search,
    segment_recommendations,
    segmentations,
    series,
    synonyms,
    user_properties,
    users,
    view_portions,
)
from recombee_mock.router import Router

HANDLERS: Final[Handlers] = {
    **items.HANDLERS,
    **item_properties.HANDLERS,
    **users.HANDLERS,
    **user_properties.HANDLERS,
    **detail_views.HANDLERS,
    **purchases.HANDLERS,
    **ratings.HANDLERS,
    **cart_additions.HANDLERS,
    **bookmarks.HANDLERS,
    **view_portions.HANDLERS,
    **series.HANDLERS,
    **more_items.HANDLERS,
    **recommendations.HANDLERS,
    **segment_recommendations.HANDLERS,
    **continuations.HANDLERS,
    **composite.HANDLERS,
    **search.HANDLERS,
    **synonyms.HANDLERS,
    **segmentations.HANDLERS,
    **scenarios.HANDLERS,
    **database.HANDLERS,
    **batch.HANDLERS,
}

# Source: API reference, the "Allowed on Client-Side" marks.
CLIENT_SIDE: Final = frozenset(
    {
        "AddDetailView",
        "AddPurchase",
        "AddRating",
        "AddCartAddition",
        "AddBookmark",
        "SetViewPortion",
        "RecommendItemsToUser",
        "RecommendItemsToItem",
        "RecommendItemsToItemSegment",
        "RecommendItemSegmentsToUser",
        "RecommendItemSegmentsToItem",
        "RecommendItemSegmentsToItemSegment",
        "RecommendNextItems",
        "RecommendNextItemSegments",
        "CompositeRecommendation",
        "SearchItems",
        "SearchItemSegments",
        "Batch",
    }
)


def _private_router() -> Router:
    router = Router()
    for request in ALL_REQUESTS:
        name = request.__name__
        router.add(request.method, request.path, name)
        # Source: API reference, Recommendations and Search ("GET … is also available").
        if name.startswith(("Recommend", "Search")) and not name.startswith("RecommendNext"):
            router.add("GET", request.path, name)
    return router


def _public_router() -> Router:
    router = _private_router()
    # The browser client sends every request as POST.
    router.add("POST", "/users/{targetUserId}/merge/{sourceUserId}", "MergeUsers")
    return router


PRIVATE: Final = _private_router()
PUBLIC: Final = _public_router()
USUAL: Final[Mapping[str, Handlers]] = {
    path: {method: HANDLERS[route.operation] for method, route in methods.items()}
    for path, methods in PRIVATE.fixed.items()
}
"""Path without parameters → method → handler: the way of nearly every request in a batch."""
