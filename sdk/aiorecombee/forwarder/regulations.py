"""Requests to delete users as Segment's Public API writes them.

Source: Segment's documentation, User Deletion and Suppression; Public API, regulations.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiorecombee.forwarder.arrival import Arrival
from aiorecombee.forwarder.call import Accepted
from aiorecombee.forwarder.faults import Fault
from aiorecombee.forwarder.keeping import Keeper
from aiorecombee.forwarder.refusal import refused
from aiorecombee.forwarder.rules import DELETION

_DELETE: Final = ("SUPPRESS_WITH_DELETE", "DELETE_ONLY")
# These are about data at Segment alone; destinations are told nothing of them.
_ELSEWHERE: Final = (
    "SUPPRESS_ONLY",
    "UNSUPPRESS",
    "DELETE_INTERNAL",
    "SUPPRESS_WITH_DELETE_INTERNAL",
)
_MOST_USERS: Final = 5_000


def is_regulation(found: object) -> bool:
    """Whether JSON has the shape of a regulation."""
    return isinstance(found, dict) and "regulationType" in found


def deletions(found: Mapping[str, Any], arrival: Arrival, keeper: Keeper) -> list[Accepted | Fault]:
    """An event for each user of a regulation, in their order.

    Raises:
        RefusedError: 400: it is malformed.
    """
    kind = found.get("regulationType")
    users = _users(found)
    if kind in _ELSEWHERE:
        return [Fault.NOT_A_DELETION] * len(users)
    if kind not in _DELETE:
        known = ", ".join((*_DELETE, *_ELSEWHERE))
        raise refused(400, "regulation", f'"regulationType" must be one of {known}')
    return [_deletion(user, arrival, keeper) for user in users]


def _users(found: Mapping[str, Any]) -> Sequence[Any]:
    users = found.get("subjectIds")
    if found.get("subjectType") != "USER_ID":
        raise refused(400, "regulation", '"subjectType" must be "USER_ID"')
    if not isinstance(users, list) or not users:
        raise refused(400, "regulation", '"subjectIds" must be an array of user IDs')
    if len(users) > _MOST_USERS:
        reason = f"{len(users)} users are more than the {_MOST_USERS} allowed"
        raise refused(400, "too_many_users", reason)
    return users


def _deletion(user: Any, arrival: Arrival, keeper: Keeper) -> Accepted | Fault:
    key = keeper.new_id()
    event = {"type": DELETION, "userId": user, "messageId": key}
    arrival.complete(event)
    return keeper.keep(event, key)
