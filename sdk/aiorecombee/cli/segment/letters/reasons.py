"""Reasons that differ only in what they quote, counted as one; pure."""

import re
from collections.abc import Iterator
from typing import Final

import attrs

from aiorecombee.cli.segment.letters.wanted import ANYTHING
from aiorecombee.delivery.queue import Letter

_MOST: Final = 1_000
_PARTICULAR: Final = re.compile(
    r"""(?<!\w)(?P<quote>["'`])(?:[^\\]|\\.)*?(?:(?P=quote)(?!\w)|…)"""
    r"|(?<![\w-])[\w-]*\d[\w-]*(?:[.:][\w-]+)*",
    re.DOTALL,
)
_LONGEST_NUMBER: Final = 3  # digits of a status, which says much


@attrs.define
class Counted:
    """Letters with the same kind of reason.

    Attributes:
        reason: As `--reason` takes it: with `*` where they differ.
        example: Number of the first of them.
        letters: How many there are.
    """

    reason: str
    example: int
    letters: int = 1


@attrs.define
class Reasons:
    """Counts letters by reason; of more kinds than there is room for, the last are one.

    Attributes:
        letters: How many were counted.
        others: Those that there was no room for.
    """

    letters: int = 0
    others: Counted | None = None
    _kinds: dict[str, Counted] = attrs.field(factory=dict)

    @property
    def kinds(self) -> int:
        """How many reasons there are; those that there was no room for are one."""
        return len(self._kinds) + (self.others is not None)

    def add(self, letter: Letter) -> None:
        """Count a letter."""
        self.letters += 1
        kind = kind_of(letter.reason)
        counted = self._kinds.get(kind)
        if counted is not None:
            counted.letters += 1
            counted.reason = letter.reason if counted.reason == letter.reason else kind
        elif len(self._kinds) < _MOST:
            self._kinds[kind] = Counted(letter.reason, letter.number)
        elif self.others is None:
            self.others = Counted(ANYTHING, letter.number)
        else:
            self.others.letters += 1

    def most_first(self) -> Iterator[Counted]:
        """All kinds, those with most letters first; those that there was no room for last."""
        yield from sorted(self._kinds.values(), key=lambda one: (-one.letters, one.example))
        if self.others is not None:
            yield self.others


def kind_of(reason: str) -> str:
    """A reason with `*` for what it quotes, and for IDs and larger numbers in it."""
    return _PARTICULAR.sub(_starred, reason)


def _starred(found: re.Match[str]) -> str:
    text = found[0]
    short = text.isdecimal() and len(text) <= _LONGEST_NUMBER
    return text if short else ANYTHING
