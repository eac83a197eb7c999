"""The databases: which there are, what they hold; new ones, copies, and their end."""

from collections.abc import Callable, Iterable
from typing import Any, Final

import attrs

from recombee_mock.control.route import DONE, Ask, ControlError, Route, Said
from recombee_mock.control.settings import SCHEMA as SETTINGS
from recombee_mock.control.state import find_database
from recombee_mock.data.estate import Estate
from recombee_mock.databases import Database, OpenDatabase
from recombee_mock.fields import FieldError, Fields
from recombee_mock.seeing.holdings import holdings
from recombee_mock.settings import settings_from_json, settings_to_json
from recombee_mock.shell.admission import Admission
from recombee_mock.shell.regions import DEFAULT_REGION, REGIONS
from recombee_mock.store.contents import Contents

_ALL: Final = "/_mock/databases"
_ONE: Final = f"{_ALL}/{{database}}"

_TOKENS: Final = {
    "token": {"type": "string", "description": "The private token"},
    "publicToken": {"type": "string", "description": "Opens what browsers may ask for"},
    "region": {"enum": sorted(REGIONS), "default": DEFAULT_REGION},
}
_NEW: Final = {
    "type": "object",
    "properties": {**_TOKENS, "settings": SETTINGS},
    "required": ["token"],
    "additionalProperties": False,
}
_COPY: Final = {
    "type": "object",
    "properties": {"database": {"type": "string", "description": "Its ID"}, **_TOKENS},
    "required": ["database", "token"],
    "additionalProperties": False,
}
_SHOWN: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "database": {"type": "string"},
        "region": {"type": "string"},
        "public": {"type": "boolean", "description": "Whether it has a public token"},
    },
    "required": ["database", "region", "public"],
}
_HELD: Final = {
    "type": "object",
    "properties": {
        **_SHOWN["properties"],
        "settings": SETTINGS,
        "holds": {
            "type": "object",
            "description": "Number of items, users, interactions of each kind and the rest",
            "additionalProperties": {"type": "integer"},
        },
    },
}


def routes(admission: Admission, estate: Estate, forget: Callable[[str], None]) -> Iterable[Route]:
    """The routes of this room.

    Args:
        admission: Where the databases are found.
        estate: Opens and closes them.
        forget: Told of a database that is gone.
    """

    def read_all(_ask: Ask) -> Any:
        return {"databases": [_shown(served) for served in admission.databases.values()]}

    def read(ask: Ask) -> Any:
        return _held(find_database(admission, ask.path["database"]))

    def put(ask: Ask) -> Any:
        database = _database(_fields(ask), ask.path["database"])
        return _opened(lambda: estate.open(database))

    def delete(ask: Ask) -> Any:
        name = find_database(admission, ask.path["database"]).id
        estate.close(name)
        forget(name)
        return DONE

    def fork(ask: Ask) -> Any:
        source = find_database(admission, ask.path["database"]).id
        database = _database(_fields(ask))
        return _opened(lambda: estate.fork(source, database, ask.now))

    listed = {"type": "object", "properties": {"databases": {"type": "array", "items": _SHOWN}}}
    yield Route("GET", _ALL, read_all, "List the databases", gives=listed)
    yield Route("GET", _ONE, read, "Tell what a database holds", gives=_HELD)
    yield Route("PUT", _ONE, put, "Make a database", takes=_NEW, gives=_HELD, statuses=(201,))
    yield Route("DELETE", _ONE, delete, "Remove a database with all its data")
    yield Route(
        "POST", f"{_ONE}/fork", fork, "Copy a database", takes=_COPY, gives=_HELD, statuses=(201,)
    )


def _shown(served: OpenDatabase) -> dict[str, Any]:
    return {
        "database": served.id,
        "region": served.region,
        "public": served.database.public_token is not None,
    }


def _held(served: OpenDatabase) -> dict[str, Any]:
    contents = getattr(served.service, "contents", None)
    held: dict[str, int] = {}
    if isinstance(contents, Contents):
        held = {
            **holdings(contents),
            "series": len(contents.series.ids()),
            "synonyms": len(contents.synonyms.all()),
            "segmentations": len(contents.segmentations.all()),
            "scenarios": len(contents.scenarios.all()),
        }
    settings = settings_to_json(served.service.settings)
    return {**_shown(served), "settings": settings, "holds": held}


def _fields(ask: Ask) -> Fields:
    try:
        return Fields(ask.json())
    except FieldError as error:
        raise ControlError(400, str(error)) from None


def _database(fields: Fields, database_id: str | None = None) -> Database:
    """The database that is asked for."""
    try:
        name = fields.text("database") if database_id is None else database_id
        token, public = fields.text("token"), fields.text("publicToken", None)
        region = fields.text("region", DEFAULT_REGION)
        settings = {} if database_id is None else fields.take("settings", {})
        chosen = attrs.asdict(settings_from_json(settings, where="settings"))
        fields.done()
        return Database(name, token, public, region, **chosen)
    except (FieldError, ValueError) as error:
        raise ControlError(400, str(error)) from None


def _opened(open_it: Callable[[], OpenDatabase]) -> Said:
    try:
        return Said(_held(open_it()), 201)
    except ValueError as error:  # there is one of that ID
        raise ControlError(409, f"{error}; remove it first, or choose another ID") from None
