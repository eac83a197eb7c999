"""An event of an archive goes to the user that it belongs to by what was read before it."""

from typing import Any, Final

from aiorecombee.delivery.queue import Dropped, Rejected
from aiorecombee.delivery.replaying.book import Book, is_text
from aiorecombee.delivery.replaying.events import Event, Fate, Problem
from aiorecombee.delivery.replaying.verdicts import Verdict
from aiorecombee.delivery.routing import happened, received, routed, users_of
from aiorecombee.requests.endpoint import Request

_REMEDY: Final = "Give the event the ID that the user has today."


def rerouted(
    event: Event, value: Any, requests: tuple[Request[Any], ...], book: Book, now: float
) -> tuple[Request[Any], ...]:
    """What is to be sent for an event; the event takes note of what became of it.

    Args:
        event: Just read.
        value: What stands in it.
        requests: What the mapping made of it.
        book: Learns what the event tells.
        now: Unix seconds.
    """
    came = min(received(value, now), now)
    found = routed(requests, happened(value, came), came, book.about(users_of(requests)))
    if isinstance(found, Dropped):
        event.fate, event.problems = Fate.ERASED, ()
        return ()
    if isinstance(found, Rejected):
        event.problems += (Problem(Verdict.REJECTED, "user", "", found.reason, _REMEDY),)
        return ()
    event.facts = tuple(fact for fact in found.facts if all(map(is_text, fact.users)))
    event.redirected = any(
        one is not was for one, was in zip(found.requests, requests, strict=True)
    )
    book.read(event.facts)
    return found.requests
