"""What a control request is, and what comes back."""

import json
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any, Final, TypeAlias

import attrs

Schema: TypeAlias = Mapping[str, Any]
"""A JSON schema, as OpenAPI takes it."""

ANYTHING: Final[Schema] = {}
DONE: Final = {"status": "ok"}
DONE_SCHEMA: Final[Schema] = {
    "type": "object",
    "properties": {"status": {"const": "ok"}},
    "required": ["status"],
}


class ControlError(Exception):
    """The request cannot be served.

    Args:
        status: HTTP status.
        text: What is wrong and what to do about it.
        more: Further members of the body.
    """

    def __init__(self, status: int, text: str, **more: Any) -> None:
        super().__init__(status, text)
        self.status = status
        self.body = {"message": text, **more}


@attrs.frozen
class Ask:
    """A request to the control API.

    Attributes:
        path: Parameters from the path, decoded.
        query: Parameters from the query; of a repeated one the last.
        body: As it came.
        now: The server's clock, in Unix seconds.
        headers: Of the request, found in any letter case.
    """

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    now: float
    headers: Mapping[str, str] = attrs.Factory(dict)

    def json(self) -> Any:
        """The body as JSON; no body is the empty object.

        Raises:
            ControlError: 400, it is none.
        """
        if not self.body:
            return {}
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise ControlError(400, f"The body is not valid JSON: {error}") from None


@attrs.frozen
class Said:
    """An answer that is not just JSON with status 200.

    Attributes:
        value: JSON, or with another `content_type` the bytes, all at once or one by one.
        status: HTTP status.
        content_type: `None` for JSON.
    """

    value: Any
    status: int = 200
    content_type: str | None = None

    @property
    def stream(self) -> AsyncGenerator[bytes, None] | None:
        """The bytes, where they come one by one."""
        return self.value if isinstance(self.value, AsyncGenerator) else None


Act: TypeAlias = Callable[[Ask], Any]


@attrs.frozen
class Route:
    """One method on one path.

    Attributes:
        method: `GET`, `POST`, `PUT` or `DELETE`.
        path: Such as `/_mock/databases/{database}/time`.
        act: Answers, with a JSON value or a `Said`.
        summary: What it does, in a sentence without a full stop.
        query: Name to meaning of each query parameter.
        takes: Schema of the body, `None` when there is none.
        gives: Schema of the answer, or of each of its lines where they come one by one.
        statuses: Of the answers that have this schema, the usual first.
        content_type: Of the answer.
    """

    method: str
    path: str
    act: Act
    summary: str
    query: Mapping[str, str] = attrs.Factory(dict)
    takes: Schema | None = None
    gives: Schema = ANYTHING
    statuses: tuple[int, ...] = (200,)
    content_type: str = "application/json"


def count_of(query: Mapping[str, str], name: str, default: int) -> int:
    """A whole number from a query.

    Raises:
        ControlError: 400, it is none.
    """
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 16):  # noqa: PLR2004
        raise ControlError(400, f"{name} must be a whole number, 0 or more")
    return int(text)


def flag_of(query: Mapping[str, str], name: str) -> bool | None:
    """A boolean from a query, `None` when it is not there.

    Raises:
        ControlError: 400, it is none.
    """
    text = query.get(name)
    if text is None:
        return None
    if text not in {"true", "false"}:
        raise ControlError(400, f"{name} must be true or false")
    return text == "true"
