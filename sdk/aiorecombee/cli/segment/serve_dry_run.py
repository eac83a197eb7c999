"""A client that sends nothing: it prints the requests, and says that they were carried out.

What would be refused is told at the end, on standard error.
"""

import json
import sys
from typing import Final

from aiorecombee.cli.lines import json_line, say
from aiorecombee.client import RecombeeClient
from aiorecombee.core.wire import HttpReply
from aiorecombee.delivery.queue import DeadLetters
from aiorecombee.transport import Seal

_MOST_TOLD: Final = 1_000
_DONE: Final = {"code": 200, "json": "ok"}


class Printing:
    """A transport that ends on standard output."""

    async def send(self, seal: Seal, _timeout: float, /) -> HttpReply:
        """Print each request of a batch."""
        requests = json.loads(seal().body or b"{}").get("requests", [])
        for request in requests:
            say(json_line(request))
        sys.stdout.flush()
        return HttpReply(200, {}, json.dumps([_DONE] * len(requests)).encode())


def dry_client() -> RecombeeClient:
    """A client that prints what it should send."""
    # Neither name goes anywhere; the constructor wants them.
    return RecombeeClient("dry-run", "dry-run", transport=Printing())


async def tell_refused(queue: DeadLetters) -> None:
    """Say of which events nothing, or not all, would be sent, and why."""
    for letter in await queue.letters(limit=_MOST_TOLD):
        event = json_line(letter.item.body.decode(errors="replace"))
        print(f"refused: {letter.reason}: {event}", file=sys.stderr)  # noqa: T201 - for people
