"""Limits that a caller sets, looked at before they do harm."""

from math import inf

from aiorecombee.core.batches import Limits
from aiorecombee.core.parts import MOST_BYTES, MOST_REQUESTS
from aiorecombee.errors import ConfigurationError


def checked_limits(max_requests: int, max_bytes: int, linger: float, max_in_flight: int) -> Limits:
    """The limits of a planner.

    Raises:
        ConfigurationError: One of them is none.
    """
    check_whole("max_requests", max_requests, MOST_REQUESTS)
    check_whole("max_bytes", max_bytes, MOST_BYTES)
    check_whole("max_in_flight", max_in_flight)
    _check_seconds("linger", linger)
    return Limits(max_requests, max_bytes, linger, max_in_flight)


def check_whole(name: str, value: object, most: float = inf) -> None:
    """Refuse what is not a whole number from 1 to `most`.

    Raises:
        ConfigurationError: Names it.
    """
    number = value if isinstance(value, int) and value is not True else 0
    if not 1 <= number <= most:
        limit = "" if most == inf else f" to {most:,}"
        raise ConfigurationError(f"{name} must be a whole number from 1{limit}, not {value!r}")


def _check_seconds(name: str, value: object) -> None:
    seconds = value if isinstance(value, int | float) and value is not True else -1.0
    if not 0 <= seconds < inf:
        raise ConfigurationError(f"{name} must be a number of seconds, 0 or more, not {value!r}")
