"""Items."""

from recombee_contract.api import Api
from recombee_contract.case import Section
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
