"""Segmentations: their definitions, and which items they lead to."""

import json

import pytest

from recombee_mock.membership import membership
from recombee_mock.store.scenarios import Scenario

KINDS = {
    "property-based": {"sourceType": "items", "propertyName": "genre"},
    "auto-reql": {"sourceType": "items", "expression": "{'genre'}"},
    "manual-reql": {"sourceType": "items"},
}
TYPES = {"property-based": "property", "auto-reql": "autoReQL", "manual-reql": "manualReQL"}


@pytest.fixture
def films(db):
    """Three films with a genre and tags."""
    for name, kind in (("genre", "string"), ("tags", "set"), ("year", "int")):
        db(f"PUT /items/properties/{name}", {"type": kind})
    put(db, "a", genre="drama", tags=["x", "y"], year=1990)
    put(db, "b", genre="comedy", tags=["y"], year=2000)
    put(db, "c", genre="drama", year=2010)
    return db


def put(db, item, **values):
    assert db(f"POST /items/{item}", {**values, "!cascadeCreate": True}) == (200, "ok")


def segments(db, segmentation="s"):
    """Segments of a segmentation and their items."""
    found = membership(db.service.contents, db.now)
    return {
        segment: sorted(found.members(segmentation, segment))
        for segment in found.segment_ids(segmentation)
    }


def by_filters(db, **filters):
    db("PUT /segmentations/manual-reql/s", {"sourceType": "items"})
    for segment, source in filters.items():
        path = f"/segmentations/manual-reql/s/segments/{segment}"
        assert db(f"PUT {path}", {"filter": source}) == (201, "ok")


def by_expression(db, expression, segmentation="s"):
    body = {"sourceType": "items", "expression": expression}
    return db(f"PUT /segmentations/auto-reql/{segmentation}", body)


@pytest.mark.parametrize("kind", KINDS)
def test_a_segmentation_lives_and_dies(films, kind):
    line = f"/segmentations/{kind}/s"
    shown = {"segmentationId": "s", "sourceType": "items", "segmentationType": TYPES[kind]}
    assert films(f"POST {line}", {})[0] == 404
    assert films(f"PUT {line}", KINDS[kind]) == (201, "ok")
    assert films(f"PUT {line}", KINDS[kind])[0] == 409
    assert films("GET /segmentations/list/s") == (200, shown)
    assert films(f"POST {line}", {"title": "T"}) == (200, "ok")
    assert films(f"POST {line}", {"description": "D", "title": None}) == (200, "ok")
    labelled = {**shown, "title": "T", "description": "D"}
    assert films("GET /segmentations/list/?sourceType=items") == (
        200,
        {"segmentations": [labelled]},
    )
    assert films("DELETE /segmentations/s") == (200, "ok")
    assert films("DELETE /segmentations/s")[0] == 404
    assert films("GET /segmentations/list/s")[0] == 404


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_all_kinds_share_one_namespace(films, kind, other):
    films(f"PUT /segmentations/{kind}/s", KINDS[kind])
    assert films(f"PUT /segmentations/{other}/s", KINDS[other])[0] == 409
    expected = 200 if kind == other else 400
    assert films(f"POST /segmentations/{other}/s", {"title": "T"})[0] == expected


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("s", {"sourceType": None}),
        ("s", {"sourceType": "users"}),
        ("s", {"sourceType": 5}),
        ("s", {"title": 5}),
        ("s", {"description": ["x"]}),
        ("a b", {}),
    ],
)
def test_a_malformed_definition_is_a_400(films, kind, name, change):
    assert films(f"PUT /segmentations/{kind}/{name}", {**KINDS[kind], **change})[0] == 400
    assert films("GET /segmentations/list/?sourceType=items")[1] == {"segmentations": []}


@pytest.mark.parametrize(
    ("name", "status"), [("missing", 404), ("year", 400), ("***", 400), (5, 400), (None, 400)]
)
def test_a_property_must_exist_and_hold_text(films, name, status):
    body = {"sourceType": "items", "propertyName": name}
    assert films("PUT /segmentations/property-based/s", body)[0] == status
    films("PUT /segmentations/property-based/s", KINDS["property-based"])
    if name is not None:
        body = {"propertyName": name}
        assert films("POST /segmentations/property-based/s", body)[0] == status
    assert segments(films) == {"comedy": ["b"], "drama": ["a", "c"]}


