"""Answers as JSON, in the API's own names."""

from typing import Any

import attrs

from aiorecombee.core.fields import wire_name
from aiorecombee.requests.results import Item, User


def answer_json(value: Any) -> Any:
    """A decoded answer as the API writes it; what it left out is left out."""
    if isinstance(value, Item | User):
        entity = {"itemId": value.item_id} if isinstance(value, Item) else {"userId": value.user_id}
        return {**entity, **value.values}
    if isinstance(value, list):
        return [answer_json(inner) for inner in value]
    if attrs.has(type(value)):
        members = attrs.asdict(value, recurse=False)
        return {
            wire_name(name): answer_json(inner)
            for name, inner in members.items()
            if inner is not None
        }
    return value
