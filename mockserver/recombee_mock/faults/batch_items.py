"""Failing items inside a batch.

They are taken out before the batch is carried out, and their answers put in afterwards: what is
stored and what is journaled is then the same as if they had never been asked for.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, TypeAlias

from recombee_mock.answers import Refusal
from recombee_mock.faults.plan import Spoil
from recombee_mock.faults.table import request_class
from recombee_mock.json_bytes import dumps, loads

Failures: TypeAlias = Mapping[int, bytes]
"""From the place in the batch to the answer."""


def take_out(
    body: bytes, public: bool, spoils: Sequence[tuple[Spoil, Random]]
) -> tuple[bytes, Failures]:
    """The batch without the items that shall fail, and their answers."""
    try:
        batch = loads(body)
    except ValueError:
        return body, {}
    requests = batch.get("requests") if isinstance(batch, dict) else None
    if not isinstance(requests, list):
        return body, {}
    failures: dict[int, bytes] = {}
    for at, request in enumerate(requests):
        failed = _failed(at, _operation(request, public), spoils)
        if failed is not None:
            status, message = failed
            refusal = Refusal(status, message)
            failures[at] = b'{"code":%d,"json":%b}' % (status, refusal.entry())
    if not failures:
        return body, failures
    left = [request for at, request in enumerate(requests) if at not in failures]
    return dumps({**batch, "requests": left}), failures


def put_in(answers: bytes, failures: Failures) -> bytes:
    """The batch's answers with those of the failed items at their places."""
    entries = [dumps(entry) for entry in loads(answers)]
    for at in sorted(failures):
        entries.insert(at, failures[at])
    return b"[%b]" % b",".join(entries)


def _failed(
    at: int, operation: str, spoils: Sequence[tuple[Spoil, Random]]
) -> tuple[int, str] | None:
    for spoil, random in spoils:
        failed = spoil(at, operation, random)
        if failed is not None:
            return failed
    return None


def _operation(request: Any, public: bool) -> str:
    if not isinstance(request, dict):
        return ""
    method, path = request.get("method"), request.get("path")
    if not isinstance(method, str) or not isinstance(path, str):
        return ""
    return request_class(method, path.partition("?")[0], public)
