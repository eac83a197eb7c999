"""Series."""

from typing import Any

from recombee_contract.answer import Answer
from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section
from recombee_contract.cases.entities import BAD_ID, SUITES

SECTION = Section("series")
_INSERT = "API reference, Insert to series"


def _insert(api: Api, name: str = "i", time: Any = 1, *, kind: str = "item", **more: Any) -> Answer:
    body = {"itemType": kind, "itemId": name, "time": time, **more}
    return api.post("/series/s/items/", body)


def _entries(api: Api, *expected: tuple[str, str, float]) -> None:
    api.shows(
        "/series/s/items/",
        lambda found: (
            [(one["itemType"], one["itemId"], one["time"]) for one in found] == list(expected)
        ),
        expected,
    )


@SECTION.case(SUITES)
def a_series_is_added_once(api: Api) -> None:
    """A new ID is 201, a repetition 409, a malformed ID 400."""
    api.put("/series/s").created()
    api.put("/series/s").refused(409)
    api.put(f"/series/{BAD_ID}").refused(400)
    api.lists("/series/list/", ["s"])


@SECTION.case("API reference, Add series")
def adding_a_series_also_adds_its_item(api: Api) -> None:
    """By default an item of the same ID is created; one that is there already is no error."""
    api.put("/items/there").created()
    api.put("/series/there").created()
    api.put("/series/new", {"cascadeCreate": True}).created()
    api.put("/series/s").created()
    api.lists("/items/list/", ["new", "s", "there"])


@SECTION.case("API reference, Add series")
def adding_a_series_may_leave_items_alone(api: Api) -> None:
    """With cascadeCreate false no item is created."""
    api.put("/series/s", {"cascadeCreate": False}).created()
    api.lists("/items/list/", [])


@SECTION.case(SUITES)
def a_series_is_deleted_once(api: Api) -> None:
    """Deleting is 200, deleting again 404, a malformed ID 400."""
    api.put("/series/s").created()
    api.delete("/series/s").ok()
    api.delete("/series/s").refused(404)
    api.delete(f"/series/{BAD_ID}").refused(400)
    api.lists("/series/list/", [])


@SECTION.case("API reference, Delete series")
def deleting_a_series_leaves_items_alone(api: Api) -> None:
    """Neither the item of the same ID nor the entries are deleted by default."""
    api.put("/series/s").created()
    _insert(api, cascadeCreate=True).ok()
    api.delete("/series/s").ok()
    api.lists("/items/list/", ["i", "s"])


@SECTION.case("API reference, Delete series")
def deleting_a_series_may_delete_its_item(api: Api) -> None:
    """With cascadeDelete the item of the same ID goes, too; the entries stay."""
    api.put("/series/s").created()
    _insert(api, cascadeCreate=True).ok()
    api.delete("/series/s", {"cascadeDelete": True}).ok()
    api.lists("/items/list/", ["i"])


@SECTION.case("API reference, Delete series")
def a_deleted_series_has_lost_its_entries(api: Api) -> None:
    """A series that is added again starts empty."""
    _insert(api, cascadeCreate=True).ok()
    api.delete("/series/s").ok()
    api.put("/series/s").created()
    _entries(api)


@SECTION.case(SUITES)
def inserting_answers_200(api: Api) -> None:
    """A known item goes into a known series with 200, the same again is 409."""
    api.put("/series/s").created()
    api.put("/items/i").created()
    _insert(api).ok()
    _insert(api).refused(409)
    _entries(api, ("item", "i", 1.0))


@SECTION.case(_INSERT)
def series_and_item_must_exist_or_be_created(api: Api) -> None:
    """What is missing is 404, unless cascadeCreate creates it."""
    _insert(api).refused(404)
    api.put("/series/s").created()
    _insert(api).refused(404)
    _insert(api, cascadeCreate=True).ok()
    _insert(api, "t", kind="series").refused(404)
    _insert(api, "t", kind="series", cascadeCreate=True).ok()
    api.lists("/series/list/", ["s", "t"])
    api.lists("/items/list/", ["i", "s", "t"])


@SECTION.case(_INSERT)
def inserting_may_create_the_series(api: Api) -> None:
    """With cascadeCreate series, item and the item of the series are created."""
    _insert(api, cascadeCreate=True).ok()
    api.lists("/series/list/", ["s"])
    api.get("/items/i").expect(200)
    _entries(api, ("item", "i", 1.0))


@SECTION.case("API reference, List series items")
def entries_are_listed_in_order_of_time(api: Api) -> None:
    """Entries come ascending by time, whatever the order of insertion."""
    for name, time in (("c", 3), ("a", 1.5), ("b", 2)):
        _insert(api, name, time, cascadeCreate=True).ok()
    _entries(api, ("item", "a", 1.5), ("item", "b", 2.0), ("item", "c", 3.0))


@SECTION.case(_INSERT)
def an_item_and_a_series_of_one_name_are_apart(api: Api) -> None:
    """Kind, ID and time make the identity of an entry."""
    _insert(api, "x", cascadeCreate=True).ok()
    _insert(api, "x", kind="series", cascadeCreate=True).ok()
    api.shows("/series/s/items/", lambda found: len(found) == 2)  # noqa: PLR2004
    api.delete("/series/s/items/", {"itemType": "series", "itemId": "x"}).ok()
    _entries(api, ("item", "x", 1.0))


@SECTION.case(_INSERT)
def a_bad_insertion_is_400(api: Api) -> None:
    """Kind, ID and time are required and must make sense."""
    api.put("/series/s").created()
    _insert(api, kind="film").refused(400)
    _insert(api, BAD_ID).refused(400)
    _insert(api, time="late").refused(400)
    api.post("/series/s/items/", {"itemType": "item", "itemId": "i"}).refused(400)
    api.post("/series/s/items/", {"itemType": "item", "time": 1}).refused(400)
    api.post("/series/s/items/", {"itemId": "i", "time": 1}).refused(400)
    _entries(api)


@SECTION.case(SUITES)
def removing_again_is_404(api: Api) -> None:
    """What was removed cannot be removed again; the item itself stays."""
    _insert(api, cascadeCreate=True).ok()
    api.delete("/series/s/items/", {"itemType": "item", "itemId": "i"}).ok()
    api.delete("/series/s/items/", {"itemType": "item", "itemId": "i"}).refused(404)
    _entries(api)
    api.get("/items/i").expect(200)


@SECTION.case("official clients before 5.0, observed", alone=True)
def a_removal_may_have_its_parameters_in_the_query(api: Api) -> None:
    """Older clients send kind and ID in the query."""
    _insert(api, cascadeCreate=True).ok()
    api.delete("/series/s/items/", itemType="item", itemId="i").ok()
    _entries(api)


@SECTION.case(CHOSEN)
def the_same_item_may_come_at_several_times(api: Api) -> None:
    """An item can be in a series twice; one removal takes all of it."""
    _insert(api, "i", 1, cascadeCreate=True).ok()
    _insert(api, "i", 2).ok()
    api.delete("/series/s/items/", {"itemType": "item", "itemId": "i"}).ok()
    _entries(api)


@SECTION.case("API reference, List series items")
def an_unknown_series_is_404(api: Api) -> None:
    """A series that does not exist has no entries to list or to remove."""
    api.get("/series/s/items/").refused(404)
    api.delete("/series/s/items/", {"itemType": "item", "itemId": "i"}).refused(404)
    api.get(f"/series/{BAD_ID}/items/").refused(400)
