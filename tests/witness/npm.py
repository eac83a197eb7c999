"""Packages of npm, in a folder that is gone afterwards."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PATIENCE: Final = 300.0


def install(
    folder: Path, packages: Mapping[str, str], overrides: Mapping[str, str] | None = None
) -> None:
    """Install packages at these versions; nothing of them is run.

    Raises:
        CalledProcessError: They cannot be had; with what npm says.
    """
    wanted = {"dependencies": dict(packages), "overrides": dict(overrides or {})}
    (folder / "package.json").write_text(json.dumps(wanted), "utf-8")
    command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=True, timeout=PATIENCE
        )
    except subprocess.CalledProcessError as error:
        error.add_note(error.stderr)
        raise
