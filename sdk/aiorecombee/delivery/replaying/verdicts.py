"""What an answer means for the request, and a failure for the replay."""

from enum import StrEnum
from typing import Any, Final

from aiorecombee.errors import (
    ApiError,
    InvalidRequestError,
    RecombeeError,
    TransportError,
    UnexpectedResponseError,
)
from aiorecombee.requests.batch import Answer
from aiorecombee.requests.endpoint import Request
from aiorecombee.requests.users import MergeUsers

_NOT_FOUND: Final = 404
_ERASING: Final = 422
_LATER: Final = frozenset({408, 425, 429})
_SERVER_ERRORS: Final = 500


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


def is_there_already(request: Request[Any], status: int) -> bool:
    """Whether a refusal only says that what was asked for is so already.

    A user who is to become another, and is not there, has become them before, or never was there:
    either way there is nothing left to merge.
    """
    if isinstance(request, MergeUsers):
        return status == _NOT_FOUND and request.cascade_create is True
    return status == request.settled


def may_pass(error: RecombeeError) -> bool:
    """Whether the same may succeed at another time."""
    if isinstance(error, ApiError):
        return error.status in _LATER or error.status >= _SERVER_ERRORS
    return isinstance(error, TransportError | UnexpectedResponseError)


def is_worth_waiting(error: RecombeeError) -> bool:
    """Whether the same may succeed, if need be when a database that was reset is empty."""
    return may_pass(error) or (isinstance(error, ApiError) and error.status == _ERASING)
