"""A call as it came in, and the events in it that are worth keeping."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from aiorecombee.forwarder.faults import Fault

SUCCESS: Final = b'{"success":true}'
"""The body of every answer 200."""


def _size(body: bytes) -> str:
    return f"<{len(body)} bytes>"


def _by_lower_name(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@attrs.frozen
class Call:
    """An HTTP request that has arrived.

    Attributes:
        method: In upper case.
        path: Without the query, from where the receiver is mounted.
        headers: Names in any case. They hold secrets, so they are not printed.
        body: As it came, compressed or not.
    """

    method: str
    path: str
    headers: Mapping[str, str] = attrs.field(converter=_by_lower_name, repr=False)
    body: bytes = attrs.field(repr=_size)

    def header(self, name: str) -> str | None:
        """The value of a header, by its name in lower case."""
        return self.headers.get(name)


@attrs.define  # frozen would take twice as long to make
class Accepted:
    """An event to keep and deliver.

    Attributes:
        event: Complete, as the mapper takes it.
        body: The same as JSON text.
        key: What tells a repetition apart: its `messageId`, as a rule.
        lanes: Whose order it keeps: its user; for an alias first who it was, then who it becomes.
        barrier: It changes what other events of its lanes mean, so nothing may overtake it.
    """

    event: Mapping[str, Any] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=_size)
    key: str
    lanes: tuple[str, ...]
    barrier: bool = False


@attrs.frozen
class Discarded:
    """An event that nobody will deliver, though its call succeeds.

    Attributes:
        index: Its place in the call, from 0.
        fault: Why.
    """

    index: int
    fault: Fault


@attrs.frozen
class Partner:
    """What a partner webhook tells beside the event. Neither part is printed.

    Attributes:
        api_key: The destination's API key.
        settings: Its other settings; the case and spelling of their names vary.
    """

    api_key: str = attrs.field(repr=False)
    settings: Mapping[str, Any] = attrs.field(repr=False)


@attrs.frozen
class Received:
    """A call that is right. Answer 200 with `SUCCESS`, once the events are stored.

    Attributes:
        accepted: Events to deliver, in order.
        discarded: Those that are not for delivery, and why.
        partner: What came beside the event of a partner webhook.
    """

    accepted: tuple[Accepted, ...] = ()
    discarded: tuple[Discarded, ...] = ()
    partner: Partner | None = None

    @classmethod
    def of(cls, taken: Iterable[Accepted | Fault], partner: Partner | None = None) -> "Received":
        """Sort what became of the events of a call, in their order."""
        accepted: list[Accepted] = []
        discarded: list[Discarded] = []
        for index, one in enumerate(taken):
            if isinstance(one, Fault):
                discarded.append(Discarded(index, one))
            else:
                accepted.append(one)
        return cls(tuple(accepted), tuple(discarded), partner)
