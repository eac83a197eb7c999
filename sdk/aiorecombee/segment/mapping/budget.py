"""How much one resolution may make, so that a small mapping can't ask for gigabytes."""

import threading
from typing import Final

from aiorecombee.segment.mapping.errors import MappingFailedError
from aiorecombee.segment.mapping.resolver import Resolver

LIMIT: Final = 2_000_000
"""Characters and elements that the directives may make of one event, intermediate ones included.

An object or an array that is copied counts for `COPY` more: that is what it takes in memory.
"""

COPY: Final = 16


class Budget(threading.local):
    """Counts down what one resolution makes; each thread has its own count.

    The original counts nothing but what Liquid makes, and dies of the rest.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._left = limit

    def renew(self) -> None:
        """Begin with another event."""
        self._left = self._limit

    def spend(self, amount: int) -> None:
        """Take from what is left.

        Raises:
            MappingFailedError: There is not enough.
        """
        self._left -= amount
        if self._left < 0:
            raise MappingFailedError("the mapping makes too much of the event")


def bounded(resolve: Resolver, budget: Budget) -> Resolver:
    """The same, with a new budget for each event, and an error for an event without a bottom."""

    def within_bounds(data: object) -> object:
        budget.renew()
        try:
            return resolve(data)
        except RecursionError:
            raise MappingFailedError("the event is nested too deeply") from None

    return within_bounds
