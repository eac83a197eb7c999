"""Segmentations."""

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section
from recombee_contract.cases.entities import SUITES

SECTION = Section("segmentations")


@SECTION.case(f"{SUITES}; OpenAPI 4.1.0 has 201 for updates")
def a_segmentation_is_created_changed_and_deleted(api: Api) -> None:
    """Creating is 201 and a repetition 409, changing 200, deleting 200 and a repetition 404."""
    api.put("/items/properties/p", {"type": "string"}).created()
    by_property = {"sourceType": "items", "propertyName": "p"}
    by_reql = {"sourceType": "items", "expression": '{"x"}'}
    for kind, body in (
        ("property-based", by_property),
        ("auto-reql", by_reql),
        ("manual-reql", {"sourceType": "items"}),
    ):
        path = f"/segmentations/{kind}/s"
        api.put(path, body).created()
        api.put(path, body).refused(409)
        api.post(path, {"title": "New"}).ok()
        api.get("/segmentations/list/s").expect(200)
        api.delete("/segmentations/s").ok()
        api.delete("/segmentations/s").refused(404)


@SECTION.case(f"{SUITES}; OpenAPI 4.1.0 has 201 for all three")
def a_manual_segment_is_added_changed_and_deleted(api: Api) -> None:
    """Adding a segment is 201, changing and deleting it 200."""
    api.put("/segmentations/manual-reql/s", {"sourceType": "items"}).created()
    path = "/segmentations/manual-reql/s/segments/x"
    api.put(path, {"filter": "true"}).created()
    api.post(path, {"filter": "false"}).ok()
    api.delete(path).ok()


_PATHS = {
    "property": "/segmentations/property-based/s",
    "autoReQL": "/segmentations/auto-reql/s",
    "manualReQL": "/segmentations/manual-reql/s",
}
_GENRES = {"sourceType": "items", "propertyName": "genre"}


def _films(api: Api) -> None:
    """Two dramas and a comedy."""
    api.put("/items/properties/genre", {"type": "string"}).created()
    for item, genre in (("a", "drama"), ("b", "comedy"), ("c", "drama")):
        api.post(f"/items/{item}", {"genre": genre, "!cascadeCreate": True}).ok()


def _holds(api: Api, segment: str, items: list[str]) -> None:
    """Demand that a segment of the segmentation `s` has these items."""
    source = f'"{segment}" in item_segments("s", \'itemId\')'
    api.lists("/items/list/", items, filter=source)


def _definitions() -> dict[str, dict[str, str]]:
    return {
        "property": _GENRES,
        "autoReQL": {"sourceType": "items", "expression": "{'genre'}"},
        "manualReQL": {"sourceType": "items"},
    }


@SECTION.case("API reference, Segmentations; the word autoReQL is inferred")
def a_segmentation_tells_its_kind(api: Api) -> None:
    """It is shown with ID, source, kind and the labels it was given."""
    _films(api)
    for kind, body in _definitions().items():
        api.put(_PATHS[kind], {**body, "title": "T", "description": "D"}).created()
        shown = {
            "segmentationId": "s",
            "sourceType": "items",
            "segmentationType": kind,
            "title": "T",
            "description": "D",
        }
        api.get("/segmentations/list/s").expect(200, shown)
        api.lists("/segmentations/list/", {"segmentations": [shown]}, sourceType="items")
        api.delete("/segmentations/s").ok()
    api.get("/segmentations/list/s").refused(404)


@SECTION.case("API reference, Segmentations")
def all_kinds_share_one_namespace(api: Api) -> None:
    """Changing a segmentation as one of another kind is 400, one that does not exist 404."""
    _films(api)
    for kind, body in _definitions().items():
        for path in _PATHS.values():
            api.post(path, {"title": "T"}).refused(404)
        api.put(_PATHS[kind], body).created()
        for other, path in _PATHS.items():
            api.post(path, {"title": "T"}).expect(200 if other == kind else 400)
        api.delete("/segmentations/s").ok()


@SECTION.case("API reference, Create property based segmentation")
def a_segmentation_needs_a_property_of_text(api: Api) -> None:
    """A property that is not defined is 404, one that is neither string nor set 400."""
    api.put("/items/properties/n", {"type": "int"}).created()
    for name, status in (("n", 400), ("missing", 404), ("***", 400), (None, 400)):
        api.put(_PATHS["property"], {**_GENRES, "propertyName": name}).refused(status)


@SECTION.case("API reference, Create auto ReQL segmentation")
def a_segmentation_needs_an_expression_that_makes_sense(api: Api) -> None:
    """An expression that cannot be read, or gives no set, is 400."""
    for expression in ("{", "", "5 +", None):
        body = {"sourceType": "items", "expression": expression}
        api.put(_PATHS["autoReQL"], body).refused(400)


