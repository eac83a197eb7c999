"""The time of the databases: set, frozen, moved on.

The server's own clock, by which signatures are checked and answers dated, is not touched.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from recombee_mock.answers import Refusal
from recombee_mock.clock import Clock
from recombee_mock.control.route import Ask, ControlError, Route
from recombee_mock.control.state import find_database
from recombee_mock.fields import FieldError, Fields
from recombee_mock.params import moment
from recombee_mock.shell.admission import Admission

_PATH: Final = "/_mock/databases/{database}/time"
_LATEST: Final = 253_402_300_799.0
"""The last second of the year 9999, the end of ISO 8601's plain form."""

_MOMENT: Final = {
    "description": "ISO 8601 text (UTC unless it says otherwise) or Unix seconds",
    "oneOf": [{"type": "string", "format": "date-time"}, {"type": "number", "minimum": 0}],
}
SCHEMA: Final = {
    "type": "object",
    "properties": {
        "time": {"type": "string", "format": "date-time"},
        "unix": {"type": "number"},
        "frozen": {"type": "boolean"},
        "ahead": {"type": "number", "description": "Seconds before the server's clock"},
    },
    "required": ["time", "unix", "frozen", "ahead"],
}
"""Of a database's time."""


def tell(clock: Clock, now: float) -> dict[str, Any]:
    """What a clock shows."""
    shown = clock.at(now)
    return {
        "time": datetime.fromtimestamp(shown, UTC).isoformat().replace("+00:00", "Z"),
        "unix": shown,
        "frozen": clock.frozen,
        "ahead": round(shown - now, 6),
    }


def _moment(fields: Fields, name: str, default: Any) -> Any:
    value = fields.take(name, default)
    if value is default:
        return default
    try:
        found = moment(name, value)
    except Refusal as refusal:
        raise FieldError(str(refusal.message)) from None
    if 0 <= found <= _LATEST:
        return found
    raise FieldError(f"{name} must lie between the years 1970 and 9999")


def _set(clock: Clock, fields: Fields, now: float) -> None:
    at = _moment(fields, "time", None)
    frozen = fields.flag("frozen", clock.frozen)
    fields.done()
    if at is not None:
        clock.set(now, at)
    if frozen and not clock.frozen:
        clock.freeze(now)
    elif clock.frozen and not frozen:
        clock.resume(now)


def _freeze(clock: Clock, fields: Fields, now: float) -> None:
    at = _moment(fields, "time", None)
    fields.done()
    clock.freeze(now, at)


def _resume(clock: Clock, fields: Fields, now: float) -> None:
    fields.done()
    clock.resume(now)


def _advance(clock: Clock, fields: Fields, now: float) -> None:
    seconds = fields.number("seconds")
    fields.done()
    if clock.at(now) + seconds > _LATEST:
        raise FieldError("The time would lie beyond the year 9999")
    clock.advance(seconds)


def _restore(clock: Clock, _fields: Fields, _now: float) -> None:
    clock.restore()


def _nothing(_clock: Clock, _fields: Fields, _now: float) -> None:
    """Only tell."""


def routes(admission: Admission) -> Iterable[Route]:
    """The routes of this room."""

    def on(act: Callable[[Clock, Fields, float], None]) -> Callable[[Ask], Any]:
        def change(ask: Ask) -> Any:
            clock = find_database(admission, ask.path["database"]).clock
            try:
                act(clock, Fields(ask.json()), ask.now)
            except FieldError as error:
                raise ControlError(400, str(error)) from None
            return tell(clock, ask.now)

        return change

    at = {"type": "object", "properties": {"time": _MOMENT}}
    moved = {
        "type": "object",
        "properties": {"seconds": {"type": "number", "minimum": 0}},
        "required": ["seconds"],
    }
    put = {"type": "object", "properties": {"time": _MOMENT, "frozen": {"type": "boolean"}}}
    rooms = (
        ("GET", "", _nothing, "Tell the time of a database", None),
        ("PUT", "", _set, "Set the time of a database; it stands still or runs as before", put),
        ("DELETE", "", _restore, "Give a database the server's time again", None),
        ("POST", "/freeze", _freeze, "Stop the time of a database, now or at a moment", at),
        ("POST", "/advance", _advance, "Move the time of a database forward", moved),
        ("POST", "/resume", _resume, "Let the time of a database run on", None),
    )
    for method, path, act, summary, takes in rooms:
        yield Route(method, _PATH + path, on(act), summary, takes=takes, gives=SCHEMA)
