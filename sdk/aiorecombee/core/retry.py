"""Trying again: when, after how long, and how often altogether."""

import random
from collections.abc import Callable
from typing import Final, Protocol

import attrs

from aiorecombee.core.backoff import longest_pause
from aiorecombee.core.clock import parse_http_date

_REFUSED: Final = frozenset({425, 429})
_UNKNOWN: Final = frozenset({408, *range(500, 600)})
_POINTLESS: Final = frozenset({501, 505})


@attrs.frozen
class Failure:
    """An attempt that did not succeed.

    Attributes:
        number: 1 for the first attempt.
        status: HTTP status, `None` if no answer came.
        timed_out: The time limit of the attempt ran out.
        unsent: Nothing reached the service: the connection could not be made.
        retry_after: Seconds the service asked to wait, `None` if it did not.
        elapsed: Seconds since the first attempt began.
        repeatable: Sending the request twice does no harm.
    """

    number: int
    status: int | None
    timed_out: bool
    unsent: bool
    retry_after: float | None
    elapsed: float
    repeatable: bool

    @property
    def undecided(self) -> bool:
        """Whether the request may have been carried out all the same."""
        return not self.unsent if self.status is None else self.status in _UNKNOWN


class RetryPolicy(Protocol):
    """Decides about another attempt."""

    def pause(self, failure: Failure, /) -> float | None:
        """Seconds to wait before the next attempt, or `None` to give up."""


class NoRetry:
    """One attempt only."""

    def pause(self, _: Failure, /) -> float | None:
        """Give up."""
        return None


@attrs.frozen
class Backoff:
    """Waits at random up to a limit that doubles each time, as long as the service asks if it does.

    Tried again are failed connections and the statuses 408, 425, 429 and 5xx (501 and 505 will not
    change). A timeout is not: whoever set one wants an end. What must not be repeated is tried
    again only when the service cannot have carried it out.

    Attributes:
        attempts: How many altogether.
        first: Longest pause before the second attempt, in seconds.
        ceiling: Longest pause of all; a `Retry-After` beyond it ends the attempts.
        rand: Gives numbers from 0 to 1.
    """

    attempts: int = 3
    first: float = 0.2
    ceiling: float = 10.0
    rand: Callable[[], float] = random.random

    def pause(self, failure: Failure, /) -> float | None:
        """Decide about another attempt."""
        if failure.number >= self.attempts or not _worthwhile(failure):
            return None
        if failure.retry_after is not None:
            return failure.retry_after if failure.retry_after <= self.ceiling else None
        return self.rand() * longest_pause(failure.number, self.first, self.ceiling)


def _worthwhile(failure: Failure) -> bool:
    if failure.timed_out or (failure.undecided and not failure.repeatable):
        return False
    status = failure.status
    return status is None or status in _REFUSED or (status in _UNKNOWN and status not in _POINTLESS)


@attrs.define
class RetryBudget:
    """Keeps retries a small part of the traffic, so that a failing service is not flooded.

    Every request adds a part of a retry, every retry takes a whole one.

    Attributes:
        capacity: Most retries that can be saved up; also what there is at the start.
        earned: Retries that each request adds.
    """

    capacity: float = 20.0
    earned: float = 0.2
    left: float = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Start full."""
        self.left = self.capacity

    def earn(self) -> None:
        """Count a request."""
        self.left = min(self.capacity, self.left + self.earned)

    def spend(self) -> bool:
        """Take a retry, if there is one."""
        if self.left < 1.0:
            return False
        self.left -= 1.0
        return True


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks for: a number, or an HTTP date."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parse_http_date(value) - now)
    except ValueError:
        return None
