"""Values that are more than a number or a text: the structured parameters of requests."""

from collections.abc import Mapping
from typing import Any

import attrs

from aiorecombee.requests.endpoint import JsonObject, Names, Share


class Input:
    """Base of these values: an attrs class that travels as a JSON object."""

    __slots__ = ()

    def given(self) -> dict[str, Any]:
        """The fields that are set."""
        cls: Any = type(self)
        values = ((field.name, getattr(self, field.name)) for field in attrs.fields(cls))
        return {name: value for name, value in values if value is not None}


@attrs.frozen
class Logic(Input):
    """Behaviour of the recommendation models.

    Source: API reference, Recommendation logics.
    """

    name: str | None = None
    settings: JsonObject | None = None


@attrs.frozen
class PropertyRole(Input):
    """What an item property means to the service (title, price, …)."""

    name: str
    settings: JsonObject | None = None


@attrs.frozen
class PropertyMetadata(Input):
    """A label on a property, with optional settings."""

    name: str
    settings: JsonObject | None = None


@attrs.frozen
class CompositeRecommendationStageParameters(Input):
    """Settings of one stage (source or result) of a composite recommendation.

    Only what the stage's own endpoint knows has an effect; see that endpoint for the meanings.
    """

    return_properties: bool | None = None
    included_properties: Names | None = None
    filter: str | None = None
    booster: str | None = None
    logic: "str | Logic | None" = None
    reql_expressions: Mapping[str, str] | None = None
    min_relevance: str | None = None
    rotation_rate: Share | None = None
    rotation_time: float | None = None
