"""What two destinations make of the same event, side by side."""

import json
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from aiorecombee.segment.cloud.comparing import differences
from aiorecombee.segment.destination import Mapped
from aiorecombee.segment.explaining.shown import request_json

Sent = Mapping[str, Any]
"""A request as JSON."""

_REJECTED = "rejected differently"


@attrs.frozen
class Change:
    """One way in which they differ.

    Attributes:
        kind: What can be counted: `only A sends AddBookmark`, `AddPurchase amount differs`.
        at: JSON pointer in the request, where it is one field; otherwise "".
        a: What the first one has there, as text.
        b: What the second one has there.
    """

    kind: str
    at: str
    a: str
    b: str


@attrs.frozen
class Made:
    """What one of them makes of an event.

    Attributes:
        requests: As JSON.
        rejected: By which subscriptions, and why.
    """

    requests: list[Sent]
    rejected: list[dict[str, str]]

    @classmethod
    def of(cls, mapped: Mapped) -> "Made":
        """As JSON."""
        rejected = [
            {"subscription": one.subscription, "reason": one.reason} for one in mapped.rejections
        ]
        return cls([request_json(request) for request in mapped.requests], rejected)

    @property
    def reasons(self) -> list[str]:
        """Why it was rejected, whatever the subscriptions are called."""
        return sorted(one["reason"] for one in self.rejected)


def changes(a: Made, b: Made) -> list[Change]:
    """Where they differ: in what is sent, or if that is the same, in what is rejected."""
    # Most events are the same on both sides: that is seen fastest in their text.
    same = json.dumps(a.requests) == json.dumps(b.requests)
    found = [] if same else list(_of_requests(a.requests, b.requests))
    if not found and a.reasons != b.reasons:
        found.append(Change(_REJECTED, "", " ".join(a.reasons), " ".join(b.reasons)))
    return found


def _of_requests(a: Sequence[Sent], b: Sequence[Sent]) -> Iterator[Change]:
    for one, other in _pairs(a, b):
        if one is not None and other is not None:
            yield from _of_fields(one, other)
        elif one is not None:
            yield Change(f"only A sends {one['request']}", "", _subject(one), "nothing")
        elif other is not None:
            yield Change(f"only B sends {other['request']}", "", "nothing", _subject(other))


def _of_fields(one: Sent, other: Sent) -> Iterator[Change]:
    for difference in differences(one, other):
        _, *keys = difference.at.split("/")
        field = keys[1] if keys[0] == "params" and len(keys) > 1 else keys[0]
        kind = f"{one['request']} {field} differs"
        yield Change(kind, difference.at, difference.expected, difference.found)


def _pairs(a: Sequence[Sent], b: Sequence[Sent]) -> Iterator[tuple[Sent | None, Sent | None]]:
    """Requests that stand for each other: those about the same, then those of the same name."""
    left, right = a, b
    for alike in (_about, _name):
        waiting: defaultdict[str, deque[Sent]] = defaultdict(deque)
        for other in right:
            waiting[alike(other)].append(other)
        alone: list[Sent] = []
        for one in left:
            if waiting[alike(one)]:
                yield one, waiting[alike(one)].popleft()
            else:
                alone.append(one)
        left, right = alone, [other for others in waiting.values() for other in others]
    yield from ((one, None) for one in left)
    yield from ((None, other) for other in right)


def _name(sent: Sent) -> str:
    name: str = sent["request"]
    return name


def _about(sent: Sent) -> str:
    return f"{_name(sent)} {_subject(sent)}"


def _subject(sent: Sent) -> str:
    """Which user's and which item's it is; of what is about neither, its path."""
    params = sent.get("params") or {}
    ids = [f"{key} {params[key]}" for key in ("userId", "itemId") if key in params]
    return ", ".join(ids) or str(sent["path"])
