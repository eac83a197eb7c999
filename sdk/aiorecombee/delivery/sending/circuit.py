"""When to ask a service that is down, or does not let us in: a state machine without a clock."""

import random
from collections.abc import Callable

import attrs

_MOST_DOUBLINGS = 32


@attrs.define
class Circuit:
    """Counts failures one after another, and says when the next batch may leave.

    While the service fails, one batch at a time finds out whether it is back.

    Attributes:
        first: Longest pause after the first failure, in seconds.
        ceiling: Longest pause of all, and the pause when the service does not let us in.
        rand: Gives numbers from 0 to 1.
        failures: How many there were since the last success.
        problem: Why the service does not let us in; empty if it does.
    """

    first: float = 1.0
    ceiling: float = 60.0
    rand: Callable[[], float] = random.random
    failures: int = 0
    problem: str = ""
    _closed_until: float = 0.0
    _probe_until: float = 0.0

    def wait(self, now: float, probe_for: float) -> float:
        """Seconds to wait before a batch may leave; 0 lets it leave.

        Args:
            now: On a clock that never jumps.
            probe_for: Seconds after which a batch that is to find out counts as lost.
        """
        if not self.failures:
            return 0.0
        left = max(self._closed_until, self._probe_until) - now
        if left > 0:
            return left
        self._probe_until = now + probe_for
        return 0.0

    def release(self) -> None:
        """The batch that was to find out did not leave."""
        self._probe_until = 0.0

    def succeed(self) -> None:
        """The service answered."""
        self.failures = 0
        self.problem = ""
        self._closed_until = self._probe_until = 0.0

    def fail(self, now: float, problem: str = "") -> float:
        """The service did not answer, or with a `problem` does not let us in.

        Returns:
            Seconds to wait.
        """
        self.failures += 1
        self.problem = problem
        self._probe_until = 0.0
        pause = self.ceiling if problem else self._pause()
        self._closed_until = max(self._closed_until, now + pause)
        return pause

    def _pause(self) -> float:
        doublings = min(self.failures - 1, _MOST_DOUBLINGS)
        limit = min(self.ceiling, self.first * 2.0**doublings)
        return limit * (1.0 + self.rand()) / 2.0
