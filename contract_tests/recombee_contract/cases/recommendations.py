"""Recommendations."""

from typing import Final

from recombee_contract.answer import Answer
from recombee_contract.api import Api
from recombee_contract.case import Section
from recombee_contract.cases.entities import SUITES

SECTION = Section("recommendations")
_SHAPE: Final = {"recommId", "recomms", "numberNextRecommsCalls"}


def recommended(answer: Answer) -> Answer:
    """Demand an answer in the shape of recommendations."""
    found = answer.expect(200).json
    if not set(found) >= _SHAPE or not all("id" in one for one in found["recomms"]):
        raise answer.broken("expected recommId, recomms with IDs and numberNextRecommsCalls")
    return answer


@SECTION.case(SUITES)
def items_and_users_are_recommended(api: Api) -> None:
    """With cascadeCreate unknown users and items are no obstacle."""
    body = {"count": 5, "cascadeCreate": True}
    recommended(api.post("/recomms/users/u/items/", body))
    recommended(api.post("/recomms/items/i/items/", {**body, "targetUserId": "u"}))
    recommended(api.post("/recomms/users/u/users/", body))
    recommended(api.post("/recomms/items/i/users/", body))


@SECTION.case("API reference, Recommend items to user")
def an_unknown_user_is_404(api: Api) -> None:
    """Without cascadeCreate the user must exist."""
    api.post("/recomms/users/nobody/items/", {"count": 5}).refused(404)


@SECTION.case("API reference, Recommend items to user")
def a_count_is_a_positive_whole_number(api: Api) -> None:
    """A count that is missing, 0, negative or no whole number is 400."""
    api.put("/users/u").created()
    for count in (None, 0, -1, 1.5, "5"):
        api.post("/recomms/users/u/items/", {"count": count}).refused(400)


@SECTION.case(SUITES)
def an_answer_can_be_continued_twice(api: Api) -> None:
    """The same base can be continued again and again."""
    body = {"count": 1, "cascadeCreate": True}
    base = recommended(api.post("/recomms/users/u/items/", body)).json["recommId"]
    for _ in range(2):
        recommended(api.post(f"/recomms/next/items/{base}", {"count": 1}))


@SECTION.case(SUITES)
def what_is_continued_must_be_an_answer(api: Api) -> None:
    """An ID that is no UUID is 400."""
    api.post("/recomms/next/item-segments/nonsense", {"count": 1}).refused(400)


@SECTION.case(SUITES)
def segments_need_a_configured_scenario(api: Api) -> None:
    """Recommending segments without a scenario that is set up for it is 400."""
    body = {"count": 5, "cascadeCreate": True, "scenario": "never-configured"}
    api.post("/recomms/users/u/item-segments/", body).refused(400)
    api.post("/recomms/items/i/item-segments/", {**body, "targetUserId": "u"}).refused(400)


@SECTION.case(SUITES)
def a_composite_needs_its_scenario(api: Api) -> None:
    """A composite recommendation of an unknown scenario is 400."""
    api.post("/recomms/composite/", {"scenario": "never-configured", "count": 5}).refused(400)
