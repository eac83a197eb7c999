"""Segments, recommended and as a context; composite recommendations of them."""

import pytest

from recombee_mock.store.scenarios import Scenario, Stage

TARGET = {"targetUserId": None}
GENRES = {"i1": "a", "i2": "a", "i3": "b", "i4": "b", "i5": "c"}


def ids(answer):
    status, body = answer
    assert status == 200, body
    return [one["id"] for one in body["recomms"]]


def scenario(db, endpoint, **settings):
    """A scenario named like its endpoint."""
    db.service.contents.scenarios.put(Scenario(id=endpoint, endpoint=endpoint, **settings))


@pytest.fixture
def genres(db):
    """Five items of three genres; u1 had those of a, others had more of b."""
    assert db("PUT /items/properties/genre", {"type": "string"})[0] == 201
    for item, genre in GENRES.items():
        db(f"POST /items/{item}", {"genre": genre, "!cascadeCreate": True})
    definition = {"sourceType": "items", "propertyName": "genre"}
    assert db("PUT /segmentations/property-based/genres", definition)[0] == 201
    for user, items in {"u1": "1", "u2": "12", "u3": "34", "u4": "34", "u5": "34"}.items():
        for item in items:
            view = {"userId": user, "itemId": f"i{item}", "cascadeCreate": True, "timestamp": 5}
            db("POST /detailviews/", view)
    db("PUT /users/new")
    for name in ("User", "Item"):
        scenario(db, f"recommendItemSegmentsTo{name}", segmentation="genres")
    both = {"segmentation": "genres", "context_segmentation": "genres"}
    scenario(db, "recommendItemSegmentsToItemSegment", **both)
    scenario(db, "recommendItemsToItemSegment", context_segmentation="genres")
    return db


TO_USER = "recommendItemSegmentsToUser"
TO_ITEM = "recommendItemSegmentsToItem"
TO_SEGMENT = "recommendItemSegmentsToItemSegment"
ITEMS_TO_SEGMENT = "recommendItemsToItemSegment"


def ask(db, path, endpoint, **params):
    return db(f"POST /recomms/{path}/", {"count": 9, "scenario": endpoint, **params})


def test_the_segments_of_a_users_taste_come_first(genres):
    assert ids(ask(genres, "users/u1/item-segments", TO_USER)) == ["a", "b", "c"]
    assert ids(ask(genres, "users/u3/item-segments", TO_USER)) == ["b", "a", "c"]


def test_a_stranger_gets_popular_segments(genres):
    assert ids(ask(genres, "users/new/item-segments", TO_USER)) == ["b", "a", "c"]


def test_the_segments_of_an_item_come_first(genres):
    assert ids(ask(genres, "items/i5/item-segments", TO_ITEM, **TARGET)) == ["c", "b", "a"]
    assert ids(ask(genres, "items/i1/item-segments", TO_ITEM, **TARGET))[0] == "a"


def test_a_segment_is_not_recommended_for_itself(genres):
    asked = {"contextSegmentId": "a", **TARGET}
    assert set(ids(ask(genres, "item-segments/item-segments", TO_SEGMENT, **asked))) == {"b", "c"}


def test_the_items_of_a_segment_go_with_it(genres):
    asked = {"contextSegmentId": "b", **TARGET}
    found = ids(ask(genres, "item-segments/items", ITEMS_TO_SEGMENT, **asked))
    assert ({*found[:2]}, {*found}) == ({"i3", "i4"}, set(GENRES))


def test_segments_are_just_ids_and_can_be_continued(genres):
    asked = {"count": 1, "returnProperties": True}
    status, body = ask(genres, "users/u1/item-segments", TO_USER, **asked)
    assert (status, body["recomms"]) == (200, [{"id": "a"}])
    line = f"POST /recomms/next/item-segments/{body['recommId']}"
    assert ids(genres(line, {"count": 9})) == ["b", "c"]
    assert genres(line, {"count": 9})[1]["recomms"] == []
    line = f"POST /recomms/next/items/{body['recommId']}"
    assert genres(line, {"count": 9})[0] == 400


