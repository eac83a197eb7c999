"""What all tests share."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no failure: how long an example takes says nothing.
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples each time: whether a change passes must not be a matter of luck.
settings.register_profile("tests", settings.get_profile("explore"), derandomize=True)
settings.load_profile("tests")
# `pytest --hypothesis-profile=soak` looks for others, twenty times as long.
settings.register_profile("soak", settings.get_profile("explore"), max_examples=2000)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers on loopback would be looked for behind the machine's proxy."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own database is meant by a test."""
    for name in (
        "RAPI_URI",
        "RECOMBEE_DATABASE",
        "RECOMBEE_TOKEN",
        "RECOMBEE_REGION",
        "RECOMBEE_QUEUE",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def one_attempt_client(recombee_mock: Any) -> AsyncIterator[Any]:
    """A client for the mock that repeats nothing: whoever uses it has to."""
    from aiorecombee import NoRetry, RecombeeClient  # noqa: PLC0415 - few tests need it

    async with RecombeeClient(
        recombee_mock.database_id,
        recombee_mock.token,
        base_uri=recombee_mock.base_uri,
        protocol="http",
        retry=NoRetry(),
    ) as client:
        yield client
