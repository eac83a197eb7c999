"""A transport without a network: a function answers."""

from collections.abc import Callable

from aiorecombee.core.wire import HttpCall, HttpReply
from aiorecombee.transport import Seal


class MemoryTransport:
    """Answers each call with what `handler` returns; keeps the calls, for tests to look at.

        transport = MemoryTransport(lambda call: HttpReply(200, {}, b'"ok"'))
        client = RecombeeClient("my-db", "token", transport=transport)

    What the client would send is then in `transport.calls`.
    """

    def __init__(self, handler: Callable[[HttpCall], HttpReply]) -> None:
        """Let `handler` answer; what it raises reaches the client as if the network had."""
        self._handler = handler
        self.calls: list[HttpCall] = []

    async def send(self, seal: Seal, _: float, /) -> HttpReply:
        """Answer one call."""
        call = seal()
        self.calls.append(call)
        return self._handler(call)
