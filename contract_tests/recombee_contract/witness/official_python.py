"""Recombee's official Python client as a witness: what does it send?

The client is only driven, never changed: its clock is replaced, and the request is caught where the
HTTP library would open a connection, so URL and body are what would have travelled.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, Final
from unittest import mock

import requests
from recombee_api_client import api_client, api_requests, inputs

from recombee_contract.witness.wire_call import WireCall, spelled

SURELY_MORE_THAN_NOTHING: Final = 1000
"""Milliseconds; the client cannot send an empty batch, as its time limit is the sum of none."""


def classes(name: str) -> Callable[..., Any]:
    """Find a class of the client."""
    found: Callable[..., Any] = getattr(api_requests, name, None) or getattr(inputs, name)
    return found


def send(request: Any, database: str, token: str, now: float) -> WireCall:
    """What the client sends for a request at a given time (Unix seconds)."""
    (call,) = send_all(request, database, token, now)
    return call


def send_all(request: Any, database: str, token: str, now: float) -> list[WireCall]:
    """The same for a request that may leave in parts."""
    client = api_client.RecombeeClient(database, token, protocol="http")
    if isinstance(request, api_requests.Batch) and not request.requests:
        request.timeout = SURELY_MORE_THAN_NOTHING
    with _frozen(now), _caught() as sent:
        client.send(request)
    return [_shown(prepared) for prepared in sent]


def _shown(prepared: requests.PreparedRequest) -> WireCall:
    body = prepared.body
    assert body is None or isinstance(body, str)
    assert prepared.method is not None
    return WireCall(prepared.method, prepared.path_url, spelled(body))


@contextmanager
def _frozen(now: float) -> Iterator[None]:
    with mock.patch.object(api_client, "time", SimpleNamespace(time=lambda: now)):
        yield


@contextmanager
def _caught() -> Iterator[list[requests.PreparedRequest]]:
    sent: list[requests.PreparedRequest] = []

    def catch(_: object, prepared: requests.PreparedRequest, **__: object) -> requests.Response:
        sent.append(prepared)
        answer = requests.Response()
        answer.status_code = 200
        answer._content = b"[]"  # noqa: SLF001  # there is no public way to make a response
        return answer

    with mock.patch.object(requests.adapters.HTTPAdapter, "send", catch):
        yield sent
