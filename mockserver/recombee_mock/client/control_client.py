"""A client for the control API of any running mock server.

control = MockControl("http://127.0.0.1:8484")
shop = control.database("shop")
shop.freeze("2026-12-24T18:00:00Z")
shop.add_fault({"kind": "status", "status": 503}, operation="AddPurchase", count=1)
...
shop.expect("AddPurchase", user_id="user-1", count=1)
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from recombee_mock.client.asking import Asked
from recombee_mock.client.carriers import HttpCarrier
from recombee_mock.client.control_calls import Asking, Json, camel, listed, quoted, target_of
from recombee_mock.client.database_control import DatabaseControl

_DATA: Final = b"data:"
_NOT_SETTINGS: Final = frozenset({"public_token", "region"})


class MockControl(Asking):
    """All that can be told to a mock server, and asked of it.

    Every method raises `MockControlError`, with the server's own words, when the server refuses or
    cannot be reached.

    Args:
        url: Of the server.
        timeout: Seconds to wait for a connection, and for each part of an answer.
    """

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        super().__init__(HttpCarrier(url, timeout))

    def database(self, database_id: str) -> "DatabaseControl":
        """All that can be told to one database."""
        return DatabaseControl(database_id, self._carrier)

    def health(self) -> Json:
        """Whether the server lives, and what it serves."""
        return self._ask("GET", "/_mock/health")

    def openapi(self) -> Json:
        """The description of the control API."""
        return self._ask("GET", "/_mock/openapi.json")

    def metrics(self) -> str:
        """What was counted, as Prometheus reads it."""
        return self._read("GET", "/_mock/metrics").decode()

    def certificate(self) -> str:
        """The certificate that a client has to trust for https, as PEM."""
        return self._read("GET", "/_mock/ca.pem").decode()

    def journal(self, *, since: int = 0, limit: int = 1000, **filters: Any) -> list[Json]:
        """The requests that came in, oldest first.

        Args:
            since: Only those with a greater `seq`.
            limit: At most so many.
            **filters: database, operation, status (404 or "4xx"), method, path, auth, fault;
                `requests=True` shows each request of a batch.
        """
        page = self._ask("GET", "/_mock/journal", since=since, limit=limit, **filters)
        entries: list[Json] = page["entries"]
        return entries

    def entry(self, seq: int) -> Json:
        """One request that came in; of a batch all of them."""
        return self._ask("GET", f"/_mock/journal/{seq}")

    def clear_journal(self) -> None:
        """Forget the requests that came in."""
        self._ask("DELETE", "/_mock/journal")

    def events(self, *, since: int | None = None, **filters: Any) -> Iterator[Json]:
        """The requests as they come in, until the server stops; close it to stop earlier."""
        for line in self._carrier.follow(target_of("/_mock/events", {"since": since, **filters})):
            if line.startswith(_DATA):
                yield json.loads(line[len(_DATA) :])

    def expect(self, asked: Asked, *, database: str | None = None, **expected: Any) -> int:
        """Check that something was asked, of one database or of any; see `DatabaseControl`."""
        return self._verify(asked, database, **expected)

    def reset(self) -> None:
        """Forget the data of all databases."""
        self._ask("POST", "/_mock/reset")

    def databases(self) -> list[Json]:
        """The databases, without their tokens."""
        return listed(self._ask("GET", "/_mock/databases"))

    def add_database(self, database_id: str, token: str, **options: Any) -> DatabaseControl:
        """Make a database.

        Args:
            database_id: Its ID.
            token: The private token.
            **options: `public_token`, `region`, and settings such as `listing_lag`.
        """
        names = _NOT_SETTINGS & options.keys()
        own = {name: options.pop(name) for name in names}
        body = {"token": str(token), **camel(own), "settings": camel(options)}
        self._ask("PUT", f"/_mock/databases/{quoted(database_id)}", body)
        return self.database(database_id)

    def remove_database(self, database_id: str) -> None:
        """Remove a database with all its data."""
        self._ask("DELETE", f"/_mock/databases/{quoted(database_id)}")

    def faults(self) -> list[Json]:
        """The faults, with what they met."""
        return listed(self._ask("GET", "/_mock/faults"))

    def add_fault(self, effect: Mapping[str, Any], **rule: Any) -> Json:
        """Order a fault.

        Args:
            effect: What happens: `{"kind": "status", "status": 503}`, `{"kind": "reset"}`, …
            **rule: Where and how often: database, operation, method, path, auth, probability,
                after, count, lasts, seed, id.
        """
        return self._ask("POST", "/_mock/faults", {**rule, "effect": dict(effect)})

    def fault(self, fault_id: str) -> Json:
        """One fault."""
        return self._ask("GET", f"/_mock/faults/{quoted(fault_id)}")

    def remove_fault(self, fault_id: str) -> None:
        """Take one fault away."""
        self._ask("DELETE", f"/_mock/faults/{quoted(fault_id)}")

    def remove_faults(self) -> None:
        """Take all faults away."""
        self._ask("DELETE", "/_mock/faults")
