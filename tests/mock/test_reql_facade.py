"""ReQL as the handlers use it: places, scenes, refusals."""

import attrs
import pytest

from recombee_mock.answers import Refusal
from recombee_mock.reql import Place, Scene, booster_of, filter_of, segments_of, values_of
from recombee_mock.settings import Settings
from recombee_mock.store.contents import Contents
from recombee_mock.store.entities import Property
from recombee_mock.store.segmentations import Segment, Segmentation

NOW = 1_700_000_000.25
ITEM = Place("filter", "item")
EVERYWHERE = Place("filter", "item", frozenset({"user", "item", "segment"}))
SCENE = Scene(NOW)
NO_VALUE = "Expected a value, but found the end of the text"
NO_BOOLEAN = "A filter must be a boolean, but this is a double"
NO_USER = "There is no context_user here"
PROPERTIES = {
    "price": "double",
    "stock": "int",
    "name": "string",
    "tags": "set",
    "photos": "imageList",
    "released": "timestamp",
    "hidden": "boolean",
}


@pytest.fixture
def contents():
    """Items `full` and `bare` with every type of property, and a user."""
    found = Contents()
    for name, kind in PROPERTIES.items():
        found.items.define(Property(name, kind))
    found.items.add("bare")
    found.items.set_values(
        found.items.add("full"),
        {
            "price": 9.5,
            "stock": 3,
            "name": "Lamp",
            "tags": ["new", "sale"],
            "photos": ["http://a", "http://b"],
            "released": NOW - 60,
            "hidden": False,
        },
    )
    found.users.define(Property("city", "string"))
    found.users.define(Property("answer", "int"))
    found.users.set_values(found.users.add("ann"), {"city": "Brno"})
    return found


def passing(contents, source, place=ITEM, scene=SCENE):
    keep = filter_of(contents, source, place, scene)
    return [item for item in contents.items.in_order() if keep(item)]


def value(contents, source, item="full", place=EVERYWHERE, scene=SCENE):
    return values_of(contents, {"it": source}, place, scene)(item)["it"]


def refusal(call, *arguments):
    with pytest.raises(Refusal) as caught:
        call(*arguments)
    return caught.value.status, caught.value.message


def test_a_filter_keeps_what_it_is_true_for(contents):
    assert passing(contents, "'price' < 10") == ["full"]
    assert passing(contents, "'price' == null") == ["bare"]
    assert passing(contents, '\'itemId\' in {"bare", "other"}') == ["bare"]
    assert passing(contents, "null") == []
    assert passing(contents, "true") == ["bare", "full"]


def test_what_is_not_there_has_no_properties(contents):
    assert filter_of(contents, "'price' == null", ITEM, SCENE)("nobody")
    assert not filter_of(contents, "'price' < 10", ITEM, SCENE)("nobody")


def test_users_are_filtered_by_their_own_properties(contents):
    keep = filter_of(contents, "'city' == \"Brno\"", Place("filter", "user"), SCENE)
    assert keep("ann")
    assert not keep("bob")


def test_segments_have_two_names(contents):
    place, scene = Place("filter", "segment"), Scene(NOW, segmentation="genres")
    source = "'segmentId' == \"drama\" and 'segmentationId' == \"genres\""
    keep = filter_of(contents, source, place, scene)
    assert keep("drama")
    assert not keep("crime")


@pytest.mark.parametrize(
    ("source", "factor"),
    [
        ("'price' * 2", 19.0),
        ("'stock'", 3.0),
        ("-1", 0.0),
        ("null", 1.0),
        ("1 / 0", 1.0),
        ("100000", 100000.0),
        ("pow(10, 400)", 1.7976931348623157e308),
    ],
)
def test_a_booster_is_a_factor_from_0_upwards_and_1_where_there_is_none(contents, source, factor):
    assert booster_of(contents, source, Place("booster", "item"), SCENE)("full") == factor


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("'price' < 10", True),
        ("'stock' + 1", 4),
        ("'stock' / 1", 3.0),
        ("string(1)", "1"),
        ("'released'", NOW - 60),
        ("now()", NOW),
        ("'tags'", ["new", "sale"]),
        ('{2, "b", 1.5, "a", true, null}', [None, True, 1.5, 2, "a", "b"]),
        ("[{2, 1}, {1}]", [[1, 2], [1]]),
        ("{{2, 1}, {1}}", [[1], [1, 2]]),
        ("'photos'", ["http://a", "http://b"]),
        ("context_user", {"city": None, "answer": None, "userId": None}),
        ("1 / 0", None),
        ("pow(10, 400)", None),
        ("null", None),
        ('"\\ud800"', "\N{REPLACEMENT CHARACTER}"),
        ("'answer'", None),
        ("'answer' == null", True),
    ],
)
def test_an_expression_has_its_outcome_as_json(contents, source, outcome):
    assert value(contents, source) == outcome


