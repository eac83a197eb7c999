"""The mock server: what it serves, where it listens, when it starts and stops."""

import time
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from aiohttp import web

from recombee_mock.control import health
from recombee_mock.control.api import Control
from recombee_mock.control.route import Route, Said
from recombee_mock.databases import Database, OpenDatabase, Service
from recombee_mock.faults.table import Faults
from recombee_mock.seeing.entry import Entry
from recombee_mock.seeing.journal import Journal
from recombee_mock.shell.admission import Admission
from recombee_mock.shell.auth import LIFETIME
from recombee_mock.shell.connection import Listener
from recombee_mock.shell.exchange import Exchange
from recombee_mock.shell.http_answer import Answers
from recombee_mock.shell.open_files import burst

if TYPE_CHECKING:
    from recombee_mock.data.estate import Estate
    from recombee_mock.data.replay import Progress
    from recombee_mock.recommender import Recommender
    from recombee_mock.shell.one_port import OnePort
    from recombee_mock.shell.tls import Authority

MAX_BODY: Final = 64 * 2**20
"""Bytes a request body may have; a full batch of interactions has about 1.5 million."""

_STOP_WITHIN: Final = 1.0
_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - shown, not bound


class MockServer:
    """A local Recombee.

    Args:
        databases: Served from the start; `add_database` adds more at any time.
        host: Address to bind.
        port: Port for HTTP, 0 for a free one.
        tls: Whether the HTTP port takes HTTPS too.
        tls_port: Another port for HTTPS alone, 0 for a free one, None for no such port.
        ca_file: Where the certificate of the server's own authority is written; a temporary file
            when None.
        now: The clock, in Unix seconds. It checks signatures, dates answers and stamps data.
        signature_lifetime: Seconds a signature is valid.
        max_body: Largest request body in bytes.
        body_timeout: Seconds a client may take to send a body.
        idle_timeout: Seconds a connection may stay open without a complete request.
        journal: Where requests are written down.
        make_service: Makes the service behind a database.
        recommender: Tells what is relevant, in every database; see `recombee_mock.recommender`.
        data: File that keeps all data, through crashes too; what it holds is served from the start.
        data_sync: Whether every write waits for the disk, so that it outlives a loss of power.
        progress: Told how far reading the file is: entries done, and of how many.

    Raises:
        DataError: The file cannot be used.

    Attributes:
        port: The HTTP port; the real one while the server runs.
        tls: Whether it takes HTTPS too.
        tls_port: The port for HTTPS alone likewise, None without one.
        journal: What was asked and answered.
        faults: What goes wrong on demand.
        now: The clock.
    """

    def __init__(
        self,
        databases: Iterable[Database] = (),
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: bool = False,
        tls_port: int | None = None,
        ca_file: str | Path | None = None,
        now: Callable[[], float] = time.time,
        signature_lifetime: float = LIFETIME,
        max_body: int = MAX_BODY,
        body_timeout: float = 30.0,
        idle_timeout: float = 75.0,
        journal: Journal | None = None,
        make_service: Callable[[], Service] | None = None,
        recommender: "Recommender | None" = None,
        data: str | Path | None = None,
        data_sync: bool = False,
        progress: "Progress" = lambda _done, _total: None,
    ) -> None:
        self.host = host
        self.port = port
        self.tls = tls
        self.tls_port = tls_port
        self.journal = Journal() if journal is None else journal
        self.faults = Faults()
        self.now = now
        self._ca_file = ca_file
        self._lifetime = signature_lifetime
        self._idle_timeout = idle_timeout
        self._make_service = make_service or partial(_default_service, recommender)
        self._admission = Admission()
        self._data = data
        self._data_sync = data_sync
        self._progress = progress
        self._answers = Answers(now)
        self._control = Control(
            health.routes(self._admission, self.journal, self._health_of_data),
            host,
            self._control_routes,
        )
        self._exchange = Exchange(
            self._admission,
            self._control,
            self.journal,
            self._answers,
            self.faults,
            now=now,
            max_body=max_body,
            body_timeout=body_timeout,
        )
        self._authority: Authority | None = None
        self._runner: web.ServerRunner | None = None
        self._one_port: OnePort | None = None
        for database in databases:
            self.add_database(database)
        if data is not None:
            for kept in self.estate.kept:
                self.estate.open_kept(kept)

    def __repr__(self) -> str:
        return f"<MockServer {self.host}:{self.port} {', '.join(self.databases)}>"

    async def __aenter__(self) -> Self:
        """Start serving."""
        await self.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop serving."""
        await self.stop()

    @property
    def databases(self) -> list[str]:
        """IDs of the databases."""
        return list(self._admission.databases)

    @property
    def base_uri(self) -> str:
        """Host and port for HTTP, as clients take them for a base URI."""
        return f"{self._shown_host}:{self.port}"

    @property
    def url(self) -> str:
        """Where to find the server."""
        return f"http://{self.base_uri}"

    @property
    def https_url(self) -> str | None:
        """Where to find it over HTTPS, None without."""
        port = self.tls_port if self.tls_port is not None or not self.tls else self.port
        return None if port is None else f"https://{self._shown_host}:{port}"

    @property
    def ca_path(self) -> Path | None:
        """File with the certificate to trust for HTTPS, while the server runs."""
        return self._authority.path if self._authority else None

    @property
    def _shown_host(self) -> str:
        host = _EVERYWHERE.get(self.host, self.host)
        return f"[{host}]" if ":" in host else host

    @cached_property
    def estate(self) -> "Estate":
        """The databases and where their data is: snapshots, copies."""
        from recombee_mock.data.estate import Estate  # noqa: PLC0415 - slow to load
        from recombee_mock.data.file import DataFile  # noqa: PLC0415 - slow to load

        return Estate(
            self._admission,
            self._make_service,
            self._lifetime,
            None if self._data is None else DataFile(self._data, sync=self._data_sync),
            progress=self._progress,
            now=self.now(),
        )

    def _health_of_data(self) -> dict[str, Any] | None:
        return None if self._data is None else self.estate.health()

    def add_database(self, database: Database) -> None:
        """Serve one more database: empty, or with what the data file has of it.

        Raises:
            ValueError: There is one of that ID.
            DataError: It cannot be written down.
        """
        if self._data is not None:
            self.estate.open(database)
        else:
            self._admission.open(OpenDatabase(database, self._make_service, self._lifetime))

    def find(self, database_id: str) -> OpenDatabase:
        """A database that is served: its time and its service.

        Raises:
            KeyError: There is none of that ID.
        """
        return self._admission.databases[database_id]

    def remove_database(self, database_id: str) -> None:
        """Stop serving a database; its data and its journal entries are gone.

        Raises:
            KeyError: There is none of that ID.
            DataError: The data file cannot be written.
        """
        self.estate.close(database_id)
        self._forget(database_id)

    def _forget(self, database_id: str) -> None:
        self.journal.forget(database_id)
        self.faults.forget(database_id)

    def reset(self, database_id: str | None = None) -> None:
        """Forget the data of one database, or of all.

        Raises:
            KeyError: There is none of that ID.
        """
        served = self._admission.databases
        for chosen in list(served.values()) if database_id is None else [served[database_id]]:
            chosen.service.reset()

    def entries(
        self, *, since: int = 0, limit: int | None = None, database: str | None = None
    ) -> list[Entry]:
        """What the journal holds, oldest first, tokens blanked out."""
        return self.journal.entries(
            since=since, limit=limit, database=database, secrets=self._admission.secrets()
        )

    def control(self, method: str, target: str, body: bytes | None = None) -> Said:
        """Ask the control API without a socket.

        Args:
            method: HTTP method.
            target: Path and query.
            body: JSON text.
        """
        raw = target.encode()
        return self._control.answer(method, raw, "localhost", {}, body or b"", self.now())

    async def start(self) -> None:
        """Bind the ports and answer from now on.

        Raises:
            OSError: A port cannot be bound.
            TlsUnavailableError: HTTPS is asked for and trustme is missing.
        """
        if self._data is not None:
            self.estate.settle(self.now())
        self._exchange.holds.stopped = False
        listener = Listener(self._exchange.handle, self._answers, idle_timeout=self._idle_timeout)
        self._runner = web.ServerRunner(listener, shutdown_timeout=_STOP_WITHIN)
        await self._runner.setup()
        try:
            await self._listen(self._runner)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Answer what is being answered, then close everything, the data file too.

        Raises:
            DataError: The data file could not be put in order; all that was answered is in it.
        """
        try:
            await self._hang_up()
        finally:
            if self._data is not None:
                self.estate.finish(self.now())

    async def _hang_up(self) -> None:
        runner, self._runner = self._runner, None
        self.journal.hang_up()
        self._exchange.holds.release()
        one_port, self._one_port = self._one_port, None
        if one_port is not None:
            await one_port.stop()
        if runner is not None:
            # A TLS connection is not gone when aiohttp is done with it: it still waits for the
            # client's goodbye, which an idle client does not send.
            connections = runner.server.connections if runner.server is not None else []
            transports = [connection.transport for connection in connections]
            await runner.cleanup()
            for transport in transports:
                if transport is not None:
                    transport.abort()
        authority, self._authority = self._authority, None
        if authority is not None:
            authority.close()

    def _control_routes(self) -> Iterable[Route]:
        from recombee_mock.control import rooms  # noqa: PLC0415 - slow to load

        return rooms.routes(
            self._admission,
            self.journal,
            self.faults,
            self.estate,
            forget=self._forget,
            ca_path=lambda: self.ca_path,
        )

    async def _listen(self, runner: web.ServerRunner) -> None:
        if self.tls:
            await self._bind_one_port(runner)
        else:
            await web.TCPSite(runner, self.host, self.port, backlog=burst()).start()
            self.port = runner.addresses[0][1]
        if not self.tls and self.tls_port is None:
            return
        from recombee_mock.shell.tls import Authority  # noqa: PLC0415 - cryptography is slow to load

        self._authority = Authority(self._ca_file, self.host)
        context = self._authority.context
        if self._one_port is not None:
            self._one_port.serve(context)
        if self.tls_port is not None:
            before = len(runner.addresses)
            await web.TCPSite(
                runner, self.host, self.tls_port, ssl_context=context, backlog=burst()
            ).start()
            self.tls_port = runner.addresses[before][1]

    async def _bind_one_port(self, runner: web.ServerRunner) -> None:
        from recombee_mock.shell.one_port import OnePort  # noqa: PLC0415 - only where it is wanted

        assert runner.server is not None  # noqa: S101 - the runner is set up
        self._one_port = OnePort(runner.server, silent_for=self._idle_timeout)
        await self._one_port.bind(self.host, self.port)
        self.port = self._one_port.port


def _default_service(recommender: "Recommender | None") -> Service:
    from recombee_mock.service import Service as RecombeeService  # noqa: PLC0415 - slow to load

    return RecombeeService(recommender=recommender)
