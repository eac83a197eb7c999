"""What is in the file, and whether a file is one of ours.

`item` is a log: what is put goes to its end, and costs no more however long it is. Only when its
turn comes near is an item looked at. Most can be leased at once, and are named in a row of `lease`
until they are settled (see `leases`). The others are entered in their lanes, in `queued`: what
waits to be tried again, or stands behind something that is leased or waits. Up to `state.head` the
log has been looked at.

A row of `lane` is there for each lane with something in `queued`, and says when to look at it next
(`due`): when its first item may be tried again, or never, if a lease or a barrier in another lane
is to wake it.

`owner` has all numbers that were ever given to those who opened the file (see `owners`).

`suspect` counts for items, in each of their lanes, how many of their leases ran out one after
another; one that was settled is not in it.

`learnt` says when a fact about a user (in `alias`, `deletion`) was learnt last.

`seen` holds digests of keys by the window of time in which they came, so that a whole window can be
forgotten at once, and a new key is written beside other new ones.
"""

from typing import Final

APPLICATION: Final = 0x52434D51
VERSION: Final = 3
NEVER: Final = 1e18
"""The `due` of a lane that another lane will wake."""
HELD: Final = 2**62
"""The window of keys that belong to dead letters."""

# Dead letters of several lanes, which are few.
_LETTERS_OF_SEVERAL: Final = "CREATE INDEX letter_also ON letter (also, put_at) WHERE also < '[]'"
TABLES: Final = (
    """CREATE TABLE state (
        next INTEGER NOT NULL, head INTEGER NOT NULL, token INTEGER NOT NULL,
        letter INTEGER NOT NULL, items INTEGER NOT NULL, letters INTEGER NOT NULL,
        size INTEGER NOT NULL, window REAL NOT NULL, tally TEXT NOT NULL,
        purpose TEXT NOT NULL DEFAULT ''
    )""",
    """CREATE TABLE item (
        number INTEGER PRIMARY KEY, lane TEXT NOT NULL, also TEXT, key TEXT, origin TEXT NOT NULL,
        put_at REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0,
        body BLOB NOT NULL
    )""",
    """CREATE TABLE queued (
        lane INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (lane, number)
    ) WITHOUT ROWID""",
    "CREATE TABLE lane (lane INTEGER PRIMARY KEY, due REAL NOT NULL)",
    "CREATE INDEX lane_due ON lane (due)",
    """CREATE TABLE lease (
        token INTEGER PRIMARY KEY, until REAL NOT NULL, lanes BLOB NOT NULL, numbers BLOB NOT NULL
    )""",
    """CREATE TABLE seen (
        window INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (window, digest)
    ) WITHOUT ROWID""",
    """CREATE TABLE letter (
        number INTEGER PRIMARY KEY, lane TEXT NOT NULL, also TEXT, key TEXT, origin TEXT NOT NULL,
        put_at REAL NOT NULL, attempts INTEGER NOT NULL, died_at REAL NOT NULL,
        reason TEXT NOT NULL, body BLOB NOT NULL
    )""",
    "CREATE INDEX letter_lane ON letter (lane)",
    "CREATE INDEX letter_reason ON letter (reason)",
    "CREATE INDEX letter_died ON letter (died_at)",
    """CREATE TABLE alias (
        previous TEXT PRIMARY KEY, user TEXT NOT NULL, at REAL NOT NULL
    ) WITHOUT ROWID""",
    "CREATE TABLE deletion (user TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID",
    "CREATE TABLE owner (number INTEGER PRIMARY KEY)",
    """CREATE TABLE suspect (
        number INTEGER NOT NULL, lane INTEGER NOT NULL, times INTEGER NOT NULL,
        PRIMARY KEY (number, lane)
    ) WITHOUT ROWID""",
    "CREATE TABLE learnt (user TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID",
    "CREATE INDEX learnt_at ON learnt (at)",
    _LETTERS_OF_SEVERAL,
)
UPGRADES: Final = {
    2: ("ALTER TABLE state ADD COLUMN purpose TEXT NOT NULL DEFAULT ''", _LETTERS_OF_SEVERAL),
}
"""By version: what makes a file of it one of the next."""


def objection(application: int, version: int) -> str | None:
    """Why a file with tables in it cannot be used, in words; `None` if it can."""
    if application != APPLICATION:
        return "this is a file of another program; give another name"
    if version > VERSION:
        return (
            f"it is of version {version}, newer than this program's {VERSION}; "
            "update the program, or give another file"
        )
    if version < min(UPGRADES):
        return (
            f"it is of version {version}, from before the first release, and this program knows "
            f"{VERSION}; have the program that made it deliver what is in it, or give another file"
        )
    return None