def test_expressions_keep_their_names_and_places(contents):
    sources = {"a b": "'stock'", "c": "'itemId'"}
    found = values_of(contents, sources, Place("reqlExpressions", "item"), SCENE)("full")
    assert found == {"a b": 3, "c": "full"}
    assert refusal(
        values_of, contents, {"a b": "1 +"}, Place("reqlExpressions", "item"), SCENE
    ) == (
        400,
        f"Invalid ReQL reqlExpressions.a b: {NO_VALUE} at position 3!",
    )


@pytest.mark.parametrize("sources", [["'a'"], "'a'", 5, {"a": 5}, {"a": None}, {"a": ""}])
def test_expressions_are_texts_by_name(contents, sources):
    status, message = refusal(values_of, contents, sources, Place("exprs", "item"), SCENE)
    assert status == 400
    assert "exprs" in message


def test_a_segmentation_gives_sorted_ids(contents):
    source = '{\'name\', "b" + "-" + "a", 5, true, null, "not an id", "", \'price\'}'
    assert segments_of(contents, source, SCENE)("full") == ["5", "9.5", "Lamp", "b-a", "true"]
    assert segments_of(contents, source, SCENE)("bare") == ["5", "b-a", "true"]
    assert segments_of(contents, "if 'hidden' then {\"a\"} else null", SCENE)("bare") == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", f"Invalid ReQL filter: {NO_VALUE} at position 0!"),
        ("'price'", f"Invalid ReQL filter: {NO_BOOLEAN} at position 0!"),
        ("'price' = 1", 'Invalid ReQL filter: Unexpected "=" at position 8! Compare with "==".'),
        ("context_user == null", f"Invalid ReQL filter: {NO_USER} at position 0!"),
        (5, "ReQL filter must be a text, but is 5!"),
        (None, "ReQL filter must be a text, but is null!"),
    ],
)
def test_a_wrong_filter_is_a_400_that_tells_where_and_why(contents, source, message):
    assert refusal(filter_of, contents, source, ITEM, SCENE) == (400, message)


def test_the_status_of_an_unknown_property_is_the_places(contents):
    message = (
        "Item property \"pirce\" does not exist at position 0 of the filter! Did you mean 'price'?"
    )
    for status in (400, 404):
        place = Place("filter", "item", unknown=status)
        assert refusal(filter_of, contents, "'pirce' < 1", place, SCENE) == (status, message)


def test_the_schema_is_the_one_of_this_moment(contents):
    source = "'colour' == \"red\""
    assert refusal(filter_of, contents, source, ITEM, SCENE)[0] == 400
    contents.items.define(Property("colour", "string"))
    assert passing(contents, source) == []
    contents.items.undefine("colour")
    assert refusal(filter_of, contents, source, ITEM, SCENE)[0] == 400
    contents.items.define(Property("colour", "int"))
    contents.items.set_values("full", {"colour": 5})
    assert passing(contents, "'colour' == 5") == ["full"]


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ('context_item["na" + "m"] == 1', 12),
        ('lower(["a", 1][1]) == "a"', 0),
        ("[true, 1][1] and true", 9),
        ("not [true, 1][1]", 13),
        ('-["a", 1][0] == 1', 0),
        ('["a", 1][1] + ["a", 1][0] == 1', 12),
        ("[91, 0] in geo_radius([0, 0], 1)", 8),
        ("exists(lambda 'x': 'x' > 1, {\"a\", 0})", 23),
        ("exists(lambda 'x': 'x', {1, false})", 0),
        ("select(lambda 'x': 'x', [1, true]) == []", 0),
        ("if [1, true][0] then true else false", 12),
        ("size([1, {2}][0]) == 1", 0),
        ("max([1, true]) == 1", 0),
        ("reduce('name', {1, 2}) == 1", 0),
        ("num_item_ratings('itemId', 'name') == 1", 0),
        ("user_interactions('itemId', {'name'}) == []", 0),
        ("user_interactions('itemId', {}, -1) == []", 0),
        ("'price' == string('released', \"%10000000Y\")", 11),
        ("[0, 0] in geo_polygon([[0, 0], [1, 1]])", 10),
        ("[0, 0] in geo_radius([0, 0], -1)", 10),
        ("[0, 0, 0] in geo_radius([0, 0], 1)", 10),
        ("earth_distance(0, 181, 0, 0) > 0", 0),
    ],
)
def test_what_turns_out_wrong_refuses_a_filter_and_is_null_in_expressions(
    contents, source, position
):
    scene = Scene(NOW, item="full")
    keep = filter_of(contents, source, EVERYWHERE, scene)
    status, message = refusal(keep, "full")
    assert status == 400
    assert message.startswith("Invalid ReQL filter: ")
    assert message.endswith(f" at position {position}!")
    assert value(contents, source, scene=scene) is None


