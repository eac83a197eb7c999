"""Listings that lag behind writes, as the real service's do.

A second copy of the contents gets every write a while after the first. Single requests that list
are answered from it; everything else, also a listing inside a batch, sees what is true now. Whether
an entity exists is always known at once.

Source: official test suites, which wait 10 to 20 seconds before they list. Unpublished: which
listings lag. We choose those of items, users, series and interactions; not definitions.
"""

from collections import deque
from typing import TYPE_CHECKING, Final

import attrs

from aiorecombee.requests import ALL_REQUESTS
from recombee_mock.protocol import Call, Reply

if TYPE_CHECKING:
    from recombee_mock.service import Service

LISTINGS: Final = frozenset(
    request.__name__ for request in ALL_REQUESTS if request.__name__.startswith("List")
) - {
    "ListItemProperties",
    "ListUserProperties",
    "ListSearchSynonyms",
    "ListSegmentations",
    "ListScenarios",
}
MOST_CALLS: Final = 100_000
MOST_BYTES: Final = 64 * 2**20
_MISSING: Final = 404
_RESULTS: Final = ("Recommend", "Search", "CompositeRecommendation")


class Lagging:
    """What the listings of one database see.

    It begins with all that is there; whoever turns the lag on does not make anything disappear.

    Args:
        service: Answers for the present.

    Attributes:
        present: The contents it follows.
    """

    __slots__ = ("_bytes", "_late", "_service", "_waiting", "present")

    def __init__(self, service: "Service") -> None:
        from recombee_mock.data.dump import dump, load  # noqa: PLC0415 - few databases lag

        self.present = service.contents
        self._service = service
        self._waiting: deque[tuple[float, Call]] = deque()
        self._bytes = 0
        self._late = type(service)()
        self._late.contents = load(dump(service.contents))
        self._late.contents.replaying = True  # nobody continues what it recommends

    def apply(self, call: Call, now: float) -> Reply:
        """Answer a call: listings as of a while ago."""
        reply = self._service.answer(call, now)
        if reply.operation not in LISTINGS:
            self._remember(call, now, reply.operation)
        elif reply.status < 400:  # noqa: PLR2004 - HTTP
            return self._list(call, now)
        return reply

    def _list(self, call: Call, now: float) -> Reply:
        self._catch_up(now)
        reply = self._late.answer(call, now)
        # It exists, or the present would have refused; only its listing has not heard of it.
        return Reply(200, b"[]", reply.operation) if reply.status == _MISSING else reply

    def _remember(self, call: Call, now: float, operation: str) -> None:
        if operation.startswith(("Get", "List")) or not operation:
            return
        if operation.startswith(_RESULTS) and not (call.query or b"ascade" in call.body):
            return
        self._waiting.append((now, call))
        self._bytes += len(call.body)
        while len(self._waiting) > MOST_CALLS or self._bytes > MOST_BYTES:
            self._hear()

    def _catch_up(self, now: float) -> None:
        settings = self._service.settings
        self._late.settings = attrs.evolve(settings, listing_lag=0.0, erase_window=0.0)
        # Whoever sets the time back has writes that lie ahead; they are not waited for.
        while self._waiting and not self._waiting[0][0] <= now < (
            self._waiting[0][0] + settings.listing_lag
        ):
            self._hear()

    def _hear(self) -> None:
        at, call = self._waiting.popleft()
        self._bytes -= len(call.body)
        self._late.answer(call, at)
