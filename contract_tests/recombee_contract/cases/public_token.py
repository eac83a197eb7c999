"""Authentication with the public token: what browsers and apps may do."""

import json
from typing import Any, Final

from recombee_contract.api import Api, entry
from recombee_contract.case import CHOSEN, Section
from recombee_contract.outcome import UnsupportedError

SECTION = Section("public_token")
_DOCS = "API reference, Allowed on Client-Side; official browser and Swift clients"

_PAIR: Final = {"userId": "u", "itemId": "i", "cascadeCreate": True}
OPEN: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("/detailviews/", _PAIR),
    ("/purchases/", _PAIR),
    ("/ratings/", {**_PAIR, "rating": 1}),
    ("/cartadditions/", _PAIR),
    ("/bookmarks/", _PAIR),
    ("/viewportions/", {**_PAIR, "portion": 1}),
)
RECOMMENDING: Final = (
    "/recomms/users/u/items/",
    "/recomms/items/i/items/",
    "/recomms/item-segments/items/",
    "/recomms/users/u/item-segments/",
    "/recomms/items/i/item-segments/",
    "/recomms/item-segments/item-segments/",
    "/recomms/next/items/0f8fad5b-d9cb-469f-a165-70867728950e",
    "/recomms/next/item-segments/0f8fad5b-d9cb-469f-a165-70867728950e",
    "/recomms/composite/",
    "/search/users/u/items/",
    "/search/users/u/item-segments/",
)
CLOSED: Final = (
    ("PUT", "/items/x"),
    ("DELETE", "/items/i"),
    ("GET", "/items/i"),
    ("POST", "/items/i"),
    ("GET", "/items/list/"),
    ("PUT", "/items/properties/p"),
    ("DELETE", "/items/properties/p"),
    ("GET", "/items/properties/list/"),
    ("PUT", "/users/x"),
    ("DELETE", "/users/u"),
    ("GET", "/users/u"),
    ("POST", "/users/u"),
    ("GET", "/users/list/"),
    ("PUT", "/users/properties/p"),
    ("GET", "/users/u/detailviews/"),
    ("GET", "/items/i/purchases/"),
    ("DELETE", "/detailviews/?userId=u&itemId=i"),
    ("DELETE", "/viewportions/?userId=u&itemId=i"),
    ("PUT", "/series/s"),
    ("GET", "/series/list/"),
    ("POST", "/series/s/items/"),
    ("POST", "/more-items/"),
    ("POST", "/synonyms/items/"),
    ("GET", "/scenarios/"),
    ("POST", "/recomms/users/u/users/"),
    ("POST", "/recomms/items/i/users/"),
    ("DELETE", "/"),
)
_FORBIDDEN: Final = 403


@SECTION.case(_DOCS, alone=True)
def interactions_can_be_sent(api: Api) -> None:
    """All six kinds of interactions can be added with the public token."""
    for path, body in OPEN:
        api.raw("POST", path, _json(body), public=True).ok()


@SECTION.case(_DOCS, alone=True)
def recommendations_can_be_asked_for(api: Api) -> None:
    """Recommendations, their continuations and searches are open, whatever they answer."""
    for path in RECOMMENDING:
        try:
            answer = api.raw("POST", path, _json({"count": 1}), public=True)
        except UnsupportedError:
            continue  # a server that does not do it has still let it in
        if answer.status in {401, _FORBIDDEN}:
            raise answer.broken("expected it to be open to the public token")


@SECTION.case(_DOCS, alone=True)
def everything_else_is_refused(api: Api) -> None:
    """The catalogue cannot be read or changed, nor can anything be listed or deleted."""
    api.put("/items/i").created()
    api.put("/users/u").created()
    for method, path in CLOSED:
        answer = api.raw(method, path, b"{}", public=True)
        if not 400 <= answer.status < 500:  # noqa: PLR2004
            raise answer.broken("expected it to be closed to the public token")
    api.lists("/items/list/", ["i"])
    api.lists("/users/list/", ["u"])


@SECTION.case(CHOSEN, alone=True)
def what_is_closed_is_403(api: Api) -> None:
    """A genuine signature on a request that is not open is 403."""
    for method, path in CLOSED:
        api.raw(method, path, b"{}", public=True).refused(_FORBIDDEN)


@SECTION.case(_DOCS, alone=True)
def a_batch_is_open_to_what_is_open_alone(api: Api) -> None:
    """The public token's batches are no way around its limits."""
    body = {"requests": [entry("POST", "/bookmarks/", **_PAIR), entry("PUT", "/items/x")]}
    answer = api.raw("POST", "/batch/", _json(body), public=True)
    if answer.status == 200 and [one["code"] for one in answer.json] != [200, _FORBIDDEN]:  # noqa: PLR2004
        raise answer.broken("expected the second request to be refused")
    api.get("/items/x").refused(404)


@SECTION.case("official browser client 6.2.1, observed; API reference, Merge users", alone=True)
def merging_is_off_by_default(api: Api) -> None:
    """Users can be merged with the public token only where that was enabled."""
    api.put("/users/target").created()
    api.put("/users/source").created()
    for method in ("PUT", "POST"):
        api.raw(method, "/users/target/merge/source", b"{}", public=True).refused(_FORBIDDEN)
    api.get("/users/source").expect(200)


@SECTION.case(
    "official browser client 6.2.1, observed; API reference, Merge users",
    alone=True,
    allow_public_merge=True,
)
def merging_may_be_posted_where_it_is_on(api: Api) -> None:
    """The browser client sends the merge as POST, with cascadeCreate in the body."""
    api.put("/users/source").created()
    body = _json({"cascadeCreate": True})
    api.raw("POST", "/users/target/merge/source", body, public=True).ok()
    api.get("/users/source").refused(404)
    api.get("/users/target").expect(200)


@SECTION.case("API reference, Authentication", alone=True)
def each_token_goes_with_its_own_parameters(api: Api) -> None:
    """The public token under the private one's names is 401, and the reverse."""
    public, private = api.public_token, api.database.token
    body = _json(_PAIR)
    api.unsigned("POST", api.sign("/bookmarks/", token=public), body).refused(401)
    api.unsigned("POST", api.sign("/bookmarks/", token=private, public=True), body).refused(401)


@SECTION.case("API reference, Authentication", alone=True)
def public_signatures_expire_like_others(api: Api) -> None:
    """A signature by the public token is as short-lived."""
    body = _json(_PAIR)
    api.unsigned("POST", api.sign("/bookmarks/", public=True, age=20), body).ok()
    api.unsigned("POST", api.sign("/bookmarks/", public=True, age=60), body).refused(401)


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()
