"""The tree of errors; errors travel between processes and tasks."""

import copy
import pickle
from collections.abc import Callable

import pytest

import aiorecombee.errors
from aiorecombee import (
    AddItem,
    ApiError,
    Attempt,
    AuthenticationError,
    BadRequestError,
    Batch,
    BatchResult,
    ConfigurationError,
    ConflictError,
    ConnectionFailedError,
    InvalidRequestError,
    MappingError,
    NotFoundError,
    NotSentError,
    QueueFullError,
    RateLimitError,
    RecombeeError,
    RequestTimeoutError,
    ServerError,
    TransportError,
    UnexpectedResponseError,
)
from aiorecombee.core.decode import pair
from aiorecombee.errors import api_error

REQUEST = AddItem("item-1")


def known() -> list[RecombeeError]:
    return [
        RecombeeError("said"),
        ConfigurationError("said"),
        InvalidRequestError("said"),
        MappingError("said"),
        NotSentError("said", REQUEST),
        NotSentError("said"),
        QueueFullError("said", REQUEST),
        TransportError("said"),
        TransportError("said", REQUEST),
        ConnectionFailedError("said", REQUEST),
        RequestTimeoutError("said", REQUEST),
        ApiError(402, "said", REQUEST),
        BadRequestError(400, "said", REQUEST),
        AuthenticationError(401, "said", REQUEST),
        NotFoundError(404, "", REQUEST),
        ConflictError(409, "said"),
        RateLimitError(429, "said", REQUEST),
        ServerError(503, "said", REQUEST),
        UnexpectedResponseError("said", REQUEST),
        UnexpectedResponseError("said"),
    ]


def test_the_tree_is_as_drawn():
    parents = {
        cls.__name__: [base.__name__ for base in cls.__bases__]
        for cls in vars(aiorecombee.errors).values()
        if isinstance(cls, type) and issubclass(cls, Exception)
    }
    assert parents == {
        "RecombeeError": ["Exception"],
        "ConfigurationError": ["RecombeeError", "ValueError"],
        "InvalidRequestError": ["RecombeeError", "ValueError"],
        "MappingError": ["RecombeeError", "ValueError"],
        "NotSentError": ["RecombeeError"],
        "QueueFullError": ["NotSentError"],
        "TransportError": ["RecombeeError"],
        "ConnectionFailedError": ["TransportError"],
        "RequestTimeoutError": ["TransportError", "TimeoutError"],
        "ApiError": ["RecombeeError"],
        "BadRequestError": ["ApiError"],
        "AuthenticationError": ["ApiError"],
        "NotFoundError": ["ApiError"],
        "ConflictError": ["ApiError"],
        "RateLimitError": ["ApiError"],
        "ServerError": ["ApiError"],
        "UnexpectedResponseError": ["RecombeeError"],
    }
    drawn = aiorecombee.errors.__doc__
    assert [name for name in parents if name not in drawn] == []


def test_every_class_is_covered_here():
    found = {type(error) for error in known()}
    classes = {
        cls
        for cls in vars(aiorecombee.errors).values()
        if isinstance(cls, type) and issubclass(cls, RecombeeError)
    }
    assert classes - found == set()


COPIES: list[Callable[[RecombeeError], RecombeeError]] = [
    copy.copy,
    copy.deepcopy,
    *(
        lambda error, protocol=protocol: pickle.loads(pickle.dumps(error, protocol))
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)
    ),
]


@pytest.mark.parametrize("again", COPIES)
@pytest.mark.parametrize("error", known(), ids=repr)
def test_errors_survive_copy_and_pickle(
    error: RecombeeError, again: Callable[[RecombeeError], RecombeeError]
):
    error.attempts = (Attempt(REQUEST, 1, 503, "ServerError", 0.5, 0.2),)
    entries = [{"code": 200, "json": "ok"}]
    error.partial = BatchResult([REQUEST], entries, pair, [False])
    other = again(error)
    assert type(other) is type(error)
    assert str(other) == str(error)
    assert other.args == error.args
    assert other.attempts == error.attempts
    assert list(other.partial) == list(error.partial)
    for name in ("status", "message", "request", "unsent"):
        assert getattr(other, name, None) == getattr(error, name, None)


@pytest.mark.parametrize("again", COPIES)
def test_what_is_set_later_survives_too(again: Callable[[RecombeeError], RecombeeError]):
    error = ConnectionFailedError("said")
    error.unsent = True
    error.request = REQUEST
    other = again(error)
    assert (other.unsent, other.request) == (True, REQUEST)
    assert str(other) == "AddItem: said"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConfigurationError("said"), "said"),
        (TransportError("said"), "said"),
        (TransportError("said", REQUEST), "AddItem: said"),
        (RequestTimeoutError("no answer within 3 s", REQUEST), "AddItem: no answer within 3 s"),
        (ConflictError(409, "exists", REQUEST), "AddItem: 409: exists"),
        (ConflictError(409, "exists"), "request: 409: exists"),
        (UnexpectedResponseError("odd", Batch([])), "Batch: odd"),
        (UnexpectedResponseError("odd"), "request: odd"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_says_which_request_failed_and_why(error: RecombeeError, said: str):
    assert str(error) == said


def test_a_fresh_error_has_no_attempts_and_nothing_partial():
    assert [(error.attempts, error.partial) for error in known()] == [((), None)] * len(known())


def test_never_heard_back_and_refused_are_told_apart():
    assert issubclass(RequestTimeoutError, TimeoutError)
    assert not issubclass(TransportError, ApiError)
    assert not issubclass(ApiError, TransportError)


@pytest.mark.parametrize(
    ("status", "cls"),
    [
        (400, BadRequestError),
        (401, AuthenticationError),
        (403, ApiError),
        (404, NotFoundError),
        (409, ConflictError),
        (418, ApiError),
        (429, RateLimitError),
        (499, ApiError),
        (500, ServerError),
        (599, ServerError),
    ],
)
def test_a_status_picks_the_class(status: int, cls: type[ApiError]):
    error = api_error(status, "said", REQUEST)
    assert type(error) is cls
    assert (error.status, error.message, error.request) == (status, "said", REQUEST)
