"""The mock as a process of its own, for clients in any language."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

PATIENCE: Final = 120.0


@contextmanager
def mock(folder: Path, *options: str) -> Iterator[dict[str, Any]]:
    """A server, started as anybody would; gives what its ready file says."""
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "recombee_mock", *options, "--ready-file", str(ready)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as run:
        try:
            end = monotonic() + PATIENCE
            while not ready.exists():
                if run.poll() is not None or monotonic() > end:
                    raise RuntimeError("The mock does not start")
                sleep(0.02)
            yield json.loads(ready.read_text("utf-8"))
        finally:
            run.terminate()
            run.wait(PATIENCE)
