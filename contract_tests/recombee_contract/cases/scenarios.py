"""Scenarios, and what needs one: segments as context or result, and composites.

The real service has scenarios made in its Admin UI only, so most cases are for targets that can be
told which scenarios a database has.
"""

from typing import Any, Final

from recombee_contract.answer import Answer
from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section
from recombee_contract.cases.recommendations import recommended

SECTION = Section("scenarios")

_GENRES: Final = {"segmentation": "genres"}
_WITHIN_GENRE: Final = {"context_segmentation": "genres"}
SCENARIOS: Final = (
    {"scenario": "cheap", "endpoint": "recommendItemsToUser", "filter": "'price' < 5"},
    {"scenario": "genres", "endpoint": "recommendItemSegmentsToUser", **_GENRES},
    {"scenario": "of-item", "endpoint": "recommendItemSegmentsToItem", **_GENRES},
    {
        "scenario": "like-genre",
        "endpoint": "recommendItemSegmentsToItemSegment",
        **_GENRES,
        **_WITHIN_GENRE,
    },
    {"scenario": "in-genre", "endpoint": "recommendItemsToItemSegment", **_WITHIN_GENRE},
    {"scenario": "find-genre", "endpoint": "searchItemSegments", **_GENRES},
    {
        "scenario": "row",
        "endpoint": "compositeRecommendation",
        "source": {"endpoint": "recommendItemSegmentsToUser", "scenario": "genres"},
        "result": {"endpoint": "recommendItemsToItemSegment", "scenario": "in-genre"},
    },
)
_PRICES: Final = {"d1": ("drama", 3), "d2": ("drama", 9), "c1": ("comedy", 4)}


def _cinema(api: Api) -> None:
    """Two dramas and a comedy, a segmentation by genre, and somebody who likes dramas."""
    api.put("/items/properties/genre", {"type": "string"}).created()
    api.put("/items/properties/price", {"type": "int"}).created()
    for item, (genre, price) in _PRICES.items():
        values = {"genre": genre, "price": price, "!cascadeCreate": True}
        api.post(f"/items/{item}", values).ok()
    source = {"sourceType": "items", "propertyName": "genre"}
    api.put("/segmentations/property-based/genres", source).created()
    for item in ("d1", "d2"):
        purchase = {"userId": "u", "itemId": item, "cascadeCreate": True}
        api.post("/purchases/", purchase).ok()


def _answers(found: Answer, expected: set[str]) -> Answer:
    if {one["id"] for one in recommended(found).json["recomms"]} != expected:
        raise found.broken(f"expected {sorted(expected)}")
    return found


def _asked(scenario: str, **more: Any) -> dict[str, Any]:
    return {"count": 10, "scenario": scenario, **more}


@SECTION.case("API reference, List scenarios")
def scenarios_are_listed(api: Api) -> None:
    """The list holds IDs and endpoints; what it holds is made in the Admin UI."""
    answer = api.get("/scenarios/").expect(200)
    if not all({"id", "endpoint"} <= set(one) for one in answer.json):
        raise answer.broken("expected entries with id and endpoint")


@SECTION.case("API reference, List scenarios", scenarios=SCENARIOS)
def each_scenario_is_listed_with_its_endpoint(api: Api) -> None:
    """Endpoints are named in camelCase."""
    expected = [{"id": one["scenario"], "endpoint": one["endpoint"]} for one in SCENARIOS]
    api.get("/scenarios/").expect(200, expected)


@SECTION.case(CHOSEN + ": that they combine by and", scenarios=SCENARIOS)
def the_filter_of_a_scenario_counts_too(api: Api) -> None:
    """It is combined with the filter of the request."""
    _cinema(api)
    path = "/recomms/users/u/items/"
    _answers(api.post(path, _asked("cheap")), {"d1", "c1"})
    _answers(api.post(path, _asked("cheap", filter="'genre' == \"drama\"")), {"d1"})


