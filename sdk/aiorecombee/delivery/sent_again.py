"""Sending the same again: whether it is done already, may fare better, and how to go on."""

import enum
from typing import Any, Final

from aiorecombee.errors import ApiError, RecombeeError, TransportError, UnexpectedResponseError
from aiorecombee.requests.endpoint import Request
from aiorecombee.requests.users import MergeUsers

_NOT_FOUND: Final = 404
# The database is being erased after a reset. Source: the official clients' tests.
_ERASING: Final = 422
_LATER: Final = frozenset({408, 425, 429})
_SERVER_ERRORS: Final = 500
MOST_ASKED: Final = 3_600.0  # seconds: who asks for more may err
_ABOUT_CONTENT: Final = frozenset({400, 413})


class GoOn(enum.Enum):
    """What to do when a batch failed as a whole."""

    WAIT = "wait"
    """The service is down, or does not answer: the same may succeed later."""
    STOP = "stop"
    """It does not know us or the database, or is none: somebody must mend that."""
    SPLIT = "split"
    """Something in the batch is to blame: smaller ones will tell what."""


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


def asked(error: RecombeeError) -> float:
    """Seconds that the service wants us to wait, an hour at most; 0 if it did not say."""
    seconds = error.retry_after if isinstance(error, ApiError) else None
    return min(seconds or 0.0, MOST_ASKED)


def after(error: RecombeeError) -> GoOn:
    """How to go on when a batch failed as a whole."""
    if is_worth_waiting(error):
        return GoOn.WAIT
    about_content = isinstance(error, ApiError) and error.status in _ABOUT_CONTENT
    return GoOn.SPLIT if about_content else GoOn.STOP