@SECTION.case(f"{CHOSEN}; what else a segmentation could be of is not published")
def segmentations_are_of_items(api: Api) -> None:
    """Another source than items is 400, in creating and in listing."""
    api.put(_PATHS["manualReQL"], {"sourceType": "users"}).refused(400)
    api.put(_PATHS["manualReQL"], {}).refused(400)
    api.get("/segmentations/list/", sourceType="users").refused(400)


@SECTION.case("API reference, Property based segmentations")
def each_value_of_a_property_is_a_segment(api: Api) -> None:
    """Items are in the segment of their value, and follow when it changes."""
    _films(api)
    api.put(_PATHS["property"], _GENRES).created()
    _holds(api, "drama", ["a", "c"])
    api.post("/items/a", {"genre": "comedy"}).ok()
    _holds(api, "drama", ["c"])
    _holds(api, "comedy", ["a", "b"])


@SECTION.case("API reference, Property based segmentations")
def each_member_of_a_set_is_a_segment(api: Api) -> None:
    """With a property of type set an item is in several segments."""
    api.put("/items/properties/tags", {"type": "set"}).created()
    api.post("/items/a", {"tags": ["x", "y"], "!cascadeCreate": True}).ok()
    api.post("/items/b", {"tags": ["y"], "!cascadeCreate": True}).ok()
    api.put(_PATHS["property"], {**_GENRES, "propertyName": "tags"}).created()
    _holds(api, "x", ["a"])
    _holds(api, "y", ["a", "b"])


@SECTION.case("API reference, Auto ReQL segmentations")
def an_expression_names_the_segments_of_an_item(api: Api) -> None:
    """An item is in every segment of the set that the expression gives for it."""
    _films(api)
    body = {"sourceType": "items", "expression": "{'genre', \"all\"}"}
    api.put(_PATHS["autoReQL"], body).created()
    _holds(api, "drama", ["a", "c"])
    _holds(api, "all", ["a", "b", "c"])
    api.post(_PATHS["autoReQL"], {"expression": "{}"}).ok()
    _holds(api, "all", [])


@SECTION.case("API reference, Manual ReQL segmentations")
def a_filter_makes_a_segment(api: Api) -> None:
    """An item is in every segment whose filter is true for it."""
    _films(api)
    api.put(_PATHS["manualReQL"], {"sourceType": "items"}).created()
    path = f"{_PATHS['manualReQL']}/segments/sad"
    api.put(path, {"filter": "'genre' == \"drama\""}).created()
    _holds(api, "sad", ["a", "c"])
    api.post(path, {"filter": "'itemId' == \"a\""}).ok()
    _holds(api, "sad", ["a"])
    api.delete(path).ok()
    _holds(api, "sad", [])


@SECTION.case("API reference, Add manual ReQL segment; the conflict is inferred")
def a_segment_is_made_once_where_segments_are_made_by_hand(api: Api) -> None:
    """A repetition is 409, a segmentation of another kind 400, one that does not exist 404."""
    _films(api)
    path = f"{_PATHS['manualReQL']}/segments/x"
    api.put(path, {"filter": "true"}).refused(404)
    api.put(_PATHS["property"], _GENRES).created()
    api.put(path, {"filter": "true"}).refused(400)
    api.delete("/segmentations/s").ok()
    api.put(_PATHS["manualReQL"], {"sourceType": "items"}).created()
    api.post(path, {"filter": "true"}).refused(404)
    api.delete(path).refused(404)
    api.put(path, {"filter": "true"}).created()
    api.put(path, {"filter": "true"}).refused(409)
    api.put(f"{path}2", {"filter": "5"}).refused(400)


@SECTION.case(f"{CHOSEN}; inferred from all parameters of an update being optional")
def an_update_changes_only_what_it_names(api: Api) -> None:
    """What an update leaves out stays."""
    _films(api)
    api.put(_PATHS["property"], {**_GENRES, "title": "T"}).created()
    api.post(_PATHS["property"], {"description": "D"}).ok()
    found = api.get("/segmentations/list/s").expect(200).json
    assert (found["title"], found["description"]) == ("T", "D")
    _holds(api, "drama", ["a", "c"])


@SECTION.case(CHOSEN)
def a_segmentation_is_not_defined_by_itself(api: Api) -> None:
    """An expression that asks for the segments it defines is 400."""
    itself = "item_segments(\"s\", 'itemId')"
    api.put(_PATHS["autoReQL"], {"sourceType": "items", "expression": itself}).refused(400)
    api.put(_PATHS["autoReQL"], {"sourceType": "items", "expression": "{}"}).created()
    api.post(_PATHS["autoReQL"], {"expression": itself}).refused(400)
