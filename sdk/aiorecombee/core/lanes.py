"""Whom a request concerns: what must keep its order, and what may travel side by side.

A lane is a user, or for requests about no user the item or the series. The service carries a batch
out in order, so requests of one lane keep theirs as long as the lane is never in two batches at
once. A write that is about nobody in particular (a property, a segmentation, a reset) concerns
everybody: nothing may overtake it, and it overtakes nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import attrs

from aiorecombee.core.fields import fields_of
from aiorecombee.requests.endpoint import Request


@attrs.frozen
class Claim:
    """What a request needs for itself while it travels.

    Attributes:
        lanes: Those it belongs to; none for a question about nobody.
        everybody: It belongs to every lane there is.
        alone: It shares its batch with nothing. What must not be repeated would otherwise keep
            the rest of its batch from being repeated.
    """

    lanes: tuple[str, ...] = ()
    everybody: bool = False
    alone: bool = False


Concern: TypeAlias = str | Claim
"""A claim, or short for it the one lane that nearly every request has."""

NOBODY: Final = Claim()
EVERYBODY: Final = Claim(everybody=True)

_USERS: Final = ("user_id", "target_user_id", "source_user_id")
# No ID has a slash, so these lanes are never those of users.
_THINGS: Final = {"series_id": "series/", "item_id": "items/"}
_QUESTIONS: Final = ("/recomms/", "/search/")


def concerns(kind: type[Request[Any]]) -> Callable[[Any], Concern]:
    """The function that tells whom a request of this class concerns."""
    names = [field.name for field in fields_of(kind)]
    users = [name for name in _USERS if name in names]
    alone = not kind.repeatable
    if users == ["user_id"] and not alone:
        return _the_user
    if users:
        return lambda request: _claim(_given(request, users), alone=alone)
    for name, prefix in _THINGS.items():
        if name in names and not alone:
            return lambda request: prefix + str(getattr(request, name))
    if kind.method == "GET" or kind.path.startswith(_QUESTIONS):
        return _always(_claim([], alone=alone))
    return _always(attrs.evolve(EVERYBODY, alone=alone))


def _the_user(request: Any) -> Concern:
    user = request.user_id
    return user if user.__class__ is str else _claim(_given(request, ["user_id"]), alone=False)


def _given(request: Any, names: Sequence[str]) -> list[str]:
    """The users that are named; what is no text is refused later, when it is encoded."""
    found = (getattr(request, name) for name in names)
    return [str.__str__(user) for user in found if isinstance(user, str)]


def _claim(users: list[str], *, alone: bool) -> Concern:
    lanes = tuple(dict.fromkeys(users))
    if len(lanes) == 1 and not alone:
        return lanes[0]
    return Claim(lanes, alone=alone) if lanes or alone else NOBODY


def _always(claim: Concern) -> Callable[[Any], Concern]:
    return lambda _: claim
