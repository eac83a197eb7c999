"""Items and users: what is the same for both."""

from typing import Final

import attrs

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, SharedCases

SUITES: Final = "official test suites, observed"
BAD_ID: Final = "***not_valid$$$"


@attrs.frozen
class Kind:
    """Items or users."""

    plural: str
    one: str

    @property
    def path(self) -> str:
        """Of the collection."""
        return f"/{self.plural}"

    @property
    def id_name(self) -> str:
        """Of the parameter that holds an ID."""
        return f"{self.one}Id"


ITEMS: Final = Kind("items", "item")
USERS: Final = Kind("users", "user")


SHARED: Final[SharedCases[Kind]] = SharedCases()
"""Cases that items and users share."""


@SHARED.case(SUITES)
def adding_answers_201(api: Api, kind: Kind) -> None:
    """A new ID is taken with 201 and the text ok."""
    api.put(f"{kind.path}/x-1").created()


@SHARED.case(SUITES)
def adding_twice_conflicts(api: Api, kind: Kind) -> None:
    """An ID can be taken once; the second time is 409."""
    api.put(f"{kind.path}/x-1").created()
    api.put(f"{kind.path}/x-1").refused(409)


@SHARED.case("API reference, Add {kind.one}")
def every_legal_character_may_be_in_an_id(api: Api, kind: Kind) -> None:
    """Letters, digits and the characters _ - : @ . make up IDs."""
    name = "aZ09_-:@."
    api.put(f"{kind.path}/{name}").created()
    api.lists(f"{kind.path}/list/", [name])


@SHARED.case("API reference, Add {kind.one}")
def ids_differ_by_letter_case(api: Api, kind: Kind) -> None:
    """Capitals and small letters make different IDs."""
    api.put(f"{kind.path}/x").created()
    api.put(f"{kind.path}/X").created()


@SHARED.case(SUITES)
def a_bad_id_is_refused(api: Api, kind: Kind) -> None:
    """An ID with other characters is 400, in adding, deleting, reading and writing."""
    api.put(f"{kind.path}/{BAD_ID}").refused(400)
    api.delete(f"{kind.path}/{BAD_ID}").refused(400)
    api.get(f"{kind.path}/{BAD_ID}").refused(400)
    api.post(f"{kind.path}/{BAD_ID}", {"!cascadeCreate": True}).refused(400)
    api.lists(f"{kind.path}/list/", [])


@SHARED.case("API reference, {kind.plural}")
def the_id_undefined_is_refused(api: Api, kind: Kind) -> None:
    """The ID undefined is forbidden: it comes from a forgotten variable in JavaScript."""
    api.put(f"{kind.path}/undefined").refused(400)


@SHARED.case(SUITES)
def deleting_twice_is_404(api: Api, kind: Kind) -> None:
    """Deleting answers 200, deleting again 404."""
    api.put(f"{kind.path}/x-1").created()
    api.delete(f"{kind.path}/x-1").ok()
    api.delete(f"{kind.path}/x-1").refused(404)
    api.lists(f"{kind.path}/list/", [])


@SHARED.case(SUITES)
def a_deleted_id_can_be_taken_again(api: Api, kind: Kind) -> None:
    """Deleting frees the ID."""
    api.put(f"{kind.path}/x-1").created()
    api.delete(f"{kind.path}/x-1").ok()
    api.put(f"{kind.path}/x-1").created()


@SHARED.case("API reference, List {kind.plural}")
def listing_gives_ids(api: Api, kind: Kind) -> None:
    """Without options a list holds the IDs, as texts."""
    api.lists(f"{kind.path}/list/", [])
    for name in ("b", "a", "c"):
        api.put(f"{kind.path}/{name}").created()
    api.lists(f"{kind.path}/list/", ["a", "b", "c"])


@SHARED.case("API reference, List {kind.plural}")
def a_list_can_be_read_in_pages(api: Api, kind: Kind) -> None:
    """Count and offset cut pages out of the order of IDs; behind the end they are empty."""
    for name in ("b", "d", "a", "c"):
        api.put(f"{kind.path}/{name}").created()
    api.lists(f"{kind.path}/list/", ["a", "b", "c", "d"])
    api.get(f"{kind.path}/list/", count=2).expect(200, ["a", "b"])
    api.get(f"{kind.path}/list/", count=2, offset=1).expect(200, ["b", "c"])
    api.get(f"{kind.path}/list/", offset=3).expect(200, ["d"])
    api.get(f"{kind.path}/list/", count=2, offset=4).expect(200, [])


