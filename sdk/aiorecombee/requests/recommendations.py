"""Recommendations of items, users and item segments.

Parameters that mean the same everywhere:

    target_user_id: Who will see the result; `None` for somebody unknown. Always sent.
    count: How many at most, 1 or more. Fewer is normal when filter or catalogue leave fewer.
    scenario: The place of use; picks the settings made for it in the Admin UI.
    cascade_create: Create an unknown user (and item) and answer without personalisation,
        instead of 404.
    return_properties: Give each result its property `values`.
    included_properties: Limit these values to the properties named.
    filter: ReQL that is true for what may be recommended.
    booster: ReQL number that multiplies the relevance.
    logic: Behaviour of the models, such as `recombee:popular`.
    reql_expressions: Name to ReQL; each result carries the outcomes as `reql_evaluations`.
    diversity: 0.0 to 1.0, how unlike each other the results should be.
    min_relevance: `low` fills up with bestsellers; `medium` and `high` rather return fewer.
    rotation_rate: 0.0 to 1.0, penalty for what was recommended recently.
    rotation_time: Seconds until that penalty is gone.
    expert_settings: Free settings agreed with the service's support.
    return_ab_group: Name the group if an A/B test runs.
"""

from collections.abc import Mapping
from typing import Annotated

from aiorecombee.requests.endpoint import (
    Between,
    Count,
    Id,
    ItemId,
    JsonObject,
    Names,
    OneOf,
    Request,
    Share,
    UserId,
    endpoint,
)
from aiorecombee.requests.inputs import CompositeRecommendationStageParameters, Logic
from aiorecombee.requests.results import CompositeRecommendationResponse, RecommendationResponse

MinRelevance = Annotated[str, OneOf(("low", "medium", "high"))]
Seconds = Annotated[float, Between(0)]


@endpoint("POST", "/recomms/users/{userId}/items/")
class RecommendItemsToUser(Request[RecommendationResponse]):
    """Recommend items that a user will most likely want.

    Source: API reference, Recommend items to user.
    """

    user_id: UserId
    count: Count
    scenario: str | None = None
    cascade_create: bool | None = None
    return_properties: bool | None = None
    included_properties: Names | None = None
    filter: str | None = None
    booster: str | None = None
    logic: str | Logic | None = None
    reql_expressions: Mapping[str, str] | None = None
    diversity: Share | None = None
    min_relevance: MinRelevance | None = None
    rotation_rate: Share | None = None
    rotation_time: Seconds | None = None
    expert_settings: JsonObject | None = None
    return_ab_group: bool | None = None


@endpoint("POST", "/recomms/items/{itemId}/items/")
class RecommendItemsToItem(Request[RecommendationResponse]):
    """Recommend items that go with an item.

    Args:
        item_id: The item being looked at.
        user_impact: 0.0 to 1.0, how far the target user's taste pulls the result.
        diversity: See the module, like all others.

    Source: API reference, Recommend items to item.
    """

    item_id: ItemId
    target_user_id: UserId | None
    count: Count
    scenario: str | None = None
    cascade_create: bool | None = None
    return_properties: bool | None = None
    included_properties: Names | None = None
    filter: str | None = None
    booster: str | None = None
    logic: str | Logic | None = None
    reql_expressions: Mapping[str, str] | None = None
    user_impact: Share | None = None
    diversity: Share | None = None
    min_relevance: MinRelevance | None = None
    rotation_rate: Share | None = None
    rotation_time: Seconds | None = None
    expert_settings: JsonObject | None = None
    return_ab_group: bool | None = None


@endpoint("POST", "/recomms/item-segments/items/")
class RecommendItemsToItemSegment(Request[RecommendationResponse]):
    """Recommend items that go with a segment. Needs a scenario with a context segmentation.

    Source: API reference, Recommend items to item segment.
    """

    context_segment_id: str
    target_user_id: UserId | None
    count: Count
    scenario: str | None = None
    cascade_create: bool | None = None
    return_properties: bool | None = None
    included_properties: Names | None = None
    filter: str | None = None
    booster: str | None = None
    logic: str | Logic | None = None
    reql_expressions: Mapping[str, str] | None = None
    min_relevance: MinRelevance | None = None
    rotation_rate: Share | None = None
    rotation_time: Seconds | None = None
    expert_settings: JsonObject | None = None
    return_ab_group: bool | None = None


@endpoint("POST", "/recomms/users/{userId}/item-segments/")
class RecommendItemSegmentsToUser(Request[RecommendationResponse]):
    """Recommend segments to a user. Needs a scenario with a segmentation.

    Source: API reference, Recommend item segments to user.
    """

    user_id: UserId
    count: Count
    scenario: str | None = None
    cascade_create: bool | None = None
    filter: str | None = None
    booster: str | None = None
    logic: str | Logic | None = None
    expert_settings: JsonObject | None = None
    return_ab_group: bool | None = None
    reql_expressions: Mapping[str, str] | None = None


