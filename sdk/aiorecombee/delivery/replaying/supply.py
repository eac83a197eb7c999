"""Archives one after the other, as a row of events."""

import select
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from aiorecombee.delivery.replaying.archive import Archive
from aiorecombee.delivery.replaying.checkpoint import Fingerprint, Place
from aiorecombee.delivery.replaying.errors import ArchiveError, DamagedError
from aiorecombee.delivery.replaying.events import Event, Fate
from aiorecombee.delivery.replaying.finding import STANDARD_INPUT, absolute
from aiorecombee.delivery.replaying.lines import Line
from aiorecombee.delivery.replaying.sifting import Sifter, damaged

_SIFTED_AT_ONCE: Final = 256  # lines


class Supply:
    """Reads files, from the places where an earlier replay left off.

    Attributes:
        places: Absolute name to place, for every file that was begun here or before.
        size: Bytes of all files; `None` if one of them is standard input.
        waits_for: Descriptor to wait for, if there is nothing to read at the moment.
    """

    def __init__(
        self,
        paths: Sequence[str],
        sifter: Sifter,
        places: Mapping[str, Place] | None = None,
        limit: int | None = None,
    ) -> None:
        """Get ready; nothing is opened yet.

        Args:
            paths: Of the files, in order.
            sifter: Makes events of lines.
            places: Of files that were read before.
            limit: Most events to read.

        Raises:
            ArchiveError: A file is not there, or not the one that it was.
        """
        self.places = dict(places or {})
        self.waits_for: int | None = None
        self._sifter = sifter
        self._paths = [path for path in paths if self._is_left(path)]
        sizes = [_size(path) for path in self._paths]
        self.size = None if None in sizes else sum(size or 0 for size in sizes)
        self._left = limit
        self._behind = 0  # bytes of files that are done with
        self._open: Archive | None = None

    @property
    def taken(self) -> int:
        """Bytes that were read, of `size`."""
        return self._behind + (0 if self._open is None else self._open.taken)

    @property
    def is_limited(self) -> bool:
        """Whether it ends where it does because no more events were wanted."""
        return self._left == 0

    def events(self) -> Iterator[Event | None]:
        """The events, and `None` whenever it is to wait for `waits_for`.

        Raises:
            ArchiveError: A file cannot be opened or read.
        """
        for path in self._paths:
            yield from self._events_of(path)
            if self.is_limited:
                return

    def wait(self) -> None:
        """Wait, and keep everybody else from doing anything, until there is something to read."""
        if self.waits_for is not None:
            select.select([self.waits_for], [], [])

    def close(self) -> None:
        """Close the file that is being read."""
        if self._open is not None:
            self._behind += self._open.taken
            self._open.close()
            self._open = None

    def _is_left(self, path: str) -> bool:
        """Whether something of a file is still to be read; sees that it is the same file."""
        known = self.places.get(absolute(path))
        if known is None:
            return True
        if Fingerprint.of(path) != known.fingerprint:
            raise ArchiveError(f"{path}: it is not the file that was replayed up to here")
        return not known.finished

    def _events_of(self, path: str) -> Iterator[Event | None]:
        line, offset = self._begin(path)
        try:
            self._open = archive = Archive(path, line, offset)
            for lines in self._blocks(archive):
                if lines is None:
                    yield None
                    continue
                for start in range(0, len(lines), _SIFTED_AT_ONCE):
                    for event in self._sifter.sift(path, lines[start : start + _SIFTED_AT_ONCE]):
                        yield event
                        if self._is_enough():
                            return
            yield Event(path, archive.line, archive.end, Fate.END)
        except DamagedError as error:
            if self._open is not None:
                line, offset = self._open.line, self._open.end
            yield damaged(path, line, offset, str(error))
        finally:
            self.close()

    def _begin(self, path: str) -> tuple[int, int]:
        if path == STANDARD_INPUT:
            return 0, 0
        known = self.places.get(absolute(path))
        if known is None:
            known = self.places[absolute(path)] = Place(Fingerprint.of(path))
        return known.line, known.offset

    def _blocks(self, archive: Archive) -> Iterator[list[Line] | None]:
        while True:
            self.waits_for = archive.waits_for()
            if self.waits_for is not None:
                yield None
                continue
            lines = archive.lines()
            if lines is None:
                return
            yield lines

    def _is_enough(self) -> bool:
        if self._left is None:
            return False
        self._left -= 1
        return self.is_limited


def _size(path: str) -> int | None:
    if path == STANDARD_INPUT:
        return None
    try:
        return Path(path).stat().st_size
    except OSError as error:
        raise ArchiveError(f"{path}: {error.strerror}") from None
