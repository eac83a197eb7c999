"""The time of one database: the server's, unless somebody stopped or moved it.

Signatures and the `Date` header go by the server's own clock, or no client could reach a database
that lives in another year.
"""


class Clock:
    """Frozen, moved, or neither. All times are Unix seconds."""

    __slots__ = ("_frozen", "_shift")

    def __init__(self) -> None:
        self._shift = 0.0
        self._frozen: float | None = None

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._frozen is not None

    def at(self, now: float) -> float:
        """What it shows when the server's clock shows `now`."""
        return now + self._shift if self._frozen is None else self._frozen

    def set(self, now: float, at: float) -> None:
        """Show the moment `at` now, and stand still or run on as before."""
        if self._frozen is None:
            self._shift = at - now
        else:
            self._frozen = at

    def freeze(self, now: float, at: float | None = None) -> None:
        """Stop it, at the moment `at` or where it is."""
        self._frozen = self.at(now) if at is None else at

    def advance(self, seconds: float) -> None:
        """Move it forward, frozen or not."""
        if self._frozen is None:
            self._shift += seconds
        else:
            self._frozen += seconds

    def resume(self, now: float) -> None:
        """Let it run on from what it shows."""
        self._shift = self.at(now) - now
        self._frozen = None

    def restore(self) -> None:
        """Show the server's time again."""
        self._shift, self._frozen = 0.0, None
