"""Async client for the Recombee recommender.

    from aiorecombee import AddDetailView, RecombeeClient, Region

    async with RecombeeClient("my-db", "token", region=Region.EU_WEST) as client:
        await client.send(AddDetailView("user-1", "item-7", cascade_create=True))

All public names are here. Each loads its module when it is first used, so that importing the
package costs next to nothing.
"""

from typing import TYPE_CHECKING

from aiorecombee._lazy import lazily
from aiorecombee.requests import SECTIONS

if TYPE_CHECKING:
    from aiorecombee._version import __version__ as __version__
    from aiorecombee.client import RecombeeClient as RecombeeClient
    from aiorecombee.codec import Codec as Codec
    from aiorecombee.codec import JsonCodec as JsonCodec
    from aiorecombee.codec import OrjsonCodec as OrjsonCodec
    from aiorecombee.core.clock import Clock as Clock
    from aiorecombee.core.credentials import (
        PrivateToken as PrivateToken,
    )
    from aiorecombee.core.credentials import (
        PublicToken as PublicToken,
    )
    from aiorecombee.core.retry import (
        Backoff as Backoff,
    )
    from aiorecombee.core.retry import (
        Failure as Failure,
    )
    from aiorecombee.core.retry import (
        NoRetry as NoRetry,
    )
    from aiorecombee.core.retry import (
        RetryPolicy as RetryPolicy,
    )
    from aiorecombee.core.routing import Region as Region
    from aiorecombee.core.wire import HttpCall as HttpCall
    from aiorecombee.core.wire import HttpReply as HttpReply
    from aiorecombee.delivery.batching.batcher import Batcher as Batcher
    from aiorecombee.delivery.batching.records import BatcherStats as BatcherStats
    from aiorecombee.delivery.batching.records import BatchHook as BatchHook
    from aiorecombee.delivery.batching.records import Leftover as Leftover
    from aiorecombee.delivery.batching.records import Progress as Progress
    from aiorecombee.delivery.batching.records import ProgressHook as ProgressHook
    from aiorecombee.delivery.batching.records import SentBatch as SentBatch
    from aiorecombee.delivery.batching.records import Spill as Spill
    from aiorecombee.delivery.outbox import KEPT as KEPT
    from aiorecombee.delivery.outbox import Outbox as Outbox
    from aiorecombee.errors import (
        ApiError as ApiError,
    )
    from aiorecombee.errors import (
        AuthenticationError as AuthenticationError,
    )
    from aiorecombee.errors import (
        BadRequestError as BadRequestError,
    )
    from aiorecombee.errors import (
        ConfigurationError as ConfigurationError,
    )
    from aiorecombee.errors import (
        ConflictError as ConflictError,
    )
    from aiorecombee.errors import (
        ConnectionFailedError as ConnectionFailedError,
    )
    from aiorecombee.errors import (
        InvalidRequestError as InvalidRequestError,
    )
    from aiorecombee.errors import (
        MappingError as MappingError,
    )
    from aiorecombee.errors import (
        NotFoundError as NotFoundError,
    )
    from aiorecombee.errors import NotSentError as NotSentError
    from aiorecombee.errors import QueueFullError as QueueFullError
    from aiorecombee.errors import (
        RateLimitError as RateLimitError,
    )
    from aiorecombee.errors import (
        RecombeeError as RecombeeError,
    )
    from aiorecombee.errors import (
        RequestTimeoutError as RequestTimeoutError,
    )
    from aiorecombee.errors import (
        ServerError as ServerError,
    )
    from aiorecombee.errors import (
        TransportError as TransportError,
    )
    from aiorecombee.errors import (
        UnexpectedResponseError as UnexpectedResponseError,
    )
    from aiorecombee.hooks import Attempt as Attempt
    from aiorecombee.hooks import Hook as Hook
    from aiorecombee.requests import ALL_REQUESTS as ALL_REQUESTS
    from aiorecombee.requests.batch import (
        Answer as Answer,
    )
    from aiorecombee.requests.batch import (
        Batch as Batch,
    )
    from aiorecombee.requests.batch import (
        BatchResult as BatchResult,
    )
    from aiorecombee.requests.bookmarks import (
        AddBookmark as AddBookmark,
    )
    from aiorecombee.requests.bookmarks import (
        DeleteBookmark as DeleteBookmark,
    )
    from aiorecombee.requests.bookmarks import (
        ListItemBookmarks as ListItemBookmarks,
    )
    from aiorecombee.requests.bookmarks import (
        ListUserBookmarks as ListUserBookmarks,
    )
    from aiorecombee.requests.cart_additions import (
        AddCartAddition as AddCartAddition,
    )
    from aiorecombee.requests.cart_additions import (
        DeleteCartAddition as DeleteCartAddition,
    )
    from aiorecombee.requests.cart_additions import (
        ListItemCartAdditions as ListItemCartAdditions,
    )
    from aiorecombee.requests.cart_additions import (
        ListUserCartAdditions as ListUserCartAdditions,
    )
    from aiorecombee.requests.database import ResetDatabase as ResetDatabase
    from aiorecombee.requests.detail_views import (
        AddDetailView as AddDetailView,
    )
    from aiorecombee.requests.detail_views import (
        DeleteDetailView as DeleteDetailView,
    )
    from aiorecombee.requests.detail_views import (
        ListItemDetailViews as ListItemDetailViews,
    )
    from aiorecombee.requests.detail_views import (
        ListUserDetailViews as ListUserDetailViews,
    )
    from aiorecombee.requests.endpoint import Interaction as Interaction
    from aiorecombee.requests.endpoint import Request as Request
    from aiorecombee.requests.inputs import (
        CompositeRecommendationStageParameters as CompositeRecommendationStageParameters,
    )
    from aiorecombee.requests.inputs import (
        Logic as Logic,
    )
    from aiorecombee.requests.inputs import (
        PropertyMetadata as PropertyMetadata,
    )
    from aiorecombee.requests.inputs import (
        PropertyRole as PropertyRole,
    )
    from aiorecombee.requests.item_properties import (
        AddItemProperty as AddItemProperty,
    )
    from aiorecombee.requests.item_properties import (
        DeleteItemProperty as DeleteItemProperty,
    )
    from aiorecombee.requests.item_properties import (
        GetItemPropertyInfo as GetItemPropertyInfo,
    )
    from aiorecombee.requests.item_properties import (
        GetItemValues as GetItemValues,
    )
    from aiorecombee.requests.item_properties import (
        ListItemProperties as ListItemProperties,
    )
    from aiorecombee.requests.item_properties import (
        SetItemValues as SetItemValues,
    )
    from aiorecombee.requests.items import (
        AddItem as AddItem,
    )
    from aiorecombee.requests.items import (
        DeleteItem as DeleteItem,
    )
    from aiorecombee.requests.items import (
        DeleteMoreItems as DeleteMoreItems,
    )
    from aiorecombee.requests.items import (
        ListItems as ListItems,
    )
    from aiorecombee.requests.items import (
        UpdateMoreItems as UpdateMoreItems,
    )
    from aiorecombee.requests.purchases import (
        AddPurchase as AddPurchase,
    )
    from aiorecombee.requests.purchases import (
        DeletePurchase as DeletePurchase,
    )
    from aiorecombee.requests.purchases import (
        ListItemPurchases as ListItemPurchases,
    )
    from aiorecombee.requests.purchases import (
        ListUserPurchases as ListUserPurchases,
    )
    from aiorecombee.requests.ratings import (
        AddRating as AddRating,
    )
    from aiorecombee.requests.ratings import (
        DeleteRating as DeleteRating,
    )
    from aiorecombee.requests.ratings import (
        ListItemRatings as ListItemRatings,
    )
    from aiorecombee.requests.ratings import (
        ListUserRatings as ListUserRatings,
    )
    from aiorecombee.requests.recommendations import (
        CompositeRecommendation as CompositeRecommendation,
    )
    from aiorecombee.requests.recommendations import (
        RecommendItemSegmentsToItem as RecommendItemSegmentsToItem,
    )
    from aiorecombee.requests.recommendations import (
        RecommendItemSegmentsToItemSegment as RecommendItemSegmentsToItemSegment,
    )
    from aiorecombee.requests.recommendations import (
        RecommendItemSegmentsToUser as RecommendItemSegmentsToUser,
    )
    from aiorecombee.requests.recommendations import (
        RecommendItemsToItem as RecommendItemsToItem,
    )
    from aiorecombee.requests.recommendations import (
        RecommendItemsToItemSegment as RecommendItemsToItemSegment,
    )
    from aiorecombee.requests.recommendations import (
        RecommendItemsToUser as RecommendItemsToUser,
    )
    from aiorecombee.requests.recommendations import (
        RecommendNextItems as RecommendNextItems,
    )
    from aiorecombee.requests.recommendations import (
        RecommendNextItemSegments as RecommendNextItemSegments,
    )
    from aiorecombee.requests.recommendations import (
        RecommendUsersToItem as RecommendUsersToItem,
    )
    from aiorecombee.requests.recommendations import (
        RecommendUsersToUser as RecommendUsersToUser,
    )
    from aiorecombee.requests.results import (
        Bookmark as Bookmark,
    )
    from aiorecombee.requests.results import (
        CartAddition as CartAddition,
    )
    from aiorecombee.requests.results import (
        CompositeRecommendationResponse as CompositeRecommendationResponse,
    )
    from aiorecombee.requests.results import (
        DetailView as DetailView,
    )
    from aiorecombee.requests.results import (
        Item as Item,
    )
    from aiorecombee.requests.results import (
        ListSearchSynonymsResponse as ListSearchSynonymsResponse,
    )
    from aiorecombee.requests.results import (
        ListSegmentationsResponse as ListSegmentationsResponse,
    )
    from aiorecombee.requests.results import (
        MoreItems as MoreItems,
    )
    from aiorecombee.requests.results import (
        PropertyInfo as PropertyInfo,
    )
    from aiorecombee.requests.results import (
        PropertyRoleInfo as PropertyRoleInfo,
    )
    from aiorecombee.requests.results import (
        Purchase as Purchase,
    )
    from aiorecombee.requests.results import (
        Rating as Rating,
    )
    from aiorecombee.requests.results import (
        Recommendation as Recommendation,
    )
    from aiorecombee.requests.results import (
        RecommendationResponse as RecommendationResponse,
    )
    from aiorecombee.requests.results import (
        Scenario as Scenario,
    )
    from aiorecombee.requests.results import (
        SearchSynonym as SearchSynonym,
    )
    from aiorecombee.requests.results import (
        Segmentation as Segmentation,
    )
    from aiorecombee.requests.results import (
        SeriesItem as SeriesItem,
    )
    from aiorecombee.requests.results import (
        User as User,
    )
    from aiorecombee.requests.results import (
        ViewPortion as ViewPortion,
    )
    from aiorecombee.requests.scenarios import ListScenarios as ListScenarios
    from aiorecombee.requests.search import (
        SearchItems as SearchItems,
    )
    from aiorecombee.requests.search import (
        SearchItemSegments as SearchItemSegments,
    )
    from aiorecombee.requests.segmentations import (
        AddManualReqlSegment as AddManualReqlSegment,
    )
    from aiorecombee.requests.segmentations import (
        CreateAutoReqlSegmentation as CreateAutoReqlSegmentation,
    )
    from aiorecombee.requests.segmentations import (
        CreateManualReqlSegmentation as CreateManualReqlSegmentation,
    )
    from aiorecombee.requests.segmentations import (
        CreatePropertyBasedSegmentation as CreatePropertyBasedSegmentation,
    )
    from aiorecombee.requests.segmentations import (
        DeleteManualReqlSegment as DeleteManualReqlSegment,
    )
    from aiorecombee.requests.segmentations import (
        DeleteSegmentation as DeleteSegmentation,
    )
    from aiorecombee.requests.segmentations import (
        GetSegmentation as GetSegmentation,
    )
    from aiorecombee.requests.segmentations import (
        ListSegmentations as ListSegmentations,
    )
    from aiorecombee.requests.segmentations import (
        UpdateAutoReqlSegmentation as UpdateAutoReqlSegmentation,
    )
    from aiorecombee.requests.segmentations import (
        UpdateManualReqlSegment as UpdateManualReqlSegment,
    )
    from aiorecombee.requests.segmentations import (
        UpdateManualReqlSegmentation as UpdateManualReqlSegmentation,
    )
    from aiorecombee.requests.segmentations import (
        UpdatePropertyBasedSegmentation as UpdatePropertyBasedSegmentation,
    )
    from aiorecombee.requests.series import (
        AddSeries as AddSeries,
    )
    from aiorecombee.requests.series import (
        DeleteSeries as DeleteSeries,
    )
    from aiorecombee.requests.series import (
        InsertToSeries as InsertToSeries,
    )
    from aiorecombee.requests.series import (
        ListSeries as ListSeries,
    )
    from aiorecombee.requests.series import (
        ListSeriesItems as ListSeriesItems,
    )
    from aiorecombee.requests.series import (
        RemoveFromSeries as RemoveFromSeries,
    )
    from aiorecombee.requests.synonyms import (
        AddSearchSynonym as AddSearchSynonym,
    )
    from aiorecombee.requests.synonyms import (
        DeleteAllSearchSynonyms as DeleteAllSearchSynonyms,
    )
    from aiorecombee.requests.synonyms import (
        DeleteSearchSynonym as DeleteSearchSynonym,
    )
    from aiorecombee.requests.synonyms import (
        ListSearchSynonyms as ListSearchSynonyms,
    )
    from aiorecombee.requests.user_properties import (
        AddUserProperty as AddUserProperty,
    )
    from aiorecombee.requests.user_properties import (
        DeleteUserProperty as DeleteUserProperty,
    )
    from aiorecombee.requests.user_properties import (
        GetUserPropertyInfo as GetUserPropertyInfo,
    )
    from aiorecombee.requests.user_properties import (
        GetUserValues as GetUserValues,
    )
    from aiorecombee.requests.user_properties import (
        ListUserProperties as ListUserProperties,
    )
    from aiorecombee.requests.user_properties import (
        SetUserValues as SetUserValues,
    )
    from aiorecombee.requests.users import (
        AddUser as AddUser,
    )
    from aiorecombee.requests.users import (
        DeleteUser as DeleteUser,
    )
    from aiorecombee.requests.users import (
        ListUsers as ListUsers,
    )
    from aiorecombee.requests.users import (
        MergeUsers as MergeUsers,
    )
    from aiorecombee.requests.view_portions import (
        DeleteViewPortion as DeleteViewPortion,
    )
    from aiorecombee.requests.view_portions import (
        ListItemViewPortions as ListItemViewPortions,
    )
    from aiorecombee.requests.view_portions import (
        ListUserViewPortions as ListUserViewPortions,
    )
    from aiorecombee.requests.view_portions import (
        SetViewPortion as SetViewPortion,
    )
    from aiorecombee.transport import Transport as Transport
    from aiorecombee.transport.memory import MemoryTransport as MemoryTransport

