"""One file, read block by block."""

import select
import sys
from pathlib import Path
from typing import BinaryIO

from aiorecombee.delivery.replaying.errors import ArchiveError, DamagedError
from aiorecombee.delivery.replaying.finding import STANDARD_INPUT
from aiorecombee.delivery.replaying.lines import Cutter, Line
from aiorecombee.delivery.replaying.unpacking import LONGEST_MARK, Unpacked


class Archive:
    """The lines of a file, in blocks.

    Standard input is looked at only by `lines`, and then once: it may be a pipe to wait for.

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
        self._blocks: Unpacked | None = None
        self._left = b""
        try:
            if path != STANDARD_INPUT:
                self._go_to(offset)
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
            ArchiveError: It cannot be read, or not be unpacked.
            DamagedError: What is packed ends here, too early, or is not what its name says.
        """
        try:
            block = self._left or self._block()
        except OSError as error:
            raise ArchiveError(f"{self._path}: {error.strerror}") from None
        self._left = b""
        if block is not None:
            return self._cutter.feed(block)
        return self._cutter.finish() or None

    def waits_for(self) -> int | None:
        """The descriptor to wait for before the next block is there; `None` if it is."""
        must_read = self._blocks is None or self._blocks.must_read
        return None if self._left or not must_read else self._file.waits_for()

    def close(self) -> None:
        """Close the file, unless it is standard input."""
        self._file.close()

    def _block(self) -> bytes | None:
        """The next bytes, none if there is too little to tell them yet; `None` at the end."""
        blocks = self._begun()
        return b"" if blocks is None else blocks.block()

    def _begun(self) -> Unpacked | None:
        """What unpacks it; `None` if that does not show yet."""
        if self._blocks is None:
            start = self._file.look(LONGEST_MARK)
            if start is not None:
                self._blocks = Unpacked(self._file.read, self._path, start)
        return self._blocks

    def _go_to(self, offset: int) -> None:
        """Read up to that place; what was read behind it is kept."""
        while (blocks := self._begun()) is None:
            pass
        if offset and not blocks.is_packed:
            self._file.seek(offset)
            return
        while offset:
            block = blocks.block()
            if block is None:
                raise DamagedError("is shorter than it was")
            self._left = block[offset:]
            offset -= min(offset, len(block))


class _Reread:
    """A file whose first bytes can be looked at, also where it cannot be rewound.

    Attributes:
        taken: Bytes that were read.
    """

    def __init__(self, file: BinaryIO, *, is_shared: bool) -> None:
        self.taken = 0
        self._file = file
        self._is_shared = is_shared
        self._start = b""
        self._is_known = False

    def look(self, size: int) -> bytes | None:
        """The first bytes, to be read again; `None` if another look may find more of them."""
        more = _some(self._file, size - len(self._start))
        self._start += more
        self._is_known = not more or len(self._start) == size
        return self._start if self._is_known else None

    def waits_for(self) -> int | None:
        """The descriptor to wait for, where reading would block."""
        if not self._is_shared or (self._is_known and self._start):
            return None
        try:
            descriptor = self._file.fileno()
            ready, _, _ = select.select([descriptor], [], [], 0)
        except (OSError, ValueError):  # nothing that can be waited for
            return None
        return None if ready else descriptor

    def read(self, size: int) -> bytes:
        """The next bytes, as many as there are up to so many; none at the end."""
        some, self._start = self._start[:size], self._start[size:]
        some = some or _some(self._file, size)
        self.taken += len(some)
        return some

    def seek(self, offset: int) -> None:
        """Go on behind so many bytes."""
        self._start = b""
        self.taken = self._file.seek(offset)

    def close(self) -> None:
        """Close it, unless it is not ours."""
        if not self._is_shared:
            self._file.close()


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
