"""What is asked, checked and answered, whatever is recommended."""

import uuid

import pytest

from aiorecombee import AddItem, RecombeeClient, RecommendItemsToUser
from recombee_mock import Database, MockServer
from recombee_mock.service import Service
from recombee_mock.settings import Settings

TO_ITEM = {"targetUserId": None}
EVERYWHERE = [
    ("POST /recomms/users/u1/items/", {}),
    ("POST /recomms/items/i1/items/", TO_ITEM),
    ("POST /recomms/users/u1/users/", {}),
    ("POST /recomms/items/i1/users/", {}),
]


def ids(answer):
    status, body = answer
    assert status == 200, body
    return [one["id"] for one in body["recomms"]]


@pytest.fixture
def busy(shop):
    """i1 and i2 go together, i3 is on its own and the most popular, i4 nobody knows."""
    for user, items in {"u1": "1", "u2": "12", "u3": "12", "u4": "3", "u5": "3", "u6": "3"}.items():
        for item in items:
            params = {"userId": user, "itemId": f"i{item}", "cascadeCreate": True}
            assert shop("POST /detailviews/", {**params, "timestamp": shop.now - 5}) == (200, "ok")
    assert shop("PUT /items/i4") == (201, "ok")
    return shop


@pytest.mark.parametrize(("line", "params"), EVERYWHERE)
def test_an_answer_has_exactly_its_three_parts(busy, line, params):
    status, body = busy(line, {"count": 2, **params})
    assert status == 200
    assert list(body) == ["recommId", "recomms", "numberNextRecommsCalls"]
    assert str(uuid.UUID(body["recommId"])) == body["recommId"]
    assert body["numberNextRecommsCalls"] == 0
    assert [list(one) for one in body["recomms"]] == [["id"], ["id"]]


@pytest.mark.parametrize(("line", "params"), EVERYWHERE)
def test_an_empty_database_has_nothing_to_recommend(db, line, params):
    assert ids(db(line, {"count": 5, "cascadeCreate": True, **params})) == []


@pytest.mark.parametrize(("line", "params"), EVERYWHERE)
def test_there_is_no_more_than_there_is(busy, line, params):
    found = ids(busy(line, {"count": 10_000, **params}))
    there = {f"i{number}" for number in range(1, 5)}
    if line.endswith("/users/"):
        there = {f"u{number}" for number in range(1, 7)}
    own = {"POST /recomms/items/i1/items/": {"i1"}, "POST /recomms/users/u1/users/": {"u1"}}
    assert (len(found), set(found)) == (len(set(found)), there - own.get(line, set()))


def test_what_goes_together_comes_before_what_is_popular(busy):
    assert ids(busy("POST /recomms/items/i1/items/", {"count": 3, **TO_ITEM})) == ["i2", "i3", "i4"]
    assert ids(busy("POST /recomms/users/u1/items/", {"count": 4})) == ["i2", "i1", "i3", "i4"]


def test_a_stranger_gets_bestsellers(busy):
    busy("PUT /users/new")
    assert ids(busy("POST /recomms/users/new/items/", {"count": 4})) == ["i3", "i1", "i2", "i4"]
    found = busy("POST /recomms/users/new/items/", {"count": 4, "minRelevance": "medium"})
    assert ids(found) == []


def test_higher_relevance_rather_gives_less(busy):
    found = [
        ids(busy("POST /recomms/items/i1/items/", {"count": 9, "minRelevance": level, **TO_ITEM}))
        for level in ("low", "medium", "high")
    ]
    assert found == [["i2", "i3", "i4"], ["i2"], ["i2"]]


@pytest.mark.parametrize("logic", ["recombee:popular", {"name": "recombee:popular"}])
def test_popular_is_what_most_users_had(busy, logic):
    asked = {"count": 3, "logic": logic, "minRelevance": "high"}
    assert ids(busy("POST /recomms/users/u1/items/", asked)) == ["i3", "i1", "i2"]


def test_important_interactions_make_more_popular(busy):
    for user in ("u1", "u2"):
        busy("POST /purchases/", {"userId": user, "itemId": "i4"})
    asked = {"count": 1, "logic": "recombee:popular"}
    assert ids(busy("POST /recomms/users/u1/items/", asked)) == ["i4"]


