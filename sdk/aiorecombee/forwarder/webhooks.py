"""Segment's webhook destinations: one event a call, or several in an array; with deletions.

Source: Segment's documentation, Webhooks and Webhooks (Actions) destinations.
"""

from collections.abc import Sequence

import attrs

from aiorecombee.forwarder.arrival import Arrival
from aiorecombee.forwarder.call import Call, Received
from aiorecombee.forwarder.keeping import Keeper
from aiorecombee.forwarder.limits import OF_WEBHOOKS
from aiorecombee.forwarder.refusal import Refusal, RefusedError, refused, require_method
from aiorecombee.forwarder.regulations import deletions, is_regulation
from aiorecombee.forwarder.rules import NAMES
from aiorecombee.forwarder.signature import SharedSecret, signature_fault
from aiorecombee.forwarder.stamped import take_alone, take_stamped
from aiorecombee.forwarder.texts import parse, read_body


@attrs.frozen
class Webhooks:
    """Takes webhooks, at any path.

    Attributes:
        secret: The shared secret of the webhook's settings. Without one **everybody** may send
            events, and deletions.
        arrays: Whether to take several events in a call. Only the first of them is protected by
            the signature.
        keeper: Writes events down, and has the bounds.
        names: What `integrations` call us; case counts.
    """

    secret: SharedSecret | None = None
    arrays: bool = True
    keeper: Keeper = attrs.field(factory=lambda: Keeper(OF_WEBHOOKS))
    names: Sequence[str] = NAMES

    def receive(self, call: Call, received_at: float) -> Received | Refusal:
        """Take a call that came at `received_at`, in Unix seconds. Never raises.

        What is wrong with a single event refuses its call, so that Segment shows the reason.
        """
        try:
            return self._receive(call, received_at)
        except RefusedError as error:
            return error.refusal

    def _receive(self, call: Call, received_at: float) -> Received:
        require_method(call.method, "POST", "PUT", "PATCH")
        body = read_body(call, self.keeper.limits.call_size)
        self._authorise(call, body)
        found = parse(body, self.keeper.codec)
        arrival = Arrival.at(received_at)
        if is_regulation(found):
            return Received.of(deletions(found, arrival, self.keeper))
        if not isinstance(found, list):
            return take_alone(found, arrival, self.keeper, self.names)
        self._require_array(len(found))
        return Received.of(take_stamped(event, arrival, self.keeper, self.names) for event in found)

    def _authorise(self, call: Call, body: bytes) -> None:
        if self.secret is None:
            return
        signature = call.header("x-signature")
        fault = signature_fault(self.secret, signature, body, self.keeper.codec)
        if fault is not None:
            raise refused(401, "signature", fault)

    def _require_array(self, count: int) -> None:
        if not self.arrays:
            reason = "several events in a call are not taken here: switch batching off"
            raise refused(400, "array", reason)
        most = self.keeper.limits.events
        if count > most:
            reason = f"{count} events are more than the {most} allowed"
            raise refused(400, "too_many_events", reason)
