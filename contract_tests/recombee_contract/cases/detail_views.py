"""Detail views."""

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section
from recombee_contract.cases import interaction_records
from recombee_contract.cases.interactions import SHARED, Kind, pair

SECTION = Section("detail_views")
_KIND = Kind("detail view", "detailviews", shown={"duration": None, "autoPresented": False})
SHARED.add_to(SECTION, _KIND)
interaction_records.SHARED.add_to(SECTION, _KIND)


@SECTION.case("API reference, List user detail views")
def how_it_was_viewed_is_shown(api: Api) -> None:
    """Duration and autoPresented come back as they were given."""
    pair(api)
    _KIND.add(api, timestamp=5, duration=42, autoPresented=True).ok()
    api.shows(
        "/users/u/detailviews/",
        lambda found: [(one["duration"], one["autoPresented"]) for one in found] == [(42, True)],
    )


@SECTION.case("API reference, Add detail view")
def a_duration_is_not_negative(api: Api) -> None:
    """A negative duration, or one that is no number, is 400."""
    pair(api)
    _KIND.add(api, duration=-1).refused(400)
    _KIND.add(api, duration="long").refused(400)
    _KIND.add(api, duration=0).ok()


@SECTION.case(CHOSEN)
def a_duration_may_have_a_fraction(api: Api) -> None:
    """Sources disagree whether it is whole; any number is taken and given back."""
    pair(api)
    _KIND.add(api, timestamp=5, duration=1.5).ok()
    api.shows("/users/u/detailviews/", lambda found: [one["duration"] for one in found] == [1.5])
