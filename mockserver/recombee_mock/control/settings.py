"""The settings of the databases."""

from collections.abc import Iterable
from typing import Any, Final

import attrs

from recombee_mock.control.route import Ask, ControlError, Route
from recombee_mock.control.state import find_database
from recombee_mock.fields import FieldError
from recombee_mock.settings import NAMES, Settings, settings_from_json, settings_to_json
from recombee_mock.shell.admission import Admission

_PATH: Final = "/_mock/databases/{database}/settings"
_TYPES: Final = {bool: "boolean", int: "integer", float: "number"}

SCHEMA: Final = {
    "type": "object",
    "properties": {
        NAMES[field.name]: {
            "type": _TYPES[type(field.default)],
            "default": field.default,
            **({} if type(field.default) is bool else {"minimum": 0}),
        }
        for field in attrs.fields(Settings)
    },
    "additionalProperties": False,
}
"""Of the settings in JSON."""


def routes(admission: Admission) -> Iterable[Route]:
    """The routes of this room."""

    def read(ask: Ask) -> Any:
        return settings_to_json(find_database(admission, ask.path["database"]).service.settings)

    def change(ask: Ask) -> Any:
        service = find_database(admission, ask.path["database"]).service
        try:
            service.settings = settings_from_json(ask.json(), service.settings)
        except FieldError as error:
            raise ControlError(400, str(error)) from None
        return settings_to_json(service.settings)

    yield Route("GET", _PATH, read, "Tell how a database behaves", gives=SCHEMA)
    yield Route(
        "PUT",
        _PATH,
        change,
        "Change how a database behaves; settings that are not named stay",
        takes=SCHEMA,
        gives=SCHEMA,
    )