def test_recently_viewed_are_the_users_own_views_the_latest_first(busy):
    for number, item in enumerate(("i4", "i3", "i2")):
        view = {"userId": "u6", "itemId": item, "timestamp": busy.now - 100 * number}
        busy("POST /detailviews/", view)
    logic = {"name": "recombee:recently-viewed"}
    asked = {"count": 9, "logic": logic}
    assert ids(busy("POST /recomms/users/u6/items/", asked)) == ["i4", "i3", "i2"]
    logic["settings"] = {"recencyOrdering": "ascending", "maxAge": 50}
    assert ids(busy("POST /recomms/users/u6/items/", asked)) == ["i3", "i4"]


def test_users_are_never_recently_viewed(busy):
    asked = {"count": 9, "logic": "recombee:recently-viewed"}
    assert len(ids(busy("POST /recomms/users/u1/users/", asked))) == 5


@pytest.mark.parametrize("logic", ["no:such", {"name": "ecommerce:homepage", "settings": {}}, {}])
def test_any_logic_is_understood(busy, logic):
    assert ids(busy("POST /recomms/users/u1/items/", {"count": 1, "logic": logic})) == ["i2"]


def test_what_was_disliked_comes_last(busy):
    busy("POST /ratings/", {"userId": "u1", "itemId": "i3", "rating": -1})
    assert ids(busy("POST /recomms/users/u1/items/", {"count": 9}))[-1] == "i3"


def test_what_was_disliked_can_be_pinned_all_the_same(busy):
    busy("POST /ratings/", {"userId": "u1", "itemId": "i3", "rating": -1})
    booster = "if 'itemId' == \"i3\" then 100000 else 1"
    assert ids(busy("POST /recomms/users/u1/items/", {"count": 1, "booster": booster})) == ["i3"]


@pytest.fixture
def described(db):
    """Items nobody had to do with but one: two dramas, two comedies, a drama for children."""
    db("PUT /items/properties/genre", {"type": "string"})
    db("PUT /items/properties/tags", {"type": "set"})
    for item, genre, tags in (
        ("drama-1", "drama", ["old"]),
        ("comedy-1", "comedy", ["old"]),
        ("drama-2", "drama", ["old"]),
        ("comedy-2", "comedy", []),
        ("drama-3", "drama", ["children"]),
    ):
        db(f"POST /items/{item}", {"genre": genre, "tags": tags, "!cascadeCreate": True})
    db("POST /purchases/", {"userId": "u", "itemId": "drama-1", "cascadeCreate": True})
    db("PUT /users/new")
    return db


def test_while_nobody_had_to_do_with_it_an_item_goes_with_what_is_like_it(described):
    asked = {"count": 9, "targetUserId": None, "minRelevance": "medium"}
    found = ids(described("POST /recomms/items/drama-2/items/", asked))
    assert found == ["drama-1", "drama-3", "comedy-1"]


def test_while_nobody_has_a_like_history_a_user_gets_what_is_like_the_own(described):
    asked = {"count": 3, "minRelevance": "medium"}
    found = ids(described("POST /recomms/users/u/items/", asked))
    assert found == ["drama-1", "drama-2", "drama-3"]
    assert ids(described("POST /recomms/users/new/items/", asked)) == []


def test_a_count_beyond_all_bounds_does_no_harm(busy):
    for options in ({}, {"diversity": 0.5, "rotationRate": 1}, {"booster": "1"}):
        asked = {"count": 2**63 - 1, **options}
        assert len(ids(busy("POST /recomms/users/u1/items/", asked))) == 4


def test_unset_the_known_is_recommended_and_set_it_is_not(db):
    line, asked = "POST /recomms/users/u1/items/", {"count": 9}
    for exclude, expected in ((False, {"i1", "i2"}), (True, {"i2"})):
        db.service = Service(Settings(exclude_interacted=exclude))
        for user, item in (("u1", "i1"), ("u2", "i2")):
            db("POST /bookmarks/", {"userId": user, "itemId": item, "cascadeCreate": True})
        assert set(ids(db(line, asked))) == expected
        found = db("POST /recomms/items/i2/items/", {**asked, "targetUserId": "u1"})
        assert ids(found) == ["i1"]


