"""The mock server on a thread of its own.

A test's event loop lives as long as the test, a server as long as the session; and a synchronous
client would block the loop that should answer it. On its own thread the server minds neither.
"""

import asyncio
import contextlib
import secrets
import threading
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from recombee_mock.client.database_control import DatabaseControl
from recombee_mock.databases import Database, Token
from recombee_mock.seeing.entry import Entry
from recombee_mock.server import MockServer
from recombee_mock.shell.regions import DEFAULT_REGION

T = TypeVar("T")


class MockServerThread:
    """`MockServer` for synchronous callers; any thread may use it.

    Args:
        databases: Served from the start.
        **options: What `MockServer` takes.
    """

    def __init__(self, databases: Iterable[Database] = (), **options: Any) -> None:
        self.server = MockServer(databases, **options)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._enough: asyncio.Event | None = None

    def __enter__(self) -> Self:
        """Start serving."""
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop serving."""
        self.stop()

    @property
    def url(self) -> str:
        """Where to find the server."""
        return self.server.url

    @property
    def base_uri(self) -> str:
        """Host and port for HTTP, as clients take them for a base URI."""
        return self.server.base_uri

    @property
    def https_url(self) -> str | None:
        """Where to find it over HTTPS, None without."""
        return self.server.https_url

    @property
    def ca_path(self) -> Path | None:
        """File with the certificate to trust for HTTPS."""
        return self.server.ca_path

    def start(self) -> None:
        """Answer from now on.

        Raises:
            OSError: A port cannot be bound.
        """
        # All of it now: two threads that load parts of each other could get halves.
        import recombee_mock.control.rooms  # noqa: PLC0415 - as late as possible, so not above
        import recombee_mock.service  # noqa: F401, PLC0415

        ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(ready)), name="recombee-mock", daemon=True
        )
        self._thread.start()
        ready.result()

    def stop(self) -> None:
        """Close everything and wait for the thread to end."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self._loop is not None and self._enough is not None:
            with contextlib.suppress(RuntimeError):  # it never started, so its loop is gone
                self._loop.call_soon_threadsafe(self._enough.set)
        thread.join()

    def run(self, act: Callable[[MockServer], T]) -> T:
        """Do something with the server between two of its answers.

        Whatever touches databases or journal goes through here: they belong to the server's thread.
        """
        if self._loop is None or self._thread is None:
            raise RuntimeError("The mock server is not running")
        done: Future[T] = Future()

        def work() -> None:
            try:
                done.set_result(act(self.server))
            except Exception as error:  # noqa: BLE001 - it belongs to the caller
                done.set_exception(error)

        self._loop.call_soon_threadsafe(work)
        return done.result()

    def carry(self, method: str, target: str, body: bytes | None) -> tuple[int, bytes]:
        """Ask the control API, without a socket; see `database_control`."""
        said = self.run(lambda server: server.control(method, target, body))
        if said.stream is None:
            return said.status, said.value
        if self._loop is None:
            raise RuntimeError("The mock server is not running")
        whole = asyncio.run_coroutine_threadsafe(_whole(said.stream), self._loop)
        return said.status, whole.result()

    def follow(self, target: str) -> Iterator[bytes]:
        """The lines of an answer that has no end."""
        raise NotImplementedError(f"{target} has no end; ask for it over HTTP with MockControl")

    def add_database(self, database: Database) -> None:
        """Serve one more database, empty."""
        self.run(lambda server: server.add_database(database))

    def remove_database(self, database_id: str) -> None:
        """Stop serving a database."""
        self.run(lambda server: server.remove_database(database_id))

    @contextlib.contextmanager
    def fresh_database(self, region: str = DEFAULT_REGION) -> "Iterator[TestDatabase]":
        """A database that exists within the `with` block, with an ID and tokens of its own."""
        database = Database(
            f"test-{secrets.token_hex(6)}",
            secrets.token_urlsafe(32),
            secrets.token_urlsafe(32),
            region,
        )
        self.add_database(database)
        try:
            yield TestDatabase(self, database)
        finally:
            self.remove_database(database.id)

    async def _serve(self, ready: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._enough = asyncio.Event()
        try:
            await self.server.start()
        except BaseException as error:  # noqa: BLE001 - raised where start() was called
            ready.set_exception(error)
            return
        ready.set_result(None)
        try:
            await self._enough.wait()
        finally:
            await self.server.stop()


async def _whole(stream: AsyncGenerator[bytes, None]) -> bytes:
    return b"".join([chunk async for chunk in stream])


class TestDatabase(DatabaseControl):
    """One database on a running server: what a test wants to know about it, and to tell it.

    Attributes:
        server: Where it is.
        database: What it was made of.
    """

    __test__ = False  # pytest collects by name

    def __init__(self, server: MockServerThread, database: Database) -> None:
        super().__init__(database.id, server)
        self.server = server
        self.database = database
        self._since = server.run(lambda server: server.journal.last)

    def __repr__(self) -> str:
        return f"TestDatabase({self.database!r})"

    @property
    def database_id(self) -> str:
        """The database's ID."""
        return self.database.id

    @property
    def token(self) -> Token:
        """The private token; a `str` whose repr hides it."""
        return self.database.token

    @property
    def public_token(self) -> Token:
        """The public token."""
        if self.database.public_token is None:
            raise LookupError("This database has no public token")
        return self.database.public_token

    @property
    def region(self) -> str:
        """The region whose hosts it answers on, next to the loopback names."""
        return self.database.region

    @property
    def base_uri(self) -> str:
        """Host and port, as every Recombee client takes it for a base URI."""
        return self.server.base_uri

    @property
    def url(self) -> str:
        """The database's root URL."""
        return f"{self.server.url}/{self.database_id}"

    @property
    def https_url(self) -> str | None:
        """The root URL over HTTPS; None unless the server was given a `tls_port`."""
        return f"{self.server.https_url}/{self.database_id}" if self.server.https_url else None

    @property
    def ca_path(self) -> Path | None:
        """File with the certificate to trust for HTTPS."""
        return self.server.ca_path

    def journal(self) -> list[Entry]:
        """The requests this database got, oldest first."""
        return self.server.run(
            lambda server: server.entries(since=self._since, database=self.database_id)
        )

    @property
    def cursor(self) -> int:
        """Number of the journal's last entry, as `since` takes it."""
        return self.server.run(lambda server: server.journal.last)
