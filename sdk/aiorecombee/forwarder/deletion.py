"""A place for deletion requests of one's own, as an event or as a regulation.

Segment itself sends deletions with its webhooks; this is for who asks directly.
"""

import attrs

from aiorecombee.forwarder.access import Keys, basic_user, bearer_token
from aiorecombee.forwarder.arrival import Arrival
from aiorecombee.forwarder.call import Call, Received
from aiorecombee.forwarder.keeping import Keeper
from aiorecombee.forwarder.limits import OF_DELETIONS
from aiorecombee.forwarder.refusal import Refusal, RefusedError, refused, require_method
from aiorecombee.forwarder.regulations import deletions, is_regulation
from aiorecombee.forwarder.rules import DELETION
from aiorecombee.forwarder.stamped import take_alone
from aiorecombee.forwarder.texts import parse, read_body


@attrs.frozen
class Deletions:
    """Takes deletion requests, at any path.

    The key is a Bearer token, as at Segment's Public API, or the user name of Basic authentication.

    Attributes:
        keys: What opens it. Without any it is **closed**: what is deleted does not come back.
        keeper: Writes events down, and has the bounds.
    """

    keys: Keys
    keeper: Keeper = attrs.field(factory=lambda: Keeper(OF_DELETIONS))

    def receive(self, call: Call, received_at: float) -> Received | Refusal:
        """Take a call that came at `received_at`, in Unix seconds. Never raises."""
        try:
            return self._receive(call, received_at)
        except RefusedError as error:
            return error.refusal

    def _receive(self, call: Call, received_at: float) -> Received:
        require_method(call.method, "POST")
        self._authorise(call.header("authorization"))
        found = parse(read_body(call, self.keeper.limits.call_size), self.keeper.codec)
        arrival = Arrival.at(received_at)
        if is_regulation(found):
            return Received.of(deletions(found, arrival, self.keeper))
        if not isinstance(found, dict) or found.get("type") != DELETION:
            reason = f'send a regulation, or an event with "type": "{DELETION}"'
            raise refused(400, "not_a_deletion", reason)
        return take_alone(found, arrival, self.keeper, ())

    def _authorise(self, authorization: str | None) -> None:
        if not self.keys:
            raise refused(403, "closed", "deletion requests need a key, and none is configured")
        key = bearer_token(authorization) or basic_user(authorization)
        if key is None or not self.keys.open(key):
            told = "is missing: Authorization: Bearer" if key is None else "is not one of ours"
            raise refused(401, "key", f"the key {told}")
