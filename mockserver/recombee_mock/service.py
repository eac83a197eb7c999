"""A database as its clients see it, without sockets and signatures: calls in, replies out.

The order of checks: erasing (422), URL (404) and method (405), token (403), JSON, syntax of
parameters (400), existence (404), conflict (409); only then is anything written.
"""

import re
from typing import Any, Final

from aiorecombee.requests import ALL_REQUESTS
from recombee_mock.answers import Answer, Refusal, bad_request
from recombee_mock.handlers import (
    Handler,
    Handlers,
    batch,
    bookmarks,
    cart_additions,
    database,
    detail_views,
    item_properties,
    items,
    purchases,
    ratings,
    series,
    user_properties,
    users,
    view_portions,
)
from recombee_mock.json_bytes import loads
from recombee_mock.params import Params, parse_query
from recombee_mock.protocol import Call, Reply
from recombee_mock.router import Captured, Route, Router
from recombee_mock.store.contents import Contents

_EMULATED: Final[Handlers] = {
    **items.HANDLERS,
    **item_properties.HANDLERS,
    **users.HANDLERS,
    **user_properties.HANDLERS,
    **detail_views.HANDLERS,
    **purchases.HANDLERS,
    **ratings.HANDLERS,
    **cart_additions.HANDLERS,
    **bookmarks.HANDLERS,
    **view_portions.HANDLERS,
    **series.HANDLERS,
    **database.HANDLERS,
    **batch.HANDLERS,
}

# Source: API reference, the "Allowed on Client-Side" marks.
CLIENT_SIDE: Final = frozenset(
    {
        "AddDetailView",
        "AddPurchase",
        "AddRating",
        "AddCartAddition",
        "AddBookmark",
        "SetViewPortion",
        "RecommendItemsToUser",
        "RecommendItemsToItem",
        "RecommendItemsToItemSegment",
        "RecommendItemSegmentsToUser",
        "RecommendItemSegmentsToItem",
        "RecommendItemSegmentsToItemSegment",
        "RecommendNextItems",
        "RecommendNextItemSegments",
        "CompositeRecommendation",
        "SearchItems",
        "SearchItemSegments",
        "Batch",
    }
)

# Their body is a dictionary of property values, so it is not mixed with path and query.
_BODY_APART: Final = frozenset({"SetItemValues", "SetUserValues"})

_is_signature: Final = re.compile(r"[a-z]+_timestamp=\d*&[a-z]+_sign=[^&]*").fullmatch


def _not_emulated(operation: str) -> Handler:
    def refuse(_contents: Contents, _params: Params, _now: float) -> Answer:
        raise Refusal(501, f"{operation} is not emulated by this mock server yet!")

    return refuse


def _private_router() -> Router:
    router = Router()
    for request in ALL_REQUESTS:
        name = request.__name__
        router.add(request.method, request.path, name)
        # Source: API reference, Recommendations and Search ("GET … is also available").
        if name.startswith(("Recommend", "Search")) and not name.startswith("RecommendNext"):
            router.add("GET", request.path, name)
    return router


def _public_router() -> Router:
    router = _private_router()
    # The browser client sends every request as POST.
    router.add("POST", "/users/{targetUserId}/merge/{sourceUserId}", "MergeUsers")
    return router


HANDLERS: Final[Handlers] = {
    request.__name__: _EMULATED.get(request.__name__) or _not_emulated(request.__name__)
    for request in ALL_REQUESTS
}
_PRIVATE: Final = _private_router()
_PUBLIC: Final = _public_router()


class Service:
    """One database.

    Attributes:
        erase_window: Seconds for which everything but ResetDatabase is refused after an erasure.
        allow_public_merge: Whether the public token may merge users.
        max_batch: Requests a batch may hold.
    """

    __slots__ = ("_contents", "allow_public_merge", "erase_window", "max_batch")

    def __init__(
        self,
        *,
        erase_window: float = 0.0,
        allow_public_merge: bool = False,
        max_batch: int = 10_000,
    ) -> None:
        self.erase_window = erase_window
        self.allow_public_merge = allow_public_merge
        self.max_batch = max_batch
        self.reset()

    def reset(self) -> None:
        """Forget everything at once."""
        self._contents = Contents()

    def apply(self, call: Call, now: float) -> Reply:
        """Answer a call made at `now` (Unix seconds); whatever it holds, this does not raise."""
        operation = ""
        try:
            if self.erase_window and not (call.method == "DELETE" and call.path in {"", "/"}):
                self._refuse_while_erasing(now)
            router = _PUBLIC if call.public else _PRIVATE
            route, captured = router.find(call.method, call.path)
            operation = route.operation
            if call.public:
                self._admit(operation)
            if operation == "Batch":
                answer = self._batch(call, now)
            else:
                params = _gather(route, captured, call.query, _read(call.body))
                answer = HANDLERS[operation](self._contents, params, now)
        except Refusal as refusal:
            return Reply(refusal.status, refusal.body(), operation)
        return Reply(answer.status, answer.body, operation)

    def _batch(self, call: Call, now: float) -> Answer:
        batch.check_content_type(call.content_type)
        router = _PUBLIC if call.public else _PRIVATE
        special = call.public or bool(self.erase_window)

        def understand(method: str, path: str, body: dict[str, Any]) -> batch.Step:
            params: Params = body
            found = router.fixed.get(path)
            if found is not None and method in found:
                operation = found[method].operation
            else:
                path, _, query = path.partition("?")
                route, captured = router.find(method, path)
                operation, params = route.operation, _gather(route, captured, query, body)
            handler = self._guarded(operation, call.public) if special else HANDLERS[operation]
            return handler, params

        steps = batch.plan(_read(call.body), understand, self.max_batch)
        return batch.carry_out(steps, self._contents, now)

    def _guarded(self, operation: str, public: bool) -> Handler:
        """What carries out a request of a batch when not every one is allowed to."""

        def handle(contents: Contents, params: Params, now: float) -> Answer:
            if public:
                self._admit(operation)
            if operation != "ResetDatabase":
                self._refuse_while_erasing(now)
            return HANDLERS[operation](contents, params, now)

        return handle

    def _admit(self, operation: str) -> None:
        """Refuse what the public token does not open."""
        if operation == "MergeUsers":
            if not self.allow_public_merge:
                raise Refusal(
                    403,
                    "MergeUsers is not open to the public token, unless enabled for the database!",
                )
        elif operation not in CLIENT_SIDE:
            raise Refusal(
                403, f"{operation} is not open to the public token: sign with the private one!"
            )

    def _refuse_while_erasing(self, now: float) -> None:
        erased_at = self._contents.erased_at
        if erased_at is not None and now < erased_at + self.erase_window:
            raise Refusal(422, "The database is being erased; try again in a moment!")


def _read(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. PHP writes an empty one as `[]`, Node writes none at all."""
    if not body:
        return {}
    try:
        value = loads(body)
    except ValueError as error:
        raise bad_request(f"The body is not valid JSON: {error}!") from None
    if isinstance(value, dict):
        return value
    if value == []:
        return {}
    raise bad_request("The body must be a JSON object!")


def _gather(route: Route, captured: Captured, query: str, body: dict[str, Any]) -> Params:
    """All parameters in one: where the same one is repeated, path beats body beats query.

    Clients disagree about where a parameter belongs, and batches know no such difference.
    """
    asked = {} if not query or _is_signature(query) else parse_query(query)
    if route.operation in _BODY_APART:
        return {**asked, "values": body, **captured}
    return {**asked, **body, **captured} if asked or captured else body
