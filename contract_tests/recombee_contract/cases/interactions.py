"""Interactions that are told apart by user, item and timestamp: what the five kinds share."""

from collections.abc import Mapping
from typing import Any, Final

import attrs

from recombee_contract.answer import Answer
from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, SharedCases
from recombee_contract.cases.entities import BAD_ID, SUITES

RECOMM: Final = "0f8fad5b-d9cb-469f-a165-70867728950e"
WHEN: Final = "2024-01-02T03:04:05Z"
WHEN_SECONDS: Final = 1704164645.0


@attrs.frozen
class Kind:
    """One kind.

    Attributes:
        word: As in "Add …" in the API reference.
        segment: As in the path.
        required: Parameters it needs besides the pair.
        shown: What a listing shows of an interaction that has nothing else.
    """

    word: str
    segment: str
    required: Mapping[str, Any] = attrs.field(factory=dict)
    shown: Mapping[str, Any] = attrs.field(factory=dict)

    def add(self, api: Api, user: str = "u", item: str = "i", **more: Any) -> Answer:
        """Ask for one."""
        return api.post(
            f"/{self.segment}/", {"userId": user, "itemId": item, **self.required, **more}
        )

    def delete(self, api: Api, user: str = "u", item: str = "i", **more: Any) -> Answer:
        """Ask for its deletion."""
        return api.delete(f"/{self.segment}/", userId=user, itemId=item, **more)

    def timestamps(self, api: Api, expected: list[float], user: str = "u") -> None:
        """Demand that the user has exactly these."""
        api.shows(
            f"/users/{user}/{self.segment}/",
            lambda found: sorted(one["timestamp"] for one in found) == expected,
            expected,
        )


def pair(api: Api, user: str = "u", item: str = "i") -> None:
    """Create a user and an item."""
    api.put(f"/users/{user}").created()
    api.put(f"/items/{item}").created()


SHARED: Final[SharedCases[Kind]] = SharedCases()
"""Cases that the five kinds share."""


@SHARED.case(SUITES)
def adding_answers_200(api: Api, kind: Kind) -> None:
    """An interaction of a known user with a known item is 200, not 201."""
    pair(api)
    kind.add(api, timestamp=5).ok()
    kind.add(api).ok()


@SHARED.case(SUITES)
def user_and_item_must_exist(api: Api, kind: Kind) -> None:
    """An unknown user or item is 404, and nothing is created."""
    pair(api)
    kind.add(api, user="nobody").refused(404)
    kind.add(api, item="nothing").refused(404)
    kind.add(api, user="nobody", cascadeCreate=False).refused(404)
    api.get("/users/nobody").refused(404)
    api.get("/items/nothing").refused(404)


@SHARED.case(SUITES)
def cascade_creates_user_and_item(api: Api, kind: Kind) -> None:
    """With cascadeCreate both are created, or the one that is missing."""
    kind.add(api, cascadeCreate=True).ok()
    api.get("/users/u").expect(200)
    api.get("/items/i").expect(200)
    kind.add(api, user="v", cascadeCreate=True).ok()
    kind.add(api, item="j", cascadeCreate=True).ok()


@SHARED.case("API reference, Add {kind.word}; official test suites, observed")
def points_in_time_may_be_written_in_many_ways(api: Api, kind: Kind) -> None:
    """ISO 8601 text with zone, offset or fraction, and Unix seconds, zero included."""
    pair(api)
    for when in (
        "2013-10-29T09:38:41.341Z",
        "2016-04-20T12:50:42+02:00",
        0,
        5,
        1700000000.25,
    ):
        kind.add(api, timestamp=when).ok()
    kind.timestamps(api, [0.0, 5.0, 1383039521.341, 1461149442.0, 1700000000.25])


@SHARED.case(CHOSEN + "; the official Python client sends such text", alone=True)
def text_without_a_zone_is_utc(api: Api, kind: Kind) -> None:
    """ISO 8601 text that names no zone is taken for UTC."""
    pair(api)
    kind.add(api, timestamp=WHEN.removesuffix("Z")).ok()
    kind.timestamps(api, [WHEN_SECONDS])