def test_a_booster_or_segmentation_of_the_wrong_kind_is_refused_when_it_turns_up(contents):
    boost = booster_of(contents, "[1, true][1]", Place("booster", "item"), SCENE)
    assert refusal(boost, "full") == (
        400,
        "Invalid ReQL booster: A booster must be a number, but this is a boolean at position 0!",
    )
    divide = segments_of(contents, "[1, {1}][0]", SCENE)
    assert refusal(divide, "full")[0] == 400


def test_context_maps_are_of_those_in_the_request(contents):
    scene = Scene(NOW, user="ann", item="full", context_segmentation="s", segment="drama")
    assert value(contents, 'context_user["city"]', scene=scene) == "Brno"
    assert value(contents, 'context_user["userId"]', scene=scene) == "ann"
    assert value(contents, 'context_user["answer"]', scene=scene) is None
    assert value(contents, 'context_item["name"]', item="bare", scene=scene) == "Lamp"
    assert value(contents, 'context_item["itemId"]', scene=scene) == "full"
    assert value(contents, 'context_segment["segmentId"]', scene=scene) == "drama"
    assert value(contents, 'context_segment["segmentationId"]', scene=scene) == "s"
    assert value(contents, '"city" in context_user', scene=scene) is True
    assert value(contents, '"town" in context_user', scene=scene) is False


def test_somebody_unknown_has_an_id_and_no_properties(contents):
    scene = Scene(NOW, user="new")
    assert value(contents, 'context_user["userId"]', scene=scene) == "new"
    assert value(contents, 'context_user["city"]', scene=scene) is None
    assert value(contents, 'context_user["userId"]') is None
    assert value(contents, 'item_values("nobody")["name"]') is None
    assert value(contents, 'item_values("full")["itemId"]') == "full"


def test_random_numbers_differ_by_entity_and_call_and_repeat_with_the_request(contents):
    source = "[random(), random()]"
    full, bare = value(contents, source), value(contents, source, item="bare")
    assert len({*full, *bare}) == 4
    assert all(0 <= number <= 1 for number in (*full, *bare))
    assert value(contents, source) == full
    assert value(contents, source, scene=Scene(NOW + 1)) != full
    contents.settings = attrs.evolve(contents.settings, seed=1)
    assert value(contents, source) != full


def test_random_numbers_are_spread_evenly(contents):
    keep = filter_of(contents, "random() < 0.1", ITEM, SCENE)
    assert 850 <= sum(keep(f"item-{number}") for number in range(10_000)) <= 1150


def test_the_middle_of_a_chain_is_drawn_once(contents):
    contents.items.set_values("full", {"price": 0.5})
    scenes = [Scene(NOW + second) for second in range(50)]
    assert not any(
        filter_of(contents, "'price' >= random() >= 'price'", ITEM, scene)("full")
        for scene in scenes
    )


def test_null_may_count_as_false_in_logic(contents):
    place = Place("filter", "item")
    assert passing(contents, "not 'hidden'") == ["full"]
    contents.settings = Settings(null_is_false=True)
    assert passing(contents, "not 'hidden'") == ["bare", "full"]
    assert passing(contents, "not ('hidden' and true)") == ["bare", "full"]
    assert value(contents, "'hidden' or null", item="bare", place=place) is False
    assert value(contents, "'price' < 1", item="bare", place=place) is None


