"""Items or users: which there are, what properties they can have, and the values they do have."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

_SPARE: Final = 1024


@attrs.frozen
class Property:
    """Definition of a property, as it is listed."""

    name: str
    type: str
    role: dict[str, Any] | None = None
    metadata: Sequence[dict[str, Any]] | None = None


class Entities:
    """A table: one row per entity, one column per property.

    What is derived from it (an index, a division into segments) remembers the `version` it was
    derived from and later asks what has `changed_since`.

    Attributes:
        ids: Every ID to the one string object that stands for it everywhere.
        properties: Definitions by name, in the order of creation.
        version: Grows with every change.
    """

    __slots__ = (
        "_order",
        "_touched",
        "_values",
        "_watched_from",
        "ids",
        "properties",
        "version",
    )

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.properties: dict[str, Property] = {}
        self.version = 0
        self._values: dict[str, dict[str, Any]] = {}
        self._order: list[str] | None = None
        # The version at which an entity last changed, latest last; kept once somebody asks.
        self._touched: dict[str, int] | None = None
        self._watched_from = 0

    def add(self, entity: str) -> str:
        """Create the entity unless it exists; the stored string of its ID."""
        known = self.ids.get(entity)
        if known is not None:
            return known
        self.ids[entity] = entity
        self._order = None
        self._touch(entity)
        return entity

    def delete(self, entity: str) -> None:
        """Delete an existing entity with its values."""
        del self.ids[entity]
        self._values.pop(entity, None)
        self._order = None
        self._touch(entity)

    def in_order(self) -> list[str]:
        """All IDs, sorted. The list is kept until an entity comes or goes."""
        if self._order is None:
            self._order = sorted(self.ids)
        return self._order

    def define(self, definition: Property) -> None:
        """Add a column; that changes no entity."""
        self.properties[definition.name] = definition
        self.version += 1

    def undefine(self, name: str) -> None:
        """Drop a column with all its values."""
        del self.properties[name]
        for values in self._values.values():
            values.pop(name, None)
        self._start_over()

    def values(self, entity: str) -> dict[str, Any]:
        """All properties of an entity, unset ones as `None`."""
        stored = self._values.get(entity, {})
        return {name: stored.get(name) for name in self.properties}

    def row(self, entity: str) -> Mapping[str, Any]:
        """The properties of an entity that are set; not to be changed."""
        return self._values.get(entity, {})

    @property
    def rows(self) -> Mapping[str, Mapping[str, Any]]:
        """The same of all entities that have any; lives on, until others are loaded."""
        return self._values

    def set_values(self, entity: str, values: Mapping[str, Any]) -> None:
        """Set some properties of an existing entity; `None` clears."""
        stored = self._values.setdefault(entity, {})
        for name, value in values.items():
            if value is None:
                stored.pop(name, None)
            else:
                stored[name] = value
        self._touch(entity)

    def changed_since(self, version: int) -> list[str] | None:
        """Entities that came, went or got other values after `version`.

        `None` when that is not known, and any may have.
        """
        if self._touched is None:
            self._touched = {}
            self._watched_from = self.version
        if version < self._watched_from:
            return None
        changed: list[str] = []
        for entity, touched in reversed(self._touched.items()):
            if touched <= version:
                break
            changed.append(entity)
        return changed

    def dump(self) -> Any:
        """All of it as JSON; to be written before the next change, since rows are not copied."""
        return {
            "properties": [attrs.asdict(one) for one in self.properties.values()],
            "bare": [entity for entity in self.ids if not self._values.get(entity)],
            "rows": {entity: row for entity, row in self._values.items() if row},
        }

    def load(self, dumped: Any) -> None:
        """Take over what was dumped."""
        self.properties = {one["name"]: Property(**one) for one in dumped["properties"]}
        self._values = {entity: dict(row) for entity, row in dumped["rows"].items()}
        self.ids = {entity: entity for entity in (*self._values, *dumped["bare"])}
        self._order = None
        self._start_over()

    def _touch(self, entity: str) -> None:
        self.version += 1
        touched = self._touched
        if touched is not None:
            touched.pop(entity, None)
            touched[entity] = self.version
            if len(touched) > 2 * len(self.ids) + _SPARE:  # most are gone for good
                self._start_over()

    def _start_over(self) -> None:
        """Forget what changed: any may have."""
        self.version += 1
        self._watched_from = self.version
        if self._touched is not None:
            self._touched = {}
