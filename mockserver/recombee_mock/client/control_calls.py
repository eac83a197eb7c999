"""Asking the control API: one request, one answer, one kind of error."""

import json
from collections.abc import Mapping
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlencode

from recombee_mock.client.asking import Asked, expected_of
from recombee_mock.client.carriers import Carrier, refusal

Json: TypeAlias = Any
"""Anything JSON can hold."""

_FAILED: Final = 400
_UNMET: Final = 409


class Asking:
    """Asks the control API.

    Args:
        carrier: Reaches the server.
    """

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def _ask(self, method: str, path: str, body: Json = None, **query: Any) -> Json:
        raw = None if body is None else json.dumps(body).encode()
        answer = self._read(method, path, raw, **query)
        return json.loads(answer)

    def _read(self, method: str, path: str, body: bytes | None = None, **query: Any) -> bytes:
        status, answer = self._carrier.carry(method, target_of(path, query), body)
        if status >= _FAILED:
            raise refusal(status, answer)
        return answer

    def _verify(
        self,
        asked: Asked,
        database: str | None,
        *,
        count: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        since: int = 0,
        status: int | str | None = None,
        in_batches: bool = True,
        params: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> int:
        __tracebackhide__ = True
        operation, wanted = expected_of(asked, {**(params or {}), **fields})
        expected = {
            "database": database,
            "operation": operation,
            "params": wanted,
            "count": count,
            "atLeast": at_least,
            "atMost": at_most,
            "since": since,
            "status": status,
            "inBatches": in_batches,
        }
        raw = json.dumps(expected).encode()
        code, answer = self._carrier.carry("POST", "/_mock/expect", raw)
        outcome = json.loads(answer) if code in {200, _UNMET} else {}
        if "met" not in outcome:
            raise refusal(code, answer)
        if not outcome["met"]:
            raise AssertionError(outcome["explanation"])
        return int(outcome["matched"])


def target_of(path: str, query: Mapping[str, Any]) -> str:
    """Path and query of a request; what is `None` is left out."""
    asked = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in query.items()
        if value is not None
    }
    return f"{path}?{urlencode(asked)}" if asked else path


def quoted(name: str) -> str:
    """A name as a part of a path."""
    return quote(name, safe="")


def listed(answer: Json) -> list[Json]:
    """The list that is the only member of an answer, or the answer."""
    if isinstance(answer, dict):
        [answer] = (value for value in answer.values() if isinstance(value, list))
    return list(answer)


def camel(names: Mapping[str, Any]) -> dict[str, Any]:
    """Names of Python as the API writes them."""
    made = {}
    for name, value in names.items():
        first, *others = name.split("_")
        made[first + "".join(map(str.capitalize, others))] = value
    return made
