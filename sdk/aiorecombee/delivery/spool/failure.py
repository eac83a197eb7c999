"""What went wrong with the file, in words, with the remedy."""

import sqlite3
from pathlib import Path
from typing import Final

from aiorecombee.delivery.queue import QueueError

_REMEDIES: Final = {
    "SQLITE_FULL": "the disk is full; free some room on it",
    "SQLITE_READONLY": "it cannot be written; make the file and its folder writable",
    "SQLITE_PERM": "it may not be opened; make the file and its folder readable and writable",
    "SQLITE_CANTOPEN": "it cannot be opened; its folder must exist and be writable",
    "SQLITE_NOTADB": "this is no spool; give another name, or put a copy of the right one back",
    "SQLITE_CORRUPT": (
        "it is damaged; put a copy of it back, or move it away to start with an empty one"
    ),
    "SQLITE_BUSY": "other processes keep it locked; see what they do, or have fewer of them",
    "SQLITE_IOERR": "the disk could not be read or written; look at the disk and its room",
}


class SpoolError(QueueError):
    """The file cannot be read or written; the text names it, and says what to do."""


class NotBegunError(SpoolError):
    """Nothing can be written now, whatever it is."""


def explain(path: Path, error: sqlite3.Error | OSError) -> SpoolError:
    """The error to raise for one of SQLite or of the operating system."""
    if isinstance(error, OSError):
        # The file itself is made if there is none.
        said = f"{error.strerror}; its folder must exist and be writable, the file writable"
        return SpoolError(f"{path}: {said}")
    # Extended codes go on after the name of their family, as in SQLITE_READONLY_DIRECTORY.
    family = "_".join(str(getattr(error, "sqlite_errorname", "")).split("_")[:2])
    remedy = _REMEDIES.get(family)
    return SpoolError(f"{path}: {remedy} ({error})" if remedy else f"{path}: {error}")


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process has the file at the moment."""
    return str(getattr(error, "sqlite_errorname", "")).startswith("SQLITE_BUSY")
