"""How many events a second go through `aiorecombee segment serve` into the mock, all of them.

    python tests/benchmarks/serve.py [--way one|two|three] [--rounds N] [--events N] [--in-a-call N]
                                     [--folder FOLDER]

One process is the load (calls of the Tracking API with 100 events each, or N), one the mock with its
data in memory, and all share the machine's cores. `one` is `serve` as a process, `two` are `--only
receive` and `--only send` on the same spool, `three` have one more that sends. The rate counts from the
first call until nothing waits any more, and the mock must have every event then; `taken` until the last
call is answered. How much processor time each process takes says more than the rate on a busy machine.
Every figure is the median over the rounds. The goal is 20,000 a second, with one event a call 2,000.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
DATABASE, TOKEN = "bench-db", "bench-token-0123456789abcdef"
GOAL = 20_000
PATIENCE = 120.0
WAYS = {
    "one": {"serve": []},
    "two": {"receive": ["--only", "receive"], "send": ["--only", "send"]},
    "three": {
        "receive": ["--only", "receive"],
        "send": ["--only", "send"],
        "send too": ["--only", "send"],
    },
}

sys.path.insert(0, str(HERE))

import run  # noqa: E402 - after the path is set

Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure serve from end to end.")
    parser.add_argument("--way", choices=WAYS, help="only this; default all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--in-a-call", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="where the spool is written")
    given = parser.parse_args()
    rounds: dict[str, list[Figures]] = {way: [] for way in ([given.way] if given.way else WAYS)}
    for _ in range(given.rounds):
        for way, measured in rounds.items():
            with tempfile.TemporaryDirectory(dir=given.folder) as folder:
                measured.append(measure(way, Path(folder), given.events, given.in_a_call))
    report(rounds)


def measure(way: str, folder: Path, events: int, in_a_call: int) -> Figures:
    """One round."""
    with contextlib.ExitStack() as stack:
        mock_port = run.free_port()
        command = [BIN / "recombee-mock", "serve", "--port", mock_port]
        command += ["--database", f"{DATABASE}={TOKEN}"]
        processes = {"mock": stack.enter_context(started(command))}
        run.wait_for(mock_port)
        ports = []
        for name, options in WAYS[way].items():
            ready = folder / name
            command = served(folder / "bench.spool", ready, mock_port, options)
            processes[name] = stack.enter_context(started(command))
            ports.append(port_in(ready))
        receiving, sending = ports[0], ports[-1]
        command = [sys.executable, HERE / "serve_load.py", receiving, events, in_a_call]
        load = processes["load"] = stack.enter_context(started(command))
        return timed(processes, load, sending, mock_port, events)


def timed(processes, load, sending: int, mock_port: int, events: int) -> Figures:
    """From the first call until nothing waits any more; the mock is asked then: to count takes its time."""
    said(load, "ready")
    before = {name: run.cpu_seconds(process.pid) for name, process in processes.items()}
    begun = time.perf_counter()
    load.stdin.write("\n")
    load.stdin.flush()
    said(load, "done")
    taken = time.perf_counter() - begun
    while (left := waiting(sending)) > 0:
        if time.perf_counter() - begun > PATIENCE:
            raise SystemExit(f"{left} of {events} events were never sent")
        time.sleep(0.1)
    took = time.perf_counter() - begun
    if (held := holds(mock_port)) != events:
        raise SystemExit(f"{held} interactions came of {events} events")
    spent = {
        f"{name} µs": 1e6 * (run.cpu_seconds(process.pid) - before[name]) / events
        for name, process in processes.items()
    }
    return {"rate": events / took, "taken": events / taken, **spent}


def served(spool: Path, ready: Path, mock_port: int, options: list[str]) -> list[object]:
    """How `serve` is started."""
    return [
        *(BIN / "aiorecombee", "segment", "serve", *options),
        *("--spool", spool, "--port", 0, "--ready-file", ready),
        *("--write-key", "bench", "--database", DATABASE),
        *("--protocol", "http", "--base-uri", f"localhost:{mock_port}"),
    ]


@contextlib.contextmanager
def started(command: list[object]) -> Iterator[subprocess.Popen[str]]:
    """A process, ended at the end."""
    words = [str(word) for word in command]
    variables = {**os.environ, "RECOMBEE_TOKEN": TOKEN}
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, env=variables) as process:
        try:
            yield process
        finally:
            process.terminate()


def said(process: subprocess.Popen[str], word: str) -> None:
    """Wait for a line."""
    line = process.stdout.readline()
    if line.strip() != word:
        raise SystemExit(f"the load ended: {line}")


def port_in(ready: Path) -> int:
    """The port of a service, once it listens."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if ready.exists():
            return int(json.loads(ready.read_text())["http"].rpartition(":")[2])
        time.sleep(0.01)
    raise SystemExit("serve does not start")


def waiting(port: int) -> int:
    """How many events are in the queue."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=PATIENCE) as answer:
        return json.load(answer)["backlog"]["events"]


def holds(mock_port: int) -> int:
    """How many interactions the mock has."""
    url = f"http://127.0.0.1:{mock_port}/_mock/databases/{DATABASE}"
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        return json.load(answer)["holds"]["detailViews"]


def report(rounds: dict[str, list[Figures]]) -> None:
    for way, measured in rounds.items():
        medians = {name: statistics.median(one[name] for one in measured) for name in measured[0]}
        cells = "".join(f"{name:>12} {value:8,.1f}" for name, value in medians.items())
        print(f"{way:6}{cells}{'÷ goal':>10} {medians['rate'] / GOAL:.2f}")


if __name__ == "__main__":
    main()