@SECTION.case("API reference, Recommend item segments to user", scenarios=SCENARIOS)
def segments_are_recommended(api: Api) -> None:
    """A scenario tells whose segments are the results, for users, items and segments."""
    _cinema(api)
    both = {"drama", "comedy"}
    to_user = _answers(api.post("/recomms/users/u/item-segments/", _asked("genres")), both)
    if to_user.json["recomms"][0] != {"id": "drama"}:
        raise to_user.broken("expected dramas first, which the user buys")
    body = _asked("of-item", targetUserId="u")
    _answers(api.post("/recomms/items/d1/item-segments/", body), both)
    body = _asked("like-genre", targetUserId=None, contextSegmentId="drama")
    _answers(api.post("/recomms/item-segments/item-segments/", body), {"comedy"})


@SECTION.case("OpenAPI 4.1.0, Recommend items to item segment", scenarios=SCENARIOS)
def items_are_recommended_for_a_segment(api: Api) -> None:
    """The segment must exist, or it is 404; those of another endpoint's scenario are 400."""
    _cinema(api)
    path = "/recomms/item-segments/items/"
    body = _asked("in-genre", targetUserId=None, contextSegmentId="drama", minRelevance="high")
    found = recommended(api.post(path, body)).json["recomms"]
    if {one["id"] for one in found[:2]} != {"d1", "d2"}:
        raise api.post(path, body).broken("expected the dramas first")
    api.post(path, {**body, "contextSegmentId": "western"}).refused(404)
    api.post(path, {**body, "scenario": "genres"}).refused(400)


@SECTION.case("ReQL, context functions; API reference, Segmentations", scenarios=SCENARIOS)
def segments_are_filtered_by_their_id(api: Api) -> None:
    """In ReQL a segment is 'segmentId', and has context maps as items do."""
    _cinema(api)
    path = "/recomms/users/u/item-segments/"
    one = _asked("genres", filter="'segmentId' != \"drama\"")
    _answers(api.post(path, one), {"comedy"})
    body = _asked(
        "in-genre",
        targetUserId=None,
        contextSegmentId="drama",
        filter="'genre' == context_segment[\"segmentId\"]",
    )
    _answers(api.post("/recomms/item-segments/items/", body), {"d1", "d2"})


@SECTION.case("API reference, Search item segments", scenarios=SCENARIOS)
def segments_are_found(api: Api) -> None:
    """A beginning of a segment's name finds it."""
    _cinema(api)
    path = "/search/users/u/item-segments/"
    _answers(api.post(path, _asked("find-genre", searchQuery="dra")), {"drama"})
    _answers(api.post(path, _asked("find-genre", searchQuery="xyzzy")), set())


@SECTION.case("official clients 6.2, Recommend next item segments", scenarios=SCENARIOS)
def segments_are_continued(api: Api) -> None:
    """What was not given yet comes next; an answer with segments has no next items."""
    _cinema(api)
    body = {**_asked("genres"), "count": 1}
    base = recommended(api.post("/recomms/users/u/item-segments/", body)).json["recommId"]
    _answers(api.post(f"/recomms/next/item-segments/{base}", {"count": 5}), {"comedy"})
    api.post(f"/recomms/next/items/{base}", {"count": 5}).refused(400)


@SECTION.case("API reference, Composite recommendation", scenarios=SCENARIOS)
def a_composite_has_a_source_and_results_for_it(api: Api) -> None:
    """The first stage gives the source, the second the results, each with settings of its own."""
    _cinema(api)
    body = {
        **_asked("row", userId="u"),
        "resultSettings": {"filter": "'genre' == \"drama\"", "returnProperties": True},
    }
    found = _answers(api.post("/recomms/composite/", body), {"d1", "d2"})
    if found.json.get("source") != {"id": "drama"}:
        raise found.broken("expected dramas as the source, which the user buys")
    if not all("values" in one for one in found.json["recomms"]):
        raise found.broken("expected values in the results, as its settings say")
    api.post("/recomms/composite/", _asked("genres", userId="u")).refused(400)
    api.post("/recomms/composite/", _asked("row", userId="nobody")).refused(404)
