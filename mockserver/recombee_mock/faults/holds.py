"""Connections that are made to wait.

A wait ends in time, with its client, or when the server stops; whichever comes first.
"""

import asyncio

from recombee_mock.shell.connection import Connection


class Holds:
    """All waits of a server.

    Attributes:
        stopped: Whether nobody waits any more.
    """

    __slots__ = ("_waiting", "stopped")

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()
        self.stopped = False

    def __len__(self) -> int:
        return len(self._waiting)

    async def hold(self, connection: object, seconds: float) -> bool:
        """Wait; the result tells whether the client is still there."""
        if not isinstance(connection, Connection):
            return False
        if seconds > 0 and connection.transport is not None and not self.stopped:
            loop = asyncio.get_running_loop()
            end: asyncio.Future[None] = loop.create_future()
            timer = loop.call_later(seconds, _finish, end)
            connection.on_lost = lambda: _finish(end)
            self._waiting.add(end)
            try:
                await end
            finally:
                timer.cancel()
                connection.on_lost = None
                self._waiting.discard(end)
        return connection.transport is not None and not connection.transport.is_closing()

    def release(self) -> None:
        """End all waits, and begin no more: the server stops."""
        self.stopped = True
        for end in self._waiting:
            _finish(end)


def _finish(end: asyncio.Future[None]) -> None:
    if not end.done():
        end.set_result(None)
