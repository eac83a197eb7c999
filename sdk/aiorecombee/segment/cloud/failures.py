"""Errors as Segment's process words them."""

from typing import Any, Final

from aiorecombee.errors import MappingError
from aiorecombee.segment.actions.problems import PayloadError
from aiorecombee.segment.fql import SubscriptionError
from aiorecombee.segment.fql.errors import NO_SUBSCRIPTION
from aiorecombee.segment.mapping.errors import MappingFailedError, MappingInvalidError

_NO_URI: Final = "RAPI URI is required when using custom database region"


class CloudError(Exception):
    """Something went wrong in Segment's process.

    Attributes:
        told: What it says about that, as the vector files write it.
    """

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(told)
        self.told = told

    @classmethod
    def of(cls, error: MappingError) -> "CloudError":
        """An error of ours in the words of the original."""
        return cls(failure(error))

    @classmethod
    def of_condition(cls, error: SubscriptionError) -> "CloudError":
        """A subscription that could be read, and then fails when an event is held against it."""
        return cls({"kind": "runtime", "name": "TypeError", "message": error.original})

    @classmethod
    def of_unknown_action(cls) -> "CloudError":
        """A batch for an action that there is not: the process trips over its own result."""
        return cls({"kind": "runtime", "name": "TypeError", "message": "there is no such action"})

    @classmethod
    def without_uri(cls) -> "CloudError":
        """The region is `custom`, and nobody said where that is."""
        told = _told("auth", "InvalidAuthenticationError", _NO_URI, 401)
        return cls({**told, "code": "INVALID_AUTHENTICATION"})


def failure(error: MappingError) -> dict[str, Any]:
    """An error of ours as the vector files write it."""
    if isinstance(error, PayloadError):
        return _payload_failure(error)
    if isinstance(error, SubscriptionError):
        return _unread_subscription(error)
    if isinstance(error, MappingInvalidError):
        return _invalid_mapping(error)
    if isinstance(error, MappingFailedError):
        return {"kind": error.kind, "name": error.name, "message": str(error)}
    return {"kind": "mapping", "name": "Error", "message": str(error)}


def auth_failure(told: dict[str, Any]) -> dict[str, Any]:
    """What the test of the settings says of an error."""
    status = told["status"] if told["kind"] == "http" else ""
    message = f"Credentials are invalid: {status} {told['message']}"
    return {"kind": "auth", "name": "Error", "message": message}


def _payload_failure(error: PayloadError) -> dict[str, Any]:
    if error.kind == "payload":
        told = _told("payload", "PayloadValidationError", str(error), 400)
        return {**told, "code": "PAYLOAD_VALIDATION_FAILED"}
    details = [[problem.at, problem.text] for problem in error.problems]
    return {**_told("schema", "AggregateAjvError", str(error), 400), "details": details}


def _unread_subscription(error: SubscriptionError) -> dict[str, Any]:
    is_missing = error.original == NO_SUBSCRIPTION
    text = error.original if is_missing else f"Invalid subscription : {error.original}"
    return _told("subscription", "Result", text, 400)


def _invalid_mapping(error: MappingInvalidError) -> dict[str, Any]:
    texts = [problem.text for problem in error.problems]
    told = {"kind": error.kind, "name": error.name}
    if error.name == "AggregateError":
        return {**told, "messages": texts}
    return {**told, "message": texts[0]}


def _told(kind: str, name: str, message: str, status: int) -> dict[str, Any]:
    return {"kind": kind, "name": name, "message": message, "status": status}