@pytest.mark.parametrize(
    "expression", [None, 5, "", "{", "5", "'genre'", "{'missing'}", '{context_user["city"]}']
)
def test_an_expression_must_give_a_set(films, expression):
    assert by_expression(films, expression)[0] == 400
    by_expression(films, "{'genre'}")
    if expression is not None:
        assert films("POST /segmentations/auto-reql/s", {"expression": expression})[0] == 400
    assert segments(films) == {"comedy": ["b"], "drama": ["a", "c"]}


@pytest.mark.parametrize("query", ["", "sourceType=users"])
def test_only_segmentations_of_items_are_listed(films, query):
    assert films(f"GET /segmentations/list/?{query}")[0] == 400


def test_each_value_of_a_text_is_a_segment(films):
    films("PUT /segmentations/property-based/s", KINDS["property-based"])
    assert segments(films) == {"comedy": ["b"], "drama": ["a", "c"]}
    assert membership(films.service.contents, films.now).of_item("s", "a") == ("drama",)


def test_each_member_of_a_set_is_a_segment(films):
    films("PUT /segmentations/property-based/s", {"sourceType": "items", "propertyName": "tags"})
    assert segments(films) == {"x": ["a"], "y": ["a", "b"]}
    films("POST /segmentations/property-based/s", {"propertyName": "genre"})
    assert segments(films) == {"comedy": ["b"], "drama": ["a", "c"]}


def test_an_expression_names_the_segments_of_an_item(films):
    by_expression(films, "if 'year' < 2000 then {\"old\", 'genre'} else {}")
    assert segments(films) == {"drama": ["a"], "old": ["a"]}
    films("POST /segmentations/auto-reql/s", {"expression": '{"all"}'})
    assert segments(films) == {"all": ["a", "b", "c"]}


def test_filters_make_segments_by_hand(films):
    by_filters(films, new="'year' >= 2000", drama="'genre' == \"drama\"", none="false")
    assert segments(films) == {"new": ["b", "c"], "drama": ["a", "c"], "none": []}
    path = "/segmentations/manual-reql/s/segments/new"
    assert films(f"POST {path}", {"filter": "'year' > 2000", "title": "New"}) == (200, "ok")
    assert segments(films)["new"] == ["c"]
    assert films(f"DELETE {path}") == (200, "ok")
    assert "new" not in segments(films)


def test_a_segment_lives_and_dies(films):
    films("PUT /segmentations/manual-reql/s", {"sourceType": "items"})
    path = "/segmentations/manual-reql/s/segments/x"
    assert films(f"POST {path}", {"filter": "true"})[0] == 404
    assert films(f"DELETE {path}")[0] == 404
    assert films(f"PUT {path}", {"filter": "true"}) == (201, "ok")
    assert films(f"PUT {path}", {"filter": "true"})[0] == 409
    assert films(f"DELETE {path}") == (200, "ok")
    assert films(f"DELETE {path}")[0] == 404


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_only_segmentations_by_hand_have_segments_to_change(films, method):
    films("PUT /segmentations/property-based/s", KINDS["property-based"])
    body = {"filter": "true"}
    assert films(f"{method} /segmentations/manual-reql/s/segments/x", body)[0] == 400
    assert films(f"{method} /segmentations/manual-reql/none/segments/x", body)[0] == 404
    assert films(f"{method} /segmentations/manual-reql/s/segments/a%20b", body)[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"filter": None},
        {"filter": 5},
        {"filter": ""},
        {"filter": "5"},
        {"filter": "'missing'"},
        {"filter": "'year' >"},
        {"filter": "true", "title": 5},
    ],
)
def test_a_segment_needs_a_filter_that_makes_sense(films, body):
    by_filters(films, x="true")
    assert films("PUT /segmentations/manual-reql/s/segments/y", body)[0] == 400
    assert films("POST /segmentations/manual-reql/s/segments/x", body)[0] == 400
    assert segments(films) == {"x": ["a", "b", "c"]}


