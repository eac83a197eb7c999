"""What the names in an expression can mean where it stands."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import attrs

from aiorecombee.reql.errors import UnknownPropertyError
from aiorecombee.reql.kinds import ANYTHING, PROPERTY_SHAPES, STRING, TIMESTAMP, Shape
from aiorecombee.reql.nearest import meant

Entity: TypeAlias = Literal["item", "user", "segment"]
Properties: TypeAlias = Mapping[str, str]
"""Types of properties by name."""

_STRING: Final = Shape(STRING)
# Always there, without being defined. Source: ReQL, Context; API reference, Segmentations.
_OWN: Final = {
    "item": {"itemId": _STRING},
    "user": {"userId": _STRING},
    "segment": {"segmentId": _STRING, "segmentationId": _STRING},
    "interaction": {
        "userId": _STRING,
        "itemId": _STRING,
        "timestamp": Shape(TIMESTAMP),
        "type": _STRING,
    },
}

_OTHER: Final = {"item": "user", "user": "item"}


@attrs.frozen
class Names:
    """Where an expression stands.

    Attributes:
        entity: Whose properties stand in single quotes.
        item_properties: Those defined for items; `None` when nobody knows.
        user_properties: Those defined for users.
        contexts: Which context maps there are (`user`, `item`, `segment`); `None` for all.
        lenient: Whether an item's or user's property that only the other has reads as null.
    """

    entity: Entity = "item"
    item_properties: Properties | None = None
    user_properties: Properties | None = None
    contexts: frozenset[str] | None = None
    lenient: bool = False

    def property(self, name: str, at: int) -> Shape:
        """What is known of a property of the entity."""
        other = self._defined(_OTHER.get(self.entity, ""))
        if self.lenient and other and name in other:
            own = self._defined(self.entity)
            if own is not None and name not in own:
                return ANYTHING
        return self.field(self.entity, name, at)

    def field(self, fields: str, name: str, at: int) -> Shape:
        """What is known of an entry of a map with such fields.

        Raises:
            UnknownPropertyError: There is none.
        """
        own = _OWN[fields].get(name)
        if own is not None:
            return own
        defined = self._defined(fields)
        if defined is None:
            return ANYTHING
        if name not in defined:
            raise UnknownPropertyError(
                f'{fields.capitalize()} property "{_short(name)}" does not exist',
                at,
                self._remedy(fields, name),
            )
        return PROPERTY_SHAPES[defined[name]]

    def _defined(self, fields: str) -> Properties | None:
        known = {"item": self.item_properties, "user": self.user_properties}
        return known.get(fields, {})

    def _remedy(self, fields: str, name: str) -> str:
        known = [*_OWN[fields], *(self._defined(fields) or ())]
        near = meant(name, known, "'")
        if near:
            return near
        if fields == "item" and name in (self.user_properties or ()):
            return f'Users have it: context_user["{name}"], where there is a user.'
        return f'Text stands in double quotes: "{_short(name)}".'


def _short(name: str) -> str:
    return name if len(name) <= 63 else f"{name[:63]}…"  # noqa: PLR2004  (the longest legal name)
