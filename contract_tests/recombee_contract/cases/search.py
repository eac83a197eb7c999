"""Search."""

from typing import Any

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section
from recombee_contract.cases.entities import SUITES
from recombee_contract.cases.recommendations import recommended

SECTION = Section("search")


def finds(api: Api, query: str, *expected: str, **options: Any) -> None:
    """Demand that exactly these items are found; waits where search lags behind."""
    body = {"searchQuery": query, "count": 10, "cascadeCreate": True, **options}
    for _ in range(int(api.database.patience) + 1):
        found = recommended(api.post("/search/users/u/items/", body))
        if sorted(one["id"] for one in found.json["recomms"]) == sorted(expected):
            return
        api.wait()
    raise found.broken(f"expected {expected} for {query!r}")


def _texts(api: Api, **texts: str) -> None:
    """Items with a text each."""
    api.put("/items/properties/text", {"type": "string"}).created()
    for item, text in texts.items():
        api.post(f"/items/{item}", {"text": text, "!cascadeCreate": True}).ok()


@SECTION.case(SUITES)
def beginnings_of_words_are_found(api: Api) -> None:
    """What is typed so far finds what begins so; nonsense finds nothing."""
    _texts(api, a="hello")
    finds(api, "hell", "a")
    finds(api, "xyzzyx")


@SECTION.case("API reference, Search items")
def all_texts_and_sets_are_searched(api: Api) -> None:
    """Properties of the types string and set are searched."""
    _texts(api, a="dune", b="sand")
    api.put("/items/properties/tags", {"type": "set"}).created()
    api.post("/items/b", {"tags": ["desert", "dune"]}).ok()
    finds(api, "dune", "a", "b")


@SECTION.case(CHOSEN)
def every_word_must_be_found(api: Api) -> None:
    """An item is found when it has all words of a query, in whatever order and dress."""
    _texts(api, a="The Hound of the Baskervilles", b="The Castle", c="Žluťoučký kůň")
    finds(api, "hound baskervilles", "a")
    finds(api, "BASKER hound the", "a")
    finds(api, "the", "a", "b")
    finds(api, "hound castle")
    finds(api, "zlutoucky KUN", "c")


@SECTION.case(CHOSEN)
def nothing_in_a_query_is_syntax(api: Api) -> None:
    """Quotes, brackets and operators of whatever search engine are text."""
    _texts(api, a="hello world")
    for query in ('"hello', "hello*", "(hello)", "text:hello", "hello AND world", "-hello", "***"):
        body = {"searchQuery": query, "count": 10, "cascadeCreate": True}
        recommended(api.post("/search/users/u/items/", body))


@SECTION.case("API reference, Search items")
def a_search_finds_what_is_there_now(api: Api) -> None:
    """New texts are found, old ones, deleted items and dropped properties are not."""
    _texts(api, a="old", b="old")
    finds(api, "old", "a", "b")
    api.post("/items/a", {"text": "new"}).ok()
    api.delete("/items/b").ok()
    finds(api, "old")
    finds(api, "new", "a")
    api.delete("/items/properties/text").ok()
    finds(api, "new")


@SECTION.case("API reference, Search items")
def a_search_can_be_filtered_and_shown(api: Api) -> None:
    """Filter and returnProperties mean what they mean in recommendations."""
    _texts(api, a="hello", b="hello")
    finds(api, "hello", "b", filter="'itemId' != \"a\"")
    body = {"searchQuery": "hello", "count": 1, "returnProperties": True}
    found = recommended(api.post("/search/users/u/items/", {**body, "filter": "'itemId' == \"a\""}))
    if found.json["recomms"] != [{"id": "a", "values": {"text": "hello"}}]:
        raise found.broken("expected the properties of a")


@SECTION.case("API reference, Search items")
def a_search_can_be_continued(api: Api) -> None:
    """The next items of a search are those not shown so far."""
    _texts(api, a="hello", b="hello", c="hello")
    finds(api, "hello", "a", "b", "c")
    body = {"searchQuery": "hello", "count": 2}
    first = recommended(api.post("/search/users/u/items/", body)).json
    rest = recommended(api.post(f"/recomms/next/items/{first['recommId']}", {"count": 2}))
    shown = [one["id"] for one in (*first["recomms"], *rest.json["recomms"])]
    if sorted(shown) != ["a", "b", "c"]:
        raise rest.broken("expected the third item")


@SECTION.case("API reference, Search items")
def a_search_needs_a_user_and_a_query(api: Api) -> None:
    """An unknown user is 404 without cascadeCreate; a missing query or a bad count 400."""
    body = {"searchQuery": "x", "count": 5}
    api.post("/search/users/nobody/items/", body).refused(404)
    api.put("/users/u").created()
    api.post("/search/users/u/items/", body).expect(200)
    for change in ({"searchQuery": None}, {"searchQuery": 5}, {"count": 0}, {"filter": "5"}):
        api.post("/search/users/u/items/", {**body, **change}).refused(400)


@SECTION.case(CHOSEN)
def an_empty_query_is_refused(api: Api) -> None:
    """A query without a character is 400."""
    body = {"searchQuery": "", "count": 5, "cascadeCreate": True}
    api.post("/search/users/u/items/", body).refused(400)


@SECTION.case("API reference, Add search synonym")
def synonyms_find_each_other(api: Api) -> None:
    """Term and synonym find each other, unless it is one way; also of several words."""
    _texts(api, a="a television", b="a science fiction film", c="apple", d="fruit")
    for term, synonym, one_way in (
        ("tv", "television", False),
        ("sci-fi", "science fiction", False),
        ("fruit", "apple", True),
    ):
        body = {"term": term, "synonym": synonym, "oneWay": one_way}
        api.post("/synonyms/items/", body).expect(201)
    finds(api, "tv", "a")
    finds(api, "sci-fi film", "b")
    finds(api, "fruit", "c", "d")
    finds(api, "apple", "c")


@SECTION.case(SUITES)
def searching_segments_needs_a_configured_scenario(api: Api) -> None:
    """Segments without a scenario that is set up for them are 400."""
    body = {"searchQuery": "x", "count": 5, "cascadeCreate": True}
    api.post("/search/users/u/item-segments/", body).refused(400)
