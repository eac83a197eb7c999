"""Recommendations."""

import json
from typing import Any, Final

from recombee_contract.answer import Answer
from recombee_contract.api import Api, entry
from recombee_contract.case import CHOSEN, Section
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


def _items(api: Api) -> None:
    """A user, and five items of which each was viewed more often than the next."""
    api.put("/items/properties/number", {"type": "int"}).created()
    for number in range(1, 6):
        api.post(f"/items/i{number}", {"number": number, "!cascadeCreate": True}).ok()
        for viewer in range(5 - number):
            view = {"userId": f"v{viewer}", "itemId": f"i{number}", "cascadeCreate": True}
            api.post("/detailviews/", view).ok()
    api.put("/users/u").created()


def _shows(api: Api, path: str, expected: set[str], **body: Any) -> Answer:
    """Demand these results, in any order; waits for them where they lag behind."""
    found = recommended(api.post(path, {"count": 100, **body}))
    if {one["id"] for one in found.json["recomms"]} != expected:
        api.wait()
        found = recommended(api.post(path, {"count": 100, **body}))
    if {one["id"] for one in found.json["recomms"]} != expected:
        raise found.broken(f"expected {sorted(expected)}")
    return found


_TO_USER: Final = "/recomms/users/u/items/"
_TO_ITEM: Final = "/recomms/items/i1/items/"
_ALL: Final = {f"i{number}" for number in range(1, 6)}


@SECTION.case("official PHP test suite, observed")
def an_entry_is_just_an_id(api: Api) -> None:
    """Without returnProperties and reqlExpressions an entry has nothing but its ID."""
    _items(api)
    found = _shows(api, _TO_USER, _ALL)
    if any(set(one) != {"id"} for one in found.json["recomms"]):
        raise found.broken("expected entries of nothing but an id")


@SECTION.case("API reference, Recommend items to user")
def values_come_with_return_properties(api: Api) -> None:
    """With returnProperties each result has its values, limited by includedProperties."""
    _items(api)
    api.put("/items/properties/other", {"type": "string"}).created()
    for included in (["number"], "number"):
        body = {"returnProperties": True, "includedProperties": included}
        found = _shows(api, _TO_USER, _ALL, **body)
        for one in found.json["recomms"]:
            if one.get("values") != {"number": int(one["id"][1:])}:
                raise found.broken("expected the one property that was asked for")


@SECTION.case("API reference, Recommend items to user")
def a_filter_leaves_out(api: Api) -> None:
    """Only items for which the filter is true are recommended."""
    _items(api)
    _shows(api, _TO_USER, {"i1", "i2"}, filter="'number' < 3")
    _shows(api, _TO_ITEM, {"i4", "i5"}, filter="'number' > 3", targetUserId=None)
    _shows(api, _TO_USER, set(), filter="false")


@SECTION.case("API reference, Recommend items to user; third-party production code")
def a_booster_puts_forward(api: Api) -> None:
    """A huge booster pins an item to the top."""
    _items(api)
    body = {"count": 1, "booster": "if 'itemId' == \"i5\" then 100000 else 1"}
    found = recommended(api.post(_TO_USER, body))
    if [one["id"] for one in found.json["recomms"]] != ["i5"]:
        raise found.broken("expected i5")


@SECTION.case("official PHP test suite, observed")
def expressions_are_evaluated_for_each_result(api: Api) -> None:
    """Outcomes of reqlExpressions come as reqlEvaluations and keep their type."""
    _items(api)
    expressions = {"big": "'number' > 2", "text": "string(1)", "next": "'number' + 1"}
    found = _shows(api, _TO_USER, _ALL, reqlExpressions=expressions)
    for one in found.json["recomms"]:
        number = int(one["id"][1:])
        expected = {"big": number > 2, "text": "1", "next": number + 1}  # noqa: PLR2004
        if one.get("reqlEvaluations") != expected:
            raise found.broken(f"expected {expected} of {one['id']}")


@SECTION.case("API reference, Recommend items to user")
def wrong_reql_is_400(api: Api) -> None:
    """A filter that is no boolean, a booster that is no number, and what does not parse are 400."""
    _items(api)
    for wrong in (
        {"filter": "'number' <"},
        {"filter": "'number'"},
        {"booster": "true"},
        {"booster": ""},
        {"reqlExpressions": {"x": "1 +"}},
    ):
        api.post(_TO_USER, {"count": 1, **wrong}).refused(400)


@SECTION.case("API reference, Recommend items to item")
def the_target_user_must_be_sent_but_may_be_null(api: Api) -> None:
    """Null is somebody unknown; leaving the parameter out is 400."""
    _items(api)
    recommended(api.post(_TO_ITEM, {"count": 1, "targetUserId": None}))
    api.post(_TO_ITEM, {"count": 1}).refused(400)


