"""The Tracking API: what Segment's libraries send, and anything else that speaks their protocol.

Answered as Segment does: a call that is too large or no JSON is refused as a whole; an event that
Segment would take and drop later is told apart, and does not disturb the others.

Source: Segment's documentation, HTTP API.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from aiorecombee.forwarder.access import Keys, basic_user
from aiorecombee.forwarder.arrival import Arrival
from aiorecombee.forwarder.call import Accepted, Call, Received
from aiorecombee.forwarder.faults import Fault
from aiorecombee.forwarder.keeping import Keeper
from aiorecombee.forwarder.refusal import Refusal, RefusedError, refused, require_method
from aiorecombee.forwarder.rules import NAMES, TYPES, fault_of, key_of, opted_out, rename
from aiorecombee.forwarder.texts import parse, read_body

_BATCH: Final = "batch"
# The browser library says the first letter alone: blockers look for the words.
_KINDS: Final = {
    **{f"/v1/{kind}": kind for kind in (*TYPES, _BATCH)},
    **{f"/v1/{kind[0]}": kind for kind in (*TYPES, _BATCH)},
    "/v1/import": _BATCH,
}
_SPREAD: Final = 16  # times its own size that a batch may become when its context is merged
_KEY: Final = "writeKey"
_SHARED: Final = ("context", "integrations")
_OLD_NAMES: Final = {"from": "previousId", "to": "userId"}


@attrs.frozen
class TrackingApi:
    """Takes `/v1/track` and its siblings.

    The key of a batch stands at its top, of a single event in it; or it is the user name of Basic
    authentication. A Bearer token is not looked at: with one, too, the key stands in the body.

    Attributes:
        keys: Write keys; without any, none is needed.
        keeper: Writes events down, and has the bounds.
        names: What `integrations` call us; case counts.
    """

    keys: Keys = attrs.field(factory=Keys)
    keeper: Keeper = attrs.field(factory=Keeper)
    names: Sequence[str] = NAMES

    def receive(self, call: Call, received_at: float) -> Received | Refusal:
        """Take a call that came at `received_at`, in Unix seconds. Never raises."""
        try:
            return self._receive(call, received_at)
        except RefusedError as error:
            return error.refusal

    def _receive(self, call: Call, received_at: float) -> Received:
        kind = _kind(call.path)
        require_method(call.method, "POST")
        limits = self.keeper.limits
        body = read_body(call, limits.call_size if kind == _BATCH else limits.event_size)
        found = parse(body, self.keeper.codec)
        if not isinstance(found, dict):
            raise refused(400, "not_an_object", "the body must be a JSON object")
        self._authorise(call, found, kind)
        arrival = Arrival.at(received_at, found.get("sentAt"))
        if kind == _BATCH:
            taken = self._take_batch(found, arrival)
        else:
            taken = [self._take({**found, "type": kind}, arrival)]
        _require_small(taken, limits.event_size)
        return Received.of(taken)

    def _authorise(self, call: Call, found: Mapping[str, Any], kind: str) -> None:
        if not self.keys:
            return
        top = [basic_user(call.header("authorization")), found.get(_KEY)]
        given = [key for key in top if isinstance(key, str) and key]
        if any(self.keys.open(key) for key in given):
            return
        if given or kind != _BATCH or not self._open_each(found.get(_BATCH)):
            told = "is not one of ours" if given else "is missing: Basic authentication or writeKey"
            raise refused(401, "write_key", f"the write key {told}")

    def _open_each(self, events: object) -> bool:
        """Whether each event of a batch has a key of its own."""
        if not isinstance(events, list) or len(events) > self.keeper.limits.events:
            return False
        keys = [event.get(_KEY) if isinstance(event, dict) else None for event in events]
        return bool(keys) and all(isinstance(key, str) and self.keys.open(key) for key in keys)

    def _take_batch(self, found: Mapping[str, Any], arrival: Arrival) -> list[Accepted | Fault]:
        events = found.get(_BATCH)
        if not isinstance(events, list):
            raise refused(400, "no_batch", 'a batch must have its events in the array "batch"')
        most = self.keeper.limits.events
        if len(events) > most:
            reason = f"{len(events)} events are more than the {most} allowed"
            raise refused(400, "too_many_events", reason)
        shared = self._shared(found, len(events))
        return [self._take_one_of(event, arrival, shared) for event in events]

    def _shared(self, found: Mapping[str, Any], count: int) -> Mapping[str, Mapping[str, Any]]:
        """What a batch says for all of its events."""
        shared = {name: found[name] for name in _SHARED if isinstance(found.get(name), dict)}
        written = self.keeper.write(shared) if shared else b""
        if isinstance(written, Fault):
            raise refused(400, written, f"context or integrations of the batch: {written.reason}")
        if len(written) * count > _SPREAD * self.keeper.limits.call_size:
            reason = "context and integrations of the batch are too large for so many events"
            raise refused(400, "too_large", reason)
        return shared

    def _take_one_of(
        self, event: Any, arrival: Arrival, shared: Mapping[str, Mapping[str, Any]]
    ) -> Accepted | Fault:
        if not isinstance(event, dict):
            return Fault.NOT_AN_OBJECT
        taken = self._take(_merged(event, shared), arrival)
        most = self.keeper.limits.event_size
        if isinstance(taken, Accepted) and len(taken.body) > most:
            came = self.keeper.write(event)  # without what was added here
            return Fault.TOO_LARGE if len(came) > most else taken
        return taken

    def _take(self, event: dict[str, Any], arrival: Arrival) -> Accepted | Fault:
        """Complete an event and write it down."""
        event.pop(_KEY, None)
        if opted_out(event.get("integrations"), self.names):
            return Fault.OPTED_OUT
        fault = fault_of(event, TYPES)
        if fault is not None:
            return fault
        if event["type"] == "alias":
            rename(event, _OLD_NAMES)
        key = key_of(event)
        if isinstance(key, Fault):
            return key
        if key is None:
            key = event["messageId"] = self.keeper.new_id()
        arrival.stamp(event)
        return self.keeper.keep(event, key)


def _kind(path: str) -> str:
    kind = _KINDS.get(path.rstrip("/"))
    if kind is None:
        raise refused(404, "path", "there is no such path: events go to /v1/batch, /v1/track, …")
    return kind


def _merged(event: dict[str, Any], shared: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A copy of an event, with what the batch says beneath what it says itself."""
    merged = dict(event)
    for name, common in shared.items():
        own = event.get(name)
        if own is None:
            merged[name] = common
        elif isinstance(own, dict):
            merged[name] = {**common, **own}
    return merged


def _require_small(taken: Sequence[Accepted | Fault], most: int) -> None:
    if Fault.TOO_LARGE in taken:
        reason = f"event {taken.index(Fault.TOO_LARGE)} is larger than the {most} bytes allowed"
        raise refused(400, "too_large", reason)
