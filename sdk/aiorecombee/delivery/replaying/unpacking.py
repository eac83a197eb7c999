"""Files as they were before they were packed; how they are packed shows in their first bytes."""

import gzip
import io
import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from aiorecombee.delivery.replaying.errors import NO_ZSTD, ArchiveError, DamagedError

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
LONGEST_MARK: Final = len(_ZSTD)
"""Bytes that have to be looked at."""
_ENDINGS: Final = {".gz": _GZIP, ".zst": _ZSTD}
_BLOCK: Final = 1 << 17
_PIECE: Final = 1 << 10


class Unpacked:
    """Gives what is packed in blocks of bounded size, however small it was packed.

    Attributes:
        is_packed: Whether it is packed at all.
    """

    def __init__(self, file: io.RawIOBase, name: str, start: bytes) -> None:
        """Begin.

        Args:
            file: What is packed, from its first byte.
            name: Its name. One that ends in `.gz` or `.zst` must be what it says.
            start: Its first bytes, `LONGEST_MARK` of them if it has so many.

        Raises:
            DamagedError: It is not what its name says.
            ArchiveError: It is packed in a way that this Python cannot read.
        """
        said = next((mark for end, mark in _ENDINGS.items() if name.endswith(end)), b"")
        if start and not start.startswith(said):
            raise DamagedError(f"not {'gzip' if said == _GZIP else 'zstd'} as its name says")
        self._errors: tuple[type[Exception], ...] = ()
        self._read: Callable[[int], bytes | None] = file.read
        if start.startswith(_GZIP):
            self._read = gzip.GzipFile(fileobj=file, mode="rb").read1
            self._errors = (EOFError, gzip.BadGzipFile, zlib.error)
        elif start.startswith(_ZSTD):
            self._read, self._errors = _zstd(file)
        self.is_packed = bool(self._errors)

    def block(self) -> bytes:
        """The next bytes; none at the end.

        Raises:
            DamagedError: What is packed ends too early, or makes no sense.
        """
        try:
            return self._read(_BLOCK) or b""
        except self._errors as error:
            cut = isinstance(error, EOFError)
            raise DamagedError("ends too early" if cut else "damaged") from None


def _zstd(file: io.RawIOBase) -> tuple[Callable[[int], bytes], tuple[type[Exception], ...]]:
    try:
        standard: Any = import_module("compression.zstd")
    except ImportError:
        return _zstandard(file)
    return standard.ZstdFile(file).read1, (EOFError, standard.ZstdError)


def _zstandard(file: io.RawIOBase) -> tuple[Callable[[int], bytes], tuple[type[Exception], ...]]:
    try:
        package: Any = import_module("zstandard")
    except ImportError:
        raise ArchiveError(NO_ZSTD) from None
    decompressor = package.ZstdDecompressor()
    return _Frames(file, decompressor).read, (EOFError, package.ZstdError)


class _Frames:
    """Reads frames one after the other.

    The package's own reader takes a frame that is cut off for a whole one, and its decompressor
    knows no limit: in small pieces, what is packed becomes 32 MiB at most.
    """

    def __init__(self, file: io.RawIOBase, decompressor: Any) -> None:
        self._file = file
        self._decompressor = decompressor
        self._left = b""
        self._frame: Any = None

    def read(self, _: int) -> bytes:
        while True:
            piece = self._left or self._file.read(_PIECE)
            self._left = b""
            if not piece:
                if self._frame is not None:
                    raise EOFError
                return b""
            if self._frame is None:
                self._frame = self._decompressor.decompressobj()
            unpacked: bytes = self._frame.decompress(piece)
            if self._frame.eof:
                self._left, self._frame = self._frame.unused_data, None
            if unpacked:
                return unpacked