@SECTION.case("API reference, Recommend items to item")
def shares_are_from_0_to_1(api: Api) -> None:
    """Options out of their range are 400, at its ends they are fine."""
    _items(api)
    for name in ("userImpact", "diversity", "rotationRate"):
        for value, status in ((0, 200), (1, 200), (1.01, 400), (-0.01, 400)):
            body = {"count": 1, "targetUserId": "u", name: value}
            api.post(_TO_ITEM, body).expect(status)
    for level, status in (("low", 200), ("medium", 200), ("high", 200), ("none", 400)):
        body = {"count": 1, "targetUserId": "u", "minRelevance": level}
        api.post(_TO_ITEM, body).expect(status)


@SECTION.case(CHOSEN + "; the text about cascadeCreate suggests it")
def an_unknown_target_user_is_404(api: Api) -> None:
    """The target user must exist, or be created."""
    _items(api)
    body = {"count": 1, "targetUserId": "nobody"}
    api.post(_TO_ITEM, body).refused(404)
    recommended(api.post(_TO_ITEM, {**body, "cascadeCreate": True}))
    api.get("/users/nobody").expect(200)


@SECTION.case(CHOSEN)
def the_context_is_not_among_the_results(api: Api) -> None:
    """An item is not recommended for itself, nor a user."""
    _items(api)
    _shows(api, _TO_ITEM, _ALL - {"i1"}, targetUserId=None)
    _shows(api, "/recomms/users/v0/users/", {"u", "v1", "v2", "v3"})


@SECTION.case(CHOSEN)
def a_syntax_error_creates_nothing(api: Api) -> None:
    """What is wrong with the parameters is found before cascadeCreate creates anything."""
    body = {"count": 0, "cascadeCreate": True}
    api.post("/recomms/users/nobody/items/", body).refused(400)
    api.get("/users/nobody").refused(404)


@SECTION.case("API reference, Recommend next items")
def a_continuation_gives_what_was_not_given_yet(api: Api) -> None:
    """Nothing comes twice, calls are counted, and in the end nothing is left."""
    _items(api)
    base = recommended(api.post(_TO_USER, {"count": 2, "filter": "'number' < 5"}))
    found = [one["id"] for one in base.json["recomms"]]
    for calls, expected in enumerate((1, 1, 0), 1):
        more = recommended(api.post(f"/recomms/next/items/{base.json['recommId']}", {"count": 1}))
        got = [one["id"] for one in more.json["recomms"]]
        if len(got) != expected or more.json["numberNextRecommsCalls"] != calls:
            raise more.broken(f"expected {expected} more items in call {calls}")
        found += got
    if sorted(found) != ["i1", "i2", "i3", "i4"]:
        raise base.broken("expected each item once in the answer and its continuations")


@SECTION.case("API reference, Recommend next items; official test suites")
def a_wrong_continuation_is_refused(api: Api) -> None:
    """An ID nobody was given is 404; no UUID, a wrong count or a wrong kind of base is 400."""
    _items(api)
    unknown = "8a1e7f8e-0b5c-4f1e-9a57-0d7d2f0f4a11"
    api.post(f"/recomms/next/items/{unknown}", {"count": 1}).refused(404)
    api.post("/recomms/next/items/nonsense", {"count": 1}).refused(400)
    base = recommended(api.post(_TO_USER, {"count": 1})).json["recommId"]
    api.post(f"/recomms/next/items/{base}", {"count": 0}).refused(400)
    api.post(f"/recomms/next/item-segments/{base}", {"count": 1}).refused(400)


@SECTION.case("API reference, Recommendations (GET variants)", alone=True)
def get_is_answered_too(api: Api) -> None:
    """The parameters may stand in the query of a GET request."""
    _items(api)
    found = recommended(api.get("/recomms/users/u/items/", count=2, returnProperties=True))
    if len(found.json["recomms"]) != 2 or "values" not in found.json["recomms"][0]:  # noqa: PLR2004
        raise found.broken("expected two items with values")


@SECTION.case("API reference, Batch", alone=True)
def recommendations_of_a_batch_can_be_distinct(api: Api) -> None:
    """With distinctRecomms no item is recommended twice to a user within the batch."""
    _items(api)
    asked = [entry("POST", _TO_USER, count=2)] * 3
    answer = api.batch(*asked, distinctRecomms=True).expect(200)
    found = [one["id"] for each in answer.json for one in each["json"]["recomms"]]
    if sorted(found) != sorted(_ALL):
        raise answer.broken("expected each of the five items once")


@SECTION.case("API reference, Recommendations; API client for browsers", alone=True)
def only_items_are_open_to_the_public_token(api: Api) -> None:
    """Items may be recommended with the public token, users may not."""
    api.put("/users/u").created()
    body = json.dumps({"count": 1}).encode()
    recommended(api.raw("POST", _TO_USER, body, public=True))
    api.raw("POST", "/recomms/users/u/users/", body, public=True).expect(403)
