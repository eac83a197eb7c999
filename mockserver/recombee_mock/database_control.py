"""What can be told to one database of a mock server, and asked of it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlencode

from recombee_mock.asking import Asked, expected_of, wire_value
from recombee_mock.carriers import Carrier, refusal

Json: TypeAlias = Any
"""Anything JSON can hold."""
Moment: TypeAlias = datetime | float | str
"""An aware `datetime`, Unix seconds, or ISO 8601 text."""

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


class DatabaseControl(Asking):
    """All that can be told to one database of a mock server, and asked of it.

    Args:
        database_id: Its ID.
        carrier: Reaches the server.
    """

    def __init__(self, database_id: str, carrier: Carrier) -> None:
        super().__init__(carrier)
        self._id = database_id
        self._since = 0
        self._path = f"/_mock/databases/{quoted(database_id)}"

    def expect(
        self,
        asked: Asked,
        *,
        count: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        since: int | None = None,
        status: int | str | None = None,
        in_batches: bool = True,
        params: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> int:
        """Check that something was asked of this database; give back how often.

            db.expect(AddPurchase, user_id="user-1", count=1)
            db.expect(AddPurchase("user-1", "item-7", amount=2))
            db.expect("SetItemValues", item_id=..., values={"price": {"$gte": 10}}, at_least=2)

        Args:
            asked: A request, of which all fields that are set must be so, or its class, or its
                name.
            count: Exactly so many. With no number: at least one.
            at_least: So many or more.
            at_most: So many or fewer.
            since: Only what came after this number of the journal.
            status: Only what was answered so, such as 404 or "2xx"; leaves out batches.
            in_batches: Whether requests within batches count.
            params: Fields whose names are taken here: `{"count": 5}`.
            **fields: What its fields must be: a value, `...` for any, a compiled regular
                expression, rules such as `{"$gte": 2}`. Of an object only the named members count.

        Raises:
            AssertionError: It was not; explains what came nearest.
            TypeError: There is no such request, or it has no such field.
        """
        return self._verify(
            asked,
            self._id,
            count=count,
            at_least=at_least,
            at_most=at_most,
            since=self._since if since is None else since,
            status=status,
            in_batches=in_batches,
            params=params,
            **fields,
        )

    def reset(self) -> None:
        """Forget all data; the journal stays."""
        self._ask("POST", "/_mock/reset", database=self._id)

    def time(self) -> Json:
        """What its clock shows."""
        return self._ask("GET", f"{self._path}/time")

    def set_time(self, time: Moment, *, frozen: bool | None = None) -> Json:
        """Set its clock, which stands still or runs as before."""
        given = {"time": wire_value(time), "frozen": frozen}
        return self._ask("PUT", f"{self._path}/time", _set(given))

    def freeze(self, time: Moment | None = None) -> Json:
        """Stop its clock, now or at a moment."""
        given = {} if time is None else {"time": wire_value(time)}
        return self._ask("POST", f"{self._path}/time/freeze", given)

    def advance(self, seconds: float) -> Json:
        """Move its clock forward."""
        return self._ask("POST", f"{self._path}/time/advance", {"seconds": seconds})

    def resume(self) -> Json:
        """Let its clock run on."""
        return self._ask("POST", f"{self._path}/time/resume")

    def restore_time(self) -> Json:
        """Give it the server's time again."""
        return self._ask("DELETE", f"{self._path}/time")

    def settings(self) -> Json:
        """How it behaves."""
        return self._ask("GET", f"{self._path}/settings")

    def change_settings(self, **settings: Any) -> Json:
        """Change how it behaves: `listing_lag=2.0`; the others stay."""
        return self._ask("PUT", f"{self._path}/settings", _camel(settings))

    def scenarios(self) -> list[Json]:
        """Its scenarios."""
        return listed(self._ask("GET", f"{self._path}/scenarios"))

    def scenario(self, scenario: str) -> Json:
        """One scenario."""
        return self._ask("GET", f"{self._path}/scenarios/{quoted(scenario)}")

    def put_scenario(self, scenario: str, endpoint: str, **more: Any) -> Json:
        """Make or replace a scenario: `put_scenario("home", "recommendItemsToUser", filter=…)`."""
        body = {"endpoint": endpoint, **_camel(more)}
        return self._ask("PUT", f"{self._path}/scenarios/{quoted(scenario)}", body)

    def delete_scenario(self, scenario: str) -> None:
        """Delete a scenario."""
        self._ask("DELETE", f"{self._path}/scenarios/{quoted(scenario)}")

    def add_fault(self, effect: Mapping[str, Any], **rule: Any) -> Json:
        """Order a fault for this database; see `MockControl.add_fault`."""
        return self._ask(
            "POST", "/_mock/faults", {**rule, "database": self._id, "effect": dict(effect)}
        )


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


def _set(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _camel(names: Mapping[str, Any]) -> dict[str, Any]:
    made = {}
    for name, value in names.items():
        first, *others = name.split("_")
        made[first + "".join(map(str.capitalize, others))] = value
    return made
