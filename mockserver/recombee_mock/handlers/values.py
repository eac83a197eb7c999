"""Property values: the same for items and users."""

import re
from collections.abc import Mapping
from typing import Any, Final

from recombee_mock.answers import OK, Answer, Refusal, answer, bad_request, not_found, shown
from recombee_mock.handlers import Handlers
from recombee_mock.handlers.entity import Kind
from recombee_mock.params import Params, entity_id, flag, optional, required
from recombee_mock.property_values import property_value
from recombee_mock.store.contents import Contents
from recombee_mock.store.entities import Entities

CASCADE: Final = "!cascadeCreate"
_NAME: Final = re.compile(r"[a-zA-Z0-9_\-:]+")


def value_handlers(kind: Kind) -> Handlers:
    """`Set…Values` and `Get…Values`.

    Setting takes the body apart as `values`, because its keys are property names: a property may
    well be called `cascadeCreate`, and the query may hold that parameter.
    """

    def set_values(contents: Contents, params: Params, _now: float) -> Answer:
        entity = required(params, kind.id_name, entity_id)
        values: dict[str, Any] = dict(params["values"])
        cascade = optional(params, "cascadeCreate", flag)
        cascade = optional(values, CASCADE, flag) or cascade
        values.pop(CASCADE, None)
        table = kind.table(contents)
        fitting = fitting_values(table, values)
        if entity not in table.ids and not cascade:
            raise kind.missing(entity)
        require_defined(kind, values, fitting)
        table.set_values(table.add(entity), fitting)
        return OK

    def get_values(contents: Contents, params: Params, _now: float) -> Answer:
        entity = kind.existing(contents, params)
        return answer(kind.table(contents).values(entity))

    return {f"Set{kind.noun}Values": set_values, f"Get{kind.noun}Values": get_values}


def fitting_values(table: Entities, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values whose property is defined, as they are stored.

    Raises:
        Refusal: 400, a name is malformed or a value does not fit.
    """
    return {
        name: property_value(name, table.properties[name].type, value)
        for name, value in values.items()
        if _well_formed(name) in table.properties
    }


def require_defined(kind: Kind, values: Mapping[str, Any], fitting: Mapping[str, Any]) -> None:
    """Refuse with 404 what is among the values and not among the fitting ones."""
    if unknown := values.keys() - fitting.keys():
        raise _undefined(kind, min(unknown))


def _well_formed(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise bad_request(f"Property name must match ^[a-zA-Z0-9_\\-:]+$, but is {shown(name)}!")
    return name


def _undefined(kind: Kind, name: str) -> Refusal:
    hint = f' (to create the {kind.noun.lower()}, send "{CASCADE}")' * (name == "cascadeCreate")
    return not_found(f'{kind.noun} property "{name}" does not exist!{hint}')
