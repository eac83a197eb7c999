"""Search synonyms."""

from recombee_contract.api import Api
from recombee_contract.case import Section
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
