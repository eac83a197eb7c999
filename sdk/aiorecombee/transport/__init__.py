"""Carrying calls to the service and answers back: the only part that touches the network."""

from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from aiorecombee.core.wire import HttpCall, HttpReply

LEAST_TIMEOUT: Final = 0.001
"""Seconds that a transport is given at the least: some, as aiohttp, take zero for no limit."""

Seal: TypeAlias = Callable[[], HttpCall]
"""Signs a call. To be called once, when a connection is free: a signature ages while it waits."""


class Transport(Protocol):
    """Carries one call. Implement it to use another HTTP library, or none."""

    async def send(self, seal: Seal, timeout: float, /) -> HttpReply:
        """Send the call that `seal` gives, unaltered; follow no redirect; return any status.

        Args:
            seal: Gives the signed call, when there is a connection for it.
            timeout: Seconds for everything, the wait for a connection included.

        Raises:
            ConnectionFailedError: No connection, or it broke before the answer was complete.
            RequestTimeoutError: The time ran out.
        """
