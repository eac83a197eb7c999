"""The dead letters of a queue on a broker."""

from asyncio import gather
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from math import inf
from typing import Final

from attrs import evolve

from aiorecombee.core.clock import Clock
from aiorecombee.delivery.broker.log import Log
from aiorecombee.delivery.broker.records import unified
from aiorecombee.delivery.limits import Limits, check_item
from aiorecombee.delivery.queue import Letter, QueueClosedError

_PAGE: Final = 200


class BrokerLetters:
    """Dead letters, while the broker's log is open; see `DeadLetters`."""

    def __init__(self, log: Log, limits: Limits, clock: Clock) -> None:
        self._log = log
        self._limits = limits
        self._clock = clock
        self._tally: Counter[str] = Counter()
        self._is_open = False

    async def letters(
        self,
        *,
        after: int = 0,
        limit: int = 100,
        reason: str | None = None,
        lane: str | None = None,
    ) -> tuple[Letter, ...]:
        """A page of dead letters; `lane` is the first of theirs. See `DeadLetters.letters`."""
        found: list[Letter] = []
        while len(found) < limit:
            page = await self._at.letters(after, _PAGE)
            found += (
                letter
                for letter in page
                if reason in {None, letter.reason} and lane in {None, letter.item.lanes[0]}
            )
            if len(page) < _PAGE:
                break
            after = page[-1].number
        return tuple(found[:limit])

    async def letter(self, number: int, /) -> Letter | None:
        """One dead letter."""
        return await self._at.letter(number)

    async def resend(self, numbers: Iterable[int], /) -> int:
        """Put dead letters back, as the last of their lanes; see `DeadLetters.resend`."""
        return await self._with_letters(numbers, self._at.resend, "resent")

    async def drop(self, numbers: Iterable[int], /) -> int:
        """Forget dead letters; how many there were."""
        return await self._with_letters(numbers, self._at.forget, "discarded")

    async def edit(
        self,
        number: int,
        body: bytes,
        /,
        *,
        lanes: Sequence[str] | None = None,
        barrier: bool | None = None,
    ) -> Letter | None:
        """Give a dead letter another body; its number is another then. See `DeadLetters.edit`.

        Raises:
            InvalidItemError: It cannot be stored like that.
        """
        letter = await self._at.letter(number)
        if letter is None:
            return None
        before = letter.item
        item = evolve(
            before,
            body=body,
            lanes=before.lanes if lanes is None else tuple(lanes),
            barrier=before.barrier if barrier is None else barrier,
        )
        check_item(item, self._limits)
        return await self._at.replace_letter(evolve(letter, item=unified(item)))

    async def tidy(self) -> None:
        """Forget dead letters whose time is over. To be called now and then."""
        before = self._clock.time() - self._limits.letters_for
        while True:
            page = await self._at.letters(0, _PAGE)
            outdated = [letter for letter in page if letter.died_at < before]
            self._tally["discarded"] += await self._at.forget(outdated) if outdated else 0
            if len(outdated) < _PAGE:
                return

    @property
    def _at(self) -> Log:
        self._require_open()
        return self._log

    def _require_open(self) -> None:
        if not self._is_open:
            raise QueueClosedError("the queue is not open: async with BrokerQueue(…) as queue")

    async def _forget_outdated(self, deleted: Mapping[str, float]) -> None:
        """Go through the letters, once for all users: until when things of each are outdated."""
        after = 0
        while page := await self._at.letters(after, _PAGE):
            after = page[-1].number
            outdated = [
                letter
                for letter in page
                if letter.put_at <= max(deleted.get(lane, -inf) for lane in letter.item.lanes)
            ]
            if outdated:
                self._tally["discarded"] += await self._at.forget(outdated)

    async def _with_letters(
        self,
        numbers: Iterable[int],
        treat: Callable[[Sequence[Letter]], Awaitable[int]],
        name: str,
    ) -> int:
        """Do something with letters, some at a time."""
        done = 0
        wanted = sorted(set(numbers))
        for start in range(0, len(wanted), _PAGE):
            some = wanted[start : start + _PAGE]
            letters = await gather(*map(self._at.letter, some))
            done += await treat([letter for letter in letters if letter is not None])
        self._tally[name] += done
        return done
