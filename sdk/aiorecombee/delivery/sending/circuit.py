"""When to ask a service that is down, or does not let us in: a state machine without a clock."""

import random
from collections.abc import Callable

import attrs

from aiorecombee.core.backoff import spread_pause


@attrs.define
class Circuit:
    """Counts failures one after another, and says when the next batch may leave.

    While the service fails, one batch at a time finds out whether it is back.

    Attributes:
        first: Longest pause after the first failure, in seconds.
        ceiling: Longest pause of all, unless the service asks for a longer one, and the pause when
            it does not let us in.
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
    _probe: int = 0
    _probe_until: float = 0.0

    def wait(self, now: float, probe_for: float) -> tuple[float, int]:
        """Whether a batch may leave.

        Args:
            now: On a clock that never jumps.
            probe_for: Seconds after which a batch that is to find out counts as lost.

        Returns:
            Seconds to wait, 0 lets it leave; and what `release` takes once nothing more is to be
            found out by it.
        """
        if not self.failures:
            return 0.0, 0
        left = max(self._closed_until, self._probe_until) - now
        if left > 0:
            return left, 0
        self._probe += 1
        self._probe_until = now + probe_for
        return 0.0, self._probe

    def release(self, probe: int) -> None:
        """A batch that was to find out is over, or did not leave; of others, this does nothing."""
        if probe == self._probe:
            self._probe_until = 0.0

    def succeed(self) -> None:
        """The service answered."""
        self.failures = 0
        self.problem = ""
        self._closed_until = 0.0

    def fail(self, now: float, problem: str = "", asked: float = 0.0) -> float:
        """The service did not answer, or with a `problem` does not let us in.

        Args:
            now: On a clock that never jumps.
            problem: Why it does not let us in.
            asked: Seconds that it wants us to wait at least.

        Returns:
            Seconds to wait.
        """
        self.failures += 1
        self.problem = problem
        pause = max(asked, self.ceiling if problem else self._pause())
        self._closed_until = max(self._closed_until, now + pause)
        return pause

    def _pause(self) -> float:
        return spread_pause(self.failures, self.first, self.ceiling, self.rand())
