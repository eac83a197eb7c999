"""What an answer means for the request."""

from enum import StrEnum
from typing import Any, Final

from aiorecombee.delivery.sent_again import is_there_already, is_worth_waiting
from aiorecombee.errors import InvalidRequestError
from aiorecombee.requests.batch import Answer


class Verdict(StrEnum):
    """What became of a request, or of what should have become one."""

    DONE = "done"
    ALREADY_THERE = "already there"
    REJECTED = "rejected"
    """The mapping could make nothing of the event."""
    REFUSED = "refused"
    """By the service, or by the client because the service would."""
    FAILED = "failed"
    """Tried so often that it was given up."""
    WOULD_BE_SENT = "would be sent"


UNSETTLED: Final = None
"""In place of a verdict: it has to be sent again."""


def judge(answer: Answer[Any]) -> Verdict | None:
    """The verdict on a request that was answered; `UNSETTLED` if it may fare better later."""
    if answer.error is None:
        return Verdict.DONE
    if is_there_already(answer.request, answer.status):
        return Verdict.ALREADY_THERE
    if isinstance(answer.error, InvalidRequestError):
        return Verdict.REFUSED
    return UNSETTLED if is_worth_waiting(answer.error) else Verdict.REFUSED
