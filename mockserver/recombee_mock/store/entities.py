"""Items or users: which there are, what properties they can have, and the values they do have."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs


@attrs.frozen
class Property:
    """Definition of a property, as it is listed."""

    name: str
    type: str
    role: dict[str, Any] | None = None
    metadata: Sequence[dict[str, Any]] | None = None


class Entities:
    """A table: one row per entity, one column per property.

    Attributes:
        ids: Every ID to the one string object that stands for it everywhere.
        properties: Definitions by name, in the order of creation.
    """

    __slots__ = ("_order", "_values", "ids", "properties")

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.properties: dict[str, Property] = {}
        self._values: dict[str, dict[str, Any]] = {}
        self._order: list[str] | None = None

    def add(self, entity: str) -> str:
        """Create the entity unless it exists; the stored string of its ID."""
        known = self.ids.setdefault(entity, entity)
        if known is entity:
            self._order = None
        return known

    def delete(self, entity: str) -> None:
        """Delete an existing entity with its values."""
        del self.ids[entity]
        self._values.pop(entity, None)
        self._order = None

    def in_order(self) -> list[str]:
        """All IDs, sorted. The list is kept until an entity comes or goes."""
        if self._order is None:
            self._order = sorted(self.ids)
        return self._order

    def define(self, definition: Property) -> None:
        """Add a column."""
        self.properties[definition.name] = definition

    def undefine(self, name: str) -> None:
        """Drop a column with all its values."""
        del self.properties[name]
        for values in self._values.values():
            values.pop(name, None)

    def values(self, entity: str) -> dict[str, Any]:
        """All properties of an entity, unset ones as `None`."""
        stored = self._values.get(entity, {})
        return {name: stored.get(name) for name in self.properties}

    def set_values(self, entity: str, values: Mapping[str, Any]) -> None:
        """Set some properties of an existing entity; `None` clears."""
        stored = self._values.setdefault(entity, {})
        for name, value in values.items():
            if value is None:
                stored.pop(name, None)
            else:
                stored[name] = value
