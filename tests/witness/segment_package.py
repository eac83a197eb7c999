"""The published destination, installed with npm."""

from pathlib import Path
from typing import Final

import npm

PACKAGE: Final = "@segment/action-destinations"
VERSION: Final = "3.497.0"

# Other destinations of the package need these. Recombee's does not, and at times a version that one
# of them asks for cannot be had.
_UNUSED: Final = tuple(
    f"@aws-sdk/client-{name}" for name in ("eventbridge", "kinesis", "s3", "sts")
)


def install(folder: Path) -> Path:
    """Install it into a folder; only what Recombee's destination needs is there to work.

    Raises:
        CalledProcessError: It cannot be had; with what npm says.
    """
    nothing = folder / "nothing"
    nothing.mkdir()
    (nothing / "package.json").write_text('{"name": "nothing", "version": "1.0.0"}', "utf-8")
    npm.install(folder, {PACKAGE: VERSION}, dict.fromkeys(_UNUSED, f"file:./{nothing.name}"))
    return folder
