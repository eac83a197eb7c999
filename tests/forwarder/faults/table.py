"""Counts of many audits as a table."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from .audit import WRONG
from .load import Fate

_COLUMNS: Final = {
    "runs": "runs",
    "kills": "kills",
    "midway": "midway",
    "faults": "faults",
    "events": "events",
    "reposted": "posted again",
    "arrived": Fate.ARRIVES.value,
    "letters": Fate.LETTER.value,
    "erased": Fate.ERASED.value,
    "again": "sent again, there already",
    "overtaken": "done after one behind it in the same batch",
    **{name: name for name in WRONG},
}
_LEGEND: Final = (
    "midway: kills while events were on their way; faults: calls that one befell;",
    "reposted: calls that were not accepted at first;",
    "again: sent again, and refused as there already; overtaken: failed alone in a batch, so that",
    "what was behind it in there was done first (allowed)",
)


def lines_of(rows: Mapping[str, Counter[str]]) -> Iterator[str]:
    """The table, line by line, with a total."""
    total = sum(rows.values(), Counter[str]())
    widths = {title: max(len(title), len(f"{total[name]:,}")) for title, name in _COLUMNS.items()}
    first = max(map(len, (*rows, "total")))
    yield "  ".join([" " * first, *(title.rjust(width) for title, width in widths.items())])
    for row, counts in (*sorted(rows.items()), ("total", total)):
        cells = (f"{counts[_COLUMNS[title]]:,}".rjust(width) for title, width in widths.items())
        yield "  ".join([row.ljust(first), *cells])
    yield from _LEGEND