@pytest.mark.parametrize(
    "define",
    [
        lambda db: db("PUT /segmentations/property-based/s", KINDS["property-based"]),
        lambda db: by_expression(db, "if 'genre' == null then {} else {'genre'}"),
    ],
)
def test_segments_follow_the_items(films, define):
    define(films)
    assert segments(films) == {"comedy": ["b"], "drama": ["a", "c"]}
    put(films, "a", genre="comedy")
    assert segments(films) == {"comedy": ["a", "b"], "drama": ["c"]}
    put(films, "c", genre=None)
    assert segments(films) == {"comedy": ["a", "b"]}
    put(films, "d", genre="western")
    films("DELETE /items/b")
    assert segments(films) == {"comedy": ["a"], "western": ["d"]}
    films("POST /more-items/", {"filter": "true", "changes": {"genre": "same"}})
    assert segments(films) == {"same": ["a", "c", "d"]}


def test_what_items_do_not_change_is_not_worked_out_again(films):
    films("PUT /segmentations/property-based/s", KINDS["property-based"])
    contents = films.service.contents
    first = membership(contents, films.now).division("s")
    put(films, "a", genre="comedy")
    films("POST /bookmarks/", {"userId": "u", "itemId": "a", "cascadeCreate": True})
    assert membership(contents, films.now + 5).division("s") is first


def test_expressions_see_the_clock_and_interactions(films):
    by_filters(
        films,
        bought="num_item_purchases('itemId') > 0",
        late="now() > 1700000100",
        early="now() < 1700000100",
    )
    assert segments(films) == {"bought": [], "late": [], "early": ["a", "b", "c"]}
    films("POST /purchases/", {"userId": "u", "itemId": "b", "cascadeCreate": True})
    films.now += 1000
    assert segments(films) == {"bought": ["b"], "late": ["a", "b", "c"], "early": []}


def test_expressions_see_other_segmentations(films):
    films("PUT /segmentations/property-based/genres", KINDS["property-based"])
    source = 'if "drama" in item_segments("genres", \'itemId\') then {"sad"} else {"gay"}'
    assert by_expression(films, source) == (201, "ok")
    assert segments(films) == {"gay": ["b"], "sad": ["a", "c"]}
    put(films, "a", genre="comedy")
    assert segments(films) == {"gay": ["a", "b"], "sad": ["c"]}


ITSELF = "item_segments(\"{}\", 'itemId')"


def test_a_segmentation_cannot_be_defined_by_itself(films):
    assert by_expression(films, ITSELF.format("s"))[0] == 400
    assert by_expression(films, "{'genre'}") == (201, "ok")
    assert films("POST /segmentations/auto-reql/s", {"expression": ITSELF.format("s")})[0] == 400
    assert segments(films) == {"comedy": ["b"], "drama": ["a", "c"]}


def test_a_circle_of_segmentations_is_refused(films):
    by_expression(films, "{'genre'}", "one")
    by_expression(films, ITSELF.format("one"), "two")
    films("PUT /segmentations/manual-reql/three", {"sourceType": "items"})
    path = "/segmentations/manual-reql/three/segments/x"
    assert films(f"PUT {path}", {"filter": f'"drama" in {ITSELF.format("two")}'}) == (201, "ok")
    body = {"expression": ITSELF.format("three")}
    assert films("POST /segmentations/auto-reql/one", body)[0] == 400
    assert segments(films, "three") == {"x": ["a", "c"]}


def test_a_hidden_circle_ends_in_a_400(films):
    by_expression(films, "{'genre'}")
    hidden = 'item_segments("" + "s", \'itemId\')'
    films("POST /segmentations/auto-reql/s", {"expression": hidden})
    status, answer = films("GET /items/list/?filter=size(item_segments(%22s%22,'itemId'))>0")
    assert (status, "itself" in answer["message"]) == (400, True)


def test_a_property_may_go_and_takes_the_segments_along(films):
    films("PUT /segmentations/property-based/s", KINDS["property-based"])
    assert films("DELETE /items/properties/genre") == (200, "ok")
    line = "GET /items/list/?filter=size(item_segments(%22s%22,'itemId'))>0"
    assert films(line)[0] == 400
    films("PUT /items/properties/genre", {"type": "string"})
    assert films(line) == (200, [])


