"""Property definitions: the same for items and users."""

import re
from typing import Any, Final

from recombee_mock.answers import CREATED, OK, Answer, answer, bad_request, conflict, not_found
from recombee_mock.handlers import Handlers
from recombee_mock.handlers.entity import ITEM, Kind
from recombee_mock.handlers.property_roles import check_role, labelled, labels
from recombee_mock.params import Params, optional, required, text
from recombee_mock.store.contents import Contents
from recombee_mock.store.entities import Property

_NAME: Final = re.compile(r"[a-zA-Z0-9_\-:]{1,63}")


def property_name(name: str, value: Any) -> str:
    """Source: API reference, Add item property."""
    found = text(name, value)
    if not _NAME.fullmatch(found):
        raise bad_request(
            "Property name must have 1 to 63 characters, "
            f'only letters A-Z a-z, digits and _ - :, but is "{found}"!'
        )
    return found


def definition_handlers(kind: Kind) -> Handlers:
    """`Add…Property`, `Delete…Property`, `Get…PropertyInfo` and `List…Properties`."""

    def add(contents: Contents, params: Params, _now: float) -> Answer:
        definition = Property(
            name=_new_name(kind, params),
            type=_known_type(kind, params),
            role=optional(params, "role", labelled),
            metadata=optional(params, "metadata", labels),
        )
        table = kind.table(contents)
        if kind is ITEM:
            check_role(definition, table.properties)
        if definition.name in table.properties:
            raise conflict(f'{kind.noun} property "{definition.name}" already exists!')
        table.define(definition)
        return CREATED

    def delete(contents: Contents, params: Params, _now: float) -> Answer:
        kind.table(contents).undefine(_existing(kind, contents, params).name)
        return OK

    def info(contents: Contents, params: Params, _now: float) -> Answer:
        return answer(_info(_existing(kind, contents, params)))

    def list_all(contents: Contents, _params: Params, _now: float) -> Answer:
        return answer([_info(found) for found in kind.table(contents).properties.values()])

    return {
        f"Add{kind.noun}Property": add,
        f"Delete{kind.noun}Property": delete,
        f"Get{kind.noun}PropertyInfo": info,
        f"List{kind.noun}Properties": list_all,
    }


def _new_name(kind: Kind, params: Params) -> str:
    name = required(params, "propertyName", property_name)
    if name.lower() in kind.reserved:
        raise bad_request(f'Property name "{name}" is reserved!')
    return name


def _known_type(kind: Kind, params: Params) -> str:
    found = required(params, "type", text)
    if found not in kind.types:
        raise bad_request(
            f'{kind.noun} property type must be one of {", ".join(kind.types)}, but is "{found}"!'
        )
    return found


def _existing(kind: Kind, contents: Contents, params: Params) -> Property:
    name = required(params, "propertyName", property_name)
    found = kind.table(contents).properties.get(name)
    if found is None:
        raise not_found(f'{kind.noun} property "{name}" does not exist!')
    return found


def _info(found: Property) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": found.name, "type": found.type}
    if found.role is not None:
        shown["role"] = found.role
    if found.metadata is not None:
        shown["metadata"] = found.metadata
    return shown
