"""Ratings."""

from recombee_contract.api import Api
from recombee_contract.case import Section
from recombee_contract.cases import interaction_records
from recombee_contract.cases.entities import SUITES
from recombee_contract.cases.interactions import SHARED, Kind, pair

SECTION = Section("ratings")
_KIND = Kind("rating", "ratings", required={"rating": 0.5}, shown={"rating": 0.5})
SHARED.add_to(SECTION, _KIND)
interaction_records.SHARED.add_to(SECTION, _KIND)


@SECTION.case(SUITES)
def a_rating_is_between_minus_one_and_one(api: Api) -> None:
    """Both ends are legal; what is beyond is 400 and writes nothing."""
    pair(api)
    for when, rating in enumerate((-1, -1.0, 0, 1, 1.0)):
        _KIND.add(api, timestamp=when, rating=rating).ok()
    for rating in (-2, -1.001, 1.001, 5):
        _KIND.add(api, timestamp=9, rating=rating).refused(400)
    _KIND.timestamps(api, [0.0, 1.0, 2.0, 3.0, 4.0])


@SECTION.case("API reference, Add rating")
def a_rating_is_required_and_a_number(api: Api) -> None:
    """Without a rating, or with text in its place, the request is 400."""
    pair(api)
    api.post("/ratings/", {"userId": "u", "itemId": "i"}).refused(400)
    _KIND.add(api, rating="good").refused(400)
    _KIND.add(api, rating=None).refused(400)


@SECTION.case("API reference, Add rating")
def a_bad_rating_is_400_before_anything_is_404(api: Api) -> None:
    """The range is checked before user and item are looked for."""
    _KIND.add(api, rating=-2).refused(400)
