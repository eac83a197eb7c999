"""What a verdict means for an item; pure."""

from typing import Final, assert_never

import attrs

from aiorecombee.delivery.queue import (
    Delivered,
    Dropped,
    Rejected,
    RetryLater,
    Returned,
    Verdict,
)
from aiorecombee.delivery.retrying import Retrying

_DEADLY: Final = (
    "its lease ran out {times} times one after another, {alone} of them with nothing else in it:"
    " whoever takes it seems to die of it"
)


@attrs.frozen
class Gone:
    """It leaves the queue; counted under a name."""

    name: str


@attrs.frozen
class Again:
    """It stays, until a time in Unix seconds, having failed so often; counted under a name."""

    due: float
    attempts: int
    name: str


@attrs.frozen
class Dead:
    """It becomes a dead letter, having failed so often."""

    reason: str
    attempts: int


Effect = Gone | Again | Dead
_DELIVERED: Final = Gone("delivered")
_REPEATED: Final = Gone("repeated")


def effect_of(
    verdict: Verdict, attempts: int, put_at: float, now: float, retrying: Retrying
) -> Effect:
    """What a verdict means for an item that has failed so often before."""
    match verdict:
        case Delivered(already_there):
            return _REPEATED if already_there else _DELIVERED
        case Dropped():
            return Gone("dropped")
        case Rejected(reason):
            return Dead(reason, attempts + 1)
        case Returned(after):
            return Again(now + after, attempts, "returned")
        case RetryLater(reason, after):
            pause = retrying.pause(attempts + 1, now - put_at, after)
            if pause is None:
                return Dead(reason, attempts + 1)
            return Again(now + pause, attempts + 1, "retried")
    assert_never(verdict)


def effect_of_loss(times: int, attempts: int, now: float, retrying: Retrying) -> Again | Dead:
    """What it means for an item that its lease ran out, for so many times one after another."""
    alone = times - retrying.suspect_after
    if alone >= retrying.bury_after:
        return Dead(_DEADLY.format(times=times, alone=alone), attempts + 1)
    return Again(now, attempts + 1, "expired")
