"""The database as a whole."""

from recombee_contract.api import Api, entry
from recombee_contract.case import Section
from recombee_contract.cases.items import KINDS

SECTION = Section("database")
_DOCS = "API reference, Reset database"
_ERASING = 422


@SECTION.case(_DOCS)
def a_reset_erases_everything(api: Api) -> None:
    """Items, users, properties of both, series and interactions are gone."""
    api.put("/items/properties/p", {"type": "int"}).created()
    api.put("/users/properties/q", {"type": "int"}).created()
    body = {"itemType": "item", "itemId": "i", "time": 1, "cascadeCreate": True}
    api.post("/series/s/items/", body).ok()
    for kind in KINDS:
        api.post(
            f"/{kind}/",
            {"userId": "u", "itemId": "i", "cascadeCreate": True, "rating": 1, "portion": 1},
        ).ok()
    api.delete("/").ok()
    for path in ("/items/list/", "/users/list/", "/series/list/"):
        _erased(api, path)
    for path in ("/items/properties/list/", "/users/properties/list/"):
        _erased(api, path)
    api.put("/items/i").created()
    api.put("/users/u").created()
    for kind in KINDS:
        api.lists(f"/users/u/{kind}/", [])


def _erased(api: Api, path: str) -> None:
    """Demand an empty list, once the erasing is over."""
    while api.get(path).status == _ERASING:
        api.wait()
    api.lists(path, [])


@SECTION.case(_DOCS, alone=True)
def an_empty_database_can_be_reset(api: Api) -> None:
    """There need not be anything to erase."""
    api.delete("/").ok()


@SECTION.case("official Node test suite, observed", alone=True, erase_window=60.0)
def while_it_is_erased_everything_is_422(api: Api) -> None:
    """The service erases in the background and refuses everything until it is done."""
    api.put("/items/a").created()
    api.delete("/").ok()
    api.get("/items/list/").refused(_ERASING)
    api.put("/items/b").refused(_ERASING)
    api.batch().refused(_ERASING)
    api.post("/bookmarks/", {"userId": "u", "itemId": "i", "cascadeCreate": True}).refused(_ERASING)


@SECTION.case("official Node test suite, observed", alone=True, erase_window=0.05)
def erasing_comes_to_an_end(api: Api) -> None:
    """After some time the database is empty and answers again."""
    api.put("/items/a").created()
    api.delete("/").ok()
    _erased(api, "/items/list/")


@SECTION.case(_DOCS, alone=True)
def a_reset_without_the_right_token_erases_nothing(api: Api) -> None:
    """A reset with a wrong signature is 401."""
    api.put("/items/a").created()
    api.unsigned("DELETE", api.sign("/", token=f"x{api.database.id}")).refused(401)
    api.lists("/items/list/", ["a"])


_LAG = 3600.0
_WAITED = "official test suites, which wait before they list; older ones list inside a batch"


@SECTION.case(_WAITED, alone=True, listing_lag=_LAG)
def what_was_written_is_listed_later(api: Api) -> None:
    """Listings of items, users, series and interactions lag behind what was written."""
    pair = {"userId": "u", "itemId": "i", "cascadeCreate": True}
    api.post("/bookmarks/", pair).ok()
    api.put("/series/s").created()
    for path in ("/items/list/", "/users/list/", "/series/list/", "/users/u/bookmarks/"):
        api.lists(path, [])


@SECTION.case(_WAITED, alone=True, listing_lag=_LAG)
def whether_something_exists_is_known_at_once(api: Api) -> None:
    """Conflicts and missing entities are found out without any lag."""
    api.put("/items/i").created()
    api.put("/items/i").refused(409)
    api.get("/items/i").expect(200, {})
    api.delete("/items/i").ok()
    api.get("/items/i").refused(404)


@SECTION.case(_WAITED, alone=True, listing_lag=_LAG)
def inside_a_batch_nothing_lags(api: Api) -> None:
    """A listing in a batch shows what earlier requests of the batch wrote."""
    api.batch(entry("PUT", "/items/i"), entry("GET", "/items/list/")).expect(
        200, [{"code": 201, "json": "ok"}, {"code": 200, "json": ["i"]}]
    )
