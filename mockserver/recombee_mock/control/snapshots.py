"""Snapshots by name: a state of a database to which one can go back."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from recombee_mock.control.route import DONE, Ask, Route, Said
from recombee_mock.control.state import find_database
from recombee_mock.data.estate import Estate
from recombee_mock.data.snapshots import Snapshot
from recombee_mock.shell.admission import Admission

_ALL: Final = "/_mock/databases/{database}/snapshots"
_ONE: Final = f"{_ALL}/{{name}}"
_SCHEMA: Final = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "taken": {"type": "string", "format": "date-time"},
        "size": {"type": "integer", "description": "In bytes"},
    },
    "required": ["name", "taken", "size"],
}
_LISTED: Final = {
    "type": "object",
    "properties": {"snapshots": {"type": "array", "items": _SCHEMA}},
    "required": ["snapshots"],
}


def routes(admission: Admission, estate: Estate) -> Iterable[Route]:
    """The routes of this room."""

    def database(ask: Ask) -> str:
        return find_database(admission, ask.path["database"]).id

    def read(ask: Ask) -> Any:
        return {"snapshots": [shown(one) for one in estate.snapshots(database(ask))]}

    def put(ask: Ask) -> Any:
        return Said(shown(estate.save(database(ask), ask.path["name"], ask.now)), 201)

    def restore(ask: Ask) -> Any:
        estate.restore(database(ask), ask.path["name"], ask.now)
        return DONE

    def delete(ask: Ask) -> Any:
        estate.delete(database(ask), ask.path["name"])
        return DONE

    back = "Go back to a snapshot: data, scenarios and settings; tokens and time stay"
    yield Route("GET", _ALL, read, "List the snapshots of a database", gives=_LISTED)
    yield Route(
        "PUT",
        _ONE,
        put,
        "Take a snapshot, in place of one of that name",
        gives=_SCHEMA,
        statuses=(201,),
    )
    yield Route("POST", f"{_ONE}/restore", restore, back)
    yield Route("DELETE", _ONE, delete, "Delete a snapshot")


def shown(one: Snapshot) -> dict[str, Any]:
    """A snapshot as JSON."""
    taken = datetime.fromtimestamp(one.taken, UTC).isoformat().replace("+00:00", "Z")
    return {"name": one.name, "taken": taken, "size": one.size}