def test_a_title_can_change_after_the_property_has_gone(films):
    films("PUT /segmentations/property-based/s", KINDS["property-based"])
    by_expression(films, "{'genre'}", "auto")
    films("DELETE /items/properties/genre")
    assert films("POST /segmentations/property-based/s", {"title": "T"}) == (200, "ok")
    assert films("POST /segmentations/auto-reql/auto", {"title": "T"}) == (200, "ok")
    assert films("POST /segmentations/property-based/s", {"propertyName": "tags"}) == (200, "ok")
    assert segments(films) == {"x": ["a"], "y": ["a", "b"]}


def test_a_reset_erases_segmentations_and_synonyms_but_no_scenarios(films):
    films("PUT /segmentations/property-based/s", KINDS["property-based"])
    films("POST /synonyms/items/", {"term": "a", "synonym": "b"})
    films("DELETE /")
    assert films("GET /segmentations/list/?sourceType=items") == (200, {"segmentations": []})
    assert films("GET /synonyms/items/") == (200, {"synonyms": []})


def test_what_is_dumped_and_loaded_divides_alike(films):
    by_filters(films, new="'year' >= 2000")
    by_expression(films, "{'genre'}", "auto")
    films("PUT /segmentations/property-based/tags", {"sourceType": "items", "propertyName": "tags"})
    before = {name: segments(films, name) for name in ("s", "auto", "tags")}
    dumped = json.loads(json.dumps(films.service.contents.segmentations.dump()))
    items = json.loads(json.dumps(films.service.contents.items.dump()))
    films.service.reset()
    films.service.contents.items.load(items)
    films.service.contents.segmentations.load(dumped)
    assert {name: segments(films, name) for name in ("s", "auto", "tags")} == before


@pytest.fixture
def found(films):
    """Asks for segments of the scenario `s`, whose segmentation is `s`."""
    scenario = Scenario(id="s", endpoint="searchItemSegments", segmentation="s")
    films.service.contents.scenarios.put(scenario)

    def ask(query, **options):
        body = {
            "searchQuery": query,
            "count": 10,
            "scenario": "s",
            "cascadeCreate": True,
            **options,
        }
        status, answer = films("POST /search/users/u/item-segments/", body)
        return status, [one["id"] for one in answer.get("recomms", ())]

    return ask


def test_segments_are_found_by_their_ids(films, found):
    put(films, "d", genre="Romantic drama")
    films("PUT /segmentations/property-based/s", KINDS["property-based"])
    assert found("dra") == (200, ["drama", "Romantic drama"])
    assert found("romántic") == (200, ["Romantic drama"])
    assert found("drama", count=1) == (200, ["drama"])
    assert found("dramatic") == (200, [])
    put(films, "d", genre="Western")
    assert found("west") == (200, ["Western"])


def test_segments_by_hand_are_found_by_their_titles_too(films, found):
    by_filters(films, n="true", o="true", new="true")
    path = "/segmentations/manual-reql/s/segments/n"
    films(f"POST {path}", {"filter": "true", "title": "Brand new films"})
    assert found("new")[1] == ["new", "n"] or found("new")[1] == ["n", "new"]
    assert found("new films") == (200, ["n"])
    films(f"POST {path}", {"filter": "true", "title": "Old"})
    assert found("new films") == (200, [])


def test_synonyms_find_segments(films, found):
    films("PUT /segmentations/property-based/s", KINDS["property-based"])
    films("POST /synonyms/items/", {"term": "funny", "synonym": "comedy"})
    assert found("funny") == (200, ["comedy"])


def test_found_segments_can_be_filtered(films, found):
    films("PUT /segmentations/property-based/s", KINDS["property-based"])
    assert found("drama", filter="'segmentId' != \"drama\"") == (200, [])


@pytest.mark.parametrize("options", [{"scenario": None}, {"scenario": "other"}, {}])
def test_segments_are_not_found_without_a_segmentation(found, options):
    assert found("drama", **options)[0] == 400
