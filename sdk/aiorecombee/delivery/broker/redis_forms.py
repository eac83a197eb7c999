"""How things look in Redis: IDs, fields, times."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from aiorecombee.delivery.broker.records import Entry, Mark, Record, read_item
from aiorecombee.delivery.ledger import Aliased, Deleted, Fact, Ledger

FACTS: Final = ("alias", "alias whom", "deleted")
"""Fields of what is known of a user."""


def to_record(number: int, fields: Mapping[bytes, bytes]) -> Record:
    """An entry of a shard's stream."""
    if b"item" in fields:
        return Entry(number, read_item(fields[b"item"]), float(fields[b"at"]))
    lane = fields[b"lane"].decode()
    return Mark(number, lane, *(int(fields[name]) for name in (b"of", b"home", b"index")))


def from_fact(fact: Fact) -> tuple[str, str, str, str]:
    """User, kind, Unix seconds, whom, as the script `LEARN` takes them."""
    if isinstance(fact, Aliased):
        return fact.previous_id, "alias", repr(fact.at), fact.user_id
    return fact.user_id, "deleted", repr(fact.at), ""


def to_ledger(found: Iterable[tuple[str, Sequence[bytes | None]]]) -> Ledger:
    """What the fields `FACTS` of users say."""
    aliases: dict[str, Aliased] = {}
    deletions: dict[str, Deleted] = {}
    for user, (aliased, whom, deleted) in found:
        if aliased is not None and whom is not None:
            aliases[user] = Aliased(user, whom.decode(), float(aliased))
        if deleted is not None:
            deletions[user] = Deleted(user, float(deleted))
    return Ledger(aliases, deletions)


def to_id(number: int) -> str:
    """The ID of an entry of a stream."""
    return f"{number}-0"


def to_number(id_: bytes) -> int:
    """The number in the ID of an entry."""
    return int(id_.partition(b"-")[0])


def milliseconds(seconds: float) -> int:
    """As Redis has its times; never 0."""
    return max(1, round(seconds * 1_000))
