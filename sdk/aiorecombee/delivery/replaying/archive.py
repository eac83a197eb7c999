"""One file, read block by block."""

import io
import select
import sys
from pathlib import Path
from typing import BinaryIO

from aiorecombee.delivery.replaying.errors import ArchiveError, DamagedError
from aiorecombee.delivery.replaying.finding import STANDARD_INPUT
from aiorecombee.delivery.replaying.lines import Cutter, Line
from aiorecombee.delivery.replaying.unpacking import LONGEST_MARK, Unpacked

_AT_ONCE = 1 << 17


class Archive:
    """The lines of a file, in blocks.

    Attributes:
        line: Number of the last line that was given out.
        end: Bytes from the start of the unpacked file to behind it.
    """

    def __init__(self, path: str, line: int = 0, offset: int = 0) -> None:
        """Open it.

        Args:
            path: Its name; `-` is standard input.
            line: Number of a line.
            offset: Bytes from the start of the unpacked file to behind that line; reading begins
                there.

        Raises:
            ArchiveError: It cannot be opened or unpacked.
            DamagedError: It is not what its name says, or is over before `offset`.
        """
        self._path = path
        self._file = _Reread(_open(path), is_shared=path == STANDARD_INPUT)
        try:
            self._blocks = Unpacked(self._file, path, self._file.look(LONGEST_MARK))
            self._left = self._go_to(offset)
        except OSError as error:
            self.close()
            raise ArchiveError(f"{path}: {error.strerror}") from None
        except ArchiveError:
            self.close()
            raise
        self._cutter = Cutter(line, offset)

    @property
    def line(self) -> int:
        return self._cutter.number

    @property
    def end(self) -> int:
        return self._cutter.end

    @property
    def taken(self) -> int:
        """Bytes that were read of the file, packed as it is."""
        return self._file.taken

    def lines(self) -> list[Line] | None:
        """The lines that end in the next block; `None` if there is no block any more.

        Raises:
            ArchiveError: It cannot be read.
            DamagedError: What is packed ends here, too early.
        """
        try:
            block = self._left or self._blocks.block()
        except OSError as error:
            raise ArchiveError(f"{self._path}: {error.strerror}") from None
        self._left = b""
        if block:
            return self._cutter.feed(block)
        return self._cutter.finish() or None

    def waits_for(self) -> int | None:
        """The descriptor to wait for before the next block is there; `None` if it is."""
        return None if self._left or self._blocks.is_packed else self._file.waits_for()

    def close(self) -> None:
        """Close the file, unless it is standard input."""
        self._file.close()

    def _go_to(self, offset: int) -> bytes:
        """What was read behind that place in order to get there."""
        if not self._blocks.is_packed:
            if offset:
                self._file.seek(offset)
            return b""
        while offset:
            block = self._blocks.block()
            if not block:
                raise DamagedError("shorter than it was")
            if len(block) > offset:
                return block[offset:]
            offset -= len(block)
        return b""


class _Reread(io.RawIOBase):
    """A file whose first bytes can be looked at, also where it cannot be rewound."""

    def __init__(self, file: BinaryIO, *, is_shared: bool) -> None:
        super().__init__()
        self.taken = 0
        self._file = file
        self._is_shared = is_shared
        self._start = b""

    def look(self, size: int) -> bytes:
        """The first bytes; they are read again afterwards."""
        while len(self._start) < size and (more := _some(self._file, size - len(self._start))):
            self._start += more
        return self._start

    def waits_for(self) -> int | None:
        """The descriptor to wait for, where reading would block."""
        if self._start or not self._is_shared:
            return None
        try:
            descriptor = self._file.fileno()
            ready, _, _ = select.select([descriptor], [], [], 0)
        except (OSError, ValueError):  # nothing that can be waited for
            return None
        return None if ready else descriptor

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        size = _AT_ONCE if size < 0 else size
        some, self._start = self._start[:size], self._start[size:]
        some = some or _some(self._file, size)
        self.taken += len(some)
        return some

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._start = b""
        self.taken = self._file.seek(offset, whence)
        return self.taken

    def close(self) -> None:
        if not self._is_shared:
            self._file.close()
        super().close()


def _open(path: str) -> BinaryIO:
    if path == STANDARD_INPUT:
        if sys.stdin is None:
            raise ArchiveError(f"{path}: standard input is closed")
        # Without its buffer: what waits there would be looked for in vain at the descriptor.
        return getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
    try:
        return Path(path).open("rb", buffering=0)
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}") from None


def _some(file: BinaryIO, size: int) -> bytes:
    """What one look at the file gives, however little."""
    read1 = getattr(file, "read1", None)
    found: bytes | None = file.read(size) if read1 is None else read1(size)
    return found or b""
