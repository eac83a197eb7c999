"""The ledger in a bucket of NATS: all facts about a user under one key."""

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from typing import Any, Final

from aiorecombee.delivery.ledger import Aliased, Deleted, Fact, Ledger, learn

_MOST_TRIES: Final = 100


async def learn_fact(bucket: Any, fact: Fact) -> None:
    """Keep a fact, unless a later one is known.

    Raises:
        APIError: Others keep writing the same key.
    """
    from nats.js.errors import KeyWrongLastSequenceError  # noqa: PLC0415  # an extra

    user = fact.previous_id if isinstance(fact, Aliased) else fact.user_id
    for tries in range(_MOST_TRIES):
        entry = await _entry(bucket, user)
        known = Ledger() if entry is None else _read(user, entry.value)
        try:
            await bucket.update(
                _key(user), _write(user, learn(known, [fact])), last=entry and entry.revision
            )
        except KeyWrongLastSequenceError:
            if tries == _MOST_TRIES - 1:
                raise
        else:
            return


async def known_facts(bucket: Any, users: Iterable[str]) -> Ledger:
    """Facts about just these users."""
    asked = list(users)
    entries = await asyncio.gather(*(_entry(bucket, user) for user in asked))
    ledgers = [
        _read(user, entry.value)
        for user, entry in zip(asked, entries, strict=True)
        if entry is not None
    ]
    return Ledger(
        {user: fact for one in ledgers for user, fact in one.aliases.items()},
        {user: fact for one in ledgers for user, fact in one.deletions.items()},
    )


async def _entry(bucket: Any, user: str) -> Any:
    from nats.js.errors import KeyNotFoundError  # noqa: PLC0415  # an extra

    try:
        return await bucket.get(_key(user))
    except KeyNotFoundError:
        return None


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
