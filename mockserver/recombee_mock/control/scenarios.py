"""The scenarios of the databases, which the real service has made in its Admin UI."""

from collections.abc import Iterable
from typing import Any, Final

from recombee_mock.control.route import DONE, Ask, ControlError, Route, Said
from recombee_mock.control.state import find_database
from recombee_mock.fields import FieldError
from recombee_mock.scenario_json import SCHEMA, scenario_from_json, scenario_to_json
from recombee_mock.shell.admission import Admission
from recombee_mock.store.contents import Contents
from recombee_mock.store.scenarios import Scenario, Scenarios

_PATH: Final = "/_mock/databases/{database}/scenarios"
_ONE: Final = f"{_PATH}/{{scenario}}"
_LISTED: Final = {
    "type": "object",
    "properties": {"scenarios": {"type": "array", "items": SCHEMA}},
    "required": ["scenarios"],
}


def routes(admission: Admission) -> Iterable[Route]:
    """The routes of this room."""

    def read_all(ask: Ask) -> Any:
        found = _scenarios(admission, ask).all()
        return {"scenarios": [scenario_to_json(one) for one in found]}

    def read(ask: Ask) -> Any:
        return scenario_to_json(_existing(_scenarios(admission, ask), ask))

    def put(ask: Ask) -> Any:
        scenarios = _scenarios(admission, ask)
        name = ask.path["scenario"]
        try:
            scenario = scenario_from_json(ask.json(), name)
        except FieldError as error:
            raise ControlError(400, str(error)) from None
        status = 201 if scenarios.get(name) is None else 200
        scenarios.put(scenario)
        return Said(scenario_to_json(scenario), status)

    def delete(ask: Ask) -> Any:
        scenarios = _scenarios(admission, ask)
        scenarios.delete(_existing(scenarios, ask).id)
        return DONE

    yield Route("GET", _PATH, read_all, "List the scenarios of a database", gives=_LISTED)
    yield Route("GET", _ONE, read, "Read a scenario", gives=SCHEMA)
    yield Route(
        "PUT",
        _ONE,
        put,
        "Make or replace a scenario",
        takes=SCHEMA,
        gives=SCHEMA,
        statuses=(200, 201),
    )
    yield Route("DELETE", _ONE, delete, "Delete a scenario")


def _scenarios(admission: Admission, ask: Ask) -> Scenarios:
    served = find_database(admission, ask.path["database"])
    contents = getattr(served.service, "contents", None)
    if not isinstance(contents, Contents):
        raise ControlError(501, "The service behind this database keeps no scenarios")
    return contents.scenarios


def _existing(scenarios: Scenarios, ask: Ask) -> Scenario:
    found = scenarios.get(ask.path["scenario"])
    if found is None:
        known = ", ".join(one.id for one in scenarios.all()) or "none"
        raise ControlError(404, f"There is no such scenario; there are: {known}")
    return found
