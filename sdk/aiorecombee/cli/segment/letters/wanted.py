"""Which dead letters are meant; pure."""

from typing import Final

import attrs

from aiorecombee.delivery.queue import Letter

ANYTHING: Final = "*"


@attrs.frozen
class Wanted:
    """What is said of dead letters; all are meant where nothing is said.

    Attributes:
        reason: The whole reason, with `*` for anything.
        user: One of the users that the event is about.
        origin: Where it came from.
    """

    reason: str | None = None
    user: str | None = None
    origin: str | None = None

    def includes(self, letter: Letter) -> bool:
        """Whether a letter is meant."""
        return (
            (self.reason is None or is_like(self.reason, letter.reason))
            and (self.user is None or self.user in letter.item.lanes)
            and (self.origin is None or self.origin == letter.item.origin)
        )


def is_like(pattern: str, text: str) -> bool:
    """Whether a text is as a pattern says, in which `*` stands for anything.

    A regular expression with several of them could take for ever.
    """
    first, *others = pattern.split(ANYTHING)
    if not others:
        return text == first
    *middle, last = others
    if not text.startswith(first):
        return False
    at = len(first)
    for part in middle:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return text.endswith(last) and at <= len(text) - len(last)
