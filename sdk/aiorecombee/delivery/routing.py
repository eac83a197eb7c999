"""Requests become requests for the users that their event belongs to today; pure.

    came = received(event, put_at)
    found = routed(requests, happened(event, came), came, ledger)

An event that is older than what is known follows it: it goes to whom its user became, or nowhere,
if that user was deleted. Aliases and deletions are facts themselves.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

import attrs

from aiorecombee.delivery.ledger import (
    Aliased,
    Deleted,
    Erased,
    Fact,
    Goes,
    Ledger,
    Lost,
    learn,
    path,
    route,
)
from aiorecombee.delivery.mapping import moment
from aiorecombee.delivery.queue import Dropped, Rejected
from aiorecombee.requests.endpoint import Request
from aiorecombee.requests.users import DeleteUser, MergeUsers

_TOO_OFTEN: Final = "its user became another too often"


@attrs.frozen
class Routed:
    """What is to be sent for an event.

    Attributes:
        requests: In order.
        facts: What is known once they are delivered.
    """

    requests: tuple[Request[Any], ...]
    facts: tuple[Fact, ...] = ()


def happened(event: Any, came: float) -> float:
    """When an event happened, in Unix seconds: as far as it says so itself, else when it came."""
    at = moment(event, "timestamp")
    return received(event, came) if at is None else at


def received(event: Any, came: float) -> float:
    """When Segment had an event, in Unix seconds; where it does not say so, when it came here."""
    at = moment(event, "receivedAt")
    return came if at is None else at


def users_of(requests: Iterable[Request[Any]]) -> frozenset[str]:
    """All users that something is to be known of."""
    return frozenset(user for request in requests for user in named(request))


def evolved(request: Request[Any], **changes: Any) -> Request[Any]:
    """A request with some parameters changed."""
    changed: Any = attrs.evolve(request, **changes)  # type: ignore[misc]  # a class of attrs
    return changed  # type: ignore[no-any-return]


def named(request: Request[Any]) -> tuple[str, ...]:
    """The users that a request names."""
    if isinstance(request, MergeUsers):
        return request.target_user_id, request.source_user_id
    user = getattr(request, "user_id", None)
    return (user,) if isinstance(user, str) else ()


def routed(
    requests: Iterable[Request[Any]], at: float, came: float, ledger: Ledger
) -> Routed | Dropped | Rejected:
    """The requests of an event, for the users that it belongs to.

    Args:
        requests: For the users that it names.
        at: When it happened, in Unix seconds.
        came: When it came. Who dates a fact in the future must not rule for ever.
        ledger: What is known of the users, and of those they became.
    """
    since = min(at, came)
    done: list[Request[Any]] = []
    facts: list[Fact] = []
    for request in requests:
        if isinstance(request, DeleteUser):
            found = _deletion(request, since, ledger)
        elif isinstance(request, MergeUsers):
            found = _merge(request, since, ledger)
        else:
            found = _of_user(request, at, ledger)
        if isinstance(found, Dropped | Rejected):
            return found
        request, learnt = found  # noqa: PLW2901
        done.append(request)
        facts += learnt
    return Routed(tuple(done), tuple(facts))


_Routed: TypeAlias = tuple[Request[Any], Sequence[Fact]] | Dropped | Rejected


def _of_user(request: Request[Any], at: float, ledger: Ledger) -> _Routed:
    user = getattr(request, "user_id", None)
    if not isinstance(user, str):
        return request, ()
    goes = route(ledger, user, at)
    if not isinstance(goes, Goes):
        return _no_way(goes)
    return (request if goes.user_id == user else evolved(request, user_id=goes.user_id)), ()


def _merge(request: MergeUsers, at: float, ledger: Ledger) -> _Routed:
    """Merge into whom the target became, in the light of this very alias.

    It may come when that user has been deleted already. If the source had become them by then, the
    deletion meant what the source did, too, and so the source is deleted. Should they have done
    something since, under the old name, that goes along: the service cannot take a user apart,
    and a few interactions are less than a promise to forget. A deletion that comes late does the
    same. Whoever became the deleted user only afterwards joins the one who came back.
    """
    fact = Aliased(request.source_user_id, request.target_user_id, at)
    ledger = learn(ledger, [fact])
    users = path(ledger, request.target_user_id)
    if users is None:
        return Rejected(_TOO_OFTEN)
    deletion = _deleted_as(fact, users, ledger)
    if deletion is not None:
        source = request.source_user_id
        return DeleteUser(source), (fact, Deleted(source, deletion.at))
    if users[-1] == request.target_user_id:
        return request, (fact,)
    if users[-1] != request.source_user_id:
        return evolved(request, target_user_id=users[-1]), (fact,)
    # A later alias went the other way round, and so must this one.
    return evolved(
        request, target_user_id=request.source_user_id, source_user_id=request.target_user_id
    ), (fact,)


def _deleted_as(fact: Aliased, users: Iterable[str], ledger: Ledger) -> Deleted | None:
    """The deletion of a user whom the source had become by then; `users` begin with the target."""
    since = fact.at
    for user in users:
        if user == fact.previous_id:
            return None  # they are who they were, and their own deletion took all of it
        deletion = ledger.deletions.get(user)
        if deletion is not None and since <= deletion.at:
            return deletion
        if (alias := ledger.aliases.get(user)) is not None:
            since = max(since, alias.at)
    return None


def _deletion(request: DeleteUser, at: float, ledger: Ledger) -> _Routed:
    """Delete who the user became: that is where everything of theirs is now."""
    users = path(ledger, request.user_id)
    if users is None:
        return Rejected(_TOO_OFTEN)
    facts = [Deleted(user, at) for user in users]
    return (request if len(users) == 1 else DeleteUser(users[-1])), facts


def _no_way(goes: Erased | Lost) -> Dropped | Rejected:
    return Dropped(goes.reason) if isinstance(goes, Erased) else Rejected(goes.reason)
