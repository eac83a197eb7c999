"""Deleting and listing interactions: what the five kinds share."""

from typing import Final

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, SharedCases
from recombee_contract.cases.entities import BAD_ID, SUITES
from recombee_contract.cases.interactions import RECOMM, WHEN_SECONDS, Kind, pair

SHARED: Final[SharedCases[Kind]] = SharedCases()
"""Cases that the five kinds share."""


@SHARED.case(SUITES)
def deleting_again_is_404(api: Api, kind: Kind) -> None:
    """What was deleted cannot be deleted again."""
    pair(api)
    kind.add(api, timestamp=5).ok()
    kind.delete(api, timestamp=5).ok()
    kind.delete(api, timestamp=5).refused(404)
    kind.timestamps(api, [])


@SHARED.case("API reference, Delete {kind.word}")
def a_time_picks_one(api: Api, kind: Kind) -> None:
    """With a timestamp only the interaction of that moment is deleted."""
    pair(api)
    for when in (5, 6.5, 7):
        kind.add(api, timestamp=when).ok()
    kind.delete(api, timestamp=6.5).ok()
    kind.delete(api, timestamp=8).refused(404)
    kind.timestamps(api, [5.0, 7.0])


@SHARED.case("API reference, Delete {kind.word}")
def no_time_picks_all_of_the_pair(api: Api, kind: Kind) -> None:
    """Without a timestamp all interactions of that kind between the two are deleted."""
    pair(api)
    pair(api, "v", "j")
    for when in (5, 6):
        kind.add(api, timestamp=when).ok()
    kind.add(api, item="j", timestamp=7).ok()
    kind.add(api, user="v", timestamp=8).ok()
    kind.delete(api).ok()
    kind.timestamps(api, [7.0])
    kind.timestamps(api, [8.0], user="v")
    kind.delete(api).refused(404)


@SHARED.case("official Python client 6.3.1, observed")
def a_time_may_be_text_in_a_deletion(api: Api, kind: Kind) -> None:
    """ISO 8601 text picks the interaction of that moment, too."""
    pair(api)
    kind.add(api, timestamp=WHEN_SECONDS).ok()
    kind.delete(api, timestamp="2024-01-02T03:04:05+00:00").ok()
    kind.timestamps(api, [])


@SHARED.case("API reference, Delete {kind.word}")
def deleting_with_unknown_user_or_item_is_404(api: Api, kind: Kind) -> None:
    """Where user or item is unknown there is nothing to delete."""
    pair(api)
    kind.delete(api).refused(404)
    kind.delete(api, user="nobody").refused(404)
    kind.delete(api, item="nothing").refused(404)


@SHARED.case("API reference, Delete {kind.word}")
def a_bad_deletion_is_400(api: Api, kind: Kind) -> None:
    """Malformed IDs and times, and missing ones, are refused as such."""
    kind.delete(api, user=BAD_ID).refused(400)
    kind.delete(api, item=BAD_ID).refused(400)
    kind.delete(api, timestamp="yesterday").refused(400)
    api.delete(f"/{kind.segment}/", userId="u").refused(400)
    api.delete(f"/{kind.segment}/", itemId="i").refused(400)


@SHARED.case("API reference, List user {kind.word}s; official .NET client 6.2.0")
def a_listing_shows_who_what_and_when(api: Api, kind: Kind) -> None:
    """Listings of user and of item show the same; times are numbers with a fraction."""
    pair(api)
    kind.add(api, timestamp=5).ok()
    expected = {"userId": "u", "itemId": "i", "timestamp": 5.0, **kind.shown}
    api.lists(f"/users/u/{kind.segment}/", [expected])
    api.lists(f"/items/i/{kind.segment}/", [expected])


@SHARED.case("API reference, List item {kind.word}s")
def a_listing_holds_nothing_of_others(api: Api, kind: Kind) -> None:
    """A user's list has all their items, an item's list all its users, and no more."""
    for user, item in (("u", "i"), ("u", "j"), ("v", "i")):
        kind.add(api, user=user, item=item, timestamp=5, cascadeCreate=True).ok()
    for path, key, expected in (
        ("/users/u", "itemId", ["i", "j"]),
        ("/users/v", "itemId", ["i"]),
        ("/items/i", "userId", ["u", "v"]),
        ("/items/j", "userId", ["u"]),
    ):
        api.shows(
            f"{path}/{kind.segment}/",
            lambda found, key=key, expected=expected: (  # type: ignore[misc]
                sorted(one[key] for one in found) == expected
            ),
            expected,
        )


@SHARED.case("API reference, List user {kind.word}s")
def what_was_sent_along_is_shown(api: Api, kind: Kind) -> None:
    """Additional data and the recommendation's ID come back as they were given."""
    pair(api)
    data = {"a": [1, {"b": None}], "ž": "x"}
    kind.add(api, timestamp=5, recommId=RECOMM, additionalData=data).ok()
    api.shows(
        f"/users/u/{kind.segment}/",
        lambda found: (
            [(one.get("recommId"), one.get("additionalData")) for one in found] == [(RECOMM, data)]
        ),
        [{"recommId": RECOMM, "additionalData": data}],
    )


@SHARED.case("API reference, List user {kind.word}s")
def an_empty_listing_is_a_list(api: Api, kind: Kind) -> None:
    """Who did nothing yet has an empty list."""
    pair(api)
    api.lists(f"/users/u/{kind.segment}/", [])
    api.lists(f"/items/i/{kind.segment}/", [])


@SHARED.case("API reference, List user {kind.word}s")
def a_listing_of_the_unknown_is_404(api: Api, kind: Kind) -> None:
    """An unknown user or item has no list; a malformed ID is 400."""
    api.get(f"/users/nobody/{kind.segment}/").refused(404)
    api.get(f"/items/nothing/{kind.segment}/").refused(404)
    api.get(f"/users/{BAD_ID}/{kind.segment}/").refused(400)
    api.get(f"/items/{BAD_ID}/{kind.segment}/").refused(400)


@SHARED.case(CHOSEN)
def a_listing_is_in_order_of_time(api: Api, kind: Kind) -> None:
    """Earlier interactions come first."""
    pair(api)
    for when in (7, 5, 6):
        kind.add(api, timestamp=when).ok()
    api.shows(
        f"/users/u/{kind.segment}/",
        lambda found: [one["timestamp"] for one in found] == [5.0, 6.0, 7.0],
        [5.0, 6.0, 7.0],
    )
