"""The ledger in the file.

A fact is kept for some time after it was learnt last. Learning one learns anew all that leads on
from it, so that an alias is never kept without what became of the user that it names.
"""

from collections.abc import Iterable
from sqlite3 import Connection
from typing import Final

from aiorecombee.delivery.ledger import (
    MOST_HOPS,
    Aliased,
    Deleted,
    Fact,
    Ledger,
    learn,
)
from aiorecombee.delivery.spool import letters
from aiorecombee.delivery.spool.rows import with_rows

_AT_ONCE: Final = 1_000
_DELETED: Final = "SELECT user, at FROM deletion WHERE user IN ({})"
_BECAME: Final = "SELECT previous, user, at FROM alias WHERE previous IN ({})"

_LEARNT: Final = "SELECT at, user FROM learnt WHERE (at, user) > (?, ?) ORDER BY at, user LIMIT ?"


def known(db: Connection, users: Iterable[str]) -> Ledger:
    """What is known of these users, and of those they became."""
    aliases: dict[str, Aliased] = {}
    deletions: dict[str, Deleted] = {}
    asked = set(users)
    for _ in range(MOST_HOPS + 2):
        if not asked:
            break
        rows = [(user,) for user in asked]
        deletions |= {row[0]: Deleted(*row) for row in with_rows(db, _DELETED, rows)}
        became = [Aliased(*row) for row in with_rows(db, _BECAME, rows)]
        aliases |= {alias.previous_id: alias for alias in became}
        asked = {alias.user_id for alias in became} - aliases.keys()
    return Ledger(aliases, deletions)


def keep(db: Connection, now: float, facts: Iterable[Fact]) -> None:
    """Learn facts; what died before a deletion is not kept either."""
    facts = tuple(facts)
    for fact in facts:
        if isinstance(fact, Deleted):
            found = letters.of_user_before(db, fact.user_id, fact.at)
            letters.drop(db, now, found)
    users = {user for fact in facts for user in fact.users}
    _write(db, now, learn(known(db, users), facts))


def learnt(db: Connection, after: tuple[float, str], limit: int) -> list[tuple[float, str]]:
    """When something was learnt last, of which user: those behind a place, in order."""
    return db.execute(_LEARNT, (*after, limit)).fetchall()


def forget(db: Connection, before: float) -> int:
    """Forget some facts that were learnt last before a time; of how many users."""
    rows = db.execute("SELECT user FROM learnt WHERE at < ? LIMIT ?", (before, _AT_ONCE)).fetchall()
    db.executemany("DELETE FROM alias WHERE previous = ?", rows)
    db.executemany("DELETE FROM deletion WHERE user = ?", rows)
    db.executemany("DELETE FROM learnt WHERE user = ?", rows)
    return len(rows)


def _write(db: Connection, now: float, ledger: Ledger) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO alias VALUES (?, ?, ?)",
        [(alias.previous_id, alias.user_id, alias.at) for alias in ledger.aliases.values()],
    )
    db.executemany(
        "INSERT OR REPLACE INTO deletion VALUES (?, ?)",
        [(deletion.user_id, deletion.at) for deletion in ledger.deletions.values()],
    )
    db.executemany(
        "INSERT OR REPLACE INTO learnt VALUES (?, ?)",
        [(user, now) for user in {*ledger.aliases, *ledger.deletions}],
    )
