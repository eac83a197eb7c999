"""A large batch in parts that the service accepts."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from aiorecombee.requests.endpoint import Request

MOST_REQUESTS: Final = 10_000
"""Source: API reference, Batch."""
MOST_BYTES: Final = 8 << 20
"""The service publishes no limit; common front ends stop at some multiple of this."""
LONGEST: Final = 100.0
"""Seconds. The official clients add up without a limit, to eight hours for 10,000 additions."""

T = TypeVar("T")


def in_parts(requests: Sequence[T], most: int = MOST_REQUESTS) -> Iterator[Sequence[T]]:
    """Slices of at most `most` requests; one empty slice for an empty batch."""
    for start in range(0, len(requests) or 1, most):
        yield requests[start : start + most]


def halves(requests: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    """Both halves, for a part that came out too large."""
    middle = len(requests) // 2
    return requests[:middle], requests[middle:]


def batch_timeout(requests: Sequence[Request[Any]]) -> float:
    """Seconds that a batch may take: as long as its requests one by one, within reason."""
    total = 0.0
    for request in requests:
        total += request.timeout
        if total >= LONGEST:
            return LONGEST
    return total or Request.timeout
