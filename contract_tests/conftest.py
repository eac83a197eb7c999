"""What all tests of the contract suite share."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from recombee_api_client.api_client import RecombeeClient

from recombee_mock import MockServerThread, TestDatabase


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The official client would look for the mock behind the machine's proxy."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(scope="module")
def server() -> Iterator[MockServerThread]:
    with MockServerThread(tls_port=0) as running:
        yield running


@pytest.fixture
def database(server: MockServerThread) -> Iterator[TestDatabase]:
    with server.fresh_database() as fresh:
        yield fresh


@pytest.fixture
def client(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> RecombeeClient:
    """The official Python client, unmodified, at the mock."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(database.ca_path))
    authority = urlsplit(database.https_url or "").netloc
    return RecombeeClient(database.database_id, database.token, options={"base_uri": authority})
