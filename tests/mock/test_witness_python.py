"""The official Python client, unmodified, uses every operation over http, and Batch over https."""

import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).parents[1] / "witness" / "run.py"


def test_the_official_python_client_lives_through_all_83_operations():
    played = subprocess.run(
        [sys.executable, str(RUN), "python"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (played.returncode, played.stdout, played.stderr) == (
        0,
        "python: 179 steps, 83 operations\n",
        "",
    )
