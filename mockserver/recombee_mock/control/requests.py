"""What was asked: the journal."""

from collections.abc import Iterable
from typing import Any, Final

from recombee_mock.admission import Admission
from recombee_mock.control.route import DONE, Ask, Route, count_of
from recombee_mock.journal import Journal

_PATH: Final = "/_mock/journal"
_PAGE: Final = 1000


def routes(admission: Admission, journal: Journal) -> Iterable[Route]:
    """The routes of this room."""

    def read(ask: Ask) -> Any:
        entries = journal.entries(
            since=count_of(ask.query, "since", 0),
            limit=count_of(ask.query, "limit", _PAGE),
            database=ask.query.get("database"),
            secrets=admission.secrets(),
        )
        return {"entries": [entry.to_json() for entry in entries], "last": journal.last}

    def clear(_ask: Ask) -> Any:
        journal.clear()
        return DONE

    asked = {
        "since": "Only entries with a greater `seq`",
        "limit": f"At most so many, {_PAGE} by default",
        "database": "Only those that named this database",
    }
    yield Route("GET", _PATH, read, "Read the requests that came in", asked)
    yield Route("DELETE", _PATH, clear, "Forget the requests that came in")
