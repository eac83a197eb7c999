"""Who became whom, and who was deleted: where a late or replayed event belongs.

    goes = route(ledger, "anonymous-7", timestamp)

Two kinds of facts are learnt from what was delivered. **An alias**: events of the previous user go
to the user it became, whenever they happened. **A deletion**: events from before it are erased;
later ones are of somebody who came back.

Of several facts about a user the latest counts, by the time they carry, so that it does not
matter in which order, or how often, they are learnt. A circle of aliases (A became B, B became A)
is cut at its oldest link: who was named last is who they are.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

MOST_HOPS: Final = 100
"""Most aliases that are followed, one after another."""


@attrs.frozen
class Aliased:
    """`previous_id` became `user_id`, at a time in Unix seconds."""

    previous_id: str
    user_id: str
    at: float

    @property
    def subject(self) -> str:
        """Of whom something is known by it."""
        return self.previous_id

    @property
    def users(self) -> tuple[str, ...]:
        """All whom it names."""
        return self.previous_id, self.user_id


@attrs.frozen
class Deleted:
    """A user was deleted, at a time in Unix seconds."""

    user_id: str
    at: float

    @property
    def subject(self) -> str:
        """Of whom something is known by it."""
        return self.user_id

    @property
    def users(self) -> tuple[str, ...]:
        """All whom it names."""
        return (self.user_id,)


Fact = Aliased | Deleted


@attrs.frozen
class Ledger:
    """What is known of some users.

    Attributes:
        aliases: By previous ID.
        deletions: By user ID.
    """

    aliases: Mapping[str, Aliased] = attrs.field(factory=dict)
    deletions: Mapping[str, Deleted] = attrs.field(factory=dict)


@attrs.frozen
class Goes:
    """An event belongs to this user."""

    user_id: str


@attrs.frozen
class Erased:
    """An event must not be delivered.

    Attributes:
        user_id: Who was deleted.
        reason: In words, without the user's ID.
    """

    user_id: str
    reason: str


@attrs.frozen
class Lost:
    """Nobody can say whose event it is.

    Attributes:
        reason: In words.
    """

    reason: str


Route = Goes | Erased | Lost


def learn(ledger: Ledger, facts: Iterable[Fact]) -> Ledger:
    """The ledger with more facts in it; the order of learning does not matter."""
    aliases, deletions = dict(ledger.aliases), dict(ledger.deletions)
    for fact in facts:
        if isinstance(fact, Deleted):
            deletions[fact.user_id] = _later_deletion(deletions.get(fact.user_id), fact)
        elif fact.previous_id != fact.user_id:
            aliases[fact.previous_id] = _later_alias(aliases.get(fact.previous_id), fact)
    return Ledger(aliases, deletions)


def path(ledger: Ledger, user_id: str) -> tuple[str, ...] | None:
    """Whom a user became, one after another, itself first; `None` beyond `MOST_HOPS`."""
    users = [user_id]
    while (alias := ledger.aliases.get(users[-1])) is not None:
        if alias.user_id in users:
            return _cut(ledger, users, users.index(alias.user_id))
        if len(users) > MOST_HOPS:
            return None
        users.append(alias.user_id)
    return tuple(users)


def route(ledger: Ledger, user_id: str, at: float) -> Route:
    """Where an event belongs.

    Args:
        ledger: What is known of the user and of those it became.
        user_id: Whose event it is, by what it says itself.
        at: When it happened, in Unix seconds.
    """
    users = path(ledger, user_id)
    if users is None:
        return Lost(f"its user became another more than {MOST_HOPS} times")
    for user in users:
        deletion = ledger.deletions.get(user)
        if deletion is not None and at <= deletion.at:
            return Erased(user, "its user was deleted; it happened before that")
    return Goes(users[-1])


def _later_alias(known: Aliased | None, fact: Aliased) -> Aliased:
    if known is None:
        return fact
    return max(known, fact, key=lambda alias: (alias.at, alias.user_id))


def _later_deletion(known: Deleted | None, fact: Deleted) -> Deleted:
    return fact if known is None else max(known, fact, key=lambda deletion: deletion.at)


def _cut(ledger: Ledger, users: list[str], start: int) -> tuple[str, ...]:
    """The path to the one user of a circle whose own alias is the oldest of it."""
    circle = users[start:]
    oldest = min(circle, key=lambda user: (ledger.aliases[user].at, user))
    return tuple(users[: users.index(oldest) + 1])
