"""User properties and the values of users."""

from recombee_contract.api import Api
from recombee_contract.case import Section
from recombee_contract.cases import definitions, values
from recombee_contract.cases.entities import USERS

SECTION = Section("user_properties")
definitions.SHARED.add_to(SECTION, USERS)
values.SHARED.add_to(SECTION, USERS)


@SECTION.case("API reference, Add user property")
def users_have_no_images(api: Api) -> None:
    """The types image and imageList are for items alone."""
    api.put("/users/properties/one", {"type": "image"}).refused(400)
    api.put("/users/properties/many", {"type": "imageList"}).refused(400)


@SECTION.case("API reference, Add user property")
def properties_of_users_and_items_are_apart(api: Api) -> None:
    """The same name may be a property of both, of different types."""
    api.put("/users/properties/p", {"type": "int"}).created()
    api.get("/items/properties/p").refused(404)
    api.put("/items/properties/p", {"type": "string"}).created()
    api.get("/users/properties/p").expect(200, {"name": "p", "type": "int"})
