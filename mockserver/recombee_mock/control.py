"""The control API under `/_mock`: health, journal, reset.

It is for the person whose machine the mock runs on, so it guards against the one stranger who can
reach a loopback port: a web page in that person's browser. A page of another origin is refused by
its `Origin`; a page whose own name was pointed at this machine (DNS rebinding) by its `Host`. No
answer carries a CORS header, and none shows a token.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from recombee_mock.admission import Admission
from recombee_mock.journal import Journal
from recombee_mock.regions import is_private_name

_PAGE: Final = 1000
_Answer = tuple[int, Any]


class ControlError(Exception):
    """The control request cannot be served; carries status and body."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


class Control:
    """Answers the control API.

    Args:
        admission: Knows the databases.
        journal: The requests.
        host: Name the server was told to bind, which is trusted as a `Host` too.
    """

    def __init__(self, admission: Admission, journal: Journal, host: str) -> None:
        self._admission = admission
        self._journal = journal
        self._host = host.lower()
        self._routes: dict[str, dict[str, Callable[[dict[str, str]], _Answer]]] = {
            "/_mock/health": {"GET": self._health},
            "/_mock/journal": {"GET": self._read_journal, "DELETE": self._clear_journal},
            "/_mock/reset": {"POST": self._reset},
        }

    def answer(
        self, method: str, target: bytes, host: str, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """Status and JSON body for one request."""
        try:
            self._check_origin(host, headers.get("Origin"))
            status, body = self._route(method, target.decode("utf-8", "replace"))
        except ControlError as error:
            status, body = error.status, error.body
        return status, json.dumps(body).encode()

    def _check_origin(self, host: str, origin: str | None) -> None:
        name = host.lower().rpartition(":")[0] or host.lower()
        if not (is_private_name(host) or name == self._host):
            text = (
                "The control API answers on localhost, on addresses and on names without a dot; "
                "other Host headers are refused, because a web page can forge them"
            )
            raise ControlError(403, {"message": text})
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            text = "The control API cannot be used by pages of other origins"
            raise ControlError(403, {"message": text})

    def _route(self, method: str, target: str) -> _Answer:
        path, _, query = target.partition("?")
        methods = self._routes.get(path.rstrip("/"))
        if methods is None:
            listing = [f"{verb} {p}" for p, verbs in self._routes.items() for verb in verbs]
            text = "There is no such path in the control API"
            raise ControlError(404, {"message": text, "paths": listing})
        act = methods.get("GET" if method == "HEAD" else method)
        if act is None:
            text = f"{path} takes {' and '.join(methods)}"
            raise ControlError(405, {"message": text})
        return act({name: values[-1] for name, values in parse_qs(query).items()})

    def _health(self, _: dict[str, str]) -> _Answer:
        databases = list(self._admission.databases)
        return 200, {"status": "ok", "databases": databases, "requests": self._journal.last}

    def _read_journal(self, query: dict[str, str]) -> _Answer:
        entries = self._journal.entries(
            since=_count(query, "since", 0),
            limit=_count(query, "limit", _PAGE),
            database=query.get("database"),
            secrets=self._admission.secrets(),
        )
        page = [entry.to_json() for entry in entries]
        return 200, {"entries": page, "last": self._journal.last}

    def _clear_journal(self, _: dict[str, str]) -> _Answer:
        self._journal.clear()
        return 200, {"status": "ok"}

    def _reset(self, query: dict[str, str]) -> _Answer:
        databases = self._admission.databases
        wanted = query.get("database")
        if wanted is not None and wanted not in databases:
            raise ControlError(404, {"message": "There is no such database"})
        chosen = list(databases) if wanted is None else [wanted]
        for database_id in chosen:
            databases[database_id].service.reset()
        return 200, {"status": "ok", "databases": chosen}


def _count(query: dict[str, str], name: str, default: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 16):  # noqa: PLR2004
        raise ControlError(400, {"message": f"{name} must be a whole number, 0 or more"})
    return int(text)
