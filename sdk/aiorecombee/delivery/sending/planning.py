"""Leased events become requests for the users that they belong to today; pure.

Two steps, as what is known of users is asked for in between:

    jobs = [read(leased, destination.map, codec) for leased in lease.items]
    jobs = routed(jobs, await queue.ledger(users_of(jobs)))
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs

from aiorecombee.codec import Codec
from aiorecombee.delivery import routing
from aiorecombee.delivery.ledger import Fact, Ledger, learn
from aiorecombee.delivery.mapping import Mapper, is_untimed
from aiorecombee.delivery.queue import Delivered, Dropped, Leased, Rejected, Verdict
from aiorecombee.delivery.routing import evolved, named
from aiorecombee.requests.endpoint import Request
from aiorecombee.requests.users import DeleteUser, MergeUsers
from aiorecombee.segment.destination import Rejection

_MICROSECOND: Final = 1e-6
_IN_A_MILLISECOND: Final = 1_000


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
    return routing.happened(event, leased.put_at)


def received(event: Any, leased: Leased) -> float:
    """When an event came, in Unix seconds; the same every time that it is delivered."""
    return routing.received(event, leased.put_at)


def users_of(jobs: Iterable[Job]) -> frozenset[str]:
    """All users that something is to be known of."""
    return routing.users_of(request for job in jobs for request in job.requests)


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
    found = routing.routed(job.requests, at, job.leased.put_at, ledger)
    if isinstance(found, Dropped | Rejected):
        return attrs.evolve(job, requests=(), verdict=found)
    return attrs.evolve(job, requests=found.requests, facts=found.facts)


def _is_concerned(request: Request[Any], ledger: Ledger) -> bool:
    """Whether something is known of its users, or becomes known by it."""
    if isinstance(request, DeleteUser | MergeUsers):
        return True
    if not (ledger.aliases or ledger.deletions):
        return False
    return any(user in ledger.aliases or user in ledger.deletions for user in named(request))


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
            stamped[index] = evolved(request, timestamp=round(came + within * _MICROSECOND, 6))
    return tuple(stamped)


def _in_words(one: Rejection) -> str:
    return f"{one.subscription}: {one.reason}"
