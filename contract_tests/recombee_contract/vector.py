"""Wire vectors: what a request must look like on the wire, literally."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

import attrs

SECTIONS: Final = (
    "items",
    "item_properties",
    "users",
    "user_properties",
    "detail_views",
    "purchases",
    "ratings",
    "cart_additions",
    "bookmarks",
    "view_portions",
    "series",
    "recommendations",
    "search",
    "synonyms",
    "segmentations",
    "scenarios",
    "database",
    "batch",
)
"""The files of wire vectors, one per section of the API reference; `signing` stands apart."""


@attrs.frozen
class Signed:
    """The target as it must be sent, signed at a given time.

    Attributes:
        database: Database ID.
        token: The private token.
        timestamp: Unix seconds.
        target: Path and query with the signature.
    """

    database: str
    token: str = attrs.field(repr=False)
    timestamp: int
    target: str = attrs.field(repr=False)


@attrs.frozen
class Vector:
    """One request and its literal form on the wire.

    Attributes:
        id: Request class and variant.
        requirement: What it shows.
        source: Where that is known from.
        request: Request class of the official clients.
        arguments: By the Python clients' names; see `arguments.build` for those JSON has no word
            for.
        method: HTTP method.
        target: Path behind the database ID, and query, before signing.
        body: JSON, with the order of keys and the spelling of numbers; `None` for no body.
        batch: The request as an entry of a batch; `None` where it cannot be one.
        signed: Some are signed, too.
    """

    id: str
    requirement: str
    source: str
    request: str
    arguments: Mapping[str, Any]
    method: str
    target: str
    body: Any
    batch: Any = None
    signed: Signed | None = None


@attrs.frozen
class Signature:
    """A text and its signature.

    Attributes:
        id: Name in the vectors.
        requirement: What it shows.
        source: Where it is known from.
        token: The key.
        message: What is signed.
        signature: Lower-case hex.
        method: HTTP method of the request, `None` where the message is no target.
        target: What is sent: message and signature.
        request: Request class that comes out so, where this client makes one.
        arguments: Its arguments.
    """

    id: str
    requirement: str
    source: str
    token: str = attrs.field(repr=False)
    message: str
    signature: str
    method: str | None
    target: str = attrs.field(default="", repr=False)
    request: str | None = None
    arguments: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def public(self) -> bool:
        """Whether it is made with a public token."""
        return "frontend_timestamp=" in self.message


@cache
def vectors() -> tuple[Vector, ...]:
    """All wire vectors, section by section."""
    return tuple(
        _vector(**record) for section in SECTIONS for record in read(f"vectors/{section}.json")
    )


@cache
def signatures() -> tuple[Signature, ...]:
    """All signature vectors."""
    return tuple(Signature(**record) for record in read("vectors/signing.json"))


def _vector(*, signed: Mapping[str, Any] | None = None, **record: Any) -> Vector:
    return Vector(signed=None if signed is None else Signed(**signed), **record)


def read(name: str) -> Any:
    """Read one of the data files beside this module."""
    return json.loads(resources.files(__package__).joinpath(name).read_text("utf-8"))
