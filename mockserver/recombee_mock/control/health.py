"""Whether the server lives, and what it serves."""

from collections.abc import Iterable
from typing import Any

from recombee_mock.admission import Admission
from recombee_mock.control.route import Ask, Route
from recombee_mock.journal import Journal


def routes(admission: Admission, journal: Journal) -> Iterable[Route]:
    """The routes of this room."""

    def health(_ask: Ask) -> Any:
        return {
            "status": "ok",
            "databases": list(admission.databases),
            "requests": journal.last,
        }

    yield Route("GET", "/_mock/health", health, "Tell that the server lives, and what it serves")
