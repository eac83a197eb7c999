"""Data in and out: import, export, and made-up data."""

import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import IO, Any, Final

from recombee_mock.control.route import Ask, ControlError, Route, Said
from recombee_mock.control.state import find_database
from recombee_mock.data.estate import contents_of
from recombee_mock.data.export import export
from recombee_mock.data.lines import Intake, Report, line_of
from recombee_mock.fields import FieldError, Fields
from recombee_mock.planted import planted
from recombee_mock.shell.admission import Admission

LINES: Final = "application/x-ndjson"
_ONE: Final = "/_mock/databases/{database}"
_IN_MEMORY: Final = 4 * 2**20
_PIECE: Final = 2**18
_MOST: Final = 1_000_000

_COUNT: Final = {"type": "integer", "minimum": 0}
_REPORT: Final = {
    "type": "object",
    "properties": {
        "lines": _COUNT,
        "done": _COUNT,
        "conflicts": {**_COUNT, "description": "Were there already"},
        "failed": _COUNT,
        "failures": {
            "type": "array",
            "description": "The first of them",
            "items": {
                "type": "object",
                "properties": {
                    "line": _COUNT,
                    "status": _COUNT,
                    "message": {"type": "string"},
                },
            },
        },
    },
}
_PLANTED: Final = {
    "type": "object",
    "properties": {
        **{name: {"type": "integer"} for name in ("clusters", "users", "items", "interactions")},
        "noise": {"type": "number", "minimum": 0, "maximum": 1},
        "seed": {"type": "integer"},
        "until": {"type": "number", "description": "The last moment, in Unix seconds"},
    },
    "additionalProperties": False,
}


def routes(admission: Admission) -> Iterable[Route]:
    """The routes of this room."""

    def take(ask: Ask) -> Any:
        return _take(admission, ask, ask.body.split(b"\n") if ask.body else [])

    def give(ask: Ask) -> Any:
        contents = contents_of(find_database(admission, ask.path["database"]))
        return Said(_stream(export(contents)), content_type=LINES)

    def generate(ask: Ask) -> Any:
        served = find_database(admission, ask.path["database"])
        return _take(admission, ask, _planted(ask, served.clock.at(ask.now)))

    takes = {"type": "string", "description": "Requests as a batch holds them, one a line"}
    yield Route(
        "POST",
        f"{_ONE}/import",
        take,
        "Carry out requests, one a line; those that fail are told",
        takes=takes,
        gives=_REPORT,
    )
    yield Route(
        "GET",
        f"{_ONE}/export",
        give,
        "Everything as requests, one a line",
        gives=takes,
        content_type=LINES,
    )
    yield Route(
        "POST",
        f"{_ONE}/generate",
        generate,
        "Add made-up users in clusters of taste, items, and interactions",
        takes=_PLANTED,
        gives=_REPORT,
    )


def _take(admission: Admission, ask: Ask, lines: Iterable[bytes]) -> dict[str, Any]:
    served = find_database(admission, ask.path["database"])
    report: Report = Intake(served, ask.now).take(lines)
    return report.to_json()


def _planted(ask: Ask, now: float) -> Iterator[bytes]:
    try:
        fields = Fields(ask.json())
        chosen = {
            "clusters": fields.whole("clusters", 5, least=1, most=_MOST),
            "users": fields.whole("users", 100, least=1, most=_MOST),
            "items": fields.whole("items", 100, least=1, most=_MOST),
            "interactions": fields.whole("interactions", 2_000, most=_MOST),
            "noise": fields.number("noise", 0.1, most=1.0),
            "seed": fields.whole("seed", 0),
            "until": fields.number("until", now),
        }
        fields.done()
        calls = planted(**chosen)
        first = next(calls)
    except (FieldError, ValueError) as error:
        raise ControlError(400, str(error)) from None
    yield line_of(*first)
    for call in calls:
        yield line_of(*call)


async def _stream(lines: Iterable[bytes]) -> AsyncIterator[bytes]:
    """All lines as they are now, though the database goes on while they are sent."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
        _write(copy, lines)
        copy.seek(0)
        while piece := copy.read(_PIECE):
            yield piece


def _write(copy: IO[bytes], lines: Iterable[bytes]) -> None:
    for line in lines:
        copy.write(line)
