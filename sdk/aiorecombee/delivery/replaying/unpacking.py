"""Files as they were before they were packed; how they are packed shows in their first bytes."""

import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final, Protocol, TypeAlias

import attrs

from aiorecombee.delivery.replaying.errors import NO_ZSTD, ArchiveError, DamagedError

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
LONGEST_MARK: Final = len(_ZSTD)
"""Bytes that have to be looked at."""
_ENDINGS: Final = {".gz": _GZIP, ".zst": _ZSTD}
_BLOCK: Final = 1 << 17
_WITH_HEADER: Final = zlib.MAX_WBITS | 16  # gzip's, and its checksum

Read: TypeAlias = Callable[[int], bytes]


class Unpacked:
    """Gives what is packed in blocks of bounded size, however small it was packed.

    It looks at the file at most once for a block, so that whoever must not wait can ask first
    whether there is something to read.

    Attributes:
        is_packed: Whether it is packed at all.
    """

    def __init__(self, read: Read, name: str, start: bytes) -> None:
        """Begin.

        Args:
            read: Gives the next bytes of what is packed, as many as there are up to so many;
                none at the end.
            name: Its name. One that ends in `.gz` or `.zst` must be what it says.
            start: Its first bytes, `LONGEST_MARK` of them if it has so many; they are read again.

        Raises:
            DamagedError: It is not what its name says.
            ArchiveError: It is packed in a way that this Python cannot read.
        """
        said = next((mark for end, mark in _ENDINGS.items() if name.endswith(end)), b"")
        if start and not start.startswith(said):
            raise DamagedError(f"is not {'gzip' if said == _GZIP else 'zstd'} as its name says")
        self._read = read
        self._frames: _Frames | None = None
        if start.startswith(_GZIP):
            self._frames = _Frames(_GZIP_FRAMES)
        elif start.startswith(_ZSTD):
            self._frames = _Frames(_zstd())
        self.is_packed = self._frames is not None

    @property
    def must_read(self) -> bool:
        """Whether the next block takes a look at the file."""
        return self._frames is None or not self._frames.has_more

    def block(self) -> bytes | None:
        """The next bytes, none if what was read gives none yet; `None` at the end.

        Raises:
            DamagedError: What is packed ends too early, or makes no sense.
        """
        frames = self._frames
        if frames is None:
            return self._read(_BLOCK) or None
        if not frames.has_more:
            packed = self._read(_BLOCK)
            if not packed:
                if frames.is_within:
                    raise DamagedError("ends too early")
                return None
            frames.feed(packed)
        try:
            return frames.unpack()
        except frames.kind.errors:
            raise DamagedError("is damaged") from None


class _Machine(Protocol):
    """Unpacks one frame."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


@attrs.frozen
class _Kind:
    """How a file is packed.

    Attributes:
        machine: Makes what unpacks a frame.
        errors: What it raises.
        piece: Bytes to unpack at once. No machine knows a limit: what they become is bounded by
            how small they can have been packed.
        padding: What may stand between frames.
    """

    machine: Callable[[], _Machine]
    errors: tuple[type[Exception], ...]
    piece: int
    padding: bytes = b""


_GZIP_FRAMES: Final = _Kind(
    lambda: zlib.decompressobj(_WITH_HEADER),
    (zlib.error,),
    piece=1 << 14,  # 16 MiB at most
    padding=b"\0",
)


def _zstd() -> _Kind:
    piece = 1 << 10  # 32 MiB at most
    try:
        standard: Any = import_module("compression.zstd")
    except ImportError:
        pass
    else:
        return _Kind(standard.ZstdDecompressor, (standard.ZstdError,), piece)
    try:
        package: Any = import_module("zstandard")
    except ImportError:
        raise ArchiveError(NO_ZSTD) from None
    return _Kind(package.ZstdDecompressor().decompressobj, (package.ZstdError,), piece)


@attrs.define
class _Frames:
    """Unpacks frames one after the other, as they come.

    Attributes:
        kind: How they are packed.
    """

    kind: _Kind
    _packed: bytes = b""
    _at: int = 0
    _machine: _Machine | None = None

    @property
    def has_more(self) -> bool:
        """Whether something is there to be unpacked."""
        return self._at < len(self._packed)

    @property
    def is_within(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._machine is not None

    def feed(self, packed: bytes) -> None:
        """Take the next bytes; those before are unpacked."""
        self._packed, self._at = packed, 0

    def unpack(self) -> bytes:
        """What the next piece of it becomes."""
        piece = self._packed[self._at : self._at + self.kind.piece]
        self._at += len(piece)
        if self._machine is None:
            piece = piece.lstrip(self.kind.padding)
            if not piece:
                return b""
            self._machine = self.kind.machine()
        unpacked = self._machine.decompress(piece)
        if self._machine.eof:
            self._at -= len(self._machine.unused_data)
            self._machine = None
        return unpacked
