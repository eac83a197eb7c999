"""Whether the right things were asked: expectations on the journal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from recombee_mock.control.route import Ask, ControlError, Route, Said, Schema
from recombee_mock.fields import FieldError, Fields
from recombee_mock.seeing.journal import Journal
from recombee_mock.shell.admission import Admission

if TYPE_CHECKING:
    from recombee_mock.seeing.expectation import Expectation

_NAMES: Final = {"atLeast": "at_least", "atMost": "at_most"}
_NUMBER: Final = {"type": "integer", "minimum": 0}

EXPECTATION: Final[Schema] = {
    "type": "object",
    "properties": {
        "database": {"type": "string", "description": "Only requests to this database"},
        "operation": {"type": "string", "description": "Request class, such as `AddPurchase`"},
        "params": {
            "type": "object",
            "description": "What parameters must be, named as the API does. Of an object only the "
            "named members count. Rules stand in place of values: `$any`, `$absent`, `$eq`, `$ne`, "
            "`$gt`, `$gte`, `$lt`, `$lte`, `$in`, `$set`, `$regex`, `$contains`, such as "
            '`{"amount": {"$gte": 2}}`',
        },
        "count": {**_NUMBER, "description": "Exactly so many; with no number at least once"},
        "atLeast": _NUMBER,
        "atMost": _NUMBER,
        "since": {**_NUMBER, "description": "Only what came after this number of the journal"},
        "status": {
            "type": ["string", "integer"],
            "description": "Only what was answered so, such as 404 or `2xx`; leaves out batches",
        },
        "inBatches": {
            "type": "boolean",
            "default": True,
            "description": "Whether requests within batches count",
        },
    },
    "required": ["operation"],
    "additionalProperties": False,
}
"""An expectation in JSON."""

OUTCOME: Final[Schema] = {
    "type": "object",
    "properties": {
        "met": {"type": "boolean"},
        "matched": {"type": "integer", "description": "Requests that are as expected"},
        "asked": {"type": "integer", "description": "Requests of that operation"},
        "explanation": {"type": "string"},
        "nearest": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "seq": {"type": "integer"},
                    "at": {"type": ["integer", "null"], "description": "Place in its batch"},
                    "differs": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
    "required": ["met", "matched", "asked", "explanation", "nearest"],
}
"""How an expectation fared, in JSON."""


def _read(body: Any) -> "tuple[str | None, Expectation]":
    from recombee_mock.seeing.expectation import Expectation  # noqa: PLC0415 - every request is slow
    from recombee_mock.seeing.matching import ExpectationError  # noqa: PLC0415 - as above

    try:
        fields = Fields(body)
        database = fields.text("database", None)
        given = {"operation": fields.text("operation"), "params": _object(fields, "params")}
        for name in ("count", "atLeast", "atMost"):
            given[_NAMES.get(name, name)] = fields.whole(name, None)
        given["since"] = fields.whole("since", 0)
        given["status"] = fields.take("status", None)
        given["in_batches"] = fields.flag("inBatches", default=True)
        fields.done()
        return database, Expectation(**given)
    except (FieldError, ExpectationError) as error:
        raise ControlError(400, str(error)) from None


def _object(fields: Fields, name: str) -> Any:
    value = fields.take(name, {})
    if isinstance(value, dict):
        return value
    raise FieldError(f"{name} must be an object")


def routes(admission: Admission, journal: Journal) -> Iterable[Route]:
    """The routes of this room."""

    def expect(ask: Ask) -> Any:
        from recombee_mock.seeing.expectation import verify  # noqa: PLC0415 - every request is slow

        database, expected = _read(ask.json())
        entries = journal.entries(
            since=expected.since, database=database, secrets=admission.secrets()
        )
        outcome = verify(expected, entries, journal.dropped)
        return Said(outcome.to_json(), 200 if outcome.met else 409)

    yield Route(
        "POST",
        "/_mock/expect",
        expect,
        "Check that something was asked; 409 explains what came nearest",
        takes=EXPECTATION,
        gives=OUTCOME,
        statuses=(200, 409),
    )
