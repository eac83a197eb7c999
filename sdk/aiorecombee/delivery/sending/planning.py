"""Leased events become requests for the users that they belong to today; pure.

Two steps, as what is known of users is asked for in between:

    jobs = [read(leased, destination.map, codec) for leased in lease.items]
    jobs = routed(jobs, await queue.ledger(users_of(jobs)))
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

import attrs

from aiorecombee.codec import Codec
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
from aiorecombee.delivery.mapping import Mapper as Mapper  # noqa: PLC0414  # others take it here
from aiorecombee.delivery.mapping import is_untimed, moment
from aiorecombee.delivery.queue import Delivered, Dropped, Leased, Rejected, Verdict
from aiorecombee.requests.endpoint import Request
from aiorecombee.requests.users import DeleteUser, MergeUsers
from aiorecombee.segment.destination import Rejection

_MICROSECOND: Final = 1e-6
_IN_A_MILLISECOND: Final = 1_000
_TOO_OFTEN: Final = "its user became another too often"


@attrs.define  # frozen would take as long again to make
class Job:
    """What is to be done about a leased event.

    Attributes:
        leased: The event.
        requests: To be sent, in order.
        faults: What the mapping could make nothing of, in words; the requests are sent all the
            same.
        facts: What is known once it is delivered.
        verdict: Nothing is to be sent, and this is what becomes of it.
        unheard: Nobody listens to such events.
    """

    leased: Leased
    requests: tuple[Request[Any], ...] = ()
    faults: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    verdict: Verdict | None = None
    unheard: bool = False

    @property
    def number(self) -> int:
        """Names it in verdicts."""
        return self.leased.number


def read(leased: Leased, mapper: Mapper, codec: Codec) -> Job:
    """Map a leased event."""
    try:
        event = codec.loads(leased.item.body)
    except (ValueError, RecursionError):
        return Job(leased, verdict=Rejected("the event is not JSON"))
    mapped = mapper(event)
    faults = tuple(map(_in_words, mapped.rejections))
    if not mapped.requests:
        verdict = Rejected("; ".join(faults)) if faults else Delivered()
        return Job(leased, faults=faults, verdict=verdict, unheard=not faults)
    return Job(leased, _stamped(mapped.requests, event, leased), faults)


def happened(event: Any, leased: Leased) -> float:
    """When an event happened, in Unix seconds: as far as it says so itself, else when it came."""
    at = moment(event, "timestamp")
    return received(event, leased) if at is None else at


def received(event: Any, leased: Leased) -> float:
    """When an event came, in Unix seconds; the same every time that it is delivered."""
    at = moment(event, "receivedAt")
    return leased.put_at if at is None else at


def users_of(jobs: Iterable[Job]) -> frozenset[str]:
    """All users that something is to be known of."""
    return frozenset(user for job in jobs for one in job.requests for user in _named(one))


def routed(jobs: Sequence[Job], ledger: Ledger, codec: Codec) -> list[Job]:
    """The same jobs, for the users that events belong to.

    What a job makes true counts for those behind it: the service carries them out in order.
    """
    done: list[Job] = []
    for job in jobs:
        found = _routed(job, ledger, codec)
        if found.facts:
            ledger = learn(ledger, found.facts)
        done.append(found)
    return done


def _routed(job: Job, ledger: Ledger, codec: Codec) -> Job:
    if not any(_is_concerned(request, ledger) for request in job.requests):
        return job
    # Read once more: to keep all events in memory would cost more than this, which is rare.
    at = happened(codec.loads(job.leased.item.body), job.leased)
    since = min(at, job.leased.put_at)  # who dates a fact in the future must not rule for ever
    requests: list[Request[Any]] = []
    facts: list[Fact] = []
    for request in job.requests:
        if isinstance(request, DeleteUser):
            found = _deletion(request, since, ledger)
        elif isinstance(request, MergeUsers):
            found = _merge(request, since, ledger)
        else:
            found = _of_user(request, at, ledger)
        if isinstance(found, Dropped | Rejected):
            return attrs.evolve(job, requests=(), verdict=found)
        request, learnt = found  # noqa: PLW2901
        requests.append(request)
        facts += learnt
    return attrs.evolve(job, requests=tuple(requests), facts=tuple(facts))


_Routed: TypeAlias = tuple[Request[Any], Sequence[Fact]] | Dropped | Rejected


def _of_user(request: Request[Any], at: float, ledger: Ledger) -> _Routed:
    user = getattr(request, "user_id", None)
    if not isinstance(user, str):
        return request, ()
    goes = route(ledger, user, at)
    if not isinstance(goes, Goes):
        return _no_way(goes)
    return (request if goes.user_id == user else _evolved(request, user_id=goes.user_id)), ()


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
        return _evolved(request, target_user_id=users[-1]), (fact,)
    # A later alias went the other way round, and so must this one.
    return _evolved(
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


def _is_concerned(request: Request[Any], ledger: Ledger) -> bool:
    """Whether something is known of its users, or becomes known by it."""
    if isinstance(request, DeleteUser | MergeUsers):
        return True
    if not (ledger.aliases or ledger.deletions):
        return False
    return any(user in ledger.aliases or user in ledger.deletions for user in _named(request))


def _named(request: Request[Any]) -> Iterable[str]:
    if isinstance(request, MergeUsers):
        return request.target_user_id, request.source_user_id
    user = getattr(request, "user_id", None)
    return (user,) if isinstance(user, str) else ()


def _stamped(
    requests: tuple[Request[Any], ...], event: Any, leased: Leased
) -> tuple[Request[Any], ...]:
    """Give interactions that have no timestamp one that is the same at every delivery.

    Different ones for different events that came in the same millisecond, as the service takes
    two interactions of the same moment for one.
    """
    if not any(map(is_untimed, requests)):
        return requests
    came = round(received(event, leased), 3)
    stamped = list(requests)
    for index, request in enumerate(requests):
        if is_untimed(request):
            within = (leased.number + index) % _IN_A_MILLISECOND
            stamped[index] = _evolved(request, timestamp=round(came + within * _MICROSECOND, 6))
    return tuple(stamped)


def _evolved(request: Request[Any], **changes: Any) -> Request[Any]:
    changed: Any = attrs.evolve(request, **changes)  # type: ignore[misc]  # a class of attrs
    return changed  # type: ignore[no-any-return]


def _in_words(one: Rejection) -> str:
    return f"{one.subscription}: {one.reason}"
