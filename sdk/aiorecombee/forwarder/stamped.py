"""Events that have been through Segment: they are complete, or nearly so."""

from collections.abc import Sequence
from typing import Any, Final

from aiorecombee.forwarder.arrival import Arrival
from aiorecombee.forwarder.call import Accepted, Received
from aiorecombee.forwarder.faults import Fault
from aiorecombee.forwarder.keeping import Keeper
from aiorecombee.forwarder.refusal import refused
from aiorecombee.forwarder.rules import DELETION, TYPES, fault_of, key_of, opted_out, rename

_TAKEN: Final = (*TYPES, DELETION)
# Segment's page shows an alias with these labels; accepted in case that somebody sends them.
_LABELS: Final = {"Previous ID": "previousId", "User ID": "userId"}


def take_stamped(
    event: Any, arrival: Arrival, keeper: Keeper, names: Sequence[str]
) -> Accepted | Fault:
    """Write an event down, with what it lacks."""
    if not isinstance(event, dict):
        return Fault.NOT_AN_OBJECT
    # `"All": false` is about Segment's destinations, and had its say before the event came here.
    if opted_out(event.get("integrations"), names, by_all=False):
        return Fault.OPTED_OUT
    fault = fault_of(event, _TAKEN)
    if fault is not None:
        return fault
    key = key_of(event)
    if isinstance(key, Fault):
        return key
    event, came = dict(event), event
    if event["type"] == "alias":
        rename(event, _LABELS)
    arrival.complete(event)
    taken = keeper.keep(event, key or keeper.content_key(came))
    if isinstance(taken, Accepted) and len(taken.body) > keeper.limits.event_size:
        return Fault.TOO_LARGE
    return taken


def take_alone(found: Any, arrival: Arrival, keeper: Keeper, names: Sequence[str]) -> Received:
    """Take the only event of a call.

    Raises:
        RefusedError: 400: something is wrong with it.
    """
    taken = take_stamped(found, arrival, keeper, names)
    if isinstance(taken, Fault) and taken is not Fault.OPTED_OUT:
        raise refused(400, taken, f"the event: {taken.reason}")
    return Received.of([taken])
