"""Watching the client at work: one function, called after every attempt.

    def log_attempt(attempt: Attempt) -> None:
        logger.info("%s %s in %.3f s", attempt.name, attempt.status, attempt.elapsed)

    RecombeeClient(..., hooks=[log_attempt])

An attempt holds the request, which holds what the user did; it never holds a token or signature.
"""

from typing import Any, Protocol

import attrs

from aiorecombee.requests.endpoint import Request


@attrs.frozen
class Attempt:
    """One try at sending a request; free of tokens and signatures.

    Attributes:
        request: The request; for a batch sent in parts, the batch of that part.
        number: 1 for the first try.
        status: HTTP status of the answer, `None` if there was none.
        error: Name of the error class if the attempt failed, else `None`.
        elapsed: Seconds from before signing to the end of the answer.
        retry_in: Seconds until the next attempt, `None` if this was the last.
    """

    request: Request[Any] = attrs.field(repr=lambda request: type(request).__name__)
    number: int
    status: int | None
    error: str | None
    elapsed: float
    retry_in: float | None = None

    @property
    def name(self) -> str:
        """Name of the request class."""
        return type(self.request).__name__


class Hook(Protocol):
    """Called after every attempt. Must return quickly; what it raises reaches the caller."""

    def __call__(self, attempt: Attempt, /) -> None:
        """Take note of one attempt."""
