"""View portions: one per user, item and session, which only grows."""

from typing import Any

from recombee_contract.answer import Answer
from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section
from recombee_contract.cases.entities import BAD_ID, SUITES
from recombee_contract.cases.interactions import RECOMM, pair

SECTION = Section("view_portions")
_REFERENCE = "API reference, Set view portion"


def _set(api: Api, portion: Any, **more: Any) -> Answer:
    return api.post("/viewportions/", {"userId": "u", "itemId": "i", "portion": portion, **more})


def _stored(api: Api, *expected: tuple[str | None, float, float]) -> None:
    def right(found: Any) -> bool:
        shown = [(one["sessionId"], one["portion"], one["timestamp"]) for one in found]
        return sorted(shown, key=str) == sorted(expected, key=str)

    api.shows("/users/u/viewportions/", right, expected)
    api.shows("/items/i/viewportions/", right, expected)


@SECTION.case(SUITES)
def setting_answers_200(api: Api) -> None:
    """A portion of a known item by a known user is 200."""
    pair(api)
    _set(api, 0.5).ok()


@SECTION.case(SUITES)
def user_and_item_must_exist_or_be_created(api: Api) -> None:
    """Unknown users and items are 404, unless cascadeCreate creates them."""
    _set(api, 0.5).refused(404)
    api.put("/users/u").created()
    _set(api, 0.5).refused(404)
    api.get("/items/i").refused(404)
    _set(api, 0.5, cascadeCreate=True).ok()
    api.get("/items/i").expect(200)


@SECTION.case(SUITES)
def a_portion_is_between_zero_and_one(api: Api) -> None:
    """Both ends are legal; what is beyond, missing or no number is 400."""
    pair(api)
    _set(api, 0, timestamp=1).ok()
    _set(api, 1, timestamp=2).ok()
    for portion in (-2, -0.001, 1.001, "half", None):
        _set(api, portion, timestamp=3).refused(400)
    api.post("/viewportions/", {"userId": "u", "itemId": "i"}).refused(400)
    _stored(api, (None, 1, 2.0))


@SECTION.case(SUITES)
def a_session_has_the_characters_of_an_id(api: Api) -> None:
    """A session with other characters is 400, also before anything is 404."""
    _set(api, 0.5, sessionId="a****").refused(400)
    pair(api)
    _set(api, 0.5, sessionId="a****").refused(400)
    _set(api, 0.5, sessionId="aZ09_-:@.").ok()


@SECTION.case(_REFERENCE)
def a_later_call_updates_the_stored_portion(api: Api) -> None:
    """For the same user, item and session there is one portion: the last one."""
    pair(api)
    _set(api, 0.25, timestamp=1).ok()
    _set(api, 0.5, timestamp=2).ok()
    _stored(api, (None, 0.5, 2.0))


@SECTION.case(_REFERENCE)
def the_same_portion_later_is_taken(api: Api) -> None:
    """A portion need not grow; the time must."""
    pair(api)
    _set(api, 0.5, timestamp=1).ok()
    _set(api, 0.5, timestamp=2).ok()
    _stored(api, (None, 0.5, 2.0))


@SECTION.case(_REFERENCE)
def a_smaller_portion_conflicts(api: Api) -> None:
    """A portion that is smaller than the stored one is 409, however late."""
    pair(api)
    _set(api, 0.5, timestamp=1).ok()
    _set(api, 0.25, timestamp=2).refused(409)
    _stored(api, (None, 0.5, 1.0))


@SECTION.case(_REFERENCE)
def an_earlier_or_equal_time_conflicts(api: Api) -> None:
    """A time that is not later than the stored one is 409, however great the portion."""
    pair(api)
    _set(api, 0.5, timestamp=5).ok()
    _set(api, 0.75, timestamp=5).refused(409)
    _set(api, 0.75, timestamp=4).refused(409)
    _stored(api, (None, 0.5, 5.0))


@SECTION.case(_REFERENCE)
def sessions_are_apart(api: Api) -> None:
    """Each session has its own portion; no session is one, too."""
    pair(api)
    _set(api, 0.5, timestamp=5).ok()
    _set(api, 0.25, timestamp=5, sessionId="a").ok()
    _set(api, 0.125, timestamp=4, sessionId="b").ok()
    _set(api, 0.5, timestamp=6, sessionId=None).ok()
    _stored(api, (None, 0.5, 6.0), ("a", 0.25, 5.0), ("b", 0.125, 4.0))


