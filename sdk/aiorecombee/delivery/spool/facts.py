"""The ledger in the file."""

from collections.abc import Iterable
from sqlite3 import Connection

from aiorecombee.delivery.ledger import (
    MOST_HOPS,
    Aliased,
    Deleted,
    Fact,
    Ledger,
    learn,
)
from aiorecombee.delivery.spool import letters


def known(db: Connection, users: Iterable[str]) -> Ledger:
    """What is known of these users, and of those they became."""
    aliases: dict[str, Aliased] = {}
    deletions: dict[str, Deleted] = {}
    for asked in dict.fromkeys(users):
        user = asked
        for _ in range(MOST_HOPS + 2):
            if user not in aliases and not _read(db, user, aliases, deletions):
                break
            user = aliases[user].user_id
    return Ledger(aliases, deletions)


def keep(db: Connection, now: float, facts: Iterable[Fact]) -> None:
    """Learn facts; what died before a deletion is not kept either."""
    for fact in facts:
        if isinstance(fact, Deleted):
            found = letters.of_user_before(db, fact.user_id, fact.at)
            letters.drop(db, now, found)
            _write(db, learn(known(db, [fact.user_id]), [fact]))
        else:
            _write(db, learn(known(db, [fact.previous_id]), [fact]))


def _read(
    db: Connection, user: str, aliases: dict[str, Aliased], deletions: dict[str, Deleted]
) -> bool:
    """Read the facts about a user; whether it became another."""
    deleted = db.execute("SELECT at FROM deletion WHERE user = ?", (user,)).fetchone()
    if deleted is not None:
        deletions[user] = Deleted(user, *deleted)
    became = db.execute("SELECT user, at FROM alias WHERE previous = ?", (user,)).fetchone()
    if became is not None:
        aliases[user] = Aliased(user, *became)
    return became is not None


def _write(db: Connection, ledger: Ledger) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO alias VALUES (?, ?, ?)",
        [(alias.previous_id, alias.user_id, alias.at) for alias in ledger.aliases.values()],
    )
    db.executemany(
        "INSERT OR REPLACE INTO deletion VALUES (?, ?)",
        [(deletion.user_id, deletion.at) for deletion in ledger.deletions.values()],
    )
