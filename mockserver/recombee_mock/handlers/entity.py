"""Adding, deleting and listing: the same for items and users."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

import attrs

from recombee_mock.answers import (
    CREATED,
    OK,
    Answer,
    Refusal,
    answer,
    conflict,
    not_found,
)
from recombee_mock.handlers import Handlers
from recombee_mock.params import Params, entity_id, flag, names, natural, optional, required
from recombee_mock.store.contents import Contents
from recombee_mock.store.entities import Entities


@attrs.frozen
class Kind:
    """Items or users.

    Attributes:
        noun: As in names of operations and in messages.
        id_name: The parameter that holds the ID.
        table: Where they are kept.
        delete: Deletes an existing one with all that hangs on it.
        reserved: Property names that are not allowed, in small letters.
        types: Types a property can have.
    """

    noun: str
    id_name: str
    table: Callable[[Contents], Entities]
    delete: Callable[[Contents, str], None]
    reserved: frozenset[str]
    types: tuple[str, ...]

    def missing(self, entity: str) -> Refusal:
        """404 for an ID that is not in the table."""
        return not_found(f'{self.noun} "{entity}" does not exist!')

    def existing(self, contents: Contents, params: Params) -> str:
        """The stored ID of the entity that is meant."""
        entity = required(params, self.id_name, entity_id)
        known = self.table(contents).ids.get(entity)
        if known is None:
            raise self.missing(entity)
        return known


_TYPES = ("int", "double", "string", "boolean", "timestamp", "set")

ITEM = Kind(
    noun="Item",
    id_name="itemId",
    table=attrgetter("items"),
    delete=Contents.delete_item,
    reserved=frozenset({"id", "itemid"}),
    types=(*_TYPES, "image", "imageList"),
)
USER = Kind(
    noun="User",
    id_name="userId",
    table=attrgetter("users"),
    delete=Contents.delete_user,
    reserved=frozenset({"id", "userid"}),
    types=_TYPES,
)


def entity_handlers(kind: Kind) -> Handlers:
    """`Add…`, `Delete…` and `List…s`."""
    listing = f"List{kind.noun}s"

    def add(contents: Contents, params: Params, _now: float) -> Answer:
        entity = required(params, kind.id_name, entity_id)
        table = kind.table(contents)
        if entity in table.ids:
            raise conflict(f'{kind.noun} "{entity}" already exists!')
        table.add(entity)
        return CREATED

    def delete(contents: Contents, params: Params, _now: float) -> Answer:
        kind.delete(contents, kind.existing(contents, params))
        return OK

    def list_all(contents: Contents, params: Params, _now: float) -> Answer:
        start = optional(params, "offset", natural) or 0
        count = optional(params, "count", natural)
        with_values = optional(params, "returnProperties", flag)
        included = optional(params, "includedProperties", names)
        if params.get("filter") is not None:
            raise Refusal(501, f"{listing}: this mock server does not evaluate ReQL filters yet!")
        table = kind.table(contents)
        found = table.in_order()[start : None if count is None else start + count]
        if not with_values:
            return answer(found)
        return answer(
            [{kind.id_name: entity, **_only(included, table.values(entity))} for entity in found]
        )

    return {f"Add{kind.noun}": add, f"Delete{kind.noun}": delete, listing: list_all}


def _only(included: list[str] | None, values: dict[str, Any]) -> dict[str, Any]:
    # Unknown names are ignored (unpublished: we choose so).
    if included is None:
        return values
    return {name: value for name, value in values.items() if name in included}
