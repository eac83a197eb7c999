"""Dead letters as rows of a table, each written as it comes."""

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from aiorecombee.cli.segment.letters.telling import event_name, moment, users
from aiorecombee.delivery.queue import Letter
from aiorecombee.segment.explaining.shown import cut, printable

_HEADS: Final = ("NUMBER", "DIED (UTC)", "USER", "TRIES", "FROM", "EVENT", "REASON")
_WIDEST: Final = (20, 16, 18, 6, 12, 24)
_RIGHT: Final = (0, 3)
_GAP: Final = "  "
_LEAST: Final = 24  # characters of a reason, on however narrow a terminal


@attrs.frozen
class Table:
    """How wide its columns are; the reason has what is left.

    Attributes:
        widths: Of all columns but the last.
        room: Of a line; without it nothing is cut.
    """

    widths: Sequence[int]
    room: int | None = None

    @classmethod
    def fitting(cls, letters: Sequence[Letter], room: int | None) -> "Table":
        """A table for these letters; those that come later may be cut."""
        columns = zip(*map(_cells, letters), strict=True)
        widths = [
            max(len(head), *(min(len(cell), widest) for cell in cells))
            for head, widest, cells in zip(_HEADS, _WIDEST, columns, strict=False)
        ]
        return cls(widths, room)

    def lines(self, letters: Sequence[Letter], *, with_heads: bool) -> Iterator[str]:
        """The rows of some letters."""
        if with_heads:
            yield self._line(_HEADS)
        for letter in letters:
            yield self._line(_cells(letter))

    def _line(self, cells: Sequence[str]) -> str:
        *first, reason = cells
        laid = [
            self._laid(at, cell, width)
            for at, (cell, width) in enumerate(zip(first, self.widths, strict=True))
        ]
        before = _GAP.join([*laid, ""])
        if self.room is None:
            return before + reason
        return before + cut(reason, max(self.room - len(before), _LEAST))

    def _laid(self, at: int, cell: str, width: int) -> str:
        shown = cell if self.room is None else cut(cell, width)
        return shown.rjust(width) if at in _RIGHT else shown.ljust(width)


def _cells(letter: Letter) -> tuple[str, ...]:
    return (
        str(letter.number),
        f"{moment(letter.died_at):%Y-%m-%d %H:%M}",
        users(letter),
        str(letter.attempts),
        printable(letter.item.origin),
        event_name(letter),
        printable(letter.reason),
    )
