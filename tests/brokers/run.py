"""Holds real brokers to everything: their promises, and the faults that are counted.

Usage: python run.py [redis] [nats]    (both when none is named)

The programs redis-server and nats-server must be there. BROKER_KILLS=60 kills as often.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

from brokers.servers import SERVERS  # noqa: E402 - it is not installed

FAULTS = [TESTS / "forwarder/faults" / name for name in ("test_kills.py", "test_audit.py")]


def pytest(*arguments: object, **more: str) -> None:
    """Run tests in one process, so that what they print is seen; end when some fail."""
    command = [sys.executable, "-m", "pytest", "-q", "-n0", *map(str, arguments)]
    if status := subprocess.run(command, env={**os.environ, **more}, check=False).returncode:
        sys.exit(status)


def main(names: list[str]) -> None:
    pytest(TESTS / "brokers", BROKERS=",".join(names))
    for name in names:
        pytest(TESTS / f"brokers/test_{name}.py", BROKERS=name)
        with tempfile.TemporaryDirectory() as folder:
            server = SERVERS[name](folder)
            server.start()
            try:
                print(f"faults, with events kept by {name}", flush=True)
                kills = os.environ.get("BROKER_KILLS", "6")
                pytest(*FAULTS, FAULT_QUEUE=server.url, FAULT_KILLS=kills)
            finally:
                server.kill()


main(sys.argv[1:] or list(SERVERS))