@SECTION.case(_REFERENCE)
def time_spent_may_be_left_out_when_unchanged(api: Api) -> None:
    """A portion without timeSpent keeps the stored one."""
    pair(api)
    _set(api, 0.25, timestamp=1, timeSpent=10).ok()
    _set(api, 0.5, timestamp=2).ok()
    api.shows("/users/u/viewportions/", lambda found: [one["timeSpent"] for one in found] == [10])


@SECTION.case(CHOSEN)
def less_time_spent_conflicts(api: Api) -> None:
    """Time spent only grows, like the portion."""
    pair(api)
    _set(api, 0.25, timestamp=1, timeSpent=10).ok()
    _set(api, 0.5, timestamp=2, timeSpent=9).refused(409)


@SECTION.case("API reference, List user view portions")
def a_listing_shows_defaults(api: Api) -> None:
    """What was not given is shown as null, false and 0."""
    pair(api)
    _set(api, 0.5, timestamp=5).ok()
    api.shows(
        "/users/u/viewportions/",
        lambda found: (
            found
            == [
                {
                    "userId": "u",
                    "itemId": "i",
                    "timestamp": 5.0,
                    "portion": 0.5,
                    "sessionId": None,
                    "autoPresented": False,
                    "timeSpent": 0,
                }
            ]
        ),
    )


@SECTION.case("API reference, List user view portions")
def what_was_sent_along_is_shown(api: Api) -> None:
    """Additional data, the recommendation's ID and how it was presented come back."""
    pair(api)
    more = {"recommId": RECOMM, "additionalData": {"a": [1]}, "autoPresented": True}
    _set(api, 0.5, timestamp=5, **more).ok()
    api.shows(
        "/users/u/viewportions/",
        lambda found: [{name: one.get(name) for name in more} for one in found] == [more],
        [more],
    )


@SECTION.case(SUITES)
def deleting_again_is_404(api: Api) -> None:
    """What was deleted cannot be deleted again."""
    pair(api)
    _set(api, 0.5, timestamp=5).ok()
    api.delete("/viewportions/", userId="u", itemId="i").ok()
    api.delete("/viewportions/", userId="u", itemId="i").refused(404)
    _stored(api)


@SECTION.case("API reference, Delete view portion")
def a_session_picks_its_portion(api: Api) -> None:
    """A deletion with a session leaves the portions of other sessions alone."""
    pair(api)
    for session in ("a", "b"):
        _set(api, 0.5, timestamp=5, sessionId=session).ok()
    api.delete("/viewportions/", userId="u", itemId="i", sessionId="a").ok()
    api.delete("/viewportions/", userId="u", itemId="i", sessionId="c").refused(404)
    _stored(api, ("b", 0.5, 5.0))


@SECTION.case(CHOSEN)
def no_session_picks_the_portion_without_one(api: Api) -> None:
    """A deletion without a session leaves those with one alone."""
    pair(api)
    _set(api, 0.5, timestamp=5).ok()
    _set(api, 0.5, timestamp=5, sessionId="a").ok()
    api.delete("/viewportions/", userId="u", itemId="i").ok()
    _stored(api, ("a", 0.5, 5.0))


@SECTION.case("API reference, Delete view portion")
def deleting_what_never_was_is_404(api: Api) -> None:
    """Unknown users, items and portions are 404, malformed ones 400."""
    api.delete("/viewportions/", userId="u", itemId="i").refused(404)
    pair(api)
    api.delete("/viewportions/", userId="u", itemId="i").refused(404)
    api.delete("/viewportions/", userId=BAD_ID, itemId="i").refused(400)
    api.delete("/viewportions/", userId="u").refused(400)


@SECTION.case("API reference, List item view portions")
def a_listing_of_the_unknown_is_404(api: Api) -> None:
    """An unknown user or item has no list."""
    api.get("/users/u/viewportions/").refused(404)
    api.get("/items/i/viewportions/").refused(404)
