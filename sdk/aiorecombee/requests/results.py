"""What the service answers, typed. Times are Unix seconds; IDs are text.

A field the API leaves out is `None` here. Fields that the service may add later are ignored.
"""

from typing import Any, TypeVar, dataclass_transform

import attrs

from aiorecombee.requests.record import Record

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def _result(cls: type[T]) -> type[T]:
    return attrs.frozen(cls, repr=False, eq=False, weakref_slot=False)


# Values of an item's or user's properties by name: text, number, boolean, list of texts or None;
# timestamps read back as Unix seconds.
Values = dict[str, Any]


@_result
class Item(Record):
    """An item of the catalogue, listed with its properties."""

    item_id: str
    values: Values


@_result
class User(Record):
    """A user, listed with their properties."""

    user_id: str
    values: Values


@_result
class PropertyRoleInfo(Record):
    """A role or metadata entry assigned to a property."""

    name: str
    settings: Values | None = None


@_result
class PropertyInfo(Record):
    """Definition of an item or user property."""

    name: str
    type: str
    role: PropertyRoleInfo | None = None
    metadata: list[PropertyRoleInfo] | None = None


@_result
class DetailView(Record):
    """A stored detail view; `duration` in seconds."""

    user_id: str
    item_id: str
    timestamp: float
    duration: float | None = None
    auto_presented: bool | None = None
    recomm_id: str | None = None
    additional_data: Values | None = None


@_result
class Purchase(Record):
    """A stored purchase; price and profit are totals for the whole amount."""

    user_id: str
    item_id: str
    timestamp: float
    amount: float | None = None
    price: float | None = None
    profit: float | None = None
    recomm_id: str | None = None
    additional_data: Values | None = None


@_result
class Rating(Record):
    """A stored rating, -1.0 (worst) to 1.0 (best)."""

    user_id: str
    item_id: str
    timestamp: float
    rating: float
    recomm_id: str | None = None
    additional_data: Values | None = None


@_result
class CartAddition(Record):
    """A stored cart addition; price is the total for the whole amount."""

    user_id: str
    item_id: str
    timestamp: float
    amount: float | None = None
    price: float | None = None
    recomm_id: str | None = None
    additional_data: Values | None = None


@_result
class Bookmark(Record):
    """A stored bookmark."""

    user_id: str
    item_id: str
    timestamp: float
    recomm_id: str | None = None
    additional_data: Values | None = None


@_result
class ViewPortion(Record):
    """How much of an item a user viewed, 0.0 to 1.0; `time_spent` in seconds."""

    user_id: str
    item_id: str
    timestamp: float
    portion: float
    session_id: str | None = None
    auto_presented: bool | None = None
    time_spent: float | None = None
    recomm_id: str | None = None
    additional_data: Values | None = None


@_result
class SeriesItem(Record):
    """A member of a series; `item_type` is `item` or `series`."""

    item_type: str
    item_id: str
    time: float


@_result
class MoreItems(Record):
    """The items that an update or deletion by filter touched."""

    item_ids: list[str]
    count: int


@_result
class Recommendation(Record):
    """One recommended item, user or segment.

    Attributes:
        id: ID of the item, user or segment.
        values: Properties, only when `return_properties` was asked for.
        reql_evaluations: Results by name, only when `reql_expressions` were sent.
    """

    id: str
    values: Values | None = None
    reql_evaluations: Values | None = None


@_result
class RecommendationResponse(Record):
    """Recommendations, best first. Send `recomm_id` back with what the user then does."""

    recomm_id: str
    recomms: list[Recommendation]
    number_next_recomms_calls: int = 0
    ab_group: str | None = None


@_result
class CompositeRecommendationResponse(Record):
    """A source and the recommendations made from it."""

    recomm_id: str
    source: Recommendation
    recomms: list[Recommendation]
    number_next_recomms_calls: int = 0


@_result
class SearchSynonym(Record):
    """A pair of words that search takes as equal (or, `one_way`, the first as the second)."""

    id: str
    term: str
    synonym: str
    one_way: bool = False


@_result
class ListSearchSynonymsResponse(Record):
    """Synonyms, ordered by term."""

    synonyms: list[SearchSynonym]


@_result
class Segmentation(Record):
    """A way to divide the items into segments."""

    segmentation_id: str
    source_type: str
    segmentation_type: str
    title: str | None = None
    description: str | None = None


@_result
class ListSegmentationsResponse(Record):
    """The segmentations of a database."""

    segmentations: list[Segmentation]


@_result
class Scenario(Record):
    """A scenario of the Admin UI and the endpoint it belongs to (`recommendItemsToUser`)."""

    id: str
    endpoint: str
