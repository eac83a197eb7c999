"""An evaluation that comes to no value."""


class Failure(Exception):  # noqa: N818  (the expression fails, not the server)
    """What was wrong with the values, and where in the text.

    Attributes:
        reason: As a sentence without its full stop.
        at: Position in the text; -1 until somebody on the way up knows it.
    """

    def __init__(self, reason: str, at: int = -1) -> None:
        super().__init__(reason, at)
        self.reason = reason
        self.at = at

    def placed(self, at: int) -> "Failure":
        """Itself, at that position unless it has one."""
        if self.at < 0:
            self.at = at
        return self


class Exhausted(Failure):
    """It takes more work than a request may."""