@pytest.fixture
def busy(contents):
    """Interactions of every kind."""
    contents.users.add("bob")
    contents.items.add("other")
    contents.detail_views.add("ann", "full", 10.0)
    contents.detail_views.add("ann", "full", 20.0)
    contents.detail_views.add("bob", "full", 15.0)
    contents.purchases.add("ann", "bare", 5.0)
    contents.bookmarks.add("ann", "other", 7.0)
    contents.cart_additions.add("ann", "other", 8.0)
    for user, rating in (("ann", 0.5), ("bob", -1.0)):
        contents.ratings.add(user, "full", 30.0, (rating,))
    contents.ratings.add("bob", "full", 31.0, (0.0,))
    return contents


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("num_item_detail_views('itemId')", 3),
        ('num_item_detail_views("nobody")', 0),
        ('num_item_purchases("bare")', 1),
        ('num_item_bookmarks("other")', 1),
        ("num_item_ratings('itemId')", 3),
        ("num_item_ratings('itemId', \"positive\")", 1),
        ("num_item_ratings('itemId', \"negative\")", 1),
        ("num_item_purchases(null)", None),
    ],
)
def test_interactions_are_counted(busy, source, count):
    assert value(busy, source) == count


def test_the_interactions_of_many_items_are_counted_alike(busy):
    for number in range(3000):
        item = busy.items.add(f"item-{number}")
        for moment in range(number % 4):
            busy.detail_views.add("bob" if moment % 2 else "ann", item, float(moment))
    busy.delete_item("item-2999")
    count = values_of(busy, {"n": "num_item_detail_views('itemId')"}, ITEM, SCENE)
    found = [count(f"item-{number}")["n"] for number in range(3000)]
    assert found == [number % 4 for number in range(2999)] + [0]


@pytest.mark.parametrize(
    ("arguments", "items"),
    [
        ('"ann", {"detail_views"}', ["full", "full"]),
        ('"ann", {"detail_views", "purchases"}', ["bare", "full", "full"]),
        ('"ann", {"detail_views", "purchases"}, 2', ["full", "full"]),
        ('"ann", {"purchases"}, 0', []),
        ('"ann", {"ratings", "bookmarks", "cart_additions"}', ["other", "other", "full"]),
        ('"nobody", {"purchases"}', []),
        ('"ann", {}', []),
    ],
)
def test_interactions_are_listed_the_oldest_first(busy, arguments, items):
    found = value(busy, f"user_interactions({arguments})")
    assert [one["itemId"] for one in found] == items


def test_an_interaction_has_four_entries(busy):
    found = value(busy, 'user_interactions("ann", {"purchases"})')
    assert found == [{"userId": "ann", "itemId": "bare", "timestamp": 5.0, "type": "purchases"}]


@pytest.mark.parametrize(
    "source", ["num_item_ratings('itemId') > 1", 'size(user_interactions("u", {})) > 1']
)
def test_interaction_functions_can_be_switched_off(busy, source):
    busy.settings = Settings(interaction_functions=False)
    status, message = refusal(filter_of, busy, source, ITEM, SCENE)
    assert status == 400
    assert "is switched off" in message


@pytest.fixture
def divided(contents):
    """Segmentation `kinds` with segments `new` and `named`."""
    filters = {"new": "\"new\" in 'tags'", "named": "'name' != null"}
    segments = {name: Segment(name, source) for name, source in filters.items()}
    contents.segmentations.put(Segmentation(id="kinds", kind="manualReQL", segments=segments))
    return contents


def test_segments_can_be_asked_for(divided):
    assert value(divided, "item_segments(\"kinds\", 'itemId')") == ["named", "new"]
    assert value(divided, 'segment_items("kinds", "new")') == ["full"]
    assert value(divided, 'segment_items("kinds", "nothing")') == []
    assert value(divided, 'item_segments("kinds", "nobody")') == []
    assert passing(divided, '\'itemId\' not in segment_items("kinds", "new")') == ["bare"]


def test_an_unknown_segmentation_is_refused_by_its_name_and_empty_by_a_value(divided):
    status, message = refusal(
        filter_of, divided, '"a" in item_segments("sorts", \'itemId\')', ITEM, SCENE
    )
    assert (status, message) == (
        400,
        'Invalid ReQL filter: There is no segmentation "sorts" at position 21!',
    )
    assert value(divided, "item_segments('name', 'itemId')") == []
