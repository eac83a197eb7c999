"""The words in which cases are written: requests to one database, signed by the suite itself."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from recombee_contract.answer import ANYTHING, Answer, same
from recombee_contract.outcome import InapplicableError, UnsupportedError
from recombee_contract.signer import signed_target
from recombee_contract.target import Database

_NOT_IMPLEMENTED: Final = 501
_PAUSE: Final = 1.0
_SHORT_PAUSE: Final = 0.01


class Api:
    """Talks to one database.

    Args:
        database: The database.
        in_batch: Wrap every call into a batch of one. The API promises that a request in a batch
            does what it does alone, so a case can demand both with the same words.
        sleep: Waits until a listing may show what was written.
    """

    def __init__(
        self,
        database: Database,
        *,
        in_batch: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Talk to `database`."""
        self.database = database
        self._in_batch = in_batch
        self._sleep = sleep

    def get(self, path: str, **query: Any) -> Answer:
        """GET; the parameters go to the query."""
        return self.call("GET", path, query)

    def put(self, path: str, body: Any = None, **query: Any) -> Answer:
        """PUT."""
        return self.call("PUT", path, query, body)

    def post(self, path: str, body: Any = None, **query: Any) -> Answer:
        """POST."""
        return self.call("POST", path, query, body)

    def delete(self, path: str, body: Any = None, **query: Any) -> Answer:
        """DELETE; of its parameters most are in the query, a few in the body."""
        return self.call("DELETE", path, query, body)

    def call(
        self, method: str, path: str, query: Mapping[str, Any] | None = None, body: Any = None
    ) -> Answer:
        """Send one request, alone or as a batch of one."""
        if self._in_batch:
            return self._call_in_batch(method, path, {**(query or {}), **(body or {})})
        target = path
        if query:
            target += "?" + "&".join(f"{key}={_spelled(value)}" for key, value in query.items())
        return self.raw(method, target, None if body is None else json.dumps(body).encode())

    def batch(self, *entries: Mapping[str, Any], **options: Any) -> Answer:
        """Send a batch; entries are made with `entry`."""
        body = {"requests": entries, **options}
        return self.raw("POST", "/batch/", json.dumps(body).encode())

    def raw(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        public: bool = False,
    ) -> Answer:
        """Send a target, signed, in exactly these characters."""
        return self.unsigned(method, self.sign(target, public=public), body, headers)

    def sign(
        self,
        target: str,
        *,
        age: float = 0,
        public: bool = False,
        token: str | None = None,
        database: str | None = None,
    ) -> str:
        """Address and sign a target.

        Args:
            target: Path and query behind the database.
            age: Seconds since it was signed.
            public: Name the parameters as for the public token, and use that.
            token: Another key.
            database: Another database.
        """
        return signed_target(
            f"/{database or self.database.id}{target}",
            token or (self.public_token if public else self.database.token),
            int(time.time() - age),
            public=public,
        )

    @property
    def public_token(self) -> str:
        """The public token."""
        if self.database.public_token is None:
            raise InapplicableError("needs the public token")
        return self.database.public_token

    def unsigned(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a target as it is; it begins with the database."""
        got = self.database.connection.exchange(method, target, body, headers)
        shown = target.partition("?")[0].removeprefix(f"/{self.database.id}")
        answer = Answer(f"{method} {shown}", got.status, got.body.decode("utf-8", "replace"))
        if got.status == _NOT_IMPLEMENTED:
            raise UnsupportedError(f"{answer.asked}: {answer.text}")
        return answer

    def lists(self, path: str, expected: Any, **query: Any) -> None:
        """Demand a listing, in any order; waits for it where listings lag behind."""
        self.shows(path, lambda found: same(_sorted(found), _sorted(expected)), expected, **query)

    def shows(
        self,
        path: str,
        right: Callable[[Any], bool],
        expected: Any = ANYTHING,
        **query: Any,
    ) -> None:
        """Demand that a listing becomes right; `expected` is for the complaint."""
        waited = 0.0
        while not right(self.get(path, **query).expect(200).json):
            if waited >= self.database.patience:
                said = "something else" if expected is ANYTHING else json.dumps(expected)
                raise self.get(path, **query).broken(f"expected {said}")
            self._sleep(_PAUSE)
            waited += _PAUSE

    def wait(self) -> None:
        """Wait a moment for something that takes its time."""
        self._sleep(_PAUSE if self.database.patience else _SHORT_PAUSE)

    def _call_in_batch(self, method: str, path: str, params: Mapping[str, Any]) -> Answer:
        outer = self.batch(entry(method, path, **params))
        asked = f"{method} {path} in a batch"
        if outer.status != 200:  # noqa: PLR2004
            return Answer(asked, outer.status, outer.text)
        found = outer.json
        if not (isinstance(found, list) and len(found) == 1 and {"code", "json"} <= set(found[0])):
            raise outer.broken("expected one entry with code and json")
        answer = Answer(asked, found[0]["code"], json.dumps(found[0]["json"]), in_batch=True)
        if answer.status == _NOT_IMPLEMENTED:
            raise UnsupportedError(f"{asked}: {answer.text}")
        return answer


def entry(method: str, path: str, /, **params: Any) -> dict[str, Any]:
    """One request of a batch."""
    return {"method": method, "path": path, **({"params": params} if params else {})}


def _spelled(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_spelled, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return quote(str(value), safe="")


def _sorted(found: Any) -> Any:
    if isinstance(found, list):
        return sorted(found, key=lambda one: json.dumps(one, sort_keys=True))
    return found
