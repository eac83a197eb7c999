"""Measures aiorecombee beside its peers, in one run on one machine, and prints ratios.

    python tests/benchmarks/run.py [ROW …] [--rounds N] [--json FILE]

The measured side has a core for itself, the other side the second one. Every round starts fresh
processes in random order; the figures are medians over the rounds, the ratios medians over the
ratios of each round, with their spread. Absolute figures belong to this machine alone.

`must` is what a release has to reach, `aim` is near the limit. The official Node client and Segment's
published destination take part where Node and npm are installed.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "witness"))

import npm  # noqa: E402 - after the path is set
import segment_package  # noqa: E402

MEASURED, OTHER = "0", "1"
DATABASE = "bench-db=bench-token-0123456789abcdef"
NODE_CLIENT = {"recombee-api-client": "6.3.0"}
EVENTS = 50_000
STEPS = {
    "dispatch": "which mapping",
    "resolve": "fields found",
    "accept": "fields accepted",
    "build": "requests made",
    "stamp": "of these, reading times",
}
LOAD_SECONDS = 2.0
BATCHES, SINGLES = 100, 5000

Figures = dict[str, float]


@attrs.frozen
class Row:
    """One comparison: `ours` over `peer`, of one figure.

    `higher` tells that a greater ratio is better.
    """

    name: str
    said: str
    ours: str
    peer: str
    figure: str
    must: float
    aim: float
    higher: bool = True

    def reached(self, ratio: float) -> str:
        """`aim`, `must` or `-`."""
        better = float.__ge__ if self.higher else float.__le__
        return next((name for name in ("aim", "must") if better(ratio, getattr(self, name))), "-")


ROWS = [
    Row("1", "one call, 64 in flight, CPU ÷ raw aiohttp", "sdk-64", "raw-64", "cpu", 1.25, 1.12, False),
    Row("1b", "one call, 1 in flight, CPU ÷ raw aiohttp", "sdk-1", "raw-1", "cpu", 1.30, 1.15, False),
    Row("1c", "one call, uvloop, 64, CPU ÷ raw aiohttp", "sdk-64-uvloop", "raw-64-uvloop", "cpu", 1.30, 1.12, False),
    Row("2", "64 in flight, rate ÷ official Python", "sdk-64", "official", "rate", 6, 7.5),
    Row("2 TLS", "the same over TLS", "sdk-64 tls", "official tls", "rate", 18, 23),
    Row("2b", "1 in flight, rate ÷ official Python", "sdk-1", "official", "rate", 2.6, 3.2),
    Row("2b TLS", "the same over TLS", "sdk-1 tls", "official tls", "rate", 8, 10),
    Row("2c", "64 in flight, rate ÷ official Node", "sdk-64", "node-64", "rate", 8, 10),
    Row("3", "batches of 10,000, rate ÷ official Python", "sdk-batch-10000", "official-batch-10000", "rate", 2.8, 3.6),
    Row("3 Node", "the same ÷ official Node", "sdk-batch-10000", "node-batch-10000", "rate", 1.05, 1.35),
    Row("3b", "the same ÷ dicts, orjson and raw aiohttp", "sdk-batch-10000", "raw-batch-10000", "rate", 0.70, 0.90),
    Row("3c", "batches of 1,000, rate ÷ official Python", "sdk-batch-1000", "official-batch-1000", "rate", 2.8, 3.6),
    Row("3c Node", "the same ÷ official Node", "sdk-batch-1000", "node-batch-1000", "rate", 1.6, 2.1),
    Row("3d", "batches of 100, rate ÷ official Python", "sdk-batch-100", "official-batch-100", "rate", 2.5, 3),
    Row("3d Node", "the same ÷ official Node", "sdk-batch-100", "node-batch-100", "rate", 2.8, 3.5),
    Row("3e", "without orjson, 10,000, ÷ official Python", "sdk-batch-10000-stdlib", "official-batch-10000", "rate", 1.4, 3),
    Row("4", "batcher, a task each, rate ÷ single calls", "batcher-tasks", "sdk-64", "rate", 8, 12),
    Row("4b", "batcher, futures, rate ÷ official batches", "batcher-futures", "official-batch-1000", "rate", 2, 2.6),
    Row("5", "mock, rate ÷ aiohttp that answers ok unread", "serve mock", "serve ok", "rate", 0.45, 0.60),
    Row("5b", "mock, rate ÷ aiohttp that parses", "serve mock", "serve parse", "rate", 0.65, 0.85),
    Row("5d", "mock, p50 of a call, a million stored ÷ none", "flood mock", "first mock", "p50", 1.3, 1.1, False),
    Row("6", "mock, batches of 10,000, rate ÷ parsing them", "flood mock", "flood parse", "rate", 0.25, 0.5),
    Row("6b", "mock, p99 ÷ p50 of these batches", "flood mock", "one", "tail", 2.5, 1.4, False),
    Row("7", "mock, bytes a stored interaction takes", "flood mock", "one", "bytes", 200, 100, False),
    Row("8", "mock, start to first answer ÷ empty aiohttp", "start mock", "start empty", "seconds", 1.25, 0.84, False),
    Row("9", "import of the SDK ÷ of official Python", "import sdk", "import official", "seconds", 1.0, 0.7, False),
    Row("9b", "import and first client ÷ import aiohttp", "import client", "import aiohttp", "seconds", 1.35, 1.15, False),
    Row("10", "events mapped, rate ÷ Segment's mapping kit", "segment documented", "segment node map", "rate", 1.5, 3),
    Row("10b", "the same as main-2026-07", "segment main-2026-07", "segment node map", "rate", 1.5, 3),
    Row("10c", "the same as npm-3.497.0", "segment npm-3.497.0", "segment node map", "rate", 1.5, 3),
    Row("10d", "the same ÷ its framework, one mapping", "segment npm-3.497.0", "segment node one", "rate", 1.5, 4),
    Row("10e", "the same ÷ its framework, all presets", "segment npm-3.497.0", "segment node all", "rate", 1.5, 10),
    Row("10f", "main-2026-07 ÷ mapped by hand", "segment main-2026-07", "segment hand", "rate", 0.15, 0.4),
    Row("10g", "main-2026-07 ÷ making bare requests", "segment main-2026-07", "segment floor", "rate", 0.05, 0.1),
]  # fmt: skip

IMPORTS = {
    "sdk": "from aiorecombee import AddDetailView, Batch, RecombeeClient, Region",
    "official": "from recombee_api_client.api_client import RecombeeClient, Region\n"
    "from recombee_api_client.api_requests import AddDetailView, Batch",
    "client": "from aiorecombee import RecombeeClient; RecombeeClient('db', 'token')",
    "aiohttp": "import aiohttp",
}


# --- Scenarios: a name becomes figures -----------------------------------------------------------


@attrs.frozen
class Bench:
    """What the scenarios of a run share."""

    folder: Path
    node_modules: Path | None
    segment_modules: Path | None

    def measure(self, scenario: str) -> Figures:
        """Run one scenario once."""
        kind, _, rest = scenario.partition(" ")
        by_kind: dict[str, Callable[[str], Figures]] = {
            "serve": self.serve,
            "start": self.start,
            "import": self.import_,
            "flood": self.flood,
            "first": self.first,
            "segment": self.segment,
            "one": lambda _: dict.fromkeys(("tail", "bytes"), 1.0),
        }
        return by_kind[kind](rest) if kind in by_kind else self.client(kind, tls=rest == "tls")

    def client(self, name: str, *, tls: bool) -> Figures:
        """A client against a server that does nothing."""
        with self.null_server(tls=tls) as (port, ca):
            if name.startswith("node"):
                command = ["node", HERE / "node_client.mjs", self.node_modules, name, port]
            else:
                command = [sys.executable, HERE / "clients.py", name, port, *["--tls"] * tls]
            trust = {"SSL_CERT_FILE": ca, "REQUESTS_CA_BUNDLE": ca} if tls else {}
            return json.loads(output(MEASURED, command, trust))

    def serve(self, name: str) -> Figures:
        """A server under load."""
        port = free_port()
        with started(MEASURED, self.server_command(name, port)) as server:
            wait_for(port)
            command = [sys.executable, HERE / "load.py", port]
            output(OTHER, [*command, "0.5"])
            cpu = cpu_seconds(server.pid)
            answered = int(output(OTHER, [*command, str(LOAD_SECONDS)]))
            cpu = cpu_seconds(server.pid) - cpu
        return {"rate": answered / LOAD_SECONDS, "cpu": cpu / answered * 1e6}

    def start(self, name: str) -> Figures:
        """A server from its start to its first answer."""
        port = free_port()
        begun = time.perf_counter()
        with started(MEASURED, self.server_command(name, port)):
            wait_for(port)
            return {"seconds": time.perf_counter() - begun}

    def flood(self, name: str) -> Figures:
        """A million interactions in batches; the mock gets single calls after them."""
        return self.stream(name, BATCHES, SINGLES if name == "mock" else 0)

    def first(self, name: str) -> Figures:
        """Single calls to a server that holds nothing yet."""
        return self.stream(name, 0, SINGLES)

    def stream(self, name: str, batches: int, singles: int) -> Figures:
        """Requests to a server, one after the other."""
        port = free_port()
        with started(MEASURED, self.server_command(name, port)) as server:
            wait_for(port)
            command = [sys.executable, HERE / "flood.py", port, server.pid, batches, singles]
            return json.loads(output(OTHER, command))

    def import_(self, name: str) -> Figures:
        """An import in a fresh process: the best of five, as only the disk makes it slower."""
        code = (
            f"import time; begun = time.perf_counter()\n{IMPORTS[name]}\n"
            "print(time.perf_counter() - begun)"
        )
        command = [sys.executable, "-c", code]
        return {"seconds": min(float(output(MEASURED, command)) for _ in range(5))}

    def segment(self, name: str) -> Figures:
        """Segment events to requests, without a network."""
        kind, _, of_node = name.partition(" ")
        script = [sys.executable, HERE / "segment_map.py", kind]
        if of_node:
            script = ["node", HERE / "segment_node.mjs", self.segment_modules, of_node]
        return json.loads(output(MEASURED, [*script, self.events()]))

    def events(self) -> Path:
        """A file of events, made when it is first asked for."""
        path = self.folder / "events.jsonl"
        if not path.exists():
            path.write_text(output(OTHER, [sys.executable, HERE / "segment_events.py", EVENTS]))
        return path

    def fixture(self) -> float:
        """Milliseconds to start and stop a mock server in a running process, the worst of 50."""
        code = (
            "import time\nfrom recombee_mock import Database, MockServerThread\n"
            "def once():\n"
            "    begun = time.perf_counter()\n"
            "    with MockServerThread([Database('shop', 'secret')]):\n"
            "        pass\n"
            "    return time.perf_counter() - begun\n"
            "once()\nprint(max(once() for _ in range(50)) * 1000)"
        )
        return float(output(MEASURED, [sys.executable, "-c", code]))

    def server_command(self, name: str, port: int) -> list[object]:
        """How the mock, or what it is held against, is started."""
        if name == "mock":
            mock = Path(sys.executable).parent / "recombee-mock"
            return [mock, "serve", "--port", port, "--database", DATABASE]
        return [sys.executable, HERE / "servers.py", name, port]

    @contextlib.contextmanager
    def null_server(self, *, tls: bool) -> Iterator[tuple[str, str]]:
        """A server that is never the bottleneck; gives its port and its CA file."""
        ca, key = str(self.folder / "ca.pem"), str(self.folder / "server.pem")
        command = [sys.executable, HERE / "null_server.py", *(["--tls", key, key] if tls else [])]
        with started(OTHER, command, stdout=subprocess.PIPE) as server:
            assert server.stdout is not None
            yield server.stdout.readline().strip(), ca


# --- Processes -----------------------------------------------------------------------------------


def pinned(core: str, command: list[object]) -> list[str]:
    """The command on a core of its own, where that can be had."""
    pin = ["taskset", "-c", core] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []
    return pin + [str(word) for word in command]


def output(core: str, command: list[object], environment: dict[str, str] | None = None) -> str:
    """What a command prints; if it fails, so does the run."""
    variables = {**os.environ, **(environment or {})}
    done = subprocess.run(
        pinned(core, command), env=variables, capture_output=True, text=True, timeout=60
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stderr[-2000:]}")
    return done.stdout


@contextlib.contextmanager
def started(
    core: str, command: list[object], stdout: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[str]]:
    """A process, ended at the end."""
    with subprocess.Popen(
        pinned(core, command), stdout=stdout, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def wait_for(port: int) -> None:
    """Wait until HTTP is answered, whatever the answer."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as peer:
            peer.sendall(b"GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            if peer.recv(12):
                return
        time.sleep(0.002)
    raise SystemExit(f"nothing answers on port {port}")


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# --- The run -------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure aiorecombee beside its peers.")
    parser.add_argument("rows", nargs="*", metavar="ROW", help="such as 1 3b '2 TLS'; default all")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write every figure here")
    given = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(
            Path(folder),
            from_npm(Path(folder) / "node", lambda place: npm.install(place, NODE_CLIENT)),
            from_npm(Path(folder) / "segment", segment_package.install),
        )
        make_certificates(Path(folder))
        rows = [row for row in ROWS if not given.rows or row.name in given.rows]
        if bench.node_modules is None:
            print("no Node, so its rows are left out")
            rows = [row for row in rows if not row.peer.startswith("node")]
        if bench.segment_modules is None:
            print("no published destination of Segment's, so its rows are left out")
            rows = [row for row in rows if not row.peer.startswith("segment node")]
        scenarios = sorted({name for row in rows for name in (row.ours, row.peer)})
        rounds: list[dict[str, Figures]] = []
        for number in range(given.rounds):
            random.shuffle(scenarios)
            figures: dict[str, Figures] = {}
            for done, scenario in enumerate(scenarios, 1):
                progress(
                    f"round {number + 1} of {given.rounds}: {done}/{len(scenarios)} {scenario}"
                )
                figures[scenario] = bench.measure(scenario)
            rounds.append(figures)
        progress("")
    report(rows, rounds)
    report_steps(rounds)
    if not given.rows:
        print(f"a mock server in process, start and stop: {bench.fixture():.2f} ms (must: 30)")
    if given.json:
        given.json.write_text(json.dumps(rounds, indent=1))


def report(rows: list[Row], rounds: list[dict[str, Figures]]) -> None:
    """Print the table."""
    print(
        f"{'row':8}{'measure':46}{'ours':>12}{'peer':>12}{'ratio':>7}  {'spread':12}{'must':>6}{'aim':>6}"
    )
    for row in rows:
        ours = [figures[row.ours][row.figure] for figures in rounds]
        peer = [figures[row.peer][row.figure] for figures in rounds]
        ratios = [mine / theirs for mine, theirs in zip(ours, peer, strict=True)]
        ratio = statistics.median(ratios)
        print(
            f"{row.name:8}{row.said:46}{shown(row, ours):>12}{shown(row, peer):>12}{ratio:7.2f}"
            f"  {min(ratios):.2f}-{max(ratios):<7.2f}{row.must:6}{row.aim:6}  {row.reached(ratio)}"
        )


def report_steps(rounds: list[dict[str, Figures]]) -> None:
    """Print where the time of an event goes, for each profile that was measured."""
    for scenario in sorted(rounds[0]):
        if "build" in rounds[0][scenario]:
            spent = {
                step: statistics.median(one[scenario][step] for one in rounds) for step in STEPS
            }
            said = ", ".join(f"{STEPS[step]} {spent[step]:.2f}" for step in STEPS)
            print(f"{scenario}, µs an event, each step in a loop of its own: {said}")


def shown(row: Row, figures: list[float]) -> str:
    """The median with its unit."""
    median = statistics.median(figures)
    return {
        "cpu": f"{median:.1f} µs",
        "p50": f"{median:.0f} µs",
        "seconds": f"{median * 1000:.0f} ms",
        "tail": f"{median:.2f}",
        "bytes": f"{median:.0f} B",
    }.get(row.figure, f"{median:,.0f}/s")


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def from_npm(folder: Path, install: Callable[[Path], object]) -> Path | None:
    """A new folder with what is installed in it, where Node is and it can be had."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    folder.mkdir()
    with contextlib.suppress(subprocess.SubprocessError):
        install(folder)
        return folder
    return None


def make_certificates(folder: Path) -> None:
    """A certificate authority and a certificate for localhost."""
    import trustme

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(
        str(folder / "server.pem")
    )


if __name__ == "__main__":
    main()
