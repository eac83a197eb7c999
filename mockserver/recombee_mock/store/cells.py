"""A cell: all interactions of one kind between one user and one item.

Nearly always that is a single interaction of which nothing but the moment is known, so this costs
one float. Its shape grows with its content:

    1348151906.0                      one, bare
    (1348151906.0, (2, None, 1.5))    one with details
    {1348151906.0: None, …: (1, …)}   several, so that a pair with 50,000 stays fast

Only this module knows the shapes.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

Details: TypeAlias = tuple[Any, ...] | None
"""Values of the kind's fields in their declared order, without the last ones that were not given.

`None` when none was given."""
Cell: TypeAlias = float | tuple[float, Details] | dict[float, Details]


def grown(cell: Cell, timestamp: float, details: Details) -> Cell | None:
    """The cell with one more interaction, `None` if there is one of that moment."""
    if not isinstance(cell, dict):
        cell = dict(entries(cell))
    if timestamp in cell:
        return None
    cell[timestamp] = details
    return cell


def shrunk(cell: Cell, timestamp: float) -> Cell | None:
    """The cell without the interaction of that moment, `None` if nothing remains.

    Raises:
        KeyError: There is none of that moment.
    """
    if isinstance(cell, dict):
        del cell[timestamp]
        return cell or None
    if (cell if isinstance(cell, float) else cell[0]) != timestamp:
        raise KeyError(timestamp)
    return None


def size(cell: Cell) -> int:
    """How many interactions the cell holds."""
    return len(cell) if isinstance(cell, dict) else 1


def entries(cell: Cell) -> Iterable[tuple[float, Details]]:
    """Every interaction in the cell: its moment and its details."""
    if isinstance(cell, float):
        return ((cell, None),)
    if isinstance(cell, tuple):
        return (cell,)
    return cell.items()


def cell_to_json(cell: Cell) -> Any:
    """A cell that is not bare as JSON: `[1.5, [2]]`, several as `[[1.5, null], [2.5, [2]]]`."""
    several = [[moment, None if known is None else list(known)] for moment, known in entries(cell)]
    return several if isinstance(cell, dict) else several[0]


def cell_from_json(value: Any) -> Cell:
    """The cell again."""
    if isinstance(value[0], list):
        return {moment: None if known is None else tuple(known) for moment, known in value}
    moment, known = value
    return (moment, None if known is None else tuple(known))