@SHARED.case("API reference, Add {kind.word}")
def a_point_in_time_must_be_one(api: Api, kind: Kind) -> None:
    """A time before 1970, and text that is no time, are 400."""
    pair(api)
    kind.add(api, timestamp=-1).refused(400)
    kind.add(api, timestamp="yesterday").refused(400)
    kind.add(api, timestamp=True).refused(400)
    kind.timestamps(api, [])


@SHARED.case("official test suites and API reference, in agreement")
def a_bad_id_is_400_before_anything_is_404(api: Api, kind: Kind) -> None:
    """Malformed IDs are refused as such, although neither user nor item exists."""
    kind.add(api, user=BAD_ID).refused(400)
    kind.add(api, item=BAD_ID).refused(400)
    kind.add(api, user="", cascadeCreate=True).refused(400)
    api.lists("/items/list/", [])


@SHARED.case("API reference, Add {kind.word}")
def user_and_item_are_required(api: Api, kind: Kind) -> None:
    """An interaction without a user, or without an item, is 400."""
    pair(api)
    api.post(f"/{kind.segment}/", {"userId": "u", **kind.required}).refused(400)
    api.post(f"/{kind.segment}/", {"itemId": "i", **kind.required}).refused(400)


@SHARED.case("official Python client 6.3.1, observed: None is sent as null")
def null_means_not_given(api: Api, kind: Kind) -> None:
    """An optional parameter that is null counts as left out."""
    pair(api)
    kind.add(api, timestamp=None, cascadeCreate=None, recommId=None, additionalData=None).ok()


@SHARED.case(CHOSEN)
def unknown_parameters_are_ignored(api: Api, kind: Kind) -> None:
    """A parameter that the API does not have does no harm."""
    pair(api)
    kind.add(api, timestamp=5, somethingElse={"a": 1}).ok()
    kind.timestamps(api, [5.0])


@SHARED.case(CHOSEN)
def a_refused_addition_creates_nothing(api: Api, kind: Kind) -> None:
    """A syntax error is found before cascadeCreate creates anything."""
    kind.add(api, timestamp=-1, cascadeCreate=True).refused(400)
    api.get("/users/u").refused(404)
    api.get("/items/i").refused(404)


@SHARED.case(SUITES)
def the_same_at_the_same_time_conflicts(api: Api, kind: Kind) -> None:
    """User, item and timestamp make the identity: a repetition is 409 and writes nothing."""
    pair(api)
    kind.add(api, timestamp=5).ok()
    kind.add(api, timestamp=5).refused(409)
    kind.add(api, timestamp=5, recommId=RECOMM, cascadeCreate=True).refused(409)
    kind.timestamps(api, [5.0])


@SHARED.case("API reference, Add {kind.word}")
def another_time_user_or_item_does_not_conflict(api: Api, kind: Kind) -> None:
    """Any difference in the identity makes another interaction."""
    pair(api)
    pair(api, "v", "j")
    kind.add(api, timestamp=5).ok()
    kind.add(api, timestamp=5.001).ok()
    kind.add(api, user="v", timestamp=5).ok()
    kind.add(api, item="j", timestamp=5).ok()
    kind.timestamps(api, [5.0, 5.0, 5.001])


@SHARED.case("API reference, Add {kind.word}")
def times_are_compared_by_value(api: Api, kind: Kind) -> None:
    """The same moment in another spelling is the same moment."""
    pair(api)
    kind.add(api, timestamp=1).ok()
    for same in (1.0, "1970-01-01T00:00:01Z", "1970-01-01T01:00:01+01:00"):
        kind.add(api, timestamp=same).refused(409)
    kind.timestamps(api, [1.0])


@SHARED.case("API reference, Add {kind.word}")
def kinds_do_not_conflict_with_each_other(api: Api, kind: Kind) -> None:
    """An interaction of another kind may have the same user, item and timestamp."""
    pair(api)
    other = "bookmarks" if kind.segment != "bookmarks" else "purchases"
    api.post(f"/{other}/", {"userId": "u", "itemId": "i", "timestamp": 5}).ok()
    kind.add(api, timestamp=5).ok()


@SHARED.case(CHOSEN)
def without_a_time_every_addition_counts(api: Api, kind: Kind) -> None:
    """Two additions in a row without a timestamp are two interactions."""
    pair(api)
    kind.add(api).ok()
    kind.add(api).ok()
    api.shows(f"/users/u/{kind.segment}/", lambda found: len(found) == 2)  # noqa: PLR2004
