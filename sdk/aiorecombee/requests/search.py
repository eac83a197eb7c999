"""Search: full text over the string and set properties of items.

Parameters shared with recommendations mean the same as there.
"""

from collections.abc import Mapping

from aiorecombee.requests.endpoint import Count, JsonObject, Names, Request, UserId, endpoint
from aiorecombee.requests.inputs import Logic
from aiorecombee.requests.results import RecommendationResponse


@endpoint("POST", "/search/users/{userId}/items/")
class SearchItems(Request[RecommendationResponse]):
    """Find items by text, ranked for a user. Prefixes match, as while typing.

    Source: API reference, Search items.
    """

    user_id: UserId
    search_query: str
    count: Count
    scenario: str | None = None
    cascade_create: bool | None = None
    return_properties: bool | None = None
    included_properties: Names | None = None
    filter: str | None = None
    booster: str | None = None
    logic: str | Logic | None = None
    reql_expressions: Mapping[str, str] | None = None
    expert_settings: JsonObject | None = None
    return_ab_group: bool | None = None


@endpoint("POST", "/search/users/{userId}/item-segments/")
class SearchItemSegments(Request[RecommendationResponse]):
    """Find segments by text, ranked for a user. Needs a scenario with a segmentation.

    Source: API reference, Search item segments.
    """

    user_id: UserId
    search_query: str
    count: Count
    scenario: str | None = None
    cascade_create: bool | None = None
    filter: str | None = None
    booster: str | None = None
    logic: str | Logic | None = None
    expert_settings: JsonObject | None = None
    return_ab_group: bool | None = None
    reql_expressions: Mapping[str, str] | None = None
