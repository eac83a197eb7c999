"""What batches are made of, and within which limits."""

from enum import StrEnum
from typing import Generic, Protocol, TypeVar

import attrs

from aiorecombee.core.lanes import Concern


class Reason(StrEnum):
    """Why a batch left."""

    FULL = "full by count"
    BYTES = "full by bytes"
    LINGERED = "lingered"
    FLUSHED = "flushed"
    CLOSING = "closing"
    APART = "what came next, or it, must not share a batch"


class Plannable(Protocol):
    """What the planner has to know of an entry.

    Attributes:
        concern: Whom it concerns.
        size: About how many bytes it takes.
        arrived: Seconds of a monotonic clock.
    """

    concern: Concern
    size: int
    arrived: float


E = TypeVar("E", bound=Plannable)


@attrs.define(eq=False)
class Planned(Generic[E]):
    """A batch to send.

    Attributes:
        entries: In the order in which they must be carried out.
        reason: Why it leaves now.
        size: About how many bytes it takes.
        since: When the first of them came.
        lanes: Busy until it is done.
        everybody: Nothing else may leave until it is done.
    """

    entries: list[E]
    reason: Reason
    size: int
    since: float
    lanes: set[str]
    everybody: bool


@attrs.frozen
class Limits:
    """How large batches become, how long they wait, how many travel at once.

    Attributes:
        max_requests: In a batch.
        max_bytes: In a batch, about; a single request may be larger.
        linger: Seconds that a request may wait for others.
        max_in_flight: Batches that have left and are not done.
    """

    max_requests: int
    max_bytes: int
    linger: float
    max_in_flight: int