@SHARED.case(CHOSEN)
def a_page_of_nothing_is_empty(api: Api, kind: Kind) -> None:
    """A count of 0 gives an empty list."""
    api.put(f"{kind.path}/a").created()
    api.get(f"{kind.path}/list/", count=0).expect(200, [])


@SHARED.case("API reference, List {kind.plural}")
def a_page_must_be_counted_in_whole_numbers(api: Api, kind: Kind) -> None:
    """A negative or broken count or offset is 400."""
    api.get(f"{kind.path}/list/", count=-1).refused(400)
    api.get(f"{kind.path}/list/", offset=-1).refused(400)
    api.get(f"{kind.path}/list/", count="many").refused(400)


@SHARED.case("API reference, List {kind.plural}")
def a_list_can_show_properties(api: Api, kind: Kind) -> None:
    """With returnProperties entries are objects, the ID and all properties side by side."""
    api.put(f"{kind.path}/properties/colour", {"type": "string"}).created()
    api.put(f"{kind.path}/properties/on", {"type": "boolean"}).created()
    api.post(f"{kind.path}/a", {"colour": "red", "!cascadeCreate": True}).ok()
    api.lists(
        f"{kind.path}/list/",
        [{kind.id_name: "a", "colour": "red", "on": None}],
        returnProperties=True,
    )


@SHARED.case("API reference, List {kind.plural}")
def a_list_can_show_some_properties(api: Api, kind: Kind) -> None:
    """The names in includedProperties limit the properties that are shown."""
    for name in ("p1", "p2", "p3"):
        api.put(f"{kind.path}/properties/{name}", {"type": "string"}).created()
    api.put(f"{kind.path}/a").created()
    api.lists(
        f"{kind.path}/list/",
        [{kind.id_name: "a", "p1": None, "p3": None}],
        returnProperties=True,
        includedProperties=["p1", "p3"],
    )


@SHARED.case("API reference, List {kind.plural}")
def naming_properties_alone_shows_none(api: Api, kind: Kind) -> None:
    """Without returnProperties includedProperties has no effect."""
    api.put(f"{kind.path}/properties/p1", {"type": "string"}).created()
    api.put(f"{kind.path}/a").created()
    api.lists(f"{kind.path}/list/", ["a"], includedProperties=["p1"])


@SHARED.case("API reference, List {kind.plural}")
def a_list_can_be_filtered(api: Api, kind: Kind) -> None:
    """A ReQL filter picks those for which it is true."""
    api.put(f"{kind.path}/properties/n", {"type": "int"}).created()
    api.post(f"{kind.path}/a", {"n": 1, "!cascadeCreate": True}).ok()
    api.post(f"{kind.path}/b", {"n": 2, "!cascadeCreate": True}).ok()
    api.lists(f"{kind.path}/list/", ["b"], filter="'n' > 1")


@SHARED.case("API reference, List {kind.plural}")
def a_filter_on_an_unknown_property_is_404(api: Api, kind: Kind) -> None:
    """A filter that names a property which is not defined is 404."""
    api.get(f"{kind.path}/list/", filter="'nothing' > 1").refused(404)


@SHARED.case("API reference, List {kind.plural}")
def a_list_is_filtered_before_it_is_cut(api: Api, kind: Kind) -> None:
    """Count and offset cut pages out of what the filter picks."""
    for name in ("a", "b", "c", "d"):
        api.put(f"{kind.path}/{name}").created()
    source = f"'{kind.id_name}' != \"b\""
    api.lists(f"{kind.path}/list/", ["a", "c", "d"], filter=source)
    api.get(f"{kind.path}/list/", filter=source, count=1, offset=1).expect(200, ["c"])


@SHARED.case("API reference, ReQL; OpenAPI 4.1.0")
def a_filter_must_be_a_condition(api: Api, kind: Kind) -> None:
    """A filter that cannot be read or is neither true nor false is 400, also in an empty list."""
    for source in ("'", "5", '"text"', "1 +"):
        api.get(f"{kind.path}/list/", filter=source).refused(400)
