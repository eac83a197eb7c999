"""An event that was mended by hand is looked at like one that comes in."""

from typing import Any, Final

from aiorecombee.forwarder.call import Accepted
from aiorecombee.forwarder.faults import Fault
from aiorecombee.forwarder.keeping import Keeper
from aiorecombee.forwarder.rules import DELETION, TYPES, fault_of, key_of

_TAKEN: Final = (*TYPES, DELETION)


def take_mended(event: Any, keeper: Keeper) -> Accepted | Fault:
    """Write an event down as it is, for the users that it is about now.

    Without these rules, one whose type was mistyped would count as delivered: nobody listens.
    """
    if not isinstance(event, dict):
        return Fault.NOT_AN_OBJECT
    fault = fault_of(event, _TAKEN)
    if fault is not None:
        return fault
    key = key_of(event)
    return key if isinstance(key, Fault) else keeper.keep(event, key or "")
