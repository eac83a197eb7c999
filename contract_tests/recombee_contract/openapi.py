"""What Recombee's OpenAPI document says about each request: facts, read from version 4.1.0."""

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
