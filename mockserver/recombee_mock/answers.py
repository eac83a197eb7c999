"""What a handler gives back: an answer, or a refusal raised from wherever it was found out."""

from typing import Any, Final

import attrs

from recombee_mock.json_bytes import dumps

_ECHO: Final = 80


@attrs.frozen(eq=False)
class Answer:
    """A request that was carried out: its status, and its body as JSON text."""

    status: int
    body: bytes


OK: Final = Answer(200, b'"ok"')
CREATED: Final = Answer(201, b'"ok"')


def answer(value: Any) -> Answer:
    """Answer 200 with `value` as JSON."""
    return Answer(200, dumps(value))


class Refusal(Exception):  # noqa: N818  (the API refuses; nothing went wrong here)
    """A request that is not carried out, and why.

    Args:
        status: HTTP status.
        message: A sentence for the developer; `None` gives the empty object. A wrong URL is
            answered so: "no additional info" is what the API reference tells to look for.
    """

    def __init__(self, status: int, message: str | None) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message

    def body(self) -> bytes:
        """The body of a single request's answer."""
        return b"{}" if self.message is None else dumps({"message": _encodable(self.message)})

    def entry(self) -> bytes:
        """The `json` of a batch entry. Its keys differ: official clients read `error` there."""
        return dumps({"statusCode": self.status, "error": _encodable(self.message or "")})


def bad_request(message: str) -> Refusal:
    """The request itself is wrong."""
    return Refusal(400, message)


def not_found(message: str) -> Refusal:
    """The request names something that does not exist."""
    return Refusal(404, message)


def conflict(message: str) -> Refusal:
    """It exists already; nothing was written."""
    return Refusal(409, message)


def shown(value: Any) -> str:
    """`value` as JSON for a message, cut short."""
    try:
        text = dumps(value).decode()
    except (TypeError, ValueError, RecursionError):
        text = f'"{value}"' if isinstance(value, str) else type(value).__name__
    return text if len(text) <= _ECHO else f"{text[:_ECHO]}…"


def _encodable(message: str) -> str:
    return message.encode("utf-8", "replace").decode()
