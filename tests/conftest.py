"""What all tests share."""

import pytest
from hypothesis import settings

# `pytest --hypothesis-profile=soak` looks twenty times as long as CI does.
settings.register_profile("soak", max_examples=2000, deadline=None)


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