def test_unknown_users_and_items_are_404(shop):
    for line, params in (
        ("POST /recomms/users/no/items/", {}),
        ("POST /recomms/users/no/users/", {}),
        ("POST /recomms/items/no/items/", TO_ITEM),
        ("POST /recomms/items/no/users/", {}),
        ("POST /recomms/items/i1/items/", {"targetUserId": "no"}),
    ):
        status, body = shop(line, {"count": 1, **params})
        assert (status, '"no" does not exist!' in body["message"]) == (404, True)
    assert shop("GET /users/list/") == (200, ["u1", "u2"])


def test_cascade_creates_what_is_missing(db):
    asked = {"count": 1, "cascadeCreate": True}
    assert ids(db("POST /recomms/items/i/items/", {**asked, "targetUserId": "u"})) == []
    assert (db("GET /items/list/"), db("GET /users/list/")) == ((200, ["i"]), (200, ["u"]))


def test_a_wrong_parameter_is_found_before_anything_is_looked_up_or_created(db):
    line = "POST /recomms/users/nobody/items/"
    assert db(line, {"count": 1, "cascadeCreate": True, "diversity": 2})[0] == 400
    assert db("GET /users/list/") == (200, [])


@pytest.mark.parametrize(("line", "params"), EVERYWHERE)
@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 0},
        {"count": -1},
        {"count": 1.5},
        {"count": "5"},
        {"count": None},
        {"count": True},
        {"scenario": 5},
        {"cascadeCreate": "yes"},
        {"returnProperties": 1},
        {"includedProperties": 5},
        {"includedProperties": [5]},
        {"filter": 5},
        {"booster": ["1"]},
        {"logic": 5},
        {"logic": {"name": 5}},
        {"logic": {"name": "x", "settings": 5}},
        {"reqlExpressions": "1"},
        {"expertSettings": 5},
        {"returnAbGroup": "x"},
        {"diversity": 1.1},
    ],
)
def test_a_wrong_parameter_is_400(shop, line, params, wrong):
    assert shop(line, {"count": 5, **params, **wrong})[0] == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"minRelevance": "lowest"},
        {"minRelevance": None, "rotationRate": -0.1},
        {"rotationTime": -1},
        {"userImpact": 1.5},
        {"targetUserId": "a b"},
        {"targetUserId": "undefined"},
        {"targetUserId": 5},
    ],
)
def test_a_wrong_option_is_400(shop, wrong):
    asked = {"count": 5, **TO_ITEM, **wrong}
    assert shop("POST /recomms/items/i1/items/", asked)[0] == 400


def test_the_target_user_must_be_sent_even_if_null(shop):
    status, body = shop("POST /recomms/items/i1/items/", {"count": 5})
    assert (status, "targetUserId" in body["message"]) == (400, True)


def test_what_a_request_does_not_know_is_ignored(shop):
    asked = {"count": 5, "userImpact": 7, "rotationRate": 9, "somethingElse": 1}
    assert shop("POST /recomms/items/i1/users/", asked)[0] == 200


def test_an_empty_list_is_how_php_writes_an_empty_object(shop):
    asked = {
        "count": 1,
        "logic": {"name": "recombee:popular", "settings": []},
        "expertSettings": [],
        "reqlExpressions": [],
    }
    status, body = shop("POST /recomms/users/u1/items/", asked)
    assert status == 200
    assert [entry["reqlEvaluations"] for entry in body["recomms"]] == [{}]


def test_null_means_not_given(shop):
    names = (
        "scenario",
        "filter",
        "booster",
        "logic",
        "reqlExpressions",
        "diversity",
        "rotationTime",
    )
    asked = {"count": 5, **dict.fromkeys(names)}
    assert len(ids(shop("POST /recomms/users/u1/items/", asked))) == 2


def test_any_scenario_will_do_and_no_group_is_named(shop):
    asked = {"count": 5, "scenario": "homepage", "returnAbGroup": True, "expertSettings": {"a": 1}}
    status, body = shop("POST /recomms/users/u1/items/", asked)
    assert (status, "abGroup" in body) == (200, False)


def test_values_come_when_they_are_asked_for(shop):
    shop("PUT /items/properties/title", {"type": "string"})
    shop("PUT /items/properties/price", {"type": "double"})
    shop("POST /items/i1", {"title": "Hello"})
    line = "POST /recomms/items/i2/items/"
    asked = {"count": 1, **TO_ITEM, "returnProperties": True}
    values = {"title": "Hello", "price": None}
    assert shop(line, asked)[1]["recomms"] == [{"id": "i1", "values": values}]
    for included in (["price", "nothing"], "price,nothing"):
        found = shop(line, {**asked, "includedProperties": included})[1]["recomms"]
        assert found == [{"id": "i1", "values": {"price": None}}]
    found = shop(line, {**asked, "returnProperties": False, "includedProperties": ["price"]})
    assert found[1]["recomms"] == [{"id": "i1"}]


