"""What can be told to one database of a mock server, and asked of it."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from aiorecombee.requests.endpoint import Request
from recombee_mock.client.asking import Asked, call_of, wire_value
from recombee_mock.client.carriers import Carrier, MockControlError
from recombee_mock.client.control_calls import Asking, Json, camel, listed, quoted

Moment: TypeAlias = datetime | float | str
"""An aware `datetime`, Unix seconds, or ISO 8601 text."""


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
        __tracebackhide__ = True  # what matters of a failure in pytest is the caller's line
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
        return self._ask("PUT", f"{self._path}/settings", camel(settings))

    def scenarios(self) -> list[Json]:
        """Its scenarios."""
        return listed(self._ask("GET", f"{self._path}/scenarios"))

    def scenario(self, scenario: str) -> Json:
        """One scenario."""
        return self._ask("GET", f"{self._path}/scenarios/{quoted(scenario)}")

    def put_scenario(self, scenario: str, endpoint: str, **more: Any) -> Json:
        """Make or replace a scenario: `put_scenario("home", "recommendItemsToUser", filter=…)`."""
        body = {"endpoint": endpoint, **camel(more)}
        return self._ask("PUT", f"{self._path}/scenarios/{quoted(scenario)}", body)

    def delete_scenario(self, scenario: str) -> None:
        """Delete a scenario."""
        self._ask("DELETE", f"{self._path}/scenarios/{quoted(scenario)}")

    def add_fault(self, effect: Mapping[str, Any], **rule: Any) -> Json:
        """Order a fault for this database; see `MockControl.add_fault`."""
        return self._ask(
            "POST", "/_mock/faults", {**rule, "database": self._id, "effect": dict(effect)}
        )

    def faults(self) -> list[Json]:
        """The faults for this database, with what they met."""
        every = listed(self._ask("GET", "/_mock/faults"))
        return [fault for fault in every if fault.get("database") == self._id]

    def remove_faults(self) -> None:
        """Take the faults for this database away."""
        for fault in self.faults():
            self._ask("DELETE", f"/_mock/faults/{quoted(fault['id'])}")

    def describe(self) -> Json:
        """Where it is, how it behaves, and how much it holds."""
        return self._ask("GET", self._path)

    def fork(self, database_id: str, token: str, **options: Any) -> Json:
        """Copy it: `fork("shop-2", "token-2", public_token=…, region=…)`."""
        body = {"database": database_id, "token": str(token), **camel(options)}
        return self._ask("POST", f"{self._path}/fork", body)

    def snapshots(self) -> list[Json]:
        """Its snapshots."""
        return listed(self._ask("GET", f"{self._path}/snapshots"))

    def save(self, name: str) -> Json:
        """Take a snapshot, in place of one of that name."""
        return self._ask("PUT", f"{self._path}/snapshots/{quoted(name)}")

    def restore(self, name: str) -> None:
        """Go back to a snapshot: data, scenarios and settings; tokens and time stay."""
        self._ask("POST", f"{self._path}/snapshots/{quoted(name)}/restore")

    def delete_snapshot(self, name: str) -> None:
        """Delete a snapshot."""
        self._ask("DELETE", f"{self._path}/snapshots/{quoted(name)}")

    def export_lines(self) -> str:
        """Everything it holds as requests, one a line."""
        return self._read("GET", f"{self._path}/export").decode()

    def import_lines(self, lines: "str | Iterable[Json | Request[Any]]") -> Json:
        """Carry out requests: those of an export, or requests, or `{"method", "path", "params"}`.

        Raises:
            MockControlError: Some of them failed; the others were carried out.
        """
        text = lines if isinstance(lines, str) else "\n".join(map(json.dumps, map(call_of, lines)))
        answer = self._read("POST", f"{self._path}/import", text.encode())
        return _done(json.loads(answer))

    def generate(self, **planted: Any) -> Json:
        """Add made-up data: `generate(users=100, items=50, clusters=5, interactions=2000)`."""
        return _done(self._ask("POST", f"{self._path}/generate", planted))


def _done(report: Json) -> Json:
    if report["failed"]:
        first = report["failures"][0]
        raise MockControlError(
            first["status"],
            f"{report['failed']} of {report['lines']} failed, first line {first['line']}: "
            f"{first['message']}",
            report,
        )
    return report


def _set(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}
