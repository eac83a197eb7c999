"""Search."""

from recombee_contract.api import Api
from recombee_contract.case import Section
from recombee_contract.cases.entities import SUITES
from recombee_contract.cases.recommendations import recommended

SECTION = Section("search")


@SECTION.case(SUITES)
def beginnings_of_words_are_found(api: Api) -> None:
    """What is typed so far finds what begins so; nonsense finds nothing."""
    api.put("/items/properties/text", {"type": "string"}).created()
    api.post("/items/a", {"text": "hello", "!cascadeCreate": True}).ok()
    for query, expected in (("hell", ["a"]), ("xyzzyx", [])):
        body = {"searchQuery": query, "count": 5, "cascadeCreate": True}
        found = recommended(api.post("/search/users/u/items/", body))
        if [one["id"] for one in found.json["recomms"]] != expected:
            raise found.broken(f"expected {expected} for {query!r}")


@SECTION.case(SUITES)
def searching_segments_needs_a_configured_scenario(api: Api) -> None:
    """Segments without a scenario that is set up for them are 400."""
    body = {"searchQuery": "x", "count": 5, "cascadeCreate": True}
    api.post("/search/users/u/item-segments/", body).refused(400)