def test_users_have_values_too(shop):
    shop("PUT /users/properties/country", {"type": "string"})
    shop("POST /users/u2", {"country": "CZ"})
    found = shop("POST /recomms/users/u1/users/", {"count": 1, "returnProperties": True})
    assert found[1]["recomms"] == [{"id": "u2", "values": {"country": "CZ"}}]


def test_get_takes_the_parameters_from_the_query(shop):
    shop("PUT /items/properties/title", {"type": "string"})
    found = shop("GET /recomms/users/u1/items/?count=1&returnProperties=True&diversity=0.5")
    assert found[1]["recomms"][0]["values"] == {"title": None}
    found = shop(f"POST /recomms/next/items/{found[1]['recommId']}", {"count": 1})
    assert (found[0], found[1]["recomms"][0]["values"]) == (200, {"title": None})
    found = shop("GET /recomms/items/i1/items/?count=1&targetUserId=None&includedProperties=a,b")
    assert ids(found) == ["i2"]
    assert shop("GET /recomms/users/u1/items/?count=x")[0] == 400


def test_two_answers_never_have_the_same_id(shop):
    answers = [shop("POST /recomms/users/u1/items/", {"count": 1})[1] for _ in range(20)]
    assert len({one["recommId"] for one in answers}) == 20


def test_the_public_token_may_ask_for_items_but_not_for_users(shop):
    shop.public = True
    assert [shop(line, {"count": 1, **params})[0] for line, params in EVERYWHERE] == [
        200,
        200,
        403,
        403,
    ]


def test_while_calls_are_replayed_only_cascade_create_is_done(db):
    db.service.contents.replaying = True
    assert db("POST /recomms/users/u/items/", {"count": 1, "cascadeCreate": True})[0] == 200
    db.service.contents.replaying = False
    assert db("GET /users/list/") == (200, ["u"])
    assert db.service.contents.served.changed() == []


def test_a_recommender_of_ones_own_decides_what_is_relevant(db):
    class Backwards:
        def relevance(self, wanted, activity):
            assert (wanted.entity, wanted.user, wanted.now) == ("item", "u1", 1_700_000_000.0)
            assert (wanted.logic, wanted.logic_settings) == ("x:y", {"a": 1})
            return {item: float(item[1:]) for item in activity.items}

    db.service = Service(recommender=Backwards())
    for line in ("PUT /users/u1", "PUT /items/i1", "PUT /items/i3", "PUT /items/i2"):
        db(line)
    asked = {"count": 3, "logic": {"name": "x:y", "settings": {"a": 1}}}
    assert ids(db("POST /recomms/users/u1/items/", asked)) == ["i3", "i2", "i1"]
    db.service.reset()
    db("PUT /users/u1")
    db("PUT /items/i9")
    assert ids(db("POST /recomms/users/u1/items/", asked)) == ["i9"]


def test_what_a_recommender_invents_is_not_recommended(db):
    class Dreaming:
        def relevance(self, *_):
            return {"no-such-item": 1.0}

    db.service = Service(recommender=Dreaming())
    db("PUT /users/u1")
    db("PUT /items/i1")
    assert ids(db("POST /recomms/users/u1/items/", {"count": 3})) == ["i1"]


async def test_a_server_takes_a_recommender_for_all_its_databases():
    class Alphabetical:
        def relevance(self, _, activity):
            return {item: 1 / (1 + at) for at, item in enumerate(sorted(activity.items))}

    databases = [Database("one", "token-1"), Database("two", "token-2")]
    async with MockServer(databases, recommender=Alphabetical()) as server:
        for database in databases:
            options = {"base_uri": server.base_uri, "protocol": "http"}
            async with RecombeeClient(database.id, str(database.token), **options) as client:
                for item in "cab":
                    await client.send(AddItem(item))
                asked = RecommendItemsToUser("u", 3, cascade_create=True)
                found = await client.send(asked)
                assert [one.id for one in found.recomms] == ["a", "b", "c"]
