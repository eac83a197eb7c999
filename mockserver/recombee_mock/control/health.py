"""Whether the server lives, and what it serves."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from recombee_mock.control.route import Ask, Route, Schema
from recombee_mock.seeing.journal import Journal
from recombee_mock.shell.admission import Admission

_SCHEMA: Final[Schema] = {
    "type": "object",
    "properties": {
        "status": {"enum": ["ok", "failing"]},
        "databases": {"type": "array", "items": {"type": "string"}},
        "requests": {"type": "integer", "description": "That came in so far"},
        "data": {"type": "object", "description": "How the data file is, where there is one"},
    },
    "required": ["status", "databases", "requests"],
}


def routes(
    admission: Admission,
    journal: Journal,
    data: Callable[[], Mapping[str, Any] | None] = lambda: None,
) -> Iterable[Route]:
    """The routes of this room.

    Args:
        admission: The open databases.
        journal: What was asked.
        data: Tells how the data file is, where there is one.
    """

    def health(_ask: Ask) -> Any:
        found = {
            "status": "ok",
            "databases": list(admission.databases),
            "requests": journal.last,
        }
        kept = data()
        if kept is None:
            return found
        return {**found, "status": "ok" if kept["writable"] else "failing", "data": kept}

    yield Route(
        "GET",
        "/_mock/health",
        health,
        "Tell that the server lives, and what it serves",
        gives=_SCHEMA,
    )
