"""The user's editor on a file of its own, which stays there when something goes wrong."""

import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from aiorecombee.cli.usage import UsageError


def find(environ: Mapping[str, str], *, on_terminal: bool) -> str:
    """The command that starts it: `VISUAL`, `EDITOR`, or vi on a terminal.

    Raises:
        UsageError: There is none.
    """
    command = environ.get("VISUAL") or environ.get("EDITOR")
    if not command and not on_terminal:
        raise UsageError("there is no terminal for an editor: give --body, or set EDITOR")
    return command or "vi"


def new_draft(name: str, text: str) -> Path:
    """A file that only its owner can read, in a folder of its own: editors leave copies there.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        path = Path(tempfile.mkdtemp(prefix="aiorecombee-")) / name
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write a file for the editor: {error.strerror}") from None
    return path


def edit(command: str, path: Path) -> None:
    """Have a draft edited.

    Raises:
        UsageError: The editor cannot be started, or failed.
    """
    try:
        ended = subprocess.run([*shlex.split(command), str(path)], check=False)  # noqa: S603 - theirs
    except (OSError, ValueError) as error:
        forget(path)
        said = getattr(error, "strerror", None) or error
        raise UsageError(f"editor {command}: {said}; set EDITOR, or give --body") from None
    if ended.returncode:
        raise UsageError(
            f"editor {command}: ended with status {ended.returncode}; nothing is changed, and what"
            f" you typed is kept in {path}"
        )


def forget(path: Path) -> None:
    """Remove a draft."""
    shutil.rmtree(path.parent, ignore_errors=True)
