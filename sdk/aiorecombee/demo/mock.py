"""The mock server as a process of its own, for as long as the demo lasts."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from aiorecombee.errors import ConfigurationError

_PATIENCE: Final = 20.0
_GRACE: Final = 5.0


@contextmanager
def running_mock(database_id: str, token: str) -> Iterator[str]:
    """Start a mock server on a free port and give its authority; stop it at the end.

    Raises:
        ConfigurationError: It does not start; says what it said.
    """
    with TemporaryDirectory(prefix="aiorecombee-demo-") as folder:
        ready = Path(folder, "ready.json")
        log = Path(folder, "log.txt")
        command = [sys.executable, "-m", "recombee_mock", "serve", "--port", "0"]
        command += ["--database", f"{database_id}={token}", "--ready-file", str(ready)]
        with log.open("wb") as written:
            process = subprocess.Popen(  # noqa: S603  # our own program
                command, stdin=subprocess.DEVNULL, stdout=written, stderr=written
            )
        try:
            yield _authority(process, ready, log)
        finally:
            _stop(process)


def _authority(process: "subprocess.Popen[bytes]", ready: Path, log: Path) -> str:
    end = time.monotonic() + _PATIENCE
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > end:
            said = log.read_text("utf-8", "replace").strip()
            raise ConfigurationError(f"the mock server did not start: {said or 'no word from it'}")
        time.sleep(0.02)
    url: str = json.loads(ready.read_bytes())["http"]
    return url.partition("://")[2].rstrip("/")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
