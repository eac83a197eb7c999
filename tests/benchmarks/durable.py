"""What keeping the data in a file costs: the mock with `--data` beside the mock without.

    python tests/benchmarks/durable.py [--rounds N] [--batches N] [--folder FOLDER]

Batches of 10,000 interactions and single calls, in process and over HTTP, and how long a start
takes that finds all of it in the journal, or in a snapshot. Every figure is the median over the
rounds, every ratio the median over the ratios of each round. The goal is half of the rate in memory
for batches, and 5 s for a start with a million interactions.
"""

import argparse
import gc
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import flood  # noqa: E402 - after the path is set
import run  # noqa: E402

NOW = 1_700_000_000.0


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure what durable data costs.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batches", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="where the data file is written")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(child(*given.child, given.batches)))
        return
    rounds = []
    for _ in range(given.rounds):
        with tempfile.TemporaryDirectory(dir=given.folder) as folder:
            rounds.append(measure(Path(folder), given.batches))
    report(rounds, given.batches)


def measure(folder: Path, batches: int) -> dict[str, float]:
    """All figures once."""
    figures: dict[str, float] = {}
    for what in ("batches", "singles"):
        for where in ("memory", "file"):
            path = folder / f"{what}.db"
            figures[f"in process, {what}, {where}"] = own(what, where, path, batches)["rate"]
        figures[f"start, {what} in the journal"] = own("start", "file", path, batches)["seconds"]
        figures[f"start, {what} in a snapshot"] = own("start", "file", path, batches)["seconds"]
    for where in ("memory", "file"):
        options = [] if where == "memory" else ["--data", folder / "http.db"]
        figures.update(over_http(where, options, batches))
    return figures


def own(what: str, where: str, path: Path, batches: int) -> dict[str, float]:
    """A figure, measured in a process of its own."""
    command = [sys.executable, __file__, "--batches", batches, "--child", what, where, path]
    pinned = run.pinned(run.MEASURED, command)
    return json.loads(subprocess.run(pinned, capture_output=True, check=True, timeout=600).stdout)


def child(what: str, where: str, path: str, batches: int) -> dict[str, float]:
    from recombee_mock.data.estate import Estate
    from recombee_mock.data.file import DataFile
    from recombee_mock.databases import Database
    from recombee_mock.protocol import Call
    from recombee_mock.service import Service
    from recombee_mock.shell.admission import Admission

    begun = time.perf_counter()
    estate = Estate(
        Admission(), Service, 30.0, DataFile(path) if where == "file" else None, now=NOW
    )
    took = time.perf_counter() - begun
    if what == "start":
        return {"seconds": took}
    service = estate.open(Database("shop", "token")).service
    if what == "batches":
        calls = [Call("POST", "/batch/", "", flood.batch(number)) for number in range(batches)]
    else:
        calls = [
            Call("POST", "/detailviews/", "", flood.view(n % 10_000, n // 7, n + 0.5).encode())
            for n in range(batches * flood.BATCH)
        ]
    gc.freeze()
    gc.disable()
    begun = time.perf_counter()
    for call in calls:
        service.apply(call, NOW)
    took = time.perf_counter() - begun
    print(json.dumps({"rate": batches * flood.BATCH / took}), flush=True)
    os._exit(0)  # as if it was killed: the journal stays as it is


def over_http(where: str, options: list[object], batches: int) -> dict[str, float]:
    """The server as a process of its own."""
    port = run.free_port()
    mock = Path(sys.executable).parent / "recombee-mock"
    command = [mock, "serve", "--port", port, "--database", run.DATABASE, *options]
    with run.started(run.MEASURED, command) as server:
        run.wait_for(port)
        load = [sys.executable, HERE / "load.py", port]
        run.output(run.OTHER, [*load, "0.5"])
        answered = int(run.output(run.OTHER, [*load, str(run.LOAD_SECONDS)]))
        flooding = [sys.executable, HERE / "flood.py", port, server.pid, batches, 3000]
        figures = json.loads(run.output(run.OTHER, flooding))
        server.send_signal(signal.SIGKILL)
        server.wait()
    return {
        f"HTTP, singles at 64 in flight, {where}": answered / run.LOAD_SECONDS,
        f"HTTP, batches, {where}": figures["rate"],
        f"HTTP, p50 of a single call in µs, {where}": figures["p50"],
        f"HTTP, p99 ÷ p50 of a batch, {where}": figures["tail"],
    }


def report(rounds: list[dict[str, float]], batches: int) -> None:
    print(f"{batches * flood.BATCH:,} interactions; medians of {len(rounds)} rounds\n")
    for name in rounds[0]:
        median = statistics.median(figures[name] for figures in rounds)
        if name.startswith("start"):
            print(f"{name:50} {median:10.2f} s")
        elif name.endswith(", file"):
            other = name.removesuffix("file") + "memory"
            ratio = statistics.median(figures[name] / figures[other] for figures in rounds)
            before = statistics.median(figures[other] for figures in rounds)
            label = name.removesuffix(", file")
            print(f"{label:50} {median:12,.1f} with a file, {before:12,.1f} without: {ratio:.2f}")


if __name__ == "__main__":
    try:
        main()
    except subprocess.TimeoutExpired as error:
        raise SystemExit(f"took too long: {error.cmd}") from None
