"""Property values: what is the same for items and users."""

from typing import Any, Final

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, SharedCases
from recombee_contract.cases.entities import SUITES, Kind

SHARED: Final[SharedCases[Kind]] = SharedCases()
"""Cases that items and users share."""

# Type, what is written, what is read back.
KEPT: Final[tuple[tuple[str, Any, Any], ...]] = (
    ("int", 7, 7),
    ("int", -(2**53), -(2**53)),
    ("double", 1.5, 1.5),
    ("string", "", ""),
    ("string", 'Ž "quoted" 🐎', 'Ž "quoted" 🐎'),
    ("boolean", True, True),
    ("boolean", False, False),
    ("timestamp", 27, 27.0),
    ("timestamp", 1700000000.5, 1700000000.5),
    ("timestamp", "2016-11-16T08:00Z", 1479283200.0),
    ("timestamp", "2013-10-29T09:38:41.341Z", 1383039521.341),
    ("timestamp", "2016-04-20T12:50:42+02:00", 1461149442.0),
    ("set", ["a", "b"], ["a", "b"]),
    ("set", [], []),
)
UNFIT: Final[tuple[tuple[str, Any], ...]] = (
    ("int", "seven"),
    ("int", 1.5),
    ("int", True),
    ("double", "much"),
    ("string", 5),
    ("string", ["a"]),
    ("boolean", "yes"),
    ("timestamp", "some day"),
    ("timestamp", True),
    ("set", {"a": 1}),
    ("set", 5),
)


@SHARED.case("API reference, Get {kind.one} values")
def unset_values_are_null(api: Api, kind: Kind) -> None:
    """Every defined property is shown, null where it was never set; the ID is not."""
    api.put(f"{kind.path}/properties/p", {"type": "int"}).created()
    api.put(f"{kind.path}/a").created()
    api.put(f"{kind.path}/properties/q", {"type": "set"}).created()
    api.get(f"{kind.path}/a").expect(200, {"p": None, "q": None})


@SHARED.case("API reference, Set {kind.one} values")
def values_of_every_type_are_kept(api: Api, kind: Kind) -> None:
    """What is written is read back; points in time come back as Unix seconds."""
    api.put(f"{kind.path}/a").created()
    for index, (name, value, kept) in enumerate(KEPT):
        api.put(f"{kind.path}/properties/p{index}", {"type": name}).created()
        api.post(f"{kind.path}/a", {f"p{index}": value}).ok()
        found = api.get(f"{kind.path}/a").expect(200)
        shown = found.json[f"p{index}"]
        right = sorted(shown) == sorted(kept) if name == "set" else shown == kept
        if not right or isinstance(shown, bool) is not isinstance(kept, bool):
            raise found.broken(f"expected {name} {value!r} to be read back as {kept!r}")


@SHARED.case("official .NET client 6.2.0: it reads no time without a fraction")
def a_time_is_read_back_with_a_fraction(api: Api, kind: Kind) -> None:
    """A point in time is a number with a fraction, also when it is whole."""
    api.put(f"{kind.path}/properties/t", {"type": "timestamp"}).created()
    api.post(f"{kind.path}/a", {"t": 27, "!cascadeCreate": True}).ok()
    api.get(f"{kind.path}/a").expect(200, {"t": 27.0})


@SHARED.case("API reference, Set {kind.one} values")
def a_value_that_does_not_fit_is_refused(api: Api, kind: Kind) -> None:
    """A value of another type than the property's is 400, and nothing is written."""
    api.put(f"{kind.path}/a").created()
    for index, (name, value) in enumerate(UNFIT):
        api.put(f"{kind.path}/properties/p{index}", {"type": name}).created()
        api.post(f"{kind.path}/a", {f"p{index}": value}).refused(400)
    api.get(f"{kind.path}/a").expect(200, {f"p{index}": None for index in range(len(UNFIT))})


@SHARED.case("API reference, Set {kind.one} values")
def null_clears_a_value(api: Api, kind: Kind) -> None:
    """Null takes a value away, whatever its type."""
    api.put(f"{kind.path}/a").created()
    for name, value in (("string", "x"), ("int", 1), ("set", ["x"]), ("timestamp", 5)):
        api.put(f"{kind.path}/properties/{name}", {"type": name}).created()
        api.post(f"{kind.path}/a", {name: value}).ok()
        api.post(f"{kind.path}/a", {name: None}).ok()
    api.get(f"{kind.path}/a").expect(200, dict.fromkeys(("string", "int", "set", "timestamp")))


