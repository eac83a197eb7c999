"""The mock server as a target: a database of its own for every case."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from recombee_contract.connection import Address, Connection
from recombee_contract.target import Database
from recombee_mock import Database as MockDatabase
from recombee_mock import MockControl, MockServerThread


class MockTarget:
    """Starts a mock server in this process; a context manager."""

    name = "mock"

    def __init__(self) -> None:
        """Prepare; nothing is started yet."""
        self._server = MockServerThread()
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        """Start the server."""
        self._server.start()
        host, _, port = self._server.base_uri.partition(":")
        self._connection = Connection(Address(host, int(port)))
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the server."""
        if self._connection is not None:
            self._connection.close()
        self._server.stop()

    @contextmanager
    def database(self, settings: Mapping[str, Any]) -> Iterator[Database]:
        """Serve a new database while a case runs."""
        if self._connection is None:
            raise RuntimeError("the mock target was not started")
        made = MockDatabase(
            f"contract-{secrets.token_hex(6)}",
            secrets.token_urlsafe(32),
            secrets.token_urlsafe(32),
            **{name: value for name, value in settings.items() if name != "scenarios"},
        )
        self._server.add_database(made)
        control = MockControl(self._server.url).database(made.id)
        for scenario in settings.get("scenarios", ()):
            control.put_scenario(**scenario)
        try:
            yield Database(made.id, made.token, made.public_token, self._connection)
        finally:
            self._server.remove_database(made.id)
