"""The ledger in a bucket of NATS: all facts about a user under one key."""

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from typing import Any

from aiorecombee.delivery.broker.nats_values import change, find
from aiorecombee.delivery.ledger import Aliased, Deleted, Fact, Ledger, learn


async def learn_fact(bucket: Any, fact: Fact) -> None:
    """Keep a fact, unless a later one is known.

    Raises:
        APIError: Others keep writing the same key.
    """

    def learnt(value: bytes | None) -> bytes:
        known = Ledger() if value is None else _read(fact.subject, value)
        return _write(fact.subject, learn(known, [fact]))

    await change(bucket, _key(fact.subject), learnt)


async def known_facts(bucket: Any, users: Iterable[str]) -> Ledger:
    """Facts about just these users."""
    asked = list(users)
    entries = await asyncio.gather(*(find(bucket, _key(user)) for user in asked))
    ledgers = [
        _read(user, entry.value)
        for user, entry in zip(asked, entries, strict=True)
        if entry is not None
    ]
    return Ledger(
        {user: fact for one in ledgers for user, fact in one.aliases.items()},
        {user: fact for one in ledgers for user, fact in one.deletions.items()},
    )


def _key(user: str) -> str:
    """Users have names that keys may not have."""
    return urlsafe_b64encode(user.encode()).decode().rstrip("=") or "-"


def _write(user: str, ledger: Ledger) -> bytes:
    alias, deletion = ledger.aliases.get(user), ledger.deletions.get(user)
    became = None if alias is None else (alias.user_id, alias.at)
    return json.dumps({"became": became, "deleted": deletion and deletion.at}).encode()


def _read(user: str, written: bytes) -> Ledger:
    found = json.loads(written)
    became, deleted = found["became"], found["deleted"]
    return Ledger(
        {} if became is None else {user: Aliased(user, *became)},
        {} if deleted is None else {user: Deleted(user, deleted)},
    )
