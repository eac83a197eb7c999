"""The file of what did not arrive, so that it can be mended and replayed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from aiorecombee.delivery.replaying.errors import KeepingError
from aiorecombee.delivery.replaying.events import Event, Fate, Problem


def reject_lines(event: Event) -> Iterator[bytes]:
    """A line of JSON for each thing that is wrong with an event, the event itself within."""
    for problem in event.problems:
        about = json.dumps(_about(event, problem)).encode()
        readable = event.fate is not Fate.UNREADABLE
        # As it stands in the archive: what would be written again may not be quite the same.
        whole = event.text if readable else b"null"
        yield about.removesuffix(b"}") + b', "event": ' + whole + b"}\n"


def _about(event: Event, problem: Problem) -> dict[str, object]:
    file, line = event.where or (event.source, event.number)
    about: dict[str, object] = {
        "file": file,
        "line": line,
        "verdict": problem.verdict,
        "subscription": problem.subscription or None,
        "request": problem.request or None,
        "reason": problem.reason,
        "remedy": problem.remedy,
    }
    if event.fate is Fate.UNREADABLE:
        about["text"] = event.text.decode(errors="replace")
    return about


class Rejects:
    """A file that grows by lines."""

    def __init__(self, path: str, keep: int | None = None) -> None:
        """Open it.

        Args:
            path: Its name.
            keep: Bytes that stay of what is there already; all of it, if `None`.

        Raises:
            KeepingError: It cannot be opened.
        """
        self._path = path
        try:
            self._file: BinaryIO = Path(path).open("ab")  # noqa: SIM115  # closed by `close`
            if keep is not None and Path(path).is_file():
                self._file.truncate(min(keep, Path(path).stat().st_size))
        except OSError as error:
            raise self._error(error) from None

    def write(self, event: Event) -> None:
        """Write what is wrong with an event.

        Raises:
            KeepingError: The disk is full, or gone.
        """
        try:
            self._file.writelines(reject_lines(event))
        except OSError as error:
            raise self._error(error) from None

    def flush(self) -> tuple[str, int]:
        """See that all is written; returns the absolute name of the file and its bytes.

        Raises:
            KeepingError: The disk is full, or gone.
        """
        try:
            self._file.flush()
            path = Path(self._path).absolute()
            return str(path), path.stat().st_size
        except OSError as error:
            raise self._error(error) from None

    def close(self) -> None:
        """Close the file.

        Raises:
            KeepingError: Not all of it could be written.
        """
        try:
            self._file.close()
        except OSError as error:
            raise self._error(error) from None

    def _error(self, error: OSError) -> KeepingError:
        return KeepingError(f"cannot write the rejects to {self._path}: {error.strerror}")
