"""What was asked: the journal."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from recombee_mock.control.route import (
    DONE,
    DONE_SCHEMA,
    Ask,
    ControlError,
    Route,
    Schema,
    count_of,
    flag_of,
)
from recombee_mock.seeing.declared import misnamed
from recombee_mock.seeing.journal import Journal
from recombee_mock.seeing.journal_filter import Filter
from recombee_mock.shell.admission import Admission

_PATH: Final = "/_mock/journal"
_PAGE: Final = 1000

FILTERS: Final[Mapping[str, str]] = {
    "database": "Only those that named this database",
    "operation": "Only those understood as this request class, such as `AddPurchase`",
    "status": "Only those answered so: a number such as 404, or a class such as `4xx`; 0 for none",
    "method": "Only those of this HTTP method",
    "path": "Only those whose path behind the database ID begins so",
    "auth": "Only those of this verdict: `private`, `public`, `unchecked`, `expired`, …",
    "fault": "`true` for those that a fault befell, `false` for the others",
}
"""The query parameters that choose entries."""

_TEXT: Final = {"type": "string"}
_COUNTS: Final = {"type": "object", "additionalProperties": {"type": "integer"}}
_REQUEST: Final = {
    "type": "object",
    "properties": {
        "method": _TEXT,
        "path": _TEXT,
        "operation": _TEXT,
        "params": {"type": "object"},
    },
    "required": ["method", "path", "operation", "params"],
}
ENTRY: Final[Schema] = {
    "type": "object",
    "properties": {
        "seq": {"type": "integer", "description": "Counts up from 1 over the server's life"},
        "time": {"type": "number", "description": "Unix seconds on the server's clock"},
        "method": _TEXT,
        "target": {"type": "string", "description": "Path and query without the signature"},
        "host": _TEXT,
        "region": {"type": "string", "description": "Of the host; `any` for none of Recombee's"},
        "database": _TEXT,
        "operation": {"type": "string", "description": "Request class, empty when none"},
        "status": {"type": "integer", "description": "Of the answer; 0 where none was made"},
        "auth": {"type": "string", "description": "Verdict on the signature"},
        "fault": {"type": "string", "description": "The fault that befell it, empty when none"},
        "took": {"type": "number", "description": "Seconds"},
        "items": {"type": "integer", "description": "Requests in a batch that was carried out"},
        "bodySize": {"type": "integer"},
        "body": {"type": "string", "description": "Cut off at the journal's limit"},
        "bodyTruncated": {"type": "boolean"},
        "params": {"type": "object", "description": "Typed and named as the API does"},
        "operations": {**_COUNTS, "description": "Request classes in a batch"},
        "requests": {"type": "array", "items": _REQUEST, "description": "Of a batch"},
    },
    "required": ["seq", "time", "method", "target", "database", "operation", "status", "params"],
}
"""One entry."""

_ENTRIES: Final[Schema] = {
    "type": "object",
    "properties": {
        "entries": {"type": "array", "items": ENTRY},
        "last": {"type": "integer", "description": "Number of the newest entry ever written"},
        "next": {"type": "integer", "description": "What to give as `since` to read on"},
    },
    "required": ["entries", "last", "next"],
}


def filter_of(ask: Ask) -> Filter:
    """What the query says about entries.

    Raises:
        ControlError: 400, it says something that makes no sense.
    """
    texts = {name: ask.query.get(name) for name in ("operation", "method", "path", "auth")}
    if texts["operation"] and (wrong := misnamed(texts["operation"])):
        raise ControlError(400, wrong)
    try:
        return Filter(**texts, status=ask.query.get("status"), fault=flag_of(ask.query, "fault"))
    except ValueError as error:
        raise ControlError(400, str(error)) from None


def routes(admission: Admission, journal: Journal) -> Iterable[Route]:
    """The routes of this room."""

    def read(ask: Ask) -> Any:
        limit = count_of(ask.query, "limit", _PAGE)
        since = count_of(ask.query, "since", 0)
        whole = bool(flag_of(ask.query, "requests"))
        entries = journal.entries(
            since=since,
            limit=limit,
            database=ask.query.get("database"),
            only=filter_of(ask),
            secrets=admission.secrets(),
        )
        more = len(entries) == limit
        return {
            "entries": [entry.to_json(requests=whole) for entry in entries],
            "last": journal.last,
            "next": (entries[-1].seq if entries else since) if more else journal.last,
        }

    def read_one(ask: Ask) -> Any:
        seq = count_of(ask.path, "seq", 0)
        found = journal.entries(since=max(seq - 1, 0), limit=1, secrets=admission.secrets())
        if not found or found[0].seq != seq:
            raise ControlError(404, f"The journal holds no entry {seq}")
        return found[0].to_json(requests=True)

    def clear(_ask: Ask) -> Any:
        journal.clear()
        return DONE

    asked = {
        "since": "Only entries with a greater `seq`",
        "limit": f"At most so many, {_PAGE} by default",
        **FILTERS,
        "requests": "`true` shows each request of a batch as well",
    }
    yield Route("GET", _PATH, read, "Read the requests that came in", asked, gives=_ENTRIES)
    yield Route(
        "GET", f"{_PATH}/{{seq}}", read_one, "Read one request, of a batch all of them", gives=ENTRY
    )
    yield Route("DELETE", _PATH, clear, "Forget the requests that came in", gives=DONE_SCHEMA)
