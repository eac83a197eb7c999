"""Where an expression stands and what it sees there."""

from typing import Literal, TypeAlias

import attrs

Entity: TypeAlias = Literal["item", "user", "segment"]


@attrs.frozen
class Place:
    """Where an expression stands.

    Attributes:
        label: Of the parameter, for messages: `filter`, `booster`, `expression`.
        entity: What names in single quotes are properties of.
        contexts: The maps it may use: `user`, `item`, `segment`.
        unknown: Status when it names a property that does not exist; it differs by endpoint.
    """

    label: str
    entity: Entity
    contexts: frozenset[str] = frozenset()
    unknown: int = 400


@attrs.frozen
class Scene:
    """What the expressions of one request see, besides the entity they are evaluated for.

    Attributes:
        now: Unix seconds, the same throughout the request.
        user: For `context_user`; `None` for somebody unknown, of whom every property is null.
        item: For `context_item`, likewise.
        segmentation: Of the segments that are evaluated, where entities are segments.
        context_segmentation: Of `segment`.
        segment: For `context_segment`.
    """

    now: float
    user: str | None = None
    item: str | None = None
    segmentation: str | None = None
    context_segmentation: str | None = None
    segment: str | None = None
