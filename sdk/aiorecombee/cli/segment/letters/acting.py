"""Doing something about many dead letters: in parts, and with an account of it."""

import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeAlias

import attrs

from aiorecombee.cli.lines import say
from aiorecombee.cli.segment.letters.choosing import Choice, chosen, progress
from aiorecombee.cli.segment.letters.missing import EXIT_MISSING, tell_missing
from aiorecombee.cli.segment.letters.telling import in_words
from aiorecombee.cli.segment.queue_options import OpenQueue
from aiorecombee.delivery.queue import Letter

Act: TypeAlias = Callable[[Sequence[int]], Awaitable[int]]
"""Does it to the letters with these numbers; how many there were."""
_AT_ONCE: Final = 1_000


@attrs.define
class Parts:
    """Acts on a thousand letters at a time, so that nobody has to wait for long meanwhile.

    Attributes:
        done: How many letters it was done to.
    """

    _act: Act
    done: int = 0
    _numbers: list[int] = attrs.field(factory=list)

    async def take(self, letter: Letter) -> None:
        """Do it to a letter, now or later."""
        self._numbers.append(letter.number)
        if len(self._numbers) == _AT_ONCE:
            await self.finish()

    async def finish(self) -> None:
        """Do it to those that wait."""
        if self._numbers:
            self.done += await self._act(self._numbers)
            self._numbers = []


async def carry_out(queue: OpenQueue, choice: Choice, act: Act, done: str) -> int:
    """Do it to those that are meant, and say to how many; the exit status.

    Args:
        queue: Where they are.
        choice: Which are meant.
        act: What is done.
        done: The same in a word: `resent`.
    """
    there = (await queue.counts()).letters
    missing = set(choice.numbers)
    parts = Parts(act)
    try:
        with progress(done, choice, there) as tell:
            async for letter in chosen(queue, choice, there, tell):
                missing.discard(letter.number)
                await parts.take(letter)
            await parts.finish()
    finally:  # interrupted, too
        say(f"{in_words(parts.done)} {done}")
        sys.stdout.flush()
    for number in sorted(missing):
        tell_missing(number)
    return EXIT_MISSING if missing else 0
