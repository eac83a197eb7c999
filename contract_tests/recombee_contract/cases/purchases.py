"""Purchases."""

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section
from recombee_contract.cases import interaction_records
from recombee_contract.cases.interactions import SHARED, Kind, pair

SECTION = Section("purchases")
_KIND = Kind("purchase", "purchases")
SHARED.add_to(SECTION, _KIND)
interaction_records.SHARED.add_to(SECTION, _KIND)


@SECTION.case("API reference, List user purchases")
def amount_price_and_profit_are_shown(api: Api) -> None:
    """The figures of a purchase come back as they were given."""
    pair(api)
    _KIND.add(api, timestamp=5, amount=2, price=19.5, profit=3.25).ok()
    api.shows(
        "/users/u/purchases/",
        lambda found: (
            [(one["amount"], one["price"], one["profit"]) for one in found] == [(2, 19.5, 3.25)]
        ),
    )


@SECTION.case("API reference, Add purchase")
def figures_must_be_numbers(api: Api) -> None:
    """Amount, price and profit that are no numbers are 400."""
    pair(api)
    for name in ("amount", "price", "profit"):
        _KIND.add(api, **{name: "much"}).refused(400)


@SECTION.case(CHOSEN)
def figures_may_be_negative(api: Api) -> None:
    """No bounds are published: a loss, and even a negative price, is taken."""
    pair(api)
    _KIND.add(api, amount=-1, price=-5.5, profit=-2).ok()
