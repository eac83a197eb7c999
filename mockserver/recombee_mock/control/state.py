"""The data of the databases: reset."""

from collections.abc import Iterable
from typing import Any

from recombee_mock.control.route import DONE, Ask, ControlError, Route
from recombee_mock.databases import OpenDatabase
from recombee_mock.shell.admission import Admission


def find_database(admission: Admission, name: str) -> OpenDatabase:
    """The database of that ID.

    Raises:
        ControlError: 404, there is none.
    """
    served = admission.databases.get(name)
    if served is None:
        known = ", ".join(admission.databases) or "none"
        raise ControlError(404, f"There is no such database; there are: {known}")
    return served


def routes(admission: Admission) -> Iterable[Route]:
    """The routes of this room."""

    def reset(ask: Ask) -> Any:
        wanted = ask.query.get("database")
        chosen = (
            list(admission.databases.values())
            if wanted is None
            else [find_database(admission, wanted)]
        )
        for served in chosen:
            served.service.reset()
        return {**DONE, "databases": [served.id for served in chosen]}

    asked = {"database": "Only this one"}
    yield Route("POST", "/_mock/reset", reset, "Forget all data of all databases", asked)