@endpoint("POST", "/recomms/items/{itemId}/item-segments/")
class RecommendItemSegmentsToItem(Request[RecommendationResponse]):
    """Recommend segments that go with an item. Needs a scenario with a segmentation.

    Source: API reference, Recommend item segments to item.
    """

    item_id: ItemId
    target_user_id: UserId | None
    count: Count
    scenario: str | None = None
    cascade_create: bool | None = None
    filter: str | None = None
    booster: str | None = None
    logic: str | Logic | None = None
    expert_settings: JsonObject | None = None
    return_ab_group: bool | None = None
    reql_expressions: Mapping[str, str] | None = None


@endpoint("POST", "/recomms/item-segments/item-segments/")
class RecommendItemSegmentsToItemSegment(Request[RecommendationResponse]):
    """Recommend segments that go with a segment. Needs a scenario with both segmentations.

    Source: API reference, Recommend item segments to item segment.
    """

    context_segment_id: str
    target_user_id: UserId | None
    count: Count
    scenario: str | None = None
    cascade_create: bool | None = None
    filter: str | None = None
    booster: str | None = None
    logic: str | Logic | None = None
    expert_settings: JsonObject | None = None
    return_ab_group: bool | None = None
    reql_expressions: Mapping[str, str] | None = None


@endpoint("POST", "/recomms/users/{userId}/users/", timeout=50.0)
class RecommendUsersToUser(Request[RecommendationResponse]):
    """Recommend users similar to a user.

    Source: API reference, Recommend users to user.
    """

    user_id: UserId
    count: Count
    scenario: str | None = None
    cascade_create: bool | None = None
    return_properties: bool | None = None
    included_properties: Names | None = None
    filter: str | None = None
    booster: str | None = None
    logic: str | Logic | None = None
    reql_expressions: Mapping[str, str] | None = None
    diversity: Share | None = None
    min_relevance: MinRelevance | None = None
    rotation_rate: Share | None = None
    rotation_time: Seconds | None = None
    expert_settings: JsonObject | None = None
    return_ab_group: bool | None = None


@endpoint("POST", "/recomms/items/{itemId}/users/", timeout=50.0)
class RecommendUsersToItem(Request[RecommendationResponse]):
    """Recommend users who will most likely want an item.

    Source: API reference, Recommend users to item.
    """

    item_id: ItemId
    count: Count
    scenario: str | None = None
    cascade_create: bool | None = None
    return_properties: bool | None = None
    included_properties: Names | None = None
    filter: str | None = None
    booster: str | None = None
    logic: str | Logic | None = None
    reql_expressions: Mapping[str, str] | None = None
    diversity: Share | None = None
    expert_settings: JsonObject | None = None
    return_ab_group: bool | None = None


# Continuing twice by accident would skip what the lost answer held.
@endpoint("POST", "/recomms/next/items/{recommId}", repeatable=False)
class RecommendNextItems(Request[RecommendationResponse]):
    """Continue an earlier answer: items not returned for its `recomm_id` yet.

    Possible until 30 minutes after the base request or the last continuation; everything but
    `count` is inherited.

    Source: API reference, Recommend next items.
    """

    recomm_id: str
    count: Count


@endpoint("POST", "/recomms/next/item-segments/{recommId}", repeatable=False)
class RecommendNextItemSegments(Request[RecommendationResponse]):
    """Continue an earlier answer: segments not returned for its `recomm_id` yet.

    Source: API reference, Recommend next item segments.
    """

    recomm_id: str
    count: Count


@endpoint("POST", "/recomms/composite/")
class CompositeRecommendation(Request[CompositeRecommendationResponse]):
    """Recommend a source (an item, a segment) and results that go with it, in one request.

    Args:
        scenario: A composite scenario of the Admin UI.
        count: How many results at most.
        item_id: Context of the source stage, where it starts from an item.
        user_id: Context of the source stage, where it starts from a user.
        logic: Behaviour of the models.
        segment_id: Context of the source stage, where it starts from a segment.
        search_query: Query of the source stage, where it searches.
        cascade_create: Create an unknown user or item.
        source_settings: Settings of the source stage.
        result_settings: Settings of the result stage.
        expert_settings: Free settings agreed with the service's support.

    Source: API reference, Composite recommendation.
    """

    scenario: str
    count: Count
    item_id: ItemId | None = None
    user_id: UserId | None = None
    logic: str | Logic | None = None
    segment_id: Id | None = None
    search_query: str | None = None
    cascade_create: bool | None = None
    source_settings: CompositeRecommendationStageParameters | None = None
    result_settings: CompositeRecommendationStageParameters | None = None
    expert_settings: JsonObject | None = None
