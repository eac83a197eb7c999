"""pytest fixtures: a mock server per session, a database per test, a client for it.

    async def test_views(recombee_client, recombee_mock):
        await recombee_client.send(AddDetailView("user-1", "item-7", cascade_create=True))
        recombee_mock.expect(AddDetailView, user_id="user-1", count=1)

What else can be told to `recombee_mock` and asked of it (its time, faults, settings, scenarios,
snapshots, data, journal) is in `recombee_mock.TestDatabase`.

Layers, each replaceable in a `conftest.py` by a fixture of the same name (the first one in the
topmost of them, as there is one server: whoever needs another further down replaces the second):

- `recombee_mock_options` (session): keyword arguments for `MockServer`, e.g. `{"tls_port": 0}`;
- `recombee_mock_server` (session): the server, on a free port and a thread of its own;
- `recombee_mock` (test): a fresh database on it, removed after the test;
- `recombee_client` (test, async): a `RecombeeClient` for that database, closed after the test.

pytest loads this module in every run, whether a test uses it or not, so nothing is imported here
that is not needed to say that the fixtures exist.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from aiorecombee import RecombeeClient
    from recombee_mock.threaded import MockServerThread, TestDatabase


@pytest.fixture(scope="session")
def recombee_mock_options() -> dict[str, Any]:
    """Keyword arguments for the session's `MockServer`; override it to change them."""
    return {}


@pytest.fixture(scope="session")
def recombee_mock_server(recombee_mock_options: dict[str, Any]) -> "Iterator[MockServerThread]":
    """The mock Recombee server of this session; every xdist worker has its own."""
    from recombee_mock.threaded import MockServerThread  # noqa: PLC0415 - loads aiohttp

    with MockServerThread(**recombee_mock_options) as server:
        yield server


@pytest.fixture
def recombee_mock(recombee_mock_server: "MockServerThread") -> "Iterator[TestDatabase]":
    """A fresh database on the mock server: tokens, base URI, journal, expectations, time, data."""
    with recombee_mock_server.fresh_database() as database:
        yield database


async def _client(
    recombee_mock: "TestDatabase", monkeypatch: pytest.MonkeyPatch
) -> "AsyncIterator[RecombeeClient]":
    """A ready `aiorecombee.RecombeeClient` for the test's database."""
    from aiorecombee import RecombeeClient  # noqa: PLC0415 - loads aiohttp

    # It would send the test's requests somewhere else.
    monkeypatch.delenv("RAPI_URI", raising=False)
    async with RecombeeClient(
        recombee_mock.database_id,
        recombee_mock.token,
        base_uri=recombee_mock.base_uri,
        protocol="http",
    ) as client:
        yield client


def pytest_configure(config: pytest.Config) -> None:
    """Register the async fixture so that it works in every mode of pytest-asyncio.

    In strict mode, its default, pytest-asyncio only runs fixtures that were made by its own
    decorator; it is imported already if it is in use.
    """
    fixture: Callable[..., Any] = pytest.fixture
    if config.pluginmanager.hasplugin("asyncio"):
        import pytest_asyncio  # noqa: PLC0415

        fixture = pytest_asyncio.fixture
    # pytest looks for fixtures in modules and classes, and a class would bind its own `self`.
    holder = ModuleType("recombee_mock.client_fixture")
    holder.recombee_client = fixture(name="recombee_client")(_client)  # type: ignore[attr-defined]
    config.pluginmanager.register(holder, "recombee_mock_client")