@pytest.mark.parametrize(
    ("path", "endpoint", "params"),
    [
        ("users/u1/item-segments", TO_USER, {}),
        ("items/i1/item-segments", TO_ITEM, TARGET),
        ("item-segments/item-segments", TO_SEGMENT, {**TARGET, "contextSegmentId": "a"}),
        ("item-segments/items", ITEMS_TO_SEGMENT, {**TARGET, "contextSegmentId": "a"}),
    ],
)
def test_a_scenario_must_be_configured_for_the_request(genres, path, endpoint, params):
    assert ask(genres, path, endpoint, **params)[0] == 200
    for named in (None, "never-configured", "recommendItemsToUser", "searchItemSegments"):
        assert ask(genres, path, named, **params)[0] == 400
    scenario(genres, endpoint)
    assert ask(genres, path, endpoint, **params)[0] == 400
    gone = {"segmentation": "gone", "context_segmentation": "gone"}
    scenario(genres, endpoint, **gone)
    assert ask(genres, path, endpoint, **params)[0] == 400


def test_a_deleted_segmentation_makes_its_scenarios_useless(genres):
    genres("DELETE /segmentations/genres")
    assert ask(genres, "users/u1/item-segments", TO_USER)[0] == 400


def test_expressions_of_segments_know_no_properties_of_items(genres):
    asked = {"scenario": TO_USER, "count": 1, "reqlExpressions": {"of": "'segmentationId'"}}
    (found,) = genres("POST /recomms/users/u1/item-segments/", asked)[1]["recomms"]
    assert found == {"id": "a", "reqlEvaluations": {"of": "genres"}}
    genres("PUT /users/properties/age", {"type": "int"})
    for name in ("genre", "age", "itemId"):
        wrong = {**asked, "reqlExpressions": {"of": f"'{name}'"}}
        status, body = genres("POST /recomms/users/u1/item-segments/", wrong)
        assert (status, f'Segment property "{name}"' in body["message"]) == (400, True)


def test_an_unknown_context_segment_is_404_and_a_missing_one_400(genres):
    for path, endpoint in (
        ("item-segments/item-segments", TO_SEGMENT),
        ("item-segments/items", ITEMS_TO_SEGMENT),
    ):
        status, body = ask(genres, path, endpoint, contextSegmentId="z", **TARGET)
        assert (status, '"z"' in body["message"]) == (404, True)
        assert ask(genres, path, endpoint, **TARGET)[0] == 400
        assert ask(genres, path, endpoint, contextSegmentId="a")[0] == 400


def test_unknown_users_and_items_are_404_unless_created(genres):
    assert ask(genres, "users/nobody/item-segments", TO_USER)[0] == 404
    assert ask(genres, "items/nothing/item-segments", TO_ITEM, **TARGET)[0] == 404
    asked = {"cascadeCreate": True, "targetUserId": "made"}
    assert ask(genres, "items/nothing/item-segments", TO_ITEM, **asked)[0] == 200
    assert ask(genres, "users/made/item-segments", TO_USER)[0] == 200


def test_settings_of_a_scenario_decide_about_the_known(genres):
    line = "POST /recomms/users/u1/items/"
    for exclude, expected in ((None, True), (False, True), (True, False)):
        scenario(genres, "recommendItemsToUser", exclude_interacted=exclude)
        found = ids(genres(line, {"count": 9, "scenario": "recommendItemsToUser"}))
        assert ("i1" in found) is expected


def test_a_scenario_of_another_request_is_ignored_where_none_is_needed(genres):
    scenario(genres, "recommendItemsToItem", exclude_interacted=True)
    found = genres(
        "POST /recomms/users/u1/items/", {"count": 9, "scenario": "recommendItemsToItem"}
    )
    assert "i1" in ids(found)


def test_the_logic_of_a_scenario_is_used_unless_the_request_has_one(genres):
    scenario(genres, "recommendItemsToUser", logic="recombee:popular")
    line, asked = "POST /recomms/users/u1/items/", {"count": 1, "scenario": "recommendItemsToUser"}
    assert ids(genres(line, asked))[0] in {"i3", "i4"}
    assert ids(genres(line, {**asked, "logic": "recombee:default"}))[0] in {"i1", "i2"}


@pytest.fixture
def composite(genres):
    """Segments for a user, and items for the best of them."""
    scenario(
        genres,
        "compositeRecommendation",
        source=Stage(TO_USER, TO_USER),
        result=Stage(ITEMS_TO_SEGMENT, ITEMS_TO_SEGMENT),
    )
    return genres


