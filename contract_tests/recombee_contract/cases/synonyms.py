"""Search synonyms."""

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section
from recombee_contract.cases.entities import SUITES

SECTION = Section("synonyms")


@SECTION.case(SUITES)
def a_synonym_is_added_and_deleted_once(api: Api) -> None:
    """Adding is 201 and a repetition 409, deleting 200 and a repetition 404."""
    body = {"term": "sci-fi", "synonym": "science fiction"}
    made = api.post("/synonyms/items/", body).expect(201)
    api.post("/synonyms/items/", body).refused(409)
    expected = {"id": made.json["id"], "oneWay": False, **body}
    api.lists("/synonyms/items/", {"synonyms": [expected]})
    api.delete(f"/synonyms/items/{made.json['id']}").ok()
    api.delete(f"/synonyms/items/{made.json['id']}").refused(404)


@SECTION.case("API reference, Delete all search synonyms")
def all_synonyms_can_be_deleted(api: Api) -> None:
    """Deleting the collection empties it, also when it is empty."""
    api.post("/synonyms/items/", {"term": "a", "synonym": "b", "oneWay": True}).expect(201)
    api.delete("/synonyms/items/").ok()
    api.lists("/synonyms/items/", {"synonyms": []})
    api.delete("/synonyms/items/").ok()


@SECTION.case("API reference, List search synonyms; official test suites, observed")
def synonyms_are_listed_by_term_in_pages(api: Api) -> None:
    """Terms are in order; count and offset cut pages, behind the end they are empty."""
    for term in ("b", "c", "a"):
        api.post("/synonyms/items/", {"term": term, "synonym": "x"}).expect(201)

    def terms(**page: int) -> list[str]:
        found = api.get("/synonyms/items/", **page).expect(200).json["synonyms"]
        return [one["term"] for one in found]

    api.shows("/synonyms/items/", lambda found: len(found["synonyms"]) == 3)  # noqa: PLR2004
    assert terms() == ["a", "b", "c"]
    assert terms(count=1, offset=1) == ["b"]
    assert terms(offset=3) == []


@SECTION.case("API reference, Add search synonym")
def a_synonym_needs_two_texts(api: Api) -> None:
    """A missing term or synonym, or a value of another type, is 400."""
    whole = {"term": "a", "synonym": "b"}
    for change in ({"term": None}, {"synonym": None}, {"term": 5}, {"oneWay": "yes"}):
        api.post("/synonyms/items/", {**whole, **change}).refused(400)
    api.lists("/synonyms/items/", {"synonyms": []})


@SECTION.case(CHOSEN)
def only_the_same_pair_conflicts(api: Api) -> None:
    """The swapped pair and other letter case are pairs of their own; another direction is not."""
    api.post("/synonyms/items/", {"term": "a", "synonym": "b"}).expect(201)
    api.post("/synonyms/items/", {"term": "b", "synonym": "a"}).expect(201)
    api.post("/synonyms/items/", {"term": "A", "synonym": "b"}).expect(201)
    api.post("/synonyms/items/", {"term": "a", "synonym": "b", "oneWay": True}).refused(409)