@SHARED.case("API reference, Set {kind.one} values")
def values_not_named_stay(api: Api, kind: Kind) -> None:
    """Only the properties that are named change."""
    for name in ("p", "q"):
        api.put(f"{kind.path}/properties/{name}", {"type": "int"}).created()
    api.post(f"{kind.path}/a", {"p": 1, "q": 2, "!cascadeCreate": True}).ok()
    api.post(f"{kind.path}/a", {"q": 3}).ok()
    api.get(f"{kind.path}/a").expect(200, {"p": 1, "q": 3})


@SHARED.case("API reference, Set {kind.one} values")
def a_value_of_an_unknown_property_is_404(api: Api, kind: Kind) -> None:
    """Writing a property that is not defined is 404, not 400."""
    api.put(f"{kind.path}/a").created()
    api.post(f"{kind.path}/a", {"p": 1}).refused(404)


@SHARED.case("API reference, Set {kind.one} values")
def a_malformed_property_name_is_400(api: Api, kind: Kind) -> None:
    """Writing a property whose name can be no name is 400."""
    api.put(f"{kind.path}/a").created()
    api.post(f"{kind.path}/a", {"no name!": 1}).refused(400)


@SHARED.case(CHOSEN)
def nothing_is_written_when_one_value_is_wrong(api: Api, kind: Kind) -> None:
    """One bad value, or one unknown property, spoils the whole call."""
    for name in ("p", "q"):
        api.put(f"{kind.path}/properties/{name}", {"type": "int"}).created()
    api.put(f"{kind.path}/a").created()
    api.post(f"{kind.path}/a", {"p": 1, "q": "x"}).refused(400)
    api.post(f"{kind.path}/a", {"p": 1, "r": 1}).refused(404)
    api.post(f"{kind.path}/b", {"p": "x", "!cascadeCreate": True}).refused(400)
    api.get(f"{kind.path}/a").expect(200, {"p": None, "q": None})
    api.get(f"{kind.path}/b").refused(404)


@SHARED.case(SUITES)
def writing_creates_only_when_told_to(api: Api, kind: Kind) -> None:
    """!cascadeCreate true creates what is missing; false and nothing leave it at 404."""
    api.put(f"{kind.path}/properties/p", {"type": "int"}).created()
    api.post(f"{kind.path}/a", {"p": 1}).refused(404)
    api.post(f"{kind.path}/a", {"p": 1, "!cascadeCreate": False}).refused(404)
    api.get(f"{kind.path}/a").refused(404)
    api.post(f"{kind.path}/a", {"p": 1, "!cascadeCreate": True}).ok()
    api.get(f"{kind.path}/a").expect(200, {"p": 1})
    api.post(f"{kind.path}/a", {"p": 2, "!cascadeCreate": True}).ok()
    api.get(f"{kind.path}/a").expect(200, {"p": 2})


@SHARED.case("OpenAPI 4.1.0", alone=True)
def creation_may_be_asked_for_in_the_query(api: Api, kind: Kind) -> None:
    """The document also has cascadeCreate in the query."""
    api.put(f"{kind.path}/properties/p", {"type": "int"}).created()
    api.post(f"{kind.path}/a", {"p": 1}, cascadeCreate=True).ok()
    api.get(f"{kind.path}/a").expect(200, {"p": 1})


@SHARED.case(CHOSEN)
def a_plain_cascade_key_is_a_property_like_any_other(api: Api, kind: Kind) -> None:
    """Among the values, cascadeCreate without the mark is a property."""
    api.put(f"{kind.path}/a").created()
    api.post(f"{kind.path}/a", {"cascadeCreate": True}).refused(404)
    api.put(f"{kind.path}/properties/cascadeCreate", {"type": "boolean"}).created()
    api.post(f"{kind.path}/a", {"cascadeCreate": True}).ok()
    api.get(f"{kind.path}/a").expect(200, {"cascadeCreate": True})


@SHARED.case("API reference, Get {kind.one} values")
def values_of_what_is_missing_are_404(api: Api, kind: Kind) -> None:
    """Reading what does not exist is 404."""
    api.get(f"{kind.path}/a").refused(404)


@SHARED.case(CHOSEN)
def whole_and_fractional_numbers_are_kin(api: Api, kind: Kind) -> None:
    """An int takes 3.0, a double takes 3."""
    api.put(f"{kind.path}/properties/i", {"type": "int"}).created()
    api.put(f"{kind.path}/properties/d", {"type": "double"}).created()
    api.post(f"{kind.path}/a", {"i": 3.0, "d": 3, "!cascadeCreate": True}).ok()
    found = api.get(f"{kind.path}/a").expect(200)
    if found.json != {"i": 3, "d": 3}:
        raise found.broken("expected 3 and 3")
