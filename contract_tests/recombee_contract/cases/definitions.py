"""Property definitions: what is the same for items and users."""

from typing import Final

from recombee_contract.api import Api
from recombee_contract.case import SharedCases
from recombee_contract.cases.entities import BAD_ID, SUITES, Kind

SHARED: Final[SharedCases[Kind]] = SharedCases()
"""Cases that items and users share."""

TYPES: Final = ("int", "double", "string", "boolean", "timestamp", "set")


@SHARED.case(SUITES)
def a_property_is_defined_once(api: Api, kind: Kind) -> None:
    """A new name is 201, the same again 409, also with another type."""
    api.put(f"{kind.path}/properties/p", {"type": "int"}).created()
    api.put(f"{kind.path}/properties/p", {"type": "int"}).refused(409)
    api.put(f"{kind.path}/properties/p", {"type": "string"}).refused(409)
    api.get(f"{kind.path}/properties/p").expect(200, {"name": "p", "type": "int"})


@SHARED.case("API reference, Add {kind.one} property")
def every_type_is_known(api: Api, kind: Kind) -> None:
    """Each documented type can be given to a property, and is read back."""
    for name in TYPES:
        api.put(f"{kind.path}/properties/p-{name}", {"type": name}).created()
        api.get(f"{kind.path}/properties/p-{name}").expect(200, {"name": f"p-{name}", "type": name})


@SHARED.case(SUITES)
def an_unknown_type_is_refused(api: Api, kind: Kind) -> None:
    """A type by another name, or none at all, is 400, and defines nothing."""
    api.put(f"{kind.path}/properties/p", {"type": "integer"}).refused(400)
    api.put(f"{kind.path}/properties/p").refused(400)
    api.get(f"{kind.path}/properties/p").refused(404)


@SHARED.case(SUITES)
def a_bad_name_is_refused(api: Api, kind: Kind) -> None:
    """A name with other characters is 400, in every request that has it in the path."""
    api.put(f"{kind.path}/properties/{BAD_ID}", {"type": "int"}).refused(400)
    api.delete(f"{kind.path}/properties/{BAD_ID}").refused(400)
    api.get(f"{kind.path}/properties/{BAD_ID}").refused(400)


@SHARED.case("API reference, Add {kind.one} property")
def names_have_fewer_characters_than_ids(api: Api, kind: Kind) -> None:
    """Unlike IDs, names have no @ and no dot."""
    api.put(f"{kind.path}/properties/a_b-c:9", {"type": "int"}).created()
    api.put(f"{kind.path}/properties/a@b", {"type": "int"}).refused(400)
    api.put(f"{kind.path}/properties/a.b", {"type": "int"}).refused(400)


@SHARED.case("API reference, Add {kind.one} property")
def a_name_has_at_most_63_characters(api: Api, kind: Kind) -> None:
    """A name of 63 characters is legal, one of 64 is not."""
    api.put(f"{kind.path}/properties/{'n' * 63}", {"type": "int"}).created()
    api.put(f"{kind.path}/properties/{'n' * 64}", {"type": "int"}).refused(400)


@SHARED.case("API reference, Add {kind.one} property")
def reserved_names_are_refused(api: Api, kind: Kind) -> None:
    """The ID is no property, in whatever letter case."""
    for name in ("id", "ID", f"{kind.one}id", f"{kind.one.capitalize()}Id"):
        api.put(f"{kind.path}/properties/{name}", {"type": "string"}).refused(400)


@SHARED.case("OpenAPI 4.1.0 and official Go client 6.2.0 against Python client 6.3.1")
def the_type_may_travel_in_the_query(api: Api, kind: Kind) -> None:
    """Older clients send the type in the query, newer ones in the body: both are taken."""
    api.put(f"{kind.path}/properties/p", type="double").created()
    api.get(f"{kind.path}/properties/p").expect(200, {"name": "p", "type": "double"})


@SHARED.case("API reference, List {kind.one} properties")
def definitions_are_listed(api: Api, kind: Kind) -> None:
    """The list holds name and type of every property."""
    api.lists(f"{kind.path}/properties/list/", [])
    api.put(f"{kind.path}/properties/p", {"type": "int"}).created()
    api.put(f"{kind.path}/properties/q", {"type": "set"}).created()
    api.lists(
        f"{kind.path}/properties/list/",
        [{"name": "p", "type": "int"}, {"name": "q", "type": "set"}],
    )


@SHARED.case(SUITES)
def a_property_is_dropped_once(api: Api, kind: Kind) -> None:
    """Deleting a definition is 200, and 404 the second time."""
    api.put(f"{kind.path}/properties/p", {"type": "int"}).created()
    api.delete(f"{kind.path}/properties/p").ok()
    api.delete(f"{kind.path}/properties/p").refused(404)
    api.get(f"{kind.path}/properties/p").refused(404)


@SHARED.case("API reference, Delete {kind.one} property")
def dropping_a_property_drops_its_values(api: Api, kind: Kind) -> None:
    """A property that is dropped and defined again has no values."""
    api.put(f"{kind.path}/properties/p", {"type": "int"}).created()
    api.post(f"{kind.path}/a", {"p": 5, "!cascadeCreate": True}).ok()
    api.delete(f"{kind.path}/properties/p").ok()
    api.get(f"{kind.path}/a").expect(200, {})
    api.put(f"{kind.path}/properties/p", {"type": "string"}).created()
    api.get(f"{kind.path}/a").expect(200, {"p": None})
