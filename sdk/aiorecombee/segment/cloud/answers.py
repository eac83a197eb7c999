"""What Segment's process makes of an answer of the API.

Source: the action framework's request client; node-fetch for what goes wrong on the way.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import attrs

_OK: Final = range(200, 300)
# The names that Node has for statuses, where Python's are others.
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus} | {
    413: "Payload Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    418: "I'm a Teapot",
    509: "Bandwidth Limit Exceeded",
}


@attrs.frozen
class Answer:
    """An answer, as the vector files write it under `respond`.

    Attributes:
        status: HTTP status.
        status_text: Its name.
        headers: By name in lower case.
        body: JSON, or text where the headers declare none.
        lost: No answer came at all.
    """

    status: int = 200
    status_text: str = ""
    headers: Mapping[str, str] = attrs.Factory(dict)
    body: Any = "ok"
    lost: bool = False

    @classmethod
    def from_json(cls, respond: Mapping[str, Any] | None) -> "Answer":
        """Read what a case says about it; 200 "ok" where it says nothing."""
        given = respond or {}
        status = given.get("status", 200)
        return cls(
            status,
            given.get("statusText") or _PHRASES.get(status, str(status)),
            {name.lower(): value for name, value in (given.get("headers") or {}).items()},
            given.get("body", "ok"),
            bool(given.get("networkError")),
        )

    def failure(self, url: str) -> dict[str, Any] | None:
        """The error it is, as the vector files write it; `None` for a success."""
        if self.lost:
            text = f"request to {url} failed, reason: socket hang up"
            return _error("network", "FetchError", text, code="ECONNRESET")
        if self.status not in _OK:
            return _error("http", "HTTPError", self.status_text, status=self.status)
        reason = self._unreadable()
        if reason is not None:
            text = f"invalid json response body at {url} reason: {reason}"
            return _error("network", "FetchError", text)
        return None

    def read(self) -> Any:
        """What it says."""
        return json.loads(self.body) if self._is_written_json() else self.body

    def _unreadable(self) -> str | None:
        """Why a body that is declared as JSON is none."""
        try:
            self.read()
        except ValueError as error:
            return str(error)
        return None

    def _is_written_json(self) -> bool:
        """Whether the body is JSON text; where nothing is declared, it is what the text says."""
        declared = "application/json" in self.headers.get("content-type", "")
        return declared and isinstance(self.body, str)


def _error(kind: str, name: str, message: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "name": name, "message": message, **more}
