"""Roles and metadata of properties: what a property means to the service.

The roles of item properties are published; those of user properties are not, so for users we
accept any name.
"""

from collections.abc import Mapping
from typing import Any, Final

from recombee_mock.answers import bad_request, conflict, not_found, shown
from recombee_mock.params import json_object, text
from recombee_mock.store.entities import Property

# Source: API reference, Property roles and metadata.
_ROLES: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("title", "summary", "url", "category", "genre"), frozenset({"string"})),
    **dict.fromkeys(("tags", "categories", "genres"), frozenset({"set"})),
    "primaryImage": frozenset({"image", "imageList"}),
    "price": frozenset({"int", "double"}),
    "publishDate": frozenset({"timestamp"}),
}
_EXCLUDED: Final = {
    "category": "categories",
    "categories": "category",
    "genre": "genres",
    "genres": "genre",
}


def labelled(name: str, value: Any) -> dict[str, Any]:
    """A role or label in its full form: a text is the short form without settings."""
    if isinstance(value, str):
        return {"name": str(value)}
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        raise bad_request(
            f'Parameter "{name}" must be a text or an object with a "name", but is {shown(value)}!'
        )
    if value.get("settings") is None:
        return {"name": text(name, value["name"])}
    return {"name": value["name"], "settings": json_object(f"{name}.settings", value["settings"])}


def labels(name: str, value: Any) -> list[dict[str, Any]]:
    """Metadata: a list of labels."""
    if not isinstance(value, list):
        raise bad_request(f'Parameter "{name}" must be a list, but is {shown(value)}!')
    return [labelled(f"{name}[{at}]", label) for at, label in enumerate(value)]


def check_role(new: Property, defined: Mapping[str, Property]) -> None:
    """Refuse a role that does not exist, does not fit, or is taken.

    Only the first status is known from the service; the others are our choice.
    """
    if new.role is None:
        return
    role: str = new.role["name"]
    types = _ROLES.get(role)
    if types is None:
        raise not_found(f'Property role "{role}" does not exist! Known: {", ".join(_ROLES)}.')
    if new.type not in types:
        raise bad_request(
            f'Property role "{role}" needs type {" or ".join(sorted(types))}, not {new.type}!'
        )
    for other in defined.values():
        if other.role is None or other.name == new.name:
            continue
        if other.role["name"] == role:
            raise conflict(f'Property role "{role}" is taken by property "{other.name}"!')
        if other.role["name"] == _EXCLUDED.get(role):
            raise bad_request(
                f'Property role "{role}" excludes "{_EXCLUDED[role]}" of property "{other.name}"!'
            )
