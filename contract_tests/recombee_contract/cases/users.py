"""Users."""

from recombee_contract.api import Api
from recombee_contract.case import Section
from recombee_contract.cases.entities import SHARED, USERS
from recombee_contract.cases.items import KINDS

SECTION = Section("users")
SHARED.add_to(SECTION, USERS)


@SECTION.case("API reference, Delete user")
def deleting_a_user_deletes_their_interactions(api: Api) -> None:
    """What a user did goes with them; what others did stays."""
    for kind in KINDS:
        for user in ("gone", "kept"):
            api.post(
                f"/{kind}/",
                {
                    "userId": user,
                    "itemId": "i",
                    "timestamp": 5,
                    "cascadeCreate": True,
                    "rating": 1,
                    "portion": 1,
                },
            ).ok()
    api.delete("/users/gone").ok()
    for kind in KINDS:
        api.get(f"/users/gone/{kind}/").refused(404)
        api.shows(
            f"/items/i/{kind}/",
            lambda found: [one["userId"] for one in found] == ["kept"],
            ["kept"],
        )


@SECTION.case("Segment integration by Recombee, observed", alone=True)
def deleting_a_user_may_end_in_a_slash(api: Api) -> None:
    """The service also takes the deletion of a user with a slash at the end."""
    api.put("/users/u").created()
    api.delete("/users/u/").ok()
    api.get("/users/u").refused(404)
