"""Merging users."""

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section
from recombee_contract.cases.entities import BAD_ID, SUITES

SECTION = Section("merge")

_KINDS = ("detailviews", "purchases", "ratings", "cartadditions", "bookmarks", "viewportions")


@SECTION.case(f"{SUITES}; OpenAPI 4.1.0 has 201")
def merging_answers_200(api: Api) -> None:
    """Merging two users is 200 and the text ok."""
    api.put("/users/target").created()
    api.put("/users/source").created()
    api.put("/users/target/merge/source").ok()


@SECTION.case("API reference, Merge users")
def interactions_move_and_the_source_is_gone(api: Api) -> None:
    """All six kinds of interactions of the source become the target's; the source is deleted."""
    api.put("/users/target").created()
    for kind in _KINDS:
        api.post(
            f"/{kind}/",
            {
                "userId": "source",
                "itemId": "i",
                "timestamp": 5,
                "cascadeCreate": True,
                "rating": 1,
                "portion": 1,
            },
        ).ok()
    api.put("/users/target/merge/source").ok()
    api.get("/users/source").refused(404)
    for kind in _KINDS:
        api.shows(
            f"/users/target/{kind}/",
            lambda found: [(one["userId"], one["timestamp"]) for one in found] == [("target", 5.0)],
        )
        api.shows(f"/items/i/{kind}/", lambda found: [one["userId"] for one in found] == ["target"])


@SECTION.case(SUITES)
def a_missing_source_is_404_in_any_case(api: Api) -> None:
    """There must be somebody to merge, whether or not the target may be created."""
    api.put("/users/target").created()
    api.put("/users/target/merge/source").refused(404)
    api.put("/users/target/merge/source", cascadeCreate=True).refused(404)
    api.put("/users/new/merge/source", cascadeCreate=True).refused(404)
    api.get("/users/new").refused(404)


@SECTION.case("API reference, Merge users")
def a_missing_target_is_created_only_when_told_to(api: Api) -> None:
    """Without cascadeCreate a missing target is 404, and the source stays."""
    api.post("/bookmarks/", {"userId": "source", "itemId": "i", "cascadeCreate": True}).ok()
    api.put("/users/target/merge/source").refused(404)
    api.get("/users/source").expect(200)
    api.put("/users/target/merge/source", cascadeCreate=True).ok()
    api.shows("/users/target/bookmarks/", lambda found: len(found) == 1)
    api.get("/users/source").refused(404)


@SECTION.case("API reference, Merge users")
def a_bad_id_is_refused_before_anything_else(api: Api) -> None:
    """A malformed ID is 400, although neither user exists."""
    api.put(f"/users/{BAD_ID}/merge/source").refused(400)
    api.put(f"/users/target/merge/{BAD_ID}").refused(400)


@SECTION.case(CHOSEN)
def a_user_cannot_be_merged_with_themselves(api: Api) -> None:
    """Target and source must differ."""
    api.put("/users/u").created()
    api.put("/users/u/merge/u").refused(400)
    api.get("/users/u").expect(200)


@SECTION.case(CHOSEN)
def the_same_interaction_of_both_is_kept_once(api: Api) -> None:
    """Where both have the same kind, item and timestamp, one remains: the target's."""
    for user, price in (("target", 1.5), ("source", 2.5)):
        body = {"userId": user, "itemId": "i", "timestamp": 5, "price": price}
        api.post("/purchases/", {**body, "cascadeCreate": True}).ok()
    api.put("/users/target/merge/source").ok()
    api.shows("/users/target/purchases/", lambda found: [one["price"] for one in found] == [1.5])


@SECTION.case(CHOSEN)
def properties_of_the_source_are_dropped(api: Api) -> None:
    """The target keeps its own values."""
    api.put("/users/properties/p", {"type": "int"}).created()
    api.put("/users/properties/q", {"type": "int"}).created()
    api.post("/users/target", {"p": 1, "!cascadeCreate": True}).ok()
    api.post("/users/source", {"p": 2, "q": 2, "!cascadeCreate": True}).ok()
    api.put("/users/target/merge/source").ok()
    api.get("/users/target").expect(200, {"p": 1, "q": None})
