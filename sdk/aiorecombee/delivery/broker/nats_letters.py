"""Dead letters on NATS JetStream: a stream in which the number of a letter is its place."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any, Final
from uuid import uuid4

import attrs

from aiorecombee.delivery.broker.nats_connection import message, not_found, published
from aiorecombee.delivery.broker.records import read_letter, write_letter
from aiorecombee.delivery.queue import Letter

_AT_ONCE: Final = 50


@attrs.frozen
class NatsLetters:
    """The dead letters of a log.

    Attributes:
        jetstream: Where.
        stream: The name of their stream, and its subject.
        explained: Makes the package's errors ours.
    """

    jetstream: Any
    stream: str
    explained: Callable[[], AbstractAsyncContextManager[None]]

    async def find(self, after: int, limit: int) -> list[Letter]:
        """Letters with higher numbers, in order."""
        found: list[Letter] = []
        while len(found) < limit:
            first = await self._from(after + 1)
            if first is None:
                break
            found.append(read_letter(first.seq, first.data))
            after = first.seq + min(limit - len(found), _AT_ONCE)
            others = await asyncio.gather(*map(self.one, range(first.seq + 1, after + 1)))
            found += [letter for letter in others if letter is not None]
        return found

    async def one(self, number: int) -> Letter | None:
        """One of them."""
        async with self.explained():
            found = await message(self.jetstream, self.stream, number)
        return None if found is None else read_letter(number, found.data)

    async def bury(self, letter: Letter, once: str) -> int:
        """A letter to the end of the others, unless `once` was there before; its number."""
        async with self.explained():
            (sent,) = await published(self.jetstream, [(self.stream, write_letter(letter), once)])
        return int(sent.seq)

    async def replace(self, letter: Letter) -> Letter | None:
        """Put another in its place, at the end."""
        if await self.one(letter.number) is None:
            return None
        number = await self.bury(letter, f"replaced-{letter.number}-{uuid4().hex}")
        await self.forget([letter])
        return await self.one(number)

    async def forget(self, letters: Sequence[Letter]) -> int:
        """Forget them; how many were still there."""
        done = 0
        async with self.explained():
            for letter in letters:
                if await message(self.jetstream, self.stream, letter.number) is not None:
                    done += await self.jetstream.delete_msg(self.stream, letter.number)
        return done

    async def _from(self, number: int) -> Any:
        """The first with this number or a higher one."""
        async with self.explained():
            with suppress(not_found()):
                return await self.jetstream.get_msg(
                    self.stream, seq=number, subject=self.stream, next=True
                )
        return None
