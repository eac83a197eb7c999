"""Load on a server: 64 connections that each send a signed AddDetailView as soon as they may.

    python load.py PORT SECONDS

Written on bare sockets, so that it is never the bottleneck. Every request is of another user;
one signature serves all, as it covers the path alone. Prints how many were answered with 200.
"""

import asyncio
import hashlib
import hmac
import itertools
import sys
import time

import uvloop

DATABASE, TOKEN = "bench-db", "bench-token-0123456789abcdef"
CONNECTIONS = 64


class Protocol(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    numbers = itertools.count(time.time_ns() // 1000)  # new users in every run
    answered = 0
    head = b""

    def connection_made(self, transport):
        self.transport = transport
        self.send()

    def send(self):
        body = (
            b'{"userId":"user-%d","itemId":"item-1","timestamp":1.5,"cascadeCreate":true}'
            % next(Protocol.numbers)
        )
        self.transport.write(Protocol.head % len(body) + body)

    def data_received(self, data):
        # Head and body may come apart; only a 200 ends so.
        if data.endswith(b'"ok"'):
            Protocol.answered += 1
            self.send()
        elif not data.startswith(b"HTTP/1.1 200"):
            print(data.decode(errors="replace"), file=sys.stderr)
            asyncio.get_running_loop().stop()


async def main(port, seconds):
    target = f"/{DATABASE}/detailviews/?hmac_timestamp={int(time.time())}"
    signature = hmac.new(TOKEN.encode(), target.encode(), hashlib.sha1).hexdigest()
    Protocol.head = (
        f"POST {target}&hmac_sign={signature} HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    ).encode()
    loop = asyncio.get_running_loop()
    for _ in range(CONNECTIONS):
        await loop.create_connection(Protocol, "127.0.0.1", port)
    await asyncio.sleep(seconds)
    print(Protocol.answered, flush=True)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), float(sys.argv[2])))
