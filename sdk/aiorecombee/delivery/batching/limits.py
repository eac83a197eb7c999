"""Limits of batches, looked at before they do harm."""

from aiorecombee.core.batches import Limits
from aiorecombee.core.parts import MOST_BYTES, MOST_REQUESTS
from aiorecombee.delivery.checks import check_seconds, check_whole


def checked_limits(max_requests: int, max_bytes: int, linger: float, max_in_flight: int) -> Limits:
    """The limits of a planner.

    Raises:
        ConfigurationError: One of them is none.
    """
    check_whole("max_requests", max_requests, MOST_REQUESTS)
    check_whole("max_bytes", max_bytes, MOST_BYTES)
    check_whole("max_in_flight", max_in_flight)
    check_seconds("linger", linger)
    return Limits(max_requests, max_bytes, linger, max_in_flight)
