"""Items as rows, and lists of values in one statement.

Each step of a statement gives Python's interpreter lock away and has to win it back from a busy
event loop. So a list goes into one statement rather than through a statement for each.
"""

import functools
import hashlib
import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any, Final

from aiorecombee.delivery.queue import Item, Leased, Letter

MOST_ROWS: Final = 256
"""Rows of one statement; SQLite takes 32,766 values."""
_LANES_IN_MIND: Final = 16_384  # of those leased just now, to be settled soon
ITEM: Final = "number, lane, also, key, origin, put_at, attempts, due, body"
NAMED_ITEMS: Final = (
    f"SELECT {ITEM} FROM item"  # noqa: S608 - ours
    " WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number"
)
LETTER: Final = "number, lane, also, key, origin, put_at, attempts, died_at, reason, body"


@functools.lru_cache(_LANES_IN_MIND)
def lane_number(lane: str) -> int:
    """A lane as SQLite finds it fastest. Lanes that share one would wait for each other."""
    return int.from_bytes(hashlib.blake2b(lane.encode(), digest_size=8).digest()) >> 1


def lane_numbers(lane: str, also: str | None) -> tuple[int, ...]:
    """The numbers of all lanes of a row, each once."""
    if also is None:
        return (lane_number(lane),)
    return tuple(dict.fromkeys(map(lane_number, lanes_of(lane, also))))


def head_and_rest(item: Item) -> tuple[str, str | None]:
    """The first lane; the others as JSON, `None` if the item is no barrier."""
    lane, *others = item.lanes
    return lane, json.dumps(others) if others or item.barrier else None


def lanes_of(lane: str, also: str | None) -> tuple[str, ...]:
    """All lanes of a row, each once."""
    return (lane,) if also is None else tuple(dict.fromkeys((lane, *json.loads(also))))


def to_leased(row: Sequence[Any]) -> Leased:
    """A row of `ITEM`."""
    number, lane, also, key, origin, put_at, attempts, _, body = row
    return Leased(number, _item(lane, also, key, origin, body), attempts, put_at)


def to_letter(row: Sequence[Any]) -> Letter:
    """A row of `LETTER`."""
    number, lane, also, key, origin, put_at, attempts, died_at, reason, body = row
    item = _item(lane, also, key, origin, body)
    return Letter(number, item, reason, attempts, put_at, died_at)


def with_rows(
    db: Connection, statement: str, rows: Sequence[Sequence[object]]
) -> list[tuple[Any, ...]]:
    """Run a statement for many rows, in which `{}` stands for them; what it gives."""
    found: list[tuple[Any, ...]] = []
    start = 0
    while start < len(rows):
        # Powers of two, so that few statements serve all numbers of rows.
        end = start + min(MOST_ROWS, 1 << (len(rows) - start).bit_length() - 1)
        values = [value for row in rows[start:end] for value in row]
        found += db.execute(_with_marks(statement, len(rows[start]), end - start), values)
        start = end
    return found


def known_digests(db: Connection, digests: Sequence[str], windows: Iterable[int]) -> set[str]:
    """Those of them that are in one of the windows."""
    (found,) = db.execute(
        "SELECT json_group_array(value) FROM json_each(?) WHERE EXISTS (SELECT 1 FROM seen"
        " WHERE window IN (SELECT value FROM json_each(?)) AND digest = json_each.value)",
        (json.dumps(digests), json.dumps(list(windows))),
    ).fetchone()
    return set(json.loads(found))


def as_list(numbers: Iterable[int]) -> str:
    """Numbers for `json_each`."""
    return f"[{','.join(map(str, numbers))}]"


def _item(lane: str, also: str | None, key: str | None, origin: str, body: bytes) -> Item:
    if also is None:
        return Item((lane,), body, key, origin)
    return Item(lanes_of(lane, also), body, key, origin, barrier=True)


@functools.cache
def _with_marks(statement: str, width: int, count: int) -> str:
    row = f"({', '.join('?' * width)})"
    return statement.format(f"VALUES {', '.join([row] * count)}")
