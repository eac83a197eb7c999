"""One request of the journal, with what the server understood of it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final, TypeAlias

import attrs

from recombee_mock.shell.regions import host_region

_HIDDEN: Final = "***"
_DEEPEST: Final = 100
# `=` may itself be encoded: a whole signed URL inside a body or a parameter.
_SIGN_VALUE = re.compile(
    r"((?:hmac|frontend)_sign(?:=|%3D|\"\s*:\s*\"))[0-9A-Za-z]+", re.IGNORECASE
)

Row: TypeAlias = tuple[int, float, str, bytes, str, str, str, int, str, int, bytes, str, float, int]
"""seq, time, method, target, host, database, operation, status, auth, body's size, body, fault,
took, items."""


class Hider:
    """Blanks out secrets.

    Args:
        secrets: Texts to blank out wherever they turn up.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        words = sorted({s for s in secrets if s}, key=len, reverse=True)
        self._words = re.compile("|".join(map(re.escape, words))) if words else None

    def __call__(self, text: str) -> str:
        if self._words is not None:
            text = self._words.sub(_HIDDEN, text)
        return _SIGN_VALUE.sub(rf"\1{_HIDDEN}", text)

    def everywhere(self, value: Any, depth: int = 0) -> Any:
        """A JSON value with the secrets of all its texts blanked out."""
        if isinstance(value, str):
            return self(value)
        if depth > _DEEPEST:
            return "…"
        if isinstance(value, dict):
            return {
                self(name): _HIDDEN if _is_sign(name) else self.everywhere(inner, depth + 1)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self.everywhere(inner, depth + 1) for inner in value]
        return value


def _is_sign(name: str) -> bool:
    return name.lower() in {"hmac_sign", "frontend_sign"}


@attrs.frozen
class Understood:
    """One request of a batch, as it was understood.

    Attributes:
        method: HTTP method.
        path: Path behind the database ID, as it was sent.
        operation: Request class, `""` when there is none at that URL.
        params: Typed and named as the API does.
    """

    method: str
    path: str
    operation: str
    params: Mapping[str, Any]


@attrs.frozen
class Entry:
    """One request and its answer.

    Attributes:
        seq: Counts up from 1 over the server's life.
        time: Unix seconds on the server's clock.
        method: As received.
        target: Path and query without the signature parameters.
        host: The `Host` header.
        region: The region that host speaks for; `any` for one that is not Recombee's.
        database: The ID in the path, known or not; `""` when there was none.
        operation: The request class it was understood as, `""` when none.
        status: Of the answer; 0 where none was made.
        auth: `private`, `public`, `unchecked`, or the reason of the refusal.
        fault: The fault that befell it, `""` when none.
        took: Seconds it took to answer.
        items: Requests of a batch that were carried out, whatever was answered.
        body_size: Bytes of the request body, as far as it was read.
        body: The body, cut off at the journal's limit.
        body_truncated: Whether it was cut off.
    """

    seq: int
    time: float
    method: str
    target: str
    host: str
    region: str
    database: str
    operation: str
    status: int
    auth: str
    fault: str
    took: float
    items: int
    body_size: int
    body: str
    body_truncated: bool
    _row: Row = attrs.field(repr=False, eq=False)
    _hide: Hider = attrs.field(repr=False, eq=False)

    @classmethod
    def of(cls, row: Row, hide: Hider, shown: int) -> "Entry":
        """The entry of a row.

        Args:
            row: As the journal keeps it.
            hide: Blanks out secrets.
            shown: Bytes to show of the body.
        """
        seq, time, method, target, host, database, operation, status, auth, size, *_ = row
        *_, body, fault, took, items = row
        return cls(
            seq=seq,
            time=time,
            method=method,
            target=hide(target.decode("utf-8", "replace")),
            host=hide(host.encode("utf-8", "replace").decode()),
            region=host_region(host),
            database=hide(database),
            operation=operation,
            status=status,
            auth=auth,
            fault=fault,
            took=took,
            items=items,
            body_size=size,
            body=hide(body[:shown].decode("utf-8", "replace")),
            body_truncated=size > min(len(body), shown),
            row=row,
            hide=hide,
        )

    @property
    def whole(self) -> bool:
        """Whether all of the body is kept, so that all of the request can be understood."""
        return len(self._row[10]) == self.body_size

    @cached_property
    def params(self) -> Mapping[str, Any]:
        """The parameters from path, query and body, typed and named as the API does.

        Of a batch those of the batch itself, without its requests.
        """
        return self.hide(self.sent())  # type: ignore[no-any-return]

    @cached_property
    def requests(self) -> list[Understood]:
        """What a batch asks for, in order; nothing for other requests."""
        from recombee_mock.seeing.understanding import requests_of  # noqa: PLC0415 - as above

        hide = self._hide
        return [
            attrs.evolve(asked, path=hide(asked.path), params=hide.everywhere(asked.params))
            for _, asked in requests_of(self._row)
        ]

    def sent(self) -> Mapping[str, Any]:
        """The parameters with secrets and all: to compare, never to show."""
        from recombee_mock.seeing.understanding import params_of  # noqa: PLC0415 - every request is slow

        return params_of(self._row)

    def sent_in_batch(self, operation: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Likewise those of the requests of one operation in a batch, each with its place."""
        from recombee_mock.seeing.understanding import requests_of  # noqa: PLC0415 - as above

        for at, asked in requests_of(self._row, operation):
            yield at, asked.params

    def hide(self, value: Any) -> Any:
        """A JSON value with the secrets blanked out."""
        return self._hide.everywhere(value)

    @cached_property
    def operations(self) -> Mapping[str, int]:
        """Request classes in a batch, and how often they are there; `""` for wrong URLs."""
        from recombee_mock.seeing.understanding import operations_of  # noqa: PLC0415 - as above

        return operations_of(self._row)

    def to_json(self, *, requests: bool = False) -> dict[str, Any]:
        """The entry as `/_mock/journal` shows it.

        Args:
            requests: Whether to show each request of a batch.
        """
        shown = {
            _NAMES.get(field.name, field.name): getattr(self, field.name)
            for field in attrs.fields(Entry)
            if not field.name.startswith("_")
        }
        shown["params"] = self.params
        if self.operation == "Batch":
            shown["operations"] = self.operations
            if requests:
                shown["requests"] = [attrs.asdict(asked) for asked in self.requests]
        return shown


_NAMES: Final = {"body_size": "bodySize", "body_truncated": "bodyTruncated"}
