"""Updating and deleting items by filter."""

from recombee_contract.model.entities import check_values, matching, set_values
from recombee_contract.model.state import Expected, Params, Refused, State


def update_more_items(state: State, params: Params) -> Expected:
    check_values(state.items, params["changes"])
    found = matching(state.items, params, 404)
    if any(name not in state.items.types for name in params["changes"]):
        raise Refused(404)
    for item in found:
        set_values(state.items, item, params["changes"])
    return Expected(200, {"itemIds": found, "count": len(found)})


def delete_more_items(state: State, params: Params) -> Expected:
    found = matching(state.items, params, 400)
    for item in found:
        state.delete_item(item)
    return Expected(200, {"itemIds": found, "count": len(found)})
