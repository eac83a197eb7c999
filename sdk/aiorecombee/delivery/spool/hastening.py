"""What waits for a time that a wrong clock told: it is tried now, and not only then.

A clock that was ahead, for as long as an hour or a year, is set right some day, in front of a
running process or between two. What failed before that waits until the wrong time.
"""

from sqlite3 import Connection
from typing import Final

from aiorecombee.delivery.sent_again import MOST_ASKED
from aiorecombee.delivery.spool.schema import NEVER

_FAR: Final = "SELECT lane FROM lane WHERE due > ? AND due < ?"
_FROM_THE_FUTURE: Final = (
    f"SELECT EXISTS (SELECT 1 FROM ({_FAR}) JOIN queued USING (lane)"  # noqa: S608 - ours
    " JOIN item ON item.number = queued.number WHERE put_at > ?)"
)
_HASTEN_LANES: Final = "UPDATE lane SET due = ? WHERE due > ? AND due < ?"
_HASTEN_ITEMS: Final = (
    "UPDATE item SET due = ? WHERE number IN (SELECT number FROM queued) AND due > ?"
)
_SLACK: Final = 1.0  # seconds by which two clocks may differ


def hasten(db: Connection, now: float, longest: float, *, sure: bool) -> None:
    """Have nothing wait for longer than it can by a right clock.

    Args:
        db: Where, within a transaction.
        now: The time, in Unix seconds.
        longest: The longest pause, in seconds, unless the service asked for a longer one.
        sure: The clock was set back; else that is found out by items that were put later than now,
            or that wait for longer than any service may ask for.
    """
    if not (
        sure or db.execute(_FROM_THE_FUTURE, (now + longest, NEVER, now + _SLACK)).fetchone()[0]
    ):
        longest = max(longest, MOST_ASKED)
    if db.execute(_HASTEN_LANES, (now, now + longest, NEVER)).rowcount:
        db.execute(_HASTEN_ITEMS, (now, now + longest))
