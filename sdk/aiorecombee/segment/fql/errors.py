"""What is wrong with a subscription."""

from typing import Final

from aiorecombee.errors import MappingError

NOTHING_THERE: Final = "Cannot read properties of undefined (reading 'type')"
"""What Segment's engine says of most mistakes: it trips over the condition that is not there."""
NO_SUBSCRIPTION: Final = "Failed to validate subscription"
"""What it says of a subscription that is empty or no text."""
_LONGEST: Final = 80


def short(text: str) -> str:
    """As much of what somebody wrote as fits into a sentence."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


class SubscriptionError(MappingError):
    """A subscription that cannot be read, or that fails when it is asked about an event.

    Attributes:
        message: What is wrong, and what to do about it.
        at: Index of the character where it is wrong; None where it is the subscription itself.
        original: What Segment's engine says.
    """

    def __init__(self, message: str, at: int | None = None, original: str = NOTHING_THERE) -> None:
        super().__init__(message, at, original)
        self.message = message
        self.at = at
        self.original = original

    def __str__(self) -> str:
        if self.at is None:
            return self.message
        return f"subscription at character {self.at + 1}: {self.message}"
