"""Who has no verdict yet, and up to where everything is settled."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import attrs

from aiorecombee.delivery.replaying.events import Event
from aiorecombee.delivery.replaying.verdicts import UNSETTLED, Verdict
from aiorecombee.requests.endpoint import Request


@attrs.define
class Account:
    """The events between the first that is not settled and the last that was read.

    Attributes:
        tries: How often a request may be answered that it should come again later.
        held: Bytes of these events.
    """

    tries: int
    held: int = 0
    _events: deque[Event] = attrs.field(factory=deque, init=False)
    # By identity: two requests may well be equal.
    _waiting: dict[int, tuple[Event, Request[Any]]] = attrs.field(factory=dict, init=False)
    _tried: dict[int, int] = attrs.field(factory=dict, init=False)

    def __len__(self) -> int:
        return len(self._events)

    def take(self, event: Event) -> None:
        """Wait for the verdicts on an event."""
        self._events.append(event)
        self.held += len(event.text)
        for request in event.requests:
            self._waiting[id(request)] = event, request

    def outstanding(self) -> list[Request[Any]]:
        """The requests without a verdict, in the order of their events."""
        return [request for _, request in self._waiting.values()]

    def note(self, request: Request[Any], verdict: Verdict | None, reason: str = "") -> bool:
        """Take note of what became of a request; tells whether that is final."""
        key = id(request)
        if verdict is UNSETTLED:
            self._tried[key] = self._tried.get(key, 0) + 1
            if self._tried[key] < self.tries:
                return False
            verdict = Verdict.FAILED
        event, _ = self._waiting.pop(key)
        if self._tried:
            self._tried.pop(key, None)
        event.settle(verdict, request, reason)
        return True

    def settled(self) -> Iterator[Event]:
        """Give up, in order, the events before the first that waits for a verdict."""
        events = self._events
        while events and not events[0].waiting:
            event = events.popleft()
            self.held -= len(event.text)
            yield event
