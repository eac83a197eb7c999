"""Partner webhooks, by which the older destination, "Recombee AI", gets its events.

One event a call. The API key of the destination comes with each, and so do its settings.

Source: Segment's documentation, partner webhooks.
"""

import binascii
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from aiorecombee.codec import Codec
from aiorecombee.forwarder.access import Keys, basic_user
from aiorecombee.forwarder.arrival import Arrival
from aiorecombee.forwarder.call import Call, Partner, Received
from aiorecombee.forwarder.keeping import Keeper
from aiorecombee.forwarder.limits import OF_WEBHOOKS
from aiorecombee.forwarder.refusal import Refusal, RefusedError, refused, require_method
from aiorecombee.forwarder.rules import NAMES
from aiorecombee.forwarder.stamped import take_alone
from aiorecombee.forwarder.texts import parse, read_body

_UNSUPPORTED: Final = ("identify", "group")
_SETTINGS: Final = "X-Segment-Settings"


@attrs.frozen
class PartnerWebhooks:
    """Takes partner webhooks, at any path.

    Attributes:
        keys: API keys that are known. Without any every key opens, but there must be one: it is
            handed on, and Recombee tells whether it is right.
        keeper: Writes events down, and has the bounds.
        names: What `integrations` call us; case counts.
    """

    keys: Keys = attrs.field(factory=Keys)
    keeper: Keeper = attrs.field(factory=lambda: Keeper(OF_WEBHOOKS))
    names: Sequence[str] = NAMES

    def receive(self, call: Call, received_at: float) -> Received | Refusal:
        """Take a call that came at `received_at`, in Unix seconds. Never raises."""
        try:
            return self._receive(call, received_at)
        except RefusedError as error:
            return error.refusal

    def _receive(self, call: Call, received_at: float) -> Received:
        require_method(call.method, "POST")
        codec = self.keeper.codec
        partner = Partner(
            self._authorise(call.header("authorization")),
            _settings(call.header(_SETTINGS.lower()), codec),
        )
        found = parse(read_body(call, self.keeper.limits.event_size), codec)
        if isinstance(found, dict) and found.get("type") in _UNSUPPORTED:
            raise refused(501, "unsupported", "events of this type are not for this destination")
        arrival = Arrival.at(received_at)
        received = take_alone(found, arrival, self.keeper, self.names)
        return attrs.evolve(received, partner=partner)

    def _authorise(self, authorization: str | None) -> str:
        key = basic_user(authorization)
        if key is None:
            raise refused(401, "key", "the API key is missing: Authorization: Basic")
        if self.keys and not self.keys.open(key):
            raise refused(401, "key", "the API key is not one of ours")
        return key


def _settings(header: str | None, codec: Codec) -> Mapping[str, Any]:
    if not header:
        return {}
    try:
        found = codec.loads(b64decode(header, validate=True))
    except (binascii.Error, ValueError):
        found = None
    if not isinstance(found, dict):
        raise refused(400, "settings", f"{_SETTINGS} must be a JSON object in base64")
    return found
