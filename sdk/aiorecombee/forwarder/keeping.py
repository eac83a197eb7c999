"""The last step for every event: from an object to the record that is stored."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any, Final
from uuid import uuid4

import attrs

from aiorecombee.codec import Codec, default_codec
from aiorecombee.forwarder.call import Accepted
from aiorecombee.forwarder.faults import Fault
from aiorecombee.forwarder.limits import Limits
from aiorecombee.forwarder.rules import DELETION, lanes_of

_DEEPEST: Final = 100
_MOST_KEPT: Final = 2**20  # a queue takes no more; numbers may be longer than they came
_NESTS: Final = (dict, list)
_BARRIERS: Final = ("alias", DELETION)


def new_message_id() -> str:
    """A `messageId` for an event that came without one."""
    return f"received-{uuid4()}"


@attrs.frozen
class Keeper:
    """Writes events down.

    Attributes:
        limits: Bounds.
        new_id: Gives a text that no other event has.
        codec: Reads and writes JSON.
    """

    limits: Limits = attrs.field(factory=Limits)
    new_id: Callable[[], str] = new_message_id
    codec: Codec = attrs.field(factory=default_codec)

    def keep(self, event: Mapping[str, Any], key: str) -> Accepted | Fault:
        """The record of an event that is complete, or what is wrong with its values."""
        lanes = lanes_of(event)
        if isinstance(lanes, Fault):
            return lanes
        body = self.write(event)
        if isinstance(body, Fault):
            return body
        if len(body) > _MOST_KEPT:
            return Fault.TOO_LARGE
        return Accepted(event, body, key, lanes, event.get("type") in _BARRIERS)

    def write(self, event: Mapping[str, Any]) -> bytes | Fault:
        """The event as JSON text."""
        try:
            body = self.codec.dumps(event)
        except (TypeError, ValueError, RecursionError):
            return Fault.TOO_DEEP if _is_deeper(event, _DEEPEST) else Fault.NOT_JSON
        # Counting brackets is a hundred times as fast as looking, and nearly always enough.
        if body.count(b"{") + body.count(b"[") > _DEEPEST and _is_deeper(event, _DEEPEST):
            return Fault.TOO_DEEP
        return body

    def content_key(self, event: Mapping[str, Any]) -> str:
        """A key for an event that came without a `messageId`.

        With a timestamp, who sends the same event again repeats what went wrong before. Without,
        a user may just have done the same thing twice.
        """
        body = self.write(event) if event.get("timestamp") else Fault.NOT_JSON
        return self.new_id() if isinstance(body, Fault) else f"content-{sha256(body).hexdigest()}"


def _is_deeper(event: Mapping[str, Any], levels: int) -> bool:
    """Whether something in an event is more than so many levels below it."""
    level: list[Any] = [event]
    for _ in range(levels + 1):
        level = [inner for one in level for inner in _children(one) if isinstance(inner, _NESTS)]
        if not level:
            return False
    return True


def _children(nest: Any) -> Iterable[Any]:
    return nest.values() if isinstance(nest, dict) else nest
