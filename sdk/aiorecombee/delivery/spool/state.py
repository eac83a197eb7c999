"""The one row that counts: numbers given out, room taken, and what ever happened."""

import json
import sqlite3
from collections import Counter
from typing import Final

import attrs

_COLUMNS: Final = "next, head, token, letter, items, letters, size, window, tally"
_WRITE: Final = (
    "UPDATE state SET next = ?, head = ?, token = ?, letter = ?, items = ?, letters = ?,"
    " size = ?, window = ?, tally = ?"
)


@attrs.define
class State:
    """What the row says.

    Attributes:
        next: Number of the next item.
        head: Number of the last item that was looked at, up to which the log was gone through.
        token: Number of the last lease.
        letter: Number of the last dead letter.
        items: How many there are.
        letters: How many dead letters there are.
        size: Bytes of the bodies of both.
        window: Seconds of a window of known keys.
        tally: What ever happened, by name.
    """

    next: int
    head: int
    token: int
    letter: int
    items: int
    letters: int
    size: int
    window: float
    tally: Counter[str]


def read_state(db: sqlite3.Connection) -> State:
    """The row as it is in this transaction."""
    row = db.execute(f"SELECT {_COLUMNS} FROM state").fetchone()  # noqa: S608 - ours
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return State(**values | {"tally": Counter(json.loads(values["tally"]))})


def write_state(db: sqlite3.Connection, state: State) -> None:
    """Replace the row."""
    db.execute(_WRITE, _row(state))


def first_state(db: sqlite3.Connection, window: float) -> None:
    """Make the row in a new file."""
    marks = ", ".join("?" * len(attrs.fields(State)))
    first = State(1, 0, 0, 0, 0, 0, 0, window, Counter())
    db.execute(f"INSERT INTO state ({_COLUMNS}) VALUES ({marks})", _row(first))  # noqa: S608 - ours


def dedicate(db: sqlite3.Connection, purpose: str) -> str:
    """What the spool is for; this, if nobody has said so yet."""
    db.execute("UPDATE state SET purpose = ? WHERE purpose = ''", (purpose,))
    (found,) = db.execute("SELECT purpose FROM state").fetchone()
    return str(found)


def _row(state: State) -> tuple[object, ...]:
    *numbers, tally = attrs.astuple(state, recurse=False)
    return (*numbers, json.dumps(tally))
