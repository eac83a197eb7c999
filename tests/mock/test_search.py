"""Search: what is found, in which order, and what can never go wrong."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from recombee_mock.search.expression import expression, thesaurus
from recombee_mock.search.item_index import Search
from recombee_mock.search.text_index import TextIndex
from recombee_mock.search.words import pieces
from recombee_mock.store.entities import Entities, Property
from recombee_mock.store.scenarios import Scenario
from recombee_mock.store.synonyms import Synonym, Synonyms


@pytest.fixture
def books(db):
    """A database with one user and texts in a title, a description and tags."""
    db("PUT /users/u")
    db("PUT /items/properties/name", {"type": "string", "role": "title"})
    db("PUT /items/properties/about", {"type": "string"})
    db("PUT /items/properties/tags", {"type": "set"})
    return db


def put(db, item, **values):
    assert db(f"POST /items/{item}", {"!cascadeCreate": True, **values}) == (200, "ok")


def found(db, query, **options):
    body = {"searchQuery": query, "count": 100, **options}
    status, answer = db("POST /search/users/u/items/", body)
    assert status == 200, answer
    return [one["id"] for one in answer["recomms"]]


def test_all_texts_and_sets_are_searched(books):
    put(books, "a", name="Dune")
    put(books, "b", about="Sand, and more sand on a dune")
    put(books, "c", tags=["desert", "dune"])
    assert set(found(books, "dune")) == {"a", "b", "c"}


def test_images_are_not_searched(books):
    books("PUT /items/properties/photo", {"type": "image"})
    books("PUT /items/properties/photos", {"type": "imageList"})
    put(books, "a", photo="https://pictures.example/dune.png", photos=["https://dune.example/"])
    assert found(books, "dune") == []


@pytest.mark.parametrize("query", ["h", "hell", "hello", "HELLO", "héllo", "Hel wor", "wor hel"])
def test_words_are_found_by_their_beginnings_in_any_dress(books, query):
    put(books, "a", name="Hello", about="World")
    put(books, "b", name="Jello")
    assert found(books, query) == ["a"]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Łódź", "lodz"),
        ("lodz", "ŁÓDŹ"),
        ("Straße", "STRASSE"),
        ("Příliš žluťoučký kůň", "zlutoucky prilis"),
        ("Ærø", "aero"),
        ("ΑΘΗΝΑ", "αθήνα"),
        ("ЖЮЛЬ", "жюль"),
        ("한국어", "한국"),
        ("İstanbul", "istanbul"),
    ],
)
def test_accents_and_capitals_make_no_difference(books, text, query):
    put(books, "a", name=text)
    assert found(books, query) == ["a"]


@pytest.mark.parametrize("query", ["xyzzyx", "ello", "hello xyzzyx", "***", '"', "()"])
def test_what_is_not_there_is_not_found(books, query):
    put(books, "a", name="hello")
    assert found(books, query) == []


@pytest.mark.parametrize("query", ["", "  ", None, 5, ["hello"]])
def test_a_query_is_a_text_with_something_in_it(books, query):
    body = {"searchQuery": query, "count": 5}
    assert books("POST /search/users/u/items/", body)[0] == 400
    assert books("POST /search/users/u/items/", {"count": 5})[0] == 400


def test_an_unknown_user_is_a_404_unless_created(books):
    body = {"searchQuery": "x", "count": 5}
    assert books("POST /search/users/new/items/", body)[0] == 404
    assert books("POST /search/users/new/items/", {**body, "cascadeCreate": True})[0] == 200
    assert books("PUT /users/new")[0] == 409


def test_a_wrong_query_creates_nobody(books):
    body = {"searchQuery": "", "count": 5, "cascadeCreate": True}
    assert books("POST /search/users/new/items/", body)[0] == 400
    assert books("PUT /users/new")[0] == 201


def test_search_can_be_asked_with_get(books):
    put(books, "a", name="hello world")
    status, answer = books("GET /search/users/u/items/?searchQuery=hello+wor&count=1")
    assert (status, answer["recomms"]) == (200, [{"id": "a"}])


def test_whole_words_come_before_beginnings(books):
    put(books, "longer", name="stars")
    put(books, "whole", name="star")
    put(books, "longest", name="starship")
    assert found(books, "star")[0] == "whole"


def test_titles_come_before_other_texts(books):
    put(books, "text", about="the sea", name="other words")
    put(books, "title", name="the sea", about="other words")
    assert found(books, "sea") == ["title", "text"]


def test_the_popular_come_first_among_equals(books):
    for item in ("a", "b", "c", "d"):
        put(books, item, name="same words")
    for user in ("x", "y", "z"):
        body = {"userId": user, "itemId": "c", "cascadeCreate": True}
        assert books("POST /purchases/", body)[0] == 200
    assert found(books, "same")[0] == "c"


def test_a_page_holds_the_best(books):
    for at in range(50):
        put(books, f"i-{at}", name=f"sea {'of sand ' * at}")
    everything = found(books, "sea")
    assert found(books, "sea", count=7) == everything[:7]


def test_the_next_page_goes_on_behind_the_first(books):
    for at in range(10):
        put(books, f"i-{at}", name=f"sea {'of sand ' * at}")
    everything = found(books, "sea")
    _, first = books("POST /search/users/u/items/", {"searchQuery": "sea", "count": 4})
    _, next_ = books(f"POST /recomms/next/items/{first['recommId']}", {"count": 10})
    ids = [one["id"] for one in (*first["recomms"], *next_["recomms"])]
    assert ids == everything


def test_results_can_show_properties(books):
    put(books, "a", name="hello", about="x")
    body = {
        "searchQuery": "hello",
        "count": 1,
        "returnProperties": True,
        "includedProperties": ["about"],
    }
    _, answer = books("POST /search/users/u/items/", body)
    assert answer["recomms"] == [{"id": "a", "values": {"about": "x"}}]


def test_a_booster_decides_over_the_match(books):
    put(books, "better", name="sea")
    put(books, "worse", about="sea and sand and wind")
    assert found(books, "sea") == ["better", "worse"]
    boosted = found(books, "sea", booster="if 'itemId' == \"worse\" then 1000 else 1")
    assert boosted == ["worse", "better"]


def test_the_rules_of_a_scenario_go_for_searches_too(books):
    rule = "'itemId' != \"a\""
    books.service.contents.scenarios.put(Scenario(id="s", endpoint="searchItems", filter=rule))
    put(books, "a", name="sea")
    put(books, "b", name="sea")
    assert set(found(books, "sea")) == {"a", "b"}
    assert found(books, "sea", scenario="s") == ["b"]
    assert set(found(books, "sea", scenario="never made")) == {"a", "b"}


def test_a_search_in_a_batch_finds_what_the_batch_wrote(books):
    put(books, "a", name="sea")
    body = {"searchQuery": "sea", "count": 5}
    answers = books.batch(
        ("POST /search/users/u/items/", body),
        ("POST /items/b", {"name": "sea", "!cascadeCreate": True}),
        ("POST /search/users/u/items/", body),
        "DELETE /items/a",
        ("POST /search/users/u/items/", body),
    )
    shown = [{one["id"] for one in answers[at][1]["recomms"]} for at in (0, 2, 4)]
    assert shown == [{"a"}, {"a", "b"}, {"b"}]


def test_browsers_may_search(books):
    put(books, "a", name="sea")
    books.public = True
    assert found(books, "sea", cascadeCreate=True) == ["a"]


def test_what_changes_is_found_as_it_is_now(books):
    put(books, "a", name="old")
    assert found(books, "old") == ["a"]
    put(books, "a", name="new")
    assert (found(books, "old"), found(books, "new")) == ([], ["a"])
    put(books, "a", name=None)
    assert found(books, "new") == []
    put(books, "b", name="new")
    assert found(books, "new") == ["b"]
    books("DELETE /items/b")
    assert found(books, "new") == []
    books("PUT /items/b")
    assert found(books, "new") == []


def test_a_property_that_goes_takes_its_words_along(books):
    put(books, "a", name="hello", about="hello world")
    assert found(books, "hello world") == ["a"]
    books("DELETE /items/properties/about")
    assert (found(books, "hello"), found(books, "world")) == (["a"], [])
    books("PUT /items/properties/about", {"type": "string"})
    assert found(books, "world") == []


def test_a_reset_database_finds_nothing(books):
    put(books, "a", name="hello")
    assert found(books, "hello") == ["a"]
    books("DELETE /")
    books("PUT /users/u")
    assert found(books, "hello") == []


@pytest.mark.parametrize("query", ["tv", "television", "TV", "telly"])
def test_synonyms_find_each_other(books, query):
    books("POST /synonyms/items/", {"term": "TV", "synonym": "television"})
    books("POST /synonyms/items/", {"term": "telly", "synonym": "tv"})
    put(books, "a", name="A tv")
    assert found(books, query) == (["a"])


def test_synonyms_of_synonyms_are_not_found(books):
    books("POST /synonyms/items/", {"term": "a", "synonym": "b"})
    books("POST /synonyms/items/", {"term": "b", "synonym": "c"})
    put(books, "x", name="c")
    assert (found(books, "b"), found(books, "a")) == (["x"], [])


def test_a_one_way_synonym_works_one_way(books):
    books("POST /synonyms/items/", {"term": "fruit", "synonym": "apple", "oneWay": True})
    put(books, "a", name="apple")
    put(books, "f", name="fruit")
    assert set(found(books, "fruit")) == {"a", "f"}
    assert found(books, "apple") == ["a"]


@pytest.mark.parametrize("query", ["sci-fi", "science fiction", "Sci Fi films", "films scifi"])
def test_synonyms_may_have_several_words(books, query):
    books("POST /synonyms/items/", {"term": "science fiction", "synonym": "sci-fi"})
    books("POST /synonyms/items/", {"term": "sci-fi", "synonym": "scifi"})
    put(books, "a", name="Best sci-fi films")
    assert found(books, query) == ["a"]


def test_a_synonym_within_a_longer_one_is_found_too(books):
    books("POST /synonyms/items/", {"term": "science fiction", "synonym": "scifi"})
    books("POST /synonyms/items/", {"term": "science", "synonym": "research"})
    put(books, "a", name="scifi")
    put(books, "b", name="research and fiction")
    assert set(found(books, "science fiction")) == {"a", "b"}


def test_a_synonym_that_is_deleted_finds_no_more(books):
    _, made = books("POST /synonyms/items/", {"term": "tv", "synonym": "television"})
    put(books, "a", name="television")
    assert found(books, "tv") == ["a"]
    books(f"DELETE /synonyms/items/{made['id']}")
    assert found(books, "tv") == []


@pytest.mark.parametrize(
    "query",
    [
        'hello"',
        '"hello',
        "hello*",
        "hello AND world",
        "NOT",
        "hello NOT world",
        "NEAR(hello world)",
        "title:hello",
        "name : hello",
        "{title body} : hello",
        "^hello",
        "hello + world",
        "-hello",
        "(((",
        "hello\x00world",
        "'; DROP TABLE texts; --",
        "\\",
        "a" * 100_000,
        "hello " * 10_000,
        " ".join(f"w{at}" for at in range(10_000)),
        "-".join(f"w{at}" for at in range(10_000)),
    ],
)
def test_nothing_in_a_query_is_syntax(books, query):
    put(books, "a", name="hello world")
    assert found(books, query) in ([], ["a"])


def test_words_of_the_query_language_are_words(books):
    put(books, "a", name="not near and or")
    put(books, "b", name="hello world")
    assert found(books, "near") == ["a"]
    assert found(books, "hello AND world") == []
    assert found(books, "AND OR NOT") == ["a"]


def test_synonyms_within_synonyms_have_an_end(books):
    words = [f"w{at}" for at in range(70)]
    for at in range(2, 70):
        books("POST /synonyms/items/", {"term": " ".join(words[:at]), "synonym": f"other {at}"})
    for at in range(300):
        books("POST /synonyms/items/", {"term": "w0", "synonym": f"many{at} words"})
    put(books, "a", name="other 63")
    assert found(books, " ".join(words[:63])) == ["a"]
    assert found(books, "w0") == []


EMPTY = TextIndex()
texts = st.text(min_size=1, max_size=20)


@given(st.lists(texts, max_size=4), st.lists(st.tuples(texts, texts, st.booleans()), max_size=4))
@example(['"'], [("a b", 'a"', False)])
def test_an_expression_holds_nothing_but_words_and_its_own_syntax(query, pairs):
    known = thesaurus(Synonym(str(at), *pair) for at, pair in enumerate(pairs))
    asked = pieces(" ".join(query))
    if asked:
        said = expression(asked, known)
        assert set("".join(said.split('"')[::2])) <= set(" ()*ANDOR")
        assert all(char == " " or char.isalnum() for char in "".join(said.split('"')[1::2]))
        EMPTY.find(said)


vocabulary = st.sampled_from(["a", "ab", "abc", "b", "ba", "c"])
shelf = st.sampled_from(["i1", "i2", "i3"])


class SearchMachine(RuleBasedStateMachine):
    """Search against a look into every text."""

    def __init__(self):
        super().__init__()
        self.items = Entities()
        self.search = Search()
        self.texts = {}
        for name in ("text", "title"):
            self.define(name)

    def define(self, name):
        role = {"name": "title"} if name == "title" else None
        self.items.define(Property(name, "string", role))

    @rule(item=shelf, text=st.lists(vocabulary, max_size=3), title=st.lists(vocabulary, max_size=2))
    def put(self, item, text, title):
        values = {"text": " ".join(text), "title": " ".join(title) or None}
        self.items.set_values(self.items.add(item), values)
        self.texts[item] = {"text": text, "title": title}

    @rule(item=shelf)
    def delete(self, item):
        if self.texts.pop(item, None) is not None:
            self.items.delete(item)

    @rule(name=st.sampled_from(["text", "title"]))
    def redefine(self, name):
        self.items.undefine(name)
        self.define(name)
        for texts in self.texts.values():
            texts[name] = []

    @rule(query=st.lists(vocabulary, min_size=1, max_size=3))
    def find(self, query):
        expected = {
            item
            for item, texts in self.texts.items()
            if all(
                any(word.startswith(begun) for word in (*texts["text"], *texts["title"]))
                for begun in query
            )
        }
        hits = self.search.items(" ".join(query), self.items, Synonyms())
        assert set(hits) == expected
        assert all(score > 0 for score in hits.values())


TestSearch = SearchMachine.TestCase
TestSearch.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
