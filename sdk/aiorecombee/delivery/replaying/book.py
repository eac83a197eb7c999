"""What is known of users in the course of a replay: of what was read, and of what was delivered.

A fact counts for all that is read behind it, from when it is read. Once its event is delivered it
goes into a file: facts may be many, and memory is not. The file is behind the checkpoint, never
before it. So whoever goes on from a checkpoint, which has the facts that may be missing, knows as
much at each event as whoever was killed.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from aiorecombee.delivery.ledger import MOST_HOPS, Fact, Ledger, learn
from aiorecombee.delivery.queue import QueueError
from aiorecombee.delivery.replaying.errors import KeepingError
from aiorecombee.delivery.replaying.hints import Hints
from aiorecombee.delivery.routing import users_of
from aiorecombee.delivery.spool import LedgerFile
from aiorecombee.requests.endpoint import Request
from aiorecombee.requests.users import DeleteUser, MergeUsers

_TELLING: Final = frozenset({DeleteUser, MergeUsers})
_MOST_UNKEPT: Final = 10_000  # facts that are settled, and not yet in the file
_MOST_ASKED: Final = 10_000  # users
_OVERLAP: Final = 5.0  # seconds; others may take so long to write what they learnt


class Book:
    """Knows facts.

    Args:
        file: Where facts are kept that were delivered.
        also: Another file in which some stand.

    Raises:
        KeepingError: A file cannot be read; as does whatever is done with it.
    """

    def __init__(self, file: LedgerFile, also: LedgerFile | None = None) -> None:
        self._file = file
        self._files = [one for one in (file, also) if one is not None]
        self._seen_to = {one: 0.0 for one in self._files if one.is_shared}
        self._hints = Hints()
        self._unkept: dict[str, list[Fact]] = {}
        self._settled: list[Fact] = []
        self._asked: dict[str, Ledger] = {}
        with _said():
            self._look()

    @property
    def settled(self) -> Sequence[Fact]:
        """Facts that were delivered, and are not in the file yet."""
        return self._settled

    @property
    def is_full(self) -> bool:
        """Whether these are so many that they should be kept now."""
        return len(self._settled) >= _MOST_UNKEPT

    def concerns(self, requests: Iterable[Request[Any]]) -> bool:
        """Whether something may be known of the users of requests, or becomes known by them."""
        hints = self._hints
        for request in requests:
            if type(request) in _TELLING:
                return True
            if hints:
                user = getattr(request, "user_id", None)
                if isinstance(user, str) and user in hints:
                    return True
        return False

    def ask(self, requests: Iterable[Request[Any]]) -> None:
        """Get ready for requests: ask at once for what the files know of their users."""
        if self._hints:
            self._ask({user for user in users_of(requests) if user in self._hints})

    def about(self, users: Iterable[str]) -> Ledger:
        """All that is known of users, and of those they became."""
        found = Ledger()
        for user in users:
            if user in self._hints:
                found = self._followed(found, user)
        return found

    def read(self, facts: Iterable[Fact]) -> None:
        """Learn facts from an event that was read; the users in them must be texts."""
        for fact in facts:
            self._unkept.setdefault(fact.subject, []).append(fact)
            self._hints.add(fact.subject)

    def settle(self, facts: Iterable[Fact], *, delivered: bool) -> None:
        """Take note that there is a verdict on the event which facts were learnt from."""
        if delivered:
            self._settled += facts
        else:
            self._forget(facts)

    def keep(self) -> None:
        """Write what was delivered into the file, and see what others have written there."""
        with _said():
            if self._settled:
                self._file.learn(self._settled)
            self._look()
        self._forget(self._settled)
        self._settled = []

    def _followed(self, found: Ledger, user: str) -> Ledger:
        """What is known already, and of a user and those it became."""
        aliases, deletions = dict(found.aliases), dict(found.deletions)
        hops = 0
        while user not in aliases and hops <= MOST_HOPS:
            known = self._of(user)
            aliases |= known.aliases
            deletions |= known.deletions
            if user not in aliases:
                break
            user = aliases[user].user_id
            hops += 1
        return Ledger(aliases, deletions)

    def _of(self, user: str) -> Ledger:
        """What is known of one user."""
        if user not in self._hints:
            return _NOTHING
        if user not in self._asked:
            self._ask({user})
        known = self._asked[user]
        unkept = self._unkept.get(user)
        return known if unkept is None else learn(known, unkept)

    def _ask(self, users: set[str]) -> None:
        """Ask the files for users that were not asked for yet."""
        if len(self._asked) >= _MOST_ASKED:
            self._asked.clear()
        wanted = users - self._asked.keys()
        self._asked |= dict.fromkeys(wanted, _NOTHING)
        texts = list(filter(is_text, wanted))
        if not texts:
            return
        with _said():
            for file in self._files:
                known = file.known(texts)
                facts: list[Fact] = [*known.aliases.values(), *known.deletions.values()]
                for fact in facts:
                    if fact.subject in wanted:  # of others this file alone was asked
                        self._asked[fact.subject] = learn(self._asked[fact.subject], [fact])

    def _forget(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            user = fact.subject
            left = [one for one in self._unkept[user] if one is not fact]
            if left:
                self._unkept[user] = left
            else:
                del self._unkept[user]

    def _look(self) -> None:
        """See of whom something was learnt since the last look."""
        self._asked.clear()
        for file, at in self._seen_to.items():
            place = at - _OVERLAP, ""
            while some := file.learnt(place):
                for _, user in some:
                    self._hints.add(user)
                place = some[-1]
            self._seen_to[file] = max(at, place[0])


_NOTHING: Final = Ledger()


def is_text(user: str) -> bool:
    """Whether a file can have a user: not one with halves of characters in its ID."""
    try:
        user.encode()
    except UnicodeEncodeError:
        return False
    return True


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except QueueError as error:
        raise KeepingError(f"the ledger {error}") from None
