"""Item properties and the values of items."""

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section
from recombee_contract.cases import definitions, values
from recombee_contract.cases.entities import ITEMS, SUITES

SECTION = Section("item_properties")
definitions.SHARED.add_to(SECTION, ITEMS)
values.SHARED.add_to(SECTION, ITEMS)


@SECTION.case("API reference, Add item property")
def items_have_images(api: Api) -> None:
    """Items, unlike users, have properties of type image and imageList."""
    api.put("/items/properties/one", {"type": "image"}).created()
    api.put("/items/properties/many", {"type": "imageList"}).created()
    values = {"one": "https://example.com/1.jpg", "many": ["https://example.com/2.png"]}
    api.post("/items/a", {**values, "!cascadeCreate": True}).ok()
    api.get("/items/a").expect(200, values)


@SECTION.case(SUITES)
def an_unknown_role_is_404(api: Api) -> None:
    """A role that does not exist is 404, and defines nothing."""
    api.put("/items/properties/p", {"type": "string", "role": "nonsense"}).refused(404)
    api.get("/items/properties/p").refused(404)


@SECTION.case("API reference, Property roles and metadata")
def a_role_is_kept(api: Api) -> None:
    """A role given with the definition is shown with it."""
    api.put("/items/properties/headline", {"type": "string", "role": "title"}).created()
    found = api.get("/items/properties/headline").expect(200)
    if "role" not in found.json:
        raise found.broken("expected a role")


@SECTION.case(CHOSEN)
def a_role_is_taken_once(api: Api) -> None:
    """Two properties cannot both be the title."""
    api.put("/items/properties/a", {"type": "string", "role": "title"}).created()
    api.put("/items/properties/b", {"type": "string", "role": "title"}).refused(409)
