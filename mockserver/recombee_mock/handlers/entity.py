"""Adding, deleting and listing: the same for items and users."""

import sys
from collections.abc import Callable, Iterable
from itertools import islice
from operator import attrgetter
from typing import Any, Final, Literal

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
from recombee_mock.params import (
    Params,
    entity_id,
    flag,
    is_unset,
    names,
    natural,
    optional,
    required,
)
from recombee_mock.reql import Place, Scene, filter_of
from recombee_mock.store.contents import Contents
from recombee_mock.store.entities import Entities

NOT_FOUND: Final = 404


@attrs.frozen
class Kind:
    """Items or users.

    Attributes:
        noun: As in names of operations and in messages.
        entity: As ReQL calls one.
        id_name: The parameter that holds the ID.
        table: Where they are kept.
        delete: Deletes an existing one with all that hangs on it.
        reserved: Property names that are not allowed, in small letters.
        types: Types a property can have.
    """

    noun: str
    entity: Literal["item", "user"]
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
    entity="item",
    id_name="itemId",
    table=attrgetter("items"),
    delete=Contents.delete_item,
    reserved=frozenset({"id", "itemid"}),
    types=(*_TYPES, "image", "imageList"),
)
USER = Kind(
    noun="User",
    entity="user",
    id_name="userId",
    table=attrgetter("users"),
    delete=Contents.delete_user,
    reserved=frozenset({"id", "userid"}),
    types=_TYPES,
)


def entity_handlers(kind: Kind) -> Handlers:
    """`Add…`, `Delete…` and `List…s`."""

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

    def list_all(contents: Contents, params: Params, now: float) -> Answer:
        start = optional(params, "offset", natural) or 0
        count = optional(params, "count", natural)
        with_values = optional(params, "returnProperties", flag)
        included = optional(params, "includedProperties", names)
        found = _page(_matching(kind, contents, params, now), start, count)
        table = kind.table(contents)
        if not with_values:
            return answer(found)
        return answer(
            [{kind.id_name: entity, **_only(included, table.values(entity))} for entity in found]
        )

    return {f"Add{kind.noun}": add, f"Delete{kind.noun}": delete, f"List{kind.noun}s": list_all}


def _matching(kind: Kind, contents: Contents, params: Params, now: float) -> Iterable[str]:
    everything = kind.table(contents).in_order()
    source = params.get("filter")
    if is_unset(source):
        return everything
    # Source: API reference, List items (404 for a property that is not defined).
    place = Place("filter", kind.entity, unknown=NOT_FOUND)
    return filter(filter_of(contents, source, place, Scene(now)), everything)


def _page(found: Iterable[str], start: int, count: int | None) -> list[str]:
    if isinstance(found, list):
        return found[start : None if count is None else start + count]
    end = None if count is None else min(start + count, sys.maxsize)
    return list(islice(found, min(start, sys.maxsize), end))


def _only(included: list[str] | None, values: dict[str, Any]) -> dict[str, Any]:
    # Unknown names are ignored (unpublished: we choose so).
    if included is None:
        return values
    return {name: value for name, value in values.items() if name in included}
