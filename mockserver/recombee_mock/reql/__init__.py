"""ReQL for the handlers: a text goes in, a function of an entity's ID comes out.

    keep = filter_of(contents, "'price' < 10", Place("filter", "item"), Scene(now))
    cheap = [item for item in contents.items.ids if keep(item)]

Everything that can be wrong with a text is found before the first entity is looked at, and raised
as a `Refusal` that names the place, the position and the reason.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

import attrs

from recombee_mock.answers import Refusal
from recombee_mock.store.contents import Contents

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


def filter_of(contents: Contents, source: Any, place: Place, scene: Scene) -> Callable[[str], bool]:
    """Whether an entity passes."""
    raise Refusal(501, "ReQL is not evaluated yet!")


def booster_of(
    contents: Contents, source: Any, place: Place, scene: Scene
) -> Callable[[str], float]:
    """The factor of an entity's relevance: 0 or more, 1 where the expression has no number."""
    raise Refusal(501, "ReQL is not evaluated yet!")


def values_of(
    contents: Contents, sources: Any, place: Place, scene: Scene
) -> Callable[[str], Mapping[str, Any]]:
    """The outcomes of `reqlExpressions` for an entity, by name, as JSON."""
    raise Refusal(501, "ReQL is not evaluated yet!")


def segments_of(contents: Contents, source: Any, scene: Scene) -> Callable[[str], list[str]]:
    """The IDs of the segments an item is in, by the definition of an auto segmentation."""
    raise Refusal(501, "ReQL is not evaluated yet!")
