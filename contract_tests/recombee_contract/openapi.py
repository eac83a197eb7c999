"""What Recombee's OpenAPI document says about each request: facts, read from version 4.1.0."""

from collections.abc import Mapping
from functools import cache
from typing import Final

import attrs

from recombee_contract.vector import read


@attrs.frozen
class Operation:
    """One operation of the document.

    Attributes:
        name: Request class of the official clients.
        method: HTTP method.
        path: Path template behind the database ID.
        query: Names of the query parameters.
        body: Names of the properties of the body; none where it is a free dictionary.
    """

    name: str
    method: str
    path: str
    query: tuple[str, ...] = attrs.field(converter=tuple)
    body: tuple[str, ...] = attrs.field(converter=tuple)


@cache
def operations() -> dict[str, Operation]:
    """The operations of the document, by name."""
    found = (Operation(**record) for record in read("openapi.json"))
    return {operation.name: operation for operation in found}


@attrs.frozen
class Parameters:
    """What one operation takes and gives, in words for property tests.

    Kinds of values: `id` of an item or user, `name` of anything else (`null|id` may be null),
    `count` from 1, `natural` from 0, `share` from 0 to 1, `signed share` from -1, `moment` as
    ISO 8601 or Unix seconds, and names that speak for themselves; `a|b` is one of these words.

    Attributes:
        name: Request class of the official clients.
        statuses: What the document lists. RecommendNextItemSegments, which is newer, has those of
            RecommendNextItems.
        path: Name to kind.
        required: Names of what must be sent in query or body.
        query: Name to kind.
        body: Name to kind; where the body is a free dictionary, its special keys.
    """

    name: str
    statuses: tuple[int, ...] = attrs.field(converter=tuple)
    path: Mapping[str, str] = attrs.field(factory=dict)
    required: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    query: Mapping[str, str] = attrs.field(factory=dict)
    body: Mapping[str, str] = attrs.field(factory=dict)


@cache
def parameters() -> dict[str, Parameters]:
    """What each of the 83 operations takes, by name."""
    found = (Parameters(**record) for record in read("openapi_parameters.json"))
    return {one.name: one for one in found}


BEHIND: Final = {
    "RecommendNextItemSegments": "The document is older than the request (clients 6.2).",
    "CompositeRecommendation": "The document is older than searchQuery (clients 6.2).",
    "AddItemProperty": "The document has the type in the query and no role or metadata (6.3).",
    "AddUserProperty": "The document has the type in the query and no role or metadata (6.3).",
    "SetItemValues": "The document has cascadeCreate in the query; clients write !cascadeCreate.",
    "SetUserValues": "The document has cascadeCreate in the query; clients write !cascadeCreate.",
    "AddRating": "The document lists the timestamp before the rating.",
}
"""Requests where the document disagrees with the official clients, and how."""
