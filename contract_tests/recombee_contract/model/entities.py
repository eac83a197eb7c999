"""Items and users, their properties and values."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from recombee_contract.model.filters import FILTERS, Filter
from recombee_contract.model.state import (
    Expected,
    Params,
    Refused,
    State,
    Table,
    Values,
    well_formed,
)

_FITS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "int": lambda value: type(value) is int,
    "double": lambda value: type(value) in {int, float},
    "string": lambda value: type(value) is str,
    "boolean": lambda value: type(value) is bool,
    "set": lambda value: type(value) is list and all(type(one) is str for one in value),
}
_KNOWN_FILTERS: Final = {one.text: one for one in FILTERS}


def check_values(table: Table, given: Values) -> None:
    for name, value in given.items():
        if not re.fullmatch(r"[a-zA-Z0-9_\-:]+", name):
            raise Refused(400)
        if name in table.types and value is not None and not _FITS[table.types[name]](value):
            raise Refused(400)


def set_values(table: Table, entity: str, given: Values) -> None:
    for name, value in given.items():
        unique = list(dict.fromkeys(value)) if isinstance(value, list) else value
        table.rows[entity][name] = unique


def matching(table: Table, params: Params, unknown: int) -> list[str]:
    """IDs of what passes the filter, in order."""
    one: Filter = _KNOWN_FILTERS[params.get("filter") or "true"]
    if any(name not in table.types for name in one.properties):
        raise Refused(unknown)
    return [entity for entity, values in sorted(table.rows.items()) if one.passes(entity, values)]


def _add_entity(_state: State, table: Table, params: Params) -> Expected:
    entity = well_formed(params[table.id_name])
    if entity in table.rows:
        raise Refused(409)
    table.add(entity)
    return Expected(201, "ok")


def _delete_entity(state: State, table: Table, params: Params) -> Expected:
    entity = well_formed(params[table.id_name])
    table.require(entity)
    (state.delete_item if table is state.items else state.delete_user)(entity)
    return Expected(200, "ok")


def _list_entities(_state: State, table: Table, params: Params) -> Expected:
    found = matching(table, params, 404)[params.get("offset", 0) :]
    if "count" in params:
        found = found[: params["count"]]
    if not params.get("returnProperties"):
        return Expected(200, found)
    included = params.get("includedProperties", list(table.types))
    return Expected(
        200,
        [
            {
                table.id_name: entity,
                **{name: table.rows[entity][name] for name in table.types if name in included},
            }
            for entity in found
        ],
    )


def _set_entity_values(_state: State, table: Table, params: Params) -> Expected:
    entity = well_formed(params[table.id_name])
    values = {**params["values"]}
    create = values.pop("!cascadeCreate", False)
    check_values(table, values)
    if not create:
        table.require(entity)
    if any(name not in table.types for name in values):
        raise Refused(404)
    table.add(entity)
    set_values(table, entity, values)
    return Expected(200, "ok")


def _get_entity_values(_state: State, table: Table, params: Params) -> Expected:
    return Expected(200, {**table.require(well_formed(params[table.id_name]))})


def _add_property(_state: State, table: Table, params: Params) -> Expected:
    name = params["propertyName"]
    if name in table.types:
        raise Refused(409)
    table.types[name] = params["type"]
    for values in table.rows.values():
        values[name] = None
    return Expected(201, "ok")


def _require_property(table: Table, name: str) -> Values:
    if name not in table.types:
        raise Refused(404)
    return {"name": name, "type": table.types[name]}


def _delete_property(_state: State, table: Table, params: Params) -> Expected:
    name = params["propertyName"]
    _require_property(table, name)
    del table.types[name]
    for values in table.rows.values():
        del values[name]
    return Expected(200, "ok")


def _property_info(_state: State, table: Table, params: Params) -> Expected:
    return Expected(200, _require_property(table, params["propertyName"]))


def _list_properties(_state: State, table: Table, _params: Params) -> Expected:
    return Expected(200, [_require_property(table, name) for name in table.types])


TABLE: Final[Mapping[str, Callable[[State, Table, Params], Expected]]] = {
    "Add~": _add_entity,
    "Delete~": _delete_entity,
    "List~s": _list_entities,
    "Set~Values": _set_entity_values,
    "Get~Values": _get_entity_values,
    "Add~Property": _add_property,
    "Delete~Property": _delete_property,
    "Get~PropertyInfo": _property_info,
    "List~Properties": _list_properties,
}
