"""The file of what did not arrive, so that it can be mended and replayed.

Many replays may write to it, one after the other. Each of its lines says of which replay it is: of
what stands behind the place that a checkpoint knows, a killed replay that goes on takes back its
own lines, and never those of another.
"""

import json
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from aiorecombee.delivery.replaying.errors import KeepingError
from aiorecombee.delivery.replaying.events import Event, Fate, Problem

try:
    import fcntl
except ImportError:  # no Unix
    fcntl = None  # type: ignore[assignment]


def reject_lines(event: Event, replay: str) -> Iterator[bytes]:
    """A line of JSON for each thing that is wrong with an event, the event itself within.

    Args:
        event: What is wrong with it stands there.
        replay: Tells the lines of one replay from those of others.
    """
    start = _start(replay)
    for problem in event.problems:
        about = start + json.dumps(_about(event, problem)).encode().removeprefix(b"{")
        readable = event.fate is not Fate.UNREADABLE
        # As it stands in the archive: what would be written again may not be quite the same.
        whole = event.text if readable else b"null"
        yield about.removesuffix(b"}") + b', "event": ' + whole + b"}\n"


def _start(replay: str) -> bytes:
    """How every line of a replay begins."""
    return b'{"replay": ' + json.dumps(replay).encode() + b", "


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
    """A file that grows by lines; nobody else may write to it meanwhile.

    Attributes:
        replay: Tells the lines of this replay from those of others.
    """

    def __init__(self, path: str, keep: int | None = None, replay: str = "") -> None:
        """Open it.

        Args:
            path: Its name.
            keep: Bytes that a replay had written there, or found there, when it last knew for
                sure; what it wrote behind them is taken back. `None` if nothing is.
            replay: What its lines are known by; empty for a new replay.

        Raises:
            KeepingError: It cannot be opened, another replay writes to it, or it does not hold
                what was kept.
        """
        self.replay = replay or token_hex(8)
        self._path = path
        self._synced = -1  # bytes
        try:
            self._file: BinaryIO = Path(path).open("ab")  # noqa: SIM115  # closed by `close`
        except OSError as error:
            raise self._error(error) from None
        try:
            if stat.S_ISREG(os.fstat(self._file.fileno()).st_mode):
                if fcntl is not None:
                    self._lock()
                self._take_back(keep)
                self._end_line()
        except OSError as error:
            self.close()
            raise self._error(error) from None
        except KeepingError:
            self.close()
            raise

    def write(self, event: Event) -> None:
        """Write what is wrong with an event.

        Raises:
            KeepingError: The disk is full, or gone.
        """
        try:
            self._file.writelines(reject_lines(event, self.replay))
        except OSError as error:
            raise self._error(error) from None

    def flush(self) -> tuple[str, int]:
        """See that all is on the disk; returns the absolute name of the file and its bytes.

        Raises:
            KeepingError: The disk is full, or gone.
        """
        try:
            self._file.flush()
            path = Path(self._path).absolute()
            found = path.stat()
            if stat.S_ISREG(found.st_mode) and found.st_size != self._synced:
                self._sync(path, found.st_size)
            return str(path), found.st_size
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

    def _lock(self) -> None:
        """Keep others away for as long as it is open."""
        try:
            fcntl.flock(self._file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise KeepingError(
                f"{self._path}: another replay is writing its rejects there; give this one a file"
                " of its own"
            ) from None
        except OSError:  # a file system that knows no locks
            return

    def _take_back(self, keep: int | None) -> None:
        """Cut off what was written since the last checkpoint, unless others have written since."""
        if keep is None:
            return
        size = os.fstat(self._file.fileno()).st_size
        if size < keep:
            raise KeepingError(
                f"{self._path}: rejects are missing: the checkpoint knows of {keep:,} bytes, and"
                f" {size:,} are there; put them back, or go on with another file"
            )
        own, others = self._written_since(keep)
        if own and others:
            raise KeepingError(
                f"{self._path}: another replay has written its rejects behind those of this one;"
                " go on with another file"
            )
        if own:
            self._file.truncate(keep)

    def _written_since(self, size: int) -> tuple[bool, bool]:
        """Whether this replay has written behind there, and whether others have."""
        start, own, others = _start(self.replay), False, False
        with Path(self._path).open("rb") as file:
            file.seek(size)
            for line in file:
                # Whoever is killed may have written half a line.
                if line.startswith(start) or start.startswith(line):
                    own = True
                else:
                    others = True
        return own, others

    def _end_line(self) -> None:
        """End what somebody was killed over, so that it spoils no line of ours."""
        with Path(self._path).open("rb") as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    self._file.write(b"\n")

    def _sync(self, path: Path, size: int) -> None:
        os.fsync(self._file.fileno())
        if self._synced < 0:
            _sync_directory(path.parent)
        self._synced = size

    def _error(self, error: OSError) -> KeepingError:
        return KeepingError(f"cannot write the rejects to {self._path}: {error.strerror}")


def _sync_directory(path: Path) -> None:
    """See that the names in it are on the disk, where a system has a way to do that."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
