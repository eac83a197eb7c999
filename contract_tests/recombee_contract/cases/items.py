"""Items."""

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section
from recombee_contract.cases.entities import ITEMS, SHARED

SECTION = Section("items")
SHARED.add_to(SECTION, ITEMS)

KINDS = ("detailviews", "purchases", "ratings", "cartadditions", "bookmarks", "viewportions")


@SECTION.case("API reference, Delete item")
def deleting_an_item_deletes_its_interactions(api: Api) -> None:
    """What users did with an item goes with it; what they did with others stays."""
    own = {"rating": 1, "portion": 1}
    for kind in KINDS:
        for item in ("gone", "kept"):
            body = {"userId": "u", "itemId": item, "timestamp": 5, "cascadeCreate": True, **own}
            api.post(f"/{kind}/", body).ok()
    api.delete("/items/gone").ok()
    for kind in KINDS:
        api.get(f"/items/gone/{kind}/").refused(404)
        api.shows(
            f"/users/u/{kind}/",
            lambda found: [one["itemId"] for one in found] == ["kept"],
            ["kept"],
        )


@SECTION.case("API reference, Delete item")
def deleting_an_item_takes_it_out_of_series(api: Api) -> None:
    """A series loses its entries for an item that is deleted."""
    for item in ("gone", "kept"):
        body = {"itemType": "item", "itemId": item, "time": 1, "cascadeCreate": True}
        api.post("/series/s/items/", body).ok()
    api.delete("/items/gone").ok()
    api.shows(
        "/series/s/items/", lambda found: [one["itemId"] for one in found] == ["kept"], ["kept"]
    )


@SECTION.case("API reference, Update more items")
def many_items_change_at_once(api: Api) -> None:
    """The changes reach every item that the filter picks, and the answer names them."""
    api.put("/items/properties/n", {"type": "int"}).created()
    for name in ("a", "b"):
        api.put(f"/items/{name}").created()
    body = {"filter": "'itemId' == \"a\"", "changes": {"n": 5}}
    api.post("/more-items/", body).expect(200, {"itemIds": ["a"], "count": 1})
    api.get("/items/a").expect(200, {"n": 5})
    api.get("/items/b").expect(200, {"n": None})


@SECTION.case("API reference, Delete more items")
def many_items_are_deleted_at_once(api: Api) -> None:
    """Every item that the filter picks is deleted, and the answer names them."""
    for name in ("a", "b"):
        api.put(f"/items/{name}").created()
    body = {"filter": "'itemId' == \"a\""}
    api.delete("/more-items/", body).expect(200, {"itemIds": ["a"], "count": 1})
    api.lists("/items/list/", ["b"])


@SECTION.case("API reference, Update more items")
def many_items_change_only_in_what_is_defined(api: Api) -> None:
    """A change of an undefined property is 404, a value that does not fit 400."""
    api.put("/items/properties/n", {"type": "int"}).created()
    api.put("/items/a").created()
    for changes, status in (({"x": 1}, 404), ({"n": "five"}, 400), ({"a b": 1}, 400)):
        api.post("/more-items/", {"filter": "true", "changes": changes}).refused(status)


@SECTION.case(f"{CHOSEN}: all changes are checked before the first is made")
def many_items_change_completely_or_not_at_all(api: Api) -> None:
    """Where one of the changes is refused, no item changes."""
    api.put("/items/properties/n", {"type": "int"}).created()
    api.put("/items/a").created()
    for wrong in ({"x": 1}, {"m": 1}):
        body = {"filter": "true", "changes": {"n": 5, **wrong}}
        api.post("/more-items/", body).refused(404)
    api.get("/items/a").expect(200, {"n": None})


@SECTION.case("API reference, Update more items and Delete more items")
def many_items_need_a_filter_that_makes_sense(api: Api) -> None:
    """Without a filter, or with one that is no condition, nothing changes and nothing goes."""
    api.put("/items/a").created()
    for source in ({}, {"filter": "5"}, {"filter": "1 +"}, {"filter": ""}):
        api.post("/more-items/", {**source, "changes": {}}).refused(400)
        api.delete("/more-items/", source).refused(400)
    api.lists("/items/list/", ["a"])


@SECTION.case(f"{CHOSEN}: OpenAPI 4.1.0 has 404 for updates only, without saying where the name is")
def an_unknown_property_in_a_filter_of_many_items_is_refused(api: Api) -> None:
    """It is 404 when items change, and 400 when they are deleted."""
    api.post("/more-items/", {"filter": "'x' > 1", "changes": {}}).refused(404)
    api.delete("/more-items/", {"filter": "'x' > 1"}).refused(400)


@SECTION.case("API reference, Delete more items (as Delete item)")
def many_items_take_their_interactions_along(api: Api) -> None:
    """Deleting by filter deletes what hangs on the items, as deleting one by one does."""
    for item in ("gone", "kept"):
        body = {"userId": "u", "itemId": item, "timestamp": 5, "cascadeCreate": True}
        api.post("/bookmarks/", body).ok()
    api.delete("/more-items/", {"filter": "'itemId' == \"gone\""}).expect(200)
    api.shows(
        "/users/u/bookmarks/", lambda found: [one["itemId"] for one in found] == ["kept"], ["kept"]
    )
