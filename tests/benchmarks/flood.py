"""A million interactions for a server, in batches of 10,000, one after the other.

    python flood.py PORT PID BATCHES SINGLES

Every interaction is new: of one of 10,000 users with one of 10,000 items, by chance. Afterwards
single calls on one connection. Prints one line of JSON: `rate` (interactions a second), `tail` (p99 ÷ p50 of the
batches), `bytes` (growth of the server's resident memory per interaction) and `p50` of the single
calls in microseconds. Making the requests is not part of the measured time.
"""

import hashlib
import hmac
import http.client
import json
import random
import socket
import statistics
import sys
import time
from pathlib import Path

DATABASE, TOKEN = "bench-db", "bench-token-0123456789abcdef"
BATCH = 10_000
WHEN = 1_700_000_000


def signed(path):
    target = f"/{DATABASE}{path}?hmac_timestamp={int(time.time())}"
    signature = hmac.new(TOKEN.encode(), target.encode(), hashlib.sha1).hexdigest()
    return f"{target}&hmac_sign={signature}"


def view(user, item, when):
    return (
        f'{{"userId":"user-{user}","itemId":"item-{item}","timestamp":{when},"cascadeCreate":true}}'
    )


def batch(number):
    """Views as they come: each of some user, of some item; the same ones in every run."""
    chance = random.Random(number)
    views = (
        view(chance.randrange(BATCH), chance.randrange(BATCH), f"{WHEN + number}.{serial:04}1")
        for serial in range(BATCH)
    )
    entries = (f'{{"method":"POST","path":"/detailviews/","params":{one}}}' for one in views)
    return f'{{"requests":[{",".join(entries)}]}}'.encode()


class Caller:
    """One connection."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def seconds(self, path, body):
        """How long one call takes."""
        target = signed(path)
        begun = time.perf_counter()
        headers = {"Content-Type": "application/json"}
        self.connection.request("POST", target, body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        took = time.perf_counter() - begun
        if answer.status != 200 or b'"code":4' in text:
            raise SystemExit(f"{answer.status} {text[:200]!r}")
        return took


def resident(pid):
    """Bytes a process holds in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


def main(port, pid, batches, singles):
    caller = Caller(port)
    caller.seconds("/detailviews/", view("warm", "warm", 1.5).encode())
    before = resident(pid)
    took = [caller.seconds("/batch/", batch(number)) for number in range(batches)]
    figures = {}
    if batches:
        cuts = statistics.quantiles(took, n=100)
        figures["rate"] = batches * BATCH / sum(took)
        figures["tail"] = cuts[98] / cuts[49]
        figures["bytes"] = (resident(pid) - before) / (batches * BATCH)
    if singles:
        bodies = (view(f"single-{n}", n % 100, f"{WHEN}.5").encode() for n in range(singles))
        figures["p50"] = statistics.median(caller.seconds("/detailviews/", b) for b in bodies) * 1e6
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
