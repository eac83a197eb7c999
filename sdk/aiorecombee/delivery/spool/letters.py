"""Dead letters in the file."""

import json
from collections.abc import Iterable, Mapping, Sequence
from sqlite3 import Connection
from typing import Any, Final

import attrs

from aiorecombee.delivery.queue import Letter
from aiorecombee.delivery.spool.incoming import let_keys_age
from aiorecombee.delivery.spool.rows import LETTER, as_list, head_and_rest, lanes_of, to_letter
from aiorecombee.delivery.spool.state import State, read_state, write_state

_NAMED: Final = "number IN (SELECT value FROM json_each(?))"
_RESEND: Final = (
    "INSERT INTO item (number, lane, also, key, origin, put_at, body)"
    " SELECT ?, lane, also, key, origin, ?, body FROM letter WHERE number = ?"
)
_OF_SEVERAL: Final = (
    "SELECT number, lane, also FROM letter WHERE also < '[]' AND put_at <= ? AND instr(also, ?)"
)
_AT_ONCE: Final = 1_000


def find(
    db: Connection, after: int, limit: int, reason: str | None, lane: str | None
) -> tuple[Letter, ...]:
    """A page of them."""
    wanted = {"reason = ?": reason, "lane = ?": lane}
    given = {text: value for text, value in wanted.items() if value is not None}
    where = " AND ".join(["number > ?", *given])
    rows = db.execute(
        f"SELECT {LETTER} FROM letter WHERE {where} ORDER BY number LIMIT ?",  # noqa: S608 - ours
        (after, *given.values(), limit),
    )
    return tuple(map(to_letter, rows))


def show(db: Connection, number: int) -> Letter | None:
    """One of them."""
    found = find(db, number - 1, 1, None, None)
    return found[0] if found and found[0].number == number else None


def edit(db: Connection, number: int, changes: Mapping[str, Any]) -> Letter | None:
    """Change the body of one, its lanes, or whether it is a barrier."""
    before = show(db, number)
    if before is None:
        return None
    item = attrs.evolve(before.item, **changes)
    db.execute(
        "UPDATE letter SET lane = ?, also = ?, body = ? WHERE number = ?",
        (*head_and_rest(item), item.body, number),
    )
    state = read_state(db)
    state.size += len(item.body) - len(before.item.body)
    write_state(db, state)
    return show(db, number)


def resend(db: Connection, now: float, numbers: Iterable[int]) -> int:
    """Put them at the end of the log."""
    state = read_state(db)
    found = _existing(db, numbers)
    for number in found:
        db.execute(_RESEND, (state.next, now, number))
        state.next += 1
    _forget(db, now, state, found)
    state.items += len(found)
    state.tally["resent"] += len(found)
    write_state(db, state)
    return len(found)


def drop(db: Connection, now: float, numbers: Iterable[int]) -> int:
    """Forget them."""
    state = read_state(db)
    found = _existing(db, numbers)
    (size,) = db.execute(
        f"SELECT coalesce(sum(length(body)), 0) FROM letter WHERE {_NAMED}",  # noqa: S608 - ours
        (as_list(found),),
    ).fetchone()
    _forget(db, now, state, found)
    state.size -= size
    state.tally["discarded"] += len(found)
    write_state(db, state)
    return len(found)


def outdated(db: Connection, before: float) -> list[int]:
    """Some of those that died before a time."""
    rows = db.execute("SELECT number FROM letter WHERE died_at < ? LIMIT ?", (before, _AT_ONCE))
    return [number for (number,) in rows]


def of_user_before(db: Connection, user: str, at: float) -> list[int]:
    """Those that name a user in any of their lanes and were put up to a time."""
    rows = db.execute("SELECT number FROM letter WHERE lane = ? AND put_at <= ?", (user, at))
    found = {number for (number,) in rows}
    # What reads like the user in the list may be two others with a comma between them.
    several = db.execute(_OF_SEVERAL, (at, json.dumps(user)))
    return sorted(found | {row[0] for row in several if user in lanes_of(*row[1:])})


def _existing(db: Connection, numbers: Iterable[int]) -> list[int]:
    rows = db.execute(
        f"SELECT number FROM letter WHERE {_NAMED} ORDER BY number",  # noqa: S608 - ours
        (as_list(numbers),),
    )
    return [number for (number,) in rows]


def _forget(db: Connection, now: float, state: State, numbers: Sequence[int]) -> None:
    named = (as_list(numbers),)
    keys = db.execute(f"SELECT key FROM letter WHERE key IS NOT NULL AND {_NAMED}", named)  # noqa: S608 - ours
    let_keys_age(db, state, now, [key for (key,) in keys])
    db.execute(f"DELETE FROM letter WHERE {_NAMED}", named)  # noqa: S608 - ours
    state.letters -= len(numbers)
