"""When to send how much: no faster than allowed, and not at all for a while after a failure."""

import random
from collections.abc import Callable
from math import inf
from typing import Final

import attrs

from aiorecombee.core.backoff import spread_pause

_PORTION: Final = 0.25  # seconds' worth to send at once


@attrs.define
class Pace:
    """Keeps to so many requests a second, in portions of a quarter of a second.

    What was not used is not saved up.

    Attributes:
        rate: Requests per second; `inf` for no limit.
    """

    rate: float = inf
    _free_at: float = 0.0

    @property
    def portion(self) -> int | None:
        """How many requests may go at once; `None` for all."""
        return None if self.rate == inf else max(1, int(self.rate * _PORTION))

    def pause(self, now: float) -> float:
        """Seconds to wait before the next portion."""
        return max(0.0, self._free_at - now)

    def sent(self, count: int, now: float) -> None:
        """Take note of what was sent since `pause` was over, at `now`."""
        self._free_at = max(self._free_at, now) + count / self.rate


@attrs.define
class Patience:
    """Decides how long to wait after failures that follow one another, and when to give up.

    Attributes:
        tries: How many failures in a row it bears.
        first: Longest pause after the first, in seconds; it doubles each time.
        ceiling: Longest pause of all.
        rand: Gives numbers from 0 to 1; a pause is never shorter than half of what it may be.
        failures: How many there were in a row.
    """

    tries: int
    first: float = 1.0
    ceiling: float = 60.0
    rand: Callable[[], float] = random.random
    failures: int = 0

    def failed(self) -> float | None:
        """Seconds to wait before going on, `None` to give up."""
        self.failures += 1
        if self.failures > self.tries:
            return None
        return spread_pause(self.failures, self.first, self.ceiling, self.rand())

    def went_well(self) -> None:
        """Something was settled: the next failure is a first one."""
        self.failures = 0
