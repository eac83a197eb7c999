"""What one port for HTTP and HTTPS costs plain HTTP, beside a port of its own.

    python tests/benchmarks/one_port.py [--rounds N]

Processor time of the server in microseconds: for a call on one of 64 connections that stay open, and
for a connection that carries one call. Medians over the rounds, in random order.
"""

import argparse
import contextlib
import random
import socket
import statistics
import sys
import time
from pathlib import Path

from run import (
    DATABASE,
    HERE,
    MEASURED,
    OTHER,
    cpu_seconds,
    free_port,
    output,
    started,
    wait_for,
)

LOAD_SECONDS = 2.0
HEALTH = b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def connect(port: int, seconds: float) -> int:
    """Open, ask, read to the end, again and again; gives how often."""
    done, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.closing(socket.create_connection(("127.0.0.1", port))) as line:
            line.sendall(HEALTH)
            while line.recv(4096):
                pass
        done += 1
    return done


def measure(options: list[str]) -> tuple[float, float]:
    """Microseconds of a call and of a connection."""
    port = free_port()
    mock = Path(sys.executable).parent / "recombee-mock"
    command = [mock, "serve", "--port", port, "--database", DATABASE, *options]
    with started(MEASURED, command) as server:
        wait_for(port)
        load = [sys.executable, HERE / "load.py", port]
        output(OTHER, [*load, "0.5"])
        before = cpu_seconds(server.pid)
        calls = int(output(OTHER, [*load, str(LOAD_SECONDS)]))
        between = cpu_seconds(server.pid)
        lines = connect(port, LOAD_SECONDS)
        after = cpu_seconds(server.pid)
    return (between - before) / calls * 1e6, (after - between) / lines * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure one port beside two.")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    kinds: dict[str, list[str]] = {"http alone": [], "one port": ["--tls"]}
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    for _ in range(rounds):
        for kind in random.sample(list(kinds), len(kinds)):
            found[kind].append(measure(kinds[kind]))
    print(f"{'':12}{'µs/call':>12}{'µs/connection':>16}")
    for kind, figures in found.items():
        calls, lines = (statistics.median(column) for column in zip(*figures, strict=True))
        print(f"{kind:12}{calls:12.1f}{lines:16.1f}")
    pairs = zip(found["one port"], found["http alone"], strict=True)
    ratios = [(one[0] / two[0], one[1] / two[1]) for one, two in pairs]
    calls, lines = (statistics.median(column) for column in zip(*ratios, strict=True))
    print(f"{'ratio':12}{calls:12.2f}{lines:16.2f}")


if __name__ == "__main__":
    main()
