"""Calls that are turned down: with which status, and why.

Whoever sends to us reads the status alone: 400, 401, 403 and 501 end the matter, 408, 423, 429 and
other 5xx mean "send it again".

Source: Segment's documentation, HTTP API and destination delivery.
"""

import json
from collections.abc import Mapping
from math import ceil

import attrs


@attrs.frozen
class Refusal:
    """A call that is turned down as a whole; nothing of it may be kept.

    Attributes:
        status: HTTP status.
        code: A word for counting.
        reason: For the answer and for a log; no secret and nothing of the body is in it.
        retry_after: Seconds after which the call may be repeated.
        allow: The methods that would be right.
    """

    status: int
    code: str
    reason: str
    retry_after: float | None = None
    allow: tuple[str, ...] = ()

    @property
    def headers(self) -> Mapping[str, str]:
        """Of the answer."""
        # No `WWW-Authenticate` with a 401: browsers would ask the visitor for a password.
        headers = {"Content-Type": "application/json"}
        if self.retry_after is not None:
            headers["Retry-After"] = str(max(1, ceil(self.retry_after)))
        if self.allow:
            headers["Allow"] = ", ".join(self.allow)
        return headers

    @property
    def body(self) -> bytes:
        """Of the answer."""
        return json.dumps({"success": False, "message": self.reason}).encode()


class RefusedError(Exception):
    """Carries a refusal to the face of the receiver; never leaves it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def refused(status: int, code: str, reason: str) -> RefusedError:
    """A refusal, to be raised."""
    return RefusedError(Refusal(status, code, reason))


def too_many_requests(seconds: float) -> Refusal:
    """More comes in than is allowed; the call may be repeated after some seconds."""
    return Refusal(429, "too_many_requests", "too many requests", seconds)


def not_stored(reason: str, seconds: float) -> Refusal:
    """The events could not be stored (no room, shutting down); repeat after some seconds."""
    return Refusal(503, "not_stored", reason, seconds)


def require_method(method: str, *allowed: str) -> None:
    """Refuse other methods.

    Raises:
        RefusedError: 405.
    """
    if method not in allowed:
        reason = f"send it with {' or '.join(allowed)}"
        raise RefusedError(Refusal(405, "method", reason, allow=allowed))
