"""Load on `aiorecombee segment serve`: batches of the Tracking API, as soon as they may come.

    python serve_load.py PORT EVENTS IN_A_CALL

So many events a call, on a few connections; bare sockets, so that it costs little. Every event is
new: of one of 10,000 users, of one of 10,000 products. The calls are written down beforehand;
"ready" is printed then, and "done" when all are answered with 200. A line on standard input starts.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from segment_events import START, product

CONNECTIONS = 16
USERS = 10_000


class Protocol(asyncio.Protocol):
    """One connection: a call, its answer, the next call."""

    def __init__(self, calls: Iterator[bytes], done: asyncio.Future[None]):
        self.calls = calls
        self.done = done

    def connection_made(self, transport):
        self.transport = transport
        self.send()

    def send(self):
        call = next(self.calls, None)
        if call is not None:
            self.transport.write(call)
        elif not self.done.done():
            self.done.set_result(None)

    def data_received(self, data):
        # Head and body may come apart; only a 200 ends so.
        if data.endswith(b'{"success":true}'):
            self.send()
        elif not data.startswith(b"HTTP/1.1 200") and not self.done.done():
            self.done.set_exception(SystemExit(data.decode(errors="replace")))

    def connection_lost(self, _):
        if not self.done.done():
            self.done.set_exception(SystemExit("the connection was closed"))


def calls(events: int, in_a_call: int) -> list[bytes]:
    """All calls, written down."""
    draw = Random(7)
    return [call(draw, range(first, first + in_a_call)) for first in range(0, events, in_a_call)]


def call(draw: Random, numbers: range) -> bytes:
    """A call as a library sends it: a clock of its own, which is a little slow."""
    batch = [event(draw, number) for number in numbers]
    sent = datetime.now(UTC) - timedelta(seconds=3)
    body = json.dumps({"batch": batch, "writeKey": "bench", "sentAt": stamp(sent)}).encode()
    head = b"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return b"%bContent-Length: %d\r\n\r\n%b" % (head, len(body), body)


def event(draw: Random, number: int) -> dict[str, object]:
    """Somebody looks at a product."""
    return {
        "messageId": f"ajs-next-{number:032x}",
        "type": "track",
        "event": "Product Viewed",
        "userId": f"user-{draw.randrange(USERS)}",
        "timestamp": stamp(START + timedelta(milliseconds=number)),
        "properties": product(draw, number),
        "context": {"library": {"name": "analytics.js", "version": "next-1.70.0"}},
    }


def stamp(moment: datetime) -> str:
    """ISO 8601, as browsers write it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def main(port: int, events: int, in_a_call: int) -> None:
    prepared = iter(calls(events, in_a_call))
    print("ready", flush=True)
    sys.stdin.readline()
    loop = asyncio.get_running_loop()
    ended = [loop.create_future() for _ in range(CONNECTIONS)]
    for done in ended:
        await loop.create_connection(lambda done=done: Protocol(prepared, done), "127.0.0.1", port)
    await asyncio.gather(*ended)
    print("done", flush=True)
    sys.stdin.readline()  # who measures looks at what it took first


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
