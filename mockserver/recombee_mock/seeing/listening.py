"""Waiting for something new, as long as somebody waits and the server runs."""

import asyncio
import contextlib


class Listener:
    """One who waits.

    Attributes:
        ended: Whether there is nothing to wait for any more.
    """

    __slots__ = ("_news", "ended")

    def __init__(self) -> None:
        self._news = asyncio.Event()
        self.ended = False

    def wake(self) -> None:
        """End the present wait, or the next."""
        self._news.set()

    def end(self) -> None:
        """End all waiting."""
        self.ended = True
        self._news.set()

    async def wait(self, seconds: float) -> bool:
        """Whether there was something new within that time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        news = self._news.is_set()
        self._news.clear()
        return news
