"""Cart additions."""

from recombee_contract.api import Api
from recombee_contract.case import Section
from recombee_contract.cases import interaction_records
from recombee_contract.cases.interactions import SHARED, Kind, pair

SECTION = Section("cart_additions")
_KIND = Kind("cart addition", "cartadditions")
SHARED.add_to(SECTION, _KIND)
interaction_records.SHARED.add_to(SECTION, _KIND)


@SECTION.case("API reference, List user cart additions")
def amount_and_price_are_shown(api: Api) -> None:
    """The figures of a cart addition come back as they were given."""
    pair(api)
    _KIND.add(api, timestamp=5, amount=0.5, price=10.25).ok()
    api.shows(
        "/users/u/cartadditions/",
        lambda found: [(one["amount"], one["price"]) for one in found] == [(0.5, 10.25)],
    )


@SECTION.case("API reference, Add cart addition")
def figures_must_be_numbers(api: Api) -> None:
    """Amount and price that are no numbers are 400."""
    pair(api)
    for name in ("amount", "price"):
        _KIND.add(api, **{name: "much"}).refused(400)
