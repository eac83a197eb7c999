"""Where the SDK and the official Python client differ on purpose.

Each difference is written down with both behaviours, and a test holds both to it: when one of the
two changes, the difference is gone and must leave this list.
"""

from collections.abc import Mapping
from typing import Any, Final

import attrs

REFUSED: Final = "refused"
"""The client raises an error; nothing is sent."""


@attrs.frozen
class Difference:
    """One request that the two clients treat differently.

    Attributes:
        id: Name.
        reason: Why the SDK does not follow.
        request: Request class.
        arguments: What makes the difference.
        official: What the official client sends: target and body, or `REFUSED`.
        ours: What the SDK sends.
    """

    id: str
    reason: str
    request: str
    arguments: Mapping[str, Any]
    official: tuple[str, str | None] | str
    ours: tuple[str, str | None] | str


_PAIR: Final = {"user_id": "u", "item_id": "i"}

DIFFERENCES: Final = (
    Difference(
        "metadata-objects",
        "The official client hands metadata objects to the JSON writer as they are, which fails.",
        "AddItemProperty",
        {
            "property_name": "p",
            "type": "string",
            "metadata": [{"$PropertyMetadata": {"name": "m"}}],
        },
        REFUSED,
        ("/items/properties/p", '{"type": "string", "metadata": [{"name": "m"}]}'),
    ),
    Difference(
        "dates-in-changes",
        "The official client writes dates and sets for SetItemValues, but fails here.",
        "UpdateMoreItems",
        {
            "filter": "true",
            "changes": {"t": {"$datetime": "1970-01-01T00:00:27Z"}, "s": {"$set": ["a"]}},
        },
        REFUSED,
        ("/more-items/", '{"filter": "true", "changes": {"t": 27.0, "s": ["a"]}}'),
    ),
    Difference(
        "none-in-a-body",
        "None means 'not given' in Python; the official client sends null, which the API takes "
        "for the same.",
        "AddPurchase",
        {**_PAIR, "price": None},
        ("/purchases/", '{"userId": "u", "itemId": "i", "price": null}'),
        ("/purchases/", '{"userId": "u", "itemId": "i"}'),
    ),
    Difference(
        "none-in-a-query",
        "In a query the official client's None becomes the text 'None', a legal session ID.",
        "DeleteViewPortion",
        {**_PAIR, "session_id": None},
        ("/viewportions/?userId=u&itemId=i&sessionId=None", "{}"),
        ("/viewportions/?userId=u&itemId=i", "{}"),
    ),
    Difference(
        "illegal-id",
        "The official client signs a space raw and sends it as %20, so the signature is wrong.",
        "AddItem",
        {"item_id": "a b"},
        ("/items/a%20b", "{}"),
        REFUSED,
    ),
    Difference(
        "id-that-changes-the-route",
        "A slash in an ID addresses something else than was meant.",
        "DeleteItem",
        {"item_id": "properties/price"},
        ("/items/properties/price", "{}"),
        REFUSED,
    ),
    Difference(
        "empty-id",
        "Without an ID the path is another endpoint's.",
        "DeleteSearchSynonym",
        {"id": ""},
        ("/synonyms/items/", "{}"),
        REFUSED,
    ),
    Difference(
        "date-without-zone",
        "A date without a zone is some other time on another machine.",
        "AddBookmark",
        {**_PAIR, "timestamp": {"$datetime": "2024-01-02T03:04:05"}},
        ("/bookmarks/", '{"userId": "u", "itemId": "i", "timestamp": "2024-01-02T03:04:05"}'),
        REFUSED,
    ),
    Difference(
        "out-of-range",
        "The API documents -1.0 to 1.0 and answers 400; the SDK says so before sending.",
        "AddRating",
        {**_PAIR, "rating": 5},
        ("/ratings/", '{"userId": "u", "itemId": "i", "rating": 5}'),
        REFUSED,
    ),
    Difference(
        "images-of-users",
        "Users have no images; the API answers 400, the SDK says so before sending.",
        "AddUserProperty",
        {"property_name": "p", "type": "imageList"},
        ("/users/properties/p", '{"type": "imageList"}'),
        REFUSED,
    ),
)