__getattr__, _HOME_OF = lazily(
    __name__,
    {
        **{f"requests.{section}": names for section, names in SECTIONS.items()},
        "_version": ("__version__",),
        "client": ("RecombeeClient",),
        "codec": ("Codec", "JsonCodec", "OrjsonCodec"),
        "core.clock": ("Clock",),
        "core.credentials": ("PrivateToken", "PublicToken"),
        "core.retry": ("Backoff", "Failure", "NoRetry", "RetryPolicy"),
        "core.routing": ("Region",),
        "core.wire": ("HttpCall", "HttpReply"),
        "delivery.batching.batcher": ("Batcher",),
        "delivery.outbox": ("KEPT", "Outbox"),
        "delivery.batching.records": (
            "BatchHook",
            "BatcherStats",
            "Leftover",
            "Progress",
            "ProgressHook",
            "SentBatch",
            "Spill",
        ),
        "errors": (
            "NotSentError",
            "QueueFullError",
            "ApiError",
            "AuthenticationError",
            "BadRequestError",
            "ConfigurationError",
            "ConflictError",
            "ConnectionFailedError",
            "InvalidRequestError",
            "MappingError",
            "NotFoundError",
            "RateLimitError",
            "RecombeeError",
            "RequestTimeoutError",
            "ServerError",
            "TransportError",
            "UnexpectedResponseError",
        ),
        "hooks": ("Attempt", "Hook"),
        "requests": ("ALL_REQUESTS",),
        "requests.batch": ("Answer", "Batch", "BatchResult"),
        "requests.endpoint": ("Interaction", "Request"),
        "requests.inputs": (
            "CompositeRecommendationStageParameters",
            "Logic",
            "PropertyMetadata",
            "PropertyRole",
        ),
        "requests.results": (
            "Bookmark",
            "CartAddition",
            "CompositeRecommendationResponse",
            "DetailView",
            "Item",
            "ListSearchSynonymsResponse",
            "ListSegmentationsResponse",
            "MoreItems",
            "PropertyInfo",
            "PropertyRoleInfo",
            "Purchase",
            "Rating",
            "Recommendation",
            "RecommendationResponse",
            "Scenario",
            "SearchSynonym",
            "Segmentation",
            "SeriesItem",
            "User",
            "ViewPortion",
        ),
        "transport": ("Transport",),
        "transport.memory": ("MemoryTransport",),
    },
)

if not TYPE_CHECKING:  # type checkers take the imports above, and a test compares both
    __all__ = sorted(_HOME_OF)  # noqa: PLE0605


def __dir__() -> list[str]:
    return sorted(_HOME_OF)