def compose(db, **params):
    asked = {"scenario": "compositeRecommendation", "count": 2, **params}
    return db("POST /recomms/composite/", asked)


def test_a_composite_has_a_source_and_what_goes_with_it(composite):
    status, body = compose(composite, userId="u3")
    assert (status, list(body)) == (
        200,
        ["recommId", "source", "recomms", "numberNextRecommsCalls"],
    )
    assert (body["source"], {one["id"] for one in body["recomms"]}) == ({"id": "b"}, {"i3", "i4"})
    assert [list(one) for one in body["recomms"]] == [["id"], ["id"]]


def test_each_stage_has_settings_of_its_own(composite):
    result = {"returnProperties": True, "somethingElse": 5}
    status, body = compose(composite, userId="u1", resultSettings=result, sourceSettings=None)
    assert (status, body["source"]) == (200, {"id": "a"})
    assert [one["values"] for one in body["recomms"]] == [{"genre": "a"}] * 2


def test_the_source_of_a_composite_may_be_an_item(genres):
    scenario(
        genres,
        "compositeRecommendation",
        source=Stage("recommendItemsToUser"),
        result=Stage("recommendItemsToItem"),
    )
    settings = {"returnProperties": True, "includedProperties": ["genre"]}
    status, body = compose(genres, userId="u3", sourceSettings=settings)
    assert (status, body["source"]["values"]) == (200, {"genre": "b"})
    assert body["source"]["id"] not in {one["id"] for one in body["recomms"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"scenario": "never-configured"},
        {"scenario": None},
        {"scenario": TO_USER},
        {"count": 0},
        {"userId": None},
        {"userId": "a b"},
        {"itemId": "a b"},
        {"sourceSettings": 5},
        {"resultSettings": {"returnProperties": "x"}},
        {"resultSettings": {"rotationRate": 2}},
        {"logic": 5},
        {"expertSettings": 5},
    ],
)
def test_a_wrong_composite_is_400_and_creates_nothing(composite, wrong):
    asked = {"userId": "made", "cascadeCreate": True, **wrong}
    assert compose(composite, **asked)[0] == 400
    assert "made" not in composite("GET /users/list/")[1]


def test_a_composite_for_somebody_unknown_is_404_unless_created(composite):
    assert compose(composite, userId="nobody")[0] == 404
    assert compose(composite, userId="nobody", cascadeCreate=True)[0] == 200


def test_a_composite_without_any_source_is_404(composite):
    assert composite("DELETE /more-items/", {"filter": "true"})[0] == 200
    assert compose(composite, userId="u1")[0] == 404


def test_a_composite_cannot_be_continued(composite):
    recomm_id = compose(composite, userId="u1")[1]["recommId"]
    assert composite(f"POST /recomms/next/items/{recomm_id}", {"count": 1})[0] == 400


def test_composites_of_a_batch_have_different_sources(composite):
    params = {"scenario": "compositeRecommendation", "count": 1, "userId": "u1"}
    lines = [("POST /recomms/composite/", params)] * 3
    found = [body["source"]["id"] for _, body in composite.batch(*lines)]
    assert found == ["a", "b", "c"]
    assert compose(composite, userId="u1")[1]["source"]["id"] == "a"


def test_a_segment_and_an_item_of_the_same_id_are_different_sources(composite):
    composite("DELETE /more-items/", {"filter": "'genre' != \"a\""})
    composite("POST /items/a", {"genre": "a", "!cascadeCreate": True})
    composite("DELETE /more-items/", {"filter": "'itemId' == \"i1\""})
    stages = {"source": Stage("recommendItemsToUser"), "result": Stage("recommendItemsToItem")}
    of_items = Scenario(id="items", endpoint="compositeRecommendation", **stages)
    composite.service.contents.scenarios.put(of_items)
    names = ("compositeRecommendation", "items", "items")
    lines = [
        ("POST /recomms/composite/", {"scenario": name, "count": 1, "userId": "new"})
        for name in names
    ]
    segment, *items = [body["source"]["id"] for _, body in composite.batch(*lines)]
    assert (segment, sorted(items)) == ("a", ["a", "i2"])
