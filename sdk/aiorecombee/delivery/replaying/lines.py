"""Blocks of bytes become lines that know where they end."""

from typing import Final, NamedTuple

import attrs

LONGEST: Final = 4 << 20
"""Bytes of a line that are kept; an event may have 32 KiB in Segment."""


class Line(NamedTuple):
    """A line of an archive.

    Attributes:
        number: Its number, from 1.
        end: Bytes from the start of the unpacked file to behind it.
        text: What stands on it, without its end; of a longer one `LONGEST` + 1 bytes.
    """

    number: int
    end: int
    text: bytes


@attrs.define
class Cutter:
    """Cuts blocks into lines; holds no more than one line.

    Attributes:
        number: Of the last line that was cut.
        end: Where it ended.
        longest: Bytes of a line that are kept.
    """

    number: int = 0
    end: int = 0
    longest: int = LONGEST
    _held: bytes = b""
    _length: int = 0

    def feed(self, block: bytes) -> list[Line]:
        """The lines that end in the next block."""
        *whole, rest = block.split(b"\n")
        lines = [self._cut(text, 1) for text in whole]
        self._hold(rest)
        return lines

    def finish(self) -> list[Line]:
        """The last line, if nothing ends it."""
        return [self._cut(b"", 0)] if self._length else []

    def _cut(self, text: bytes, mark: int) -> Line:
        if self._length:
            self._hold(text)
            text, length = self._held, self._length
            self._held, self._length = b"", 0
        else:
            length = len(text)
            text = text if length <= self.longest else text[: self.longest + 1]
        self.number += 1
        self.end += length + mark
        return Line(self.number, self.end, text)

    def _hold(self, text: bytes) -> None:
        self._length += len(text)
        if len(self._held) <= self.longest:
            self._held = (self._held + text)[: self.longest + 1]
