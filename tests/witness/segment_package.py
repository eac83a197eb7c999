"""The published destination, installed with npm."""

import json
import subprocess
from pathlib import Path
from typing import Final

PACKAGE: Final = "@segment/action-destinations"
VERSION: Final = "3.497.0"
PATIENCE: Final = 300.0

# One of its many dependencies cannot be had at the version that it asks for. Recombee's destination
# does not use it, so its newest version does as well.
_ABSENT: Final = "@aws-sdk/client-kinesis"


def install(folder: Path) -> Path:
    """Install it into a folder; only what Recombee's destination needs has to work.

    Raises:
        CalledProcessError: It cannot be had.
    """
    wanted = {"dependencies": {PACKAGE: VERSION}, "overrides": {_ABSENT: newest(_ABSENT)}}
    (folder / "package.json").write_text(json.dumps(wanted), "utf-8")
    npm("install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", folder=folder)
    return folder


def newest(package: str) -> str:
    """The newest version of a package."""
    return npm("view", package, "version").strip()


def npm(*arguments: str, folder: Path | None = None) -> str:
    """What npm says."""
    command = ["npm", *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    return done.stdout
