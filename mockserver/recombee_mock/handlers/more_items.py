"""Updating and deleting items by filter."""

from typing import Any, Final

from recombee_mock.answers import Answer, answer
from recombee_mock.handlers import Handlers
from recombee_mock.handlers.entity import ITEM, NOT_FOUND
from recombee_mock.handlers.values import fitting_values, require_defined
from recombee_mock.params import Params, json_object, required
from recombee_mock.reql import Place, Scene, filter_of
from recombee_mock.store.contents import Contents

# Source: API reference, Update more items (404) and Delete more items (only 400).
_UPDATED: Final = Place("filter", "item", unknown=NOT_FOUND)
_DELETED: Final = Place("filter", "item")


def update_more_items(contents: Contents, params: Params, now: float) -> Answer:
    """All changes are checked before the first is made (unpublished: we choose so)."""
    changes = required(params, "changes", json_object)
    fitting = fitting_values(contents.items, changes)
    items = _matching(contents, params, _UPDATED, now)
    require_defined(ITEM, changes, fitting)
    for item in items:
        contents.items.set_values(item, fitting)
    return _counted(items)


def delete_more_items(contents: Contents, params: Params, now: float) -> Answer:
    """Each goes as if it was deleted by itself, with all that hangs on it."""
    items = _matching(contents, params, _DELETED, now)
    for item in items:
        contents.delete_item(item)
    return _counted(items)


def _matching(contents: Contents, params: Params, place: Place, now: float) -> list[str]:
    source = required(params, "filter", _as_it_is)
    return list(filter(filter_of(contents, source, place, Scene(now)), contents.items.in_order()))


def _as_it_is(_name: str, value: Any) -> Any:
    return value


def _counted(items: list[str]) -> Answer:
    return answer({"itemIds": items, "count": len(items)})


HANDLERS: Handlers = {"UpdateMoreItems": update_more_items, "DeleteMoreItems": delete_more_items}
