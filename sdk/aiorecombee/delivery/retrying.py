"""When a failed item is tried again, and when it is given up."""

import random
from collections.abc import Callable

import attrs

from aiorecombee.core.backoff import spread_pause


@attrs.frozen
class Retrying:
    """Waits at random between half of a limit and all of it; the limit doubles each time.

    Attributes:
        first: Longest pause after the first failure, in seconds.
        ceiling: Longest pause of all, unless the service asks for a longer one.
        attempts: Failures after which an item is given up.
        age: Seconds since an item was put after which a failure is the last.
        suspect_after: Leases that ran out one after another, as they do when their holder dies,
            after which an item is leased alone.
        bury_after: Leases of it alone that ran out besides, after which it is given up.
        rand: Gives numbers from 0 to 1.
    """

    first: float = 1.0
    ceiling: float = 300.0
    attempts: int = 100
    age: float = 3 * 86_400.0
    suspect_after: int = 2
    bury_after: int = 5
    rand: Callable[[], float] = random.random

    def pause(self, attempts: int, age: float, asked: float = 0.0) -> float | None:
        """Seconds to wait, `None` to give up.

        Args:
            attempts: How often it has failed, this time included.
            age: Seconds since it was put.
            asked: Seconds that the service wants us to wait at least.
        """
        if attempts >= self.attempts or age >= self.age:
            return None
        return max(asked, spread_pause(attempts, self.first, self.ceiling, self.rand()))
