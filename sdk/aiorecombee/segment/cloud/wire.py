"""What Segment's process would put on the wire for a request of this library.

Source: the destination's API client; WHATWG URL Standard, percent-encode sets.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import quote, quote_plus

import attrs

from aiorecombee.codec import JsonCodec
from aiorecombee.core.encode import Encoder
from aiorecombee.requests.endpoint import Request
from aiorecombee.requests.users import DeleteUser, MergeUsers
from aiorecombee.segment.actions.interactions import Payload
from aiorecombee.segment.cloud.url import normalised
from aiorecombee.segment.javascript import to_text, well_formed

Entry: TypeAlias = dict[str, Any]
"""`method`, `path` and `params`, as in a batch."""


@attrs.frozen
class WireRequest:
    """A call as Segment's process makes it, less the two parameters of the signature.

    Attributes:
        method: HTTP method.
        host: Host, with a port where it has one.
        path: From the first slash on, with the query, as it was built.
        body: What its JSON says.
        wire_path: What the HTTP client makes of the path.
        signed: Whether the signature, made before, is that of the path on the wire.
    """

    method: str
    host: str
    path: str
    body: Any
    wire_path: str
    signed: bool

    @property
    def url(self) -> str:
        """As messages tell it: with what stands behind a `#`, which stays at home."""
        _, mark, fragment = self.path.partition("#")
        return f"https://{self.host}{self.wire_path}{mark}{fragment}"

    def as_json(self) -> dict[str, Any]:
        """As the vector files write it."""
        odd: dict[str, Any] = {}
        if self.wire_path != self.path:
            odd["wire_path"] = self.wire_path
        if not self.signed:
            odd["signature"] = "does not match the wire path"
        return {
            "method": self.method,
            "host": self.host,
            "path": self.path,
            **odd,
            "body": self.body,
        }


class Wire:
    """How today's destination writes requests."""

    def entry(self, request: Request[Any], payload: Payload) -> Entry:
        """The request as an entry of a batch, made from that payload."""
        if isinstance(request, MergeUsers):
            merged = f"{self.id(request.target_user_id)}/merge/{self.id(request.source_user_id)}"
            return _entry(request, f"/users/{merged}?cascadeCreate=true")
        if isinstance(request, DeleteUser):
            return _entry(request, f"/users/{self.id(request.user_id)}/")
        if request.method == "DELETE":
            return self.deletion(request, payload)
        return _entry(request, request.path, _params(request))

    def deletion(self, request: Request[Any], payload: Payload) -> Entry:
        """A deletion: all in the query, as a web form writes it."""
        del payload
        return _entry(request, f"{request.path}?{_form(_params(request))}")

    def id(self, text: str) -> str:
        """An ID in a path, as it is: the HTTP client may change it after it was signed."""
        return text


class EncodedWire(Wire):
    """The same with IDs percent-encoded, so that any ID is signed as it is sent."""

    def id(self, text: str) -> str:
        """An ID in a path, with everything encoded that means something there."""
        return quote(well_formed(text), safe="@:")


class PublishedWire(Wire):
    """How the published package 3.497.0 writes requests."""

    def deletion(self, request: Request[Any], payload: Payload) -> Entry:
        """A deletion: in the query as it is, and once more in the body."""
        params = _params(request)
        query = "&".join(f"{name}={to_text(value)}" for name, value in params.items())
        return _entry(request, f"{request.path}?{query}", dict(payload))


def address(entry: Entry, host: str, database_id: str) -> WireRequest:
    """The call that an entry is when it travels alone.

    Args:
        entry: The request.
        host: API URI as it was given, with whatever stands before or behind the host.
        database_id: The database.
    """
    signed = f"/{database_id}{entry['path']}"
    authority, slash, rest = f"{host}{signed}".partition("/")
    path = slash + rest
    on_the_wire = normalised(path)
    return WireRequest(
        entry["method"], authority, path, entry["params"], on_the_wire, on_the_wire == signed
    )


def batch(entries: Sequence[Entry]) -> Entry:
    """The entry that several of them travel in."""
    return {"method": "POST", "path": "/batch/", "params": {"requests": list(entries)}}


def _entry(request: Request[Any], path: str, params: Mapping[str, Any] | None = None) -> Entry:
    return {"method": request.method, "path": path, "params": dict(params or {})}


_ENCODER: Final = Encoder(JsonCodec(), validate=False)


def _params(request: Request[Any]) -> dict[str, Any]:
    params = _ENCODER.entry(request).get("params", {})
    return {name: jsonable(value) for name, value in params.items()}


def jsonable(value: Any) -> Any:
    """What is left of a value in JSON: no infinity, no NaN."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: jsonable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(inner) for inner in value]
    return value


def _form(params: Mapping[str, Any]) -> str:
    """`application/x-www-form-urlencoded`, in which only `*-._` stay besides letters and digits."""
    pairs = (
        f"{name}={quote_plus(well_formed(to_text(value)), safe='*').replace('~', '%7E')}"
        for name, value in params.items()
    )
    return "&".join(pairs)
