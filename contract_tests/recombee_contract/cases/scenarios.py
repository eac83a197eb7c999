"""Scenarios."""

from recombee_contract.api import Api
from recombee_contract.case import Section

SECTION = Section("scenarios")


@SECTION.case("API reference, List scenarios")
def scenarios_are_listed(api: Api) -> None:
    """The list holds IDs and endpoints; what it holds is made in the Admin UI."""
    answer = api.get("/scenarios/").expect(200)
    if not all({"id", "endpoint"} <= set(one) for one in answer.json):
        raise answer.broken("expected entries with id and endpoint")
