"""What can go wrong.

    RecombeeError
    ├── ConfigurationError        the client cannot work as it was set up
    ├── InvalidRequestError       the request breaks a documented rule; nothing was sent
    ├── MappingError              an event cannot become a request
    ├── NotSentError              certainly not carried out: put aside, and the batcher was closed
    │   └── QueueFullError        there was no room to put it aside
    ├── TransportError            we never heard back: it may or may not have been carried out
    │   ├── ConnectionFailedError
    │   └── RequestTimeoutError   (also a TimeoutError)
    ├── ApiError                  the service said no: .status .message .request
    │   ├── BadRequestError       400
    │   ├── AuthenticationError   401
    │   ├── NotFoundError         404
    │   ├── ConflictError         409
    │   ├── RateLimitError        429
    │   └── ServerError           5xx
    └── UnexpectedResponseError   the answer is not one of the API's

Errors hold no token and no signature, and survive `copy` and `pickle`.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from aiorecombee.hooks import Attempt
    from aiorecombee.requests.batch import BatchResult
    from aiorecombee.requests.endpoint import Request


class RecombeeError(Exception):
    """Base of all errors of this library.

    Attributes:
        attempts: What was tried before giving up, oldest first.
        partial: For a batch that was sent in parts: the answers of the parts that succeeded
            before this error. They belong to the first `len(partial)` requests.
    """

    attempts: "tuple[Attempt, ...]" = ()
    partial: "BatchResult[Any] | None" = None


class ConfigurationError(RecombeeError, ValueError):
    """The client, a database or a plug point is set up in a way that cannot work."""


class InvalidRequestError(RecombeeError, ValueError):
    """A request breaks a rule that the API documents; nothing was sent."""


class MappingError(RecombeeError, ValueError):
    """An event cannot become a request."""


class NotSentError(RecombeeError):
    """A request that was put aside for later has certainly not been carried out.

    Attributes:
        message: Why.
        request: The request.
    """

    def __init__(self, message: str, request: "Request[Any] | None" = None) -> None:
        super().__init__(message, request)
        self.message = message
        self.request = request

    def __str__(self) -> str:
        return f"{type(self.request).__name__}: {self.message}" if self.request else self.message


class QueueFullError(NotSentError):
    """There is no room to wait in: the request was not taken."""


class TransportError(RecombeeError):
    """No answer arrived: the request may or may not have been carried out."""

    def __init__(self, message: str, request: "Request[Any] | None" = None) -> None:
        super().__init__(message, request)
        self.message = message
        self.request = request

    def __str__(self) -> str:
        return self.message if self.request is None else f"{_name(self.request)}: {self.message}"


class ConnectionFailedError(TransportError):
    """The connection could not be made, or broke before the answer was complete.

    Attributes:
        unsent: The service cannot have seen the request.
    """

    unsent: bool = False


class RequestTimeoutError(TransportError, TimeoutError):
    """The time limit ran out before the answer was complete."""


class ApiError(RecombeeError):
    """The service answered with an error.

    Attributes:
        status: HTTP status.
        message: What the service said.
        request: The request that it said it about.
        retry_after: Seconds that it asked to wait before the next attempt, `None` if it did not;
            it does of a call as a whole, not of a single answer of a batch.
    """

    retry_after: float | None = None

    def __init__(self, status: int, message: str, request: "Request[Any] | None" = None) -> None:
        super().__init__(status, message, request)
        self.status = status
        self.message = message
        self.request = request

    def __str__(self) -> str:
        said = self.message or "no message (a 404 without one means that the URL is wrong)"
        return f"{_name(self.request)}: {self.status}: {said}"


class BadRequestError(ApiError):
    """400: a parameter, an ID, ReQL or JSON is malformed."""


class AuthenticationError(ApiError):
    """401: the signature is missing, wrong or too old. Check token, database and clock."""


class NotFoundError(ApiError):
    """404: an entity, the database or the URL does not exist."""


class ConflictError(ApiError):
    """409: it exists already; nothing was changed."""


class RateLimitError(ApiError):
    """429: too many requests."""


class ServerError(ApiError):
    """5xx: the service failed."""


class UnexpectedResponseError(RecombeeError):
    """The answer is not one that the API documents: a proxy, a wrong host, a new version."""

    def __init__(self, message: str, request: "Request[Any] | None" = None) -> None:
        super().__init__(message, request)
        self.message = message
        self.request = request

    def __str__(self) -> str:
        return f"{_name(self.request)}: {self.message}"


_BY_STATUS: Final[dict[int, type[ApiError]]] = {
    400: BadRequestError,
    401: AuthenticationError,
    404: NotFoundError,
    409: ConflictError,
    429: RateLimitError,
}
_SERVER_ERRORS: Final = 500


def api_error(status: int, message: str, request: "Request[Any] | None" = None) -> ApiError:
    """The error of the right class for an HTTP status."""
    other = ServerError if status >= _SERVER_ERRORS else ApiError
    return _BY_STATUS.get(status, other)(status, message, request)


def _name(request: object) -> str:
    return "request" if request is None else type(request).__name__
