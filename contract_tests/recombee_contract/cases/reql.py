"""ReQL, by what lists of items let through."""

from recombee_contract.api import Api
from recombee_contract.case import CHOSEN, Section

SECTION = Section("reql")
_DOCS = "ReQL documentation"
_TYPES = {
    "price": "double",
    "stock": "int",
    "name": "string",
    "tags": "set",
    "hidden": "boolean",
    "released": "timestamp",
    "empty": "string",
}
_VALUES = {
    "price": 9.5,
    "stock": 3,
    "name": "Lamp",
    "tags": ["new", "Sale"],
    "hidden": False,
    "released": "2020-01-01T00:00:00Z",
    "!cascadeCreate": True,
}


def _item(api: Api) -> None:
    for name, kind in _TYPES.items():
        api.put(f"/items/properties/{name}", {"type": kind}).created()
    api.post("/items/i", _VALUES).ok()


def _true(api: Api, *sources: str) -> None:
    """Demand that each of these is true for the item."""
    _item(api)
    for source in sources:
        api.lists("/items/list/", ["i"], filter=source)


@SECTION.case(f"{_DOCS}, Numbers")
def numbers_are_ints_and_doubles(api: Api) -> None:
    """Precedence, exponents, a division that is never whole, a modulo of doubles."""
    _true(
        api,
        "2 + 3 * 4 - 1 == 13 and 20 - 5 - 4 == 11 and -(3 + 4) == -7",
        "007.50 == 7.5 and 25E-1 == 2.5 and 4.5e+2 == 450 and 3 == 3.0",
        "3 / 2 == 1.5 and 12 / 4 == 3 and 17 % 5 == 2 and 5.5 % 2 == 1.5",
        "'price' * 2 + 'stock' == 22",
    )


@SECTION.case(f"{_DOCS}, Numbers")
def a_division_by_zero_is_no_number(api: Api) -> None:
    """The quotient and the remainder are NaN, which is neither above nor below anything."""
    _item(api)
    for source in ("7 / 0 > 1", "7 / 0 < 1", "7 % 0 >= 0", "7 % 0 <= 0"):
        api.lists("/items/list/", [], filter=source)


@SECTION.case(f"{_DOCS}, Numbers")
def comparisons_chain(api: Api) -> None:
    """Every pair of neighbours must hold."""
    _true(api, "1 < 2 <= 2 != 5", "5 <= 'price' < 10", "not (3 > 2 > 2)", '"apple" < "banana"')


@SECTION.case("Official clients' test suites")
def an_unset_property_equals_null(api: Api) -> None:
    """Whether a property has a value is asked by comparing it with null."""
    _true(api, "'empty' == null", "not ('empty' != null)", "'name' != null")


@SECTION.case(f"{_DOCS}, Sets")
def sets_have_members_in_no_order(api: Api) -> None:
    """Membership, equality whatever the order, mixed and nested members; arrays have an order."""
    _true(
        api,
        "\"new\" in 'tags' and 'stock' in {2, 3}",
        "'itemId' not in {\"x\", \"y\"} and 'itemId' not in {}",
        "{1, 2, 3} == {3, 2, 1} and not ([1, 2] == [2, 1])",
        'size({"a", 1, {2, 3}}) == 3 and size({}) == 0',
    )


@SECTION.case(f"{_DOCS}, Conditional expressions")
def conditionals_choose(api: Api) -> None:
    """The branch of the first condition that is true is the value."""
    _true(
        api,
        "(if 'price' > 100 then 3 else if 'price' > 5 then 2 else 1) == 2",
        "if 'hidden' then\n  false\nelse\n  true",
        "False == false and not 'hidden'",
    )


@SECTION.case(f"{_DOCS}, Miscellaneous functions")
def the_clock_is_a_timestamp(api: Api) -> None:
    """It is a number of seconds that can be compared and calculated with, brackets or not."""
    _true(
        api,
        "'released' < now() - 7*24*3600",
        "now == now()",
        "timestamp(1577836800) == 'released' and 'released' > 1577836799",
        "0 <= random() <= 1",
    )


@SECTION.case(f"{_DOCS}, Type conversion functions")
def values_are_converted(api: Api) -> None:
    """Emptiness is false; text that is no number gives null."""
    _true(
        api,
        'boolean("no") and not boolean("") and boolean(-1) and not boolean(0)',
        "boolean({0}) and not boolean({})",
        'number("2.5") + number("1E2") == 102.5 and number("ten") == null',
        'number(true) + number(false) == 1 and string(40 + 2) == "42"',
        'timestamp("2020-01-01T00:00:00Z") == timestamp(1577836800)',
    )


@SECTION.case(f"{_DOCS}, Math functions")
def numbers_have_functions(api: Api) -> None:
    """Extremes of several values or of one container, rounding, roots, powers, logarithms."""
    _true(
        api,
        "max(3, 9.5, 4) == 9.5 and max({3, 9, 4}) == 9 and min([3, 9, 4]) == 3",
        'min("kiwi", "fig") == "fig" and max({7}, {}) == {7}',
        "avg(1, 2, 6) == 3 and avg({10, 20}) == 15",
        "round(2.5) == 3 and floor(-1.2) == -2 and ceil(-1.2) == -1 and abs(-2.5) == 2.5",
        "sqrt(81) == 9 and pow(2, 10) == 1024 and log(100) == 2 and log(32, 2) == 5",
    )


@SECTION.case(f"{_DOCS}, String functions")
def strings_have_functions(api: Api) -> None:
    """Letters of all alphabets change case; texts are joined, split and measured."""
    _true(
        api,
        'upper("žluť 1") == "ŽLUŤ 1" and lower("ReQL!") == "reql!"',
        'split("x;y;z", ";") == ["x", "y", "z"] and "ab" + "cd" == "abcd"',
        "size('name') == 4 and size(\"Příliš\") == 6 and size('empty') == null",
    )


@SECTION.case(f"{_DOCS}, Lambda functions")
def lambdas_go_through_containers(api: Api) -> None:
    """They map, select and look for members, and see the item's properties."""
    _true(
        api,
        "map(lambda 'n': 'n' * 'n', {1, 2, 3}) == {1, 4, 9}",
        "map(lambda 'n': 'n' + 'stock', {1, 2}) == {4, 5} and map(lambda 'n': 'n', {}) == {}",
        "select(lambda 'n': 'n' >= 10, {3, 10, 12}) == {10, 12}",
        "exists(lambda 't': lower('t') == \"sale\", 'tags')",
        "not exists(lambda 't': true, {})",
    )


@SECTION.case(f"{_DOCS}, Miscellaneous functions")
def containers_are_reduced(api: Api) -> None:
    """An operator joins the members, from an initial value if there is one."""
    _true(
        api,
        'reduce("+", {4, 5, 6}) == 15 and reduce("*", {2, 3}, 10) == 60',
        'reduce("or", {false, true})',
    )


@SECTION.case(f"{_DOCS}, Geographical functions")
def distances_are_in_metres(api: Api) -> None:
    """Along a great circle, from coordinates in degrees."""
    _true(
        api,
        "earth_distance(48.1, 17.1, 48.1, 17.1) == 0",
        "111100 < earth_distance(0, 0, 0, 1) < 111400",
        "281000 < earth_distance(50.0755, 14.4378, 52.52, 13.405) < 282000",
    )


@SECTION.case(f"{_DOCS}, Miscellaneous functions")
def values_of_other_items_can_be_asked_for(api: Api) -> None:
    """By the item's ID."""
    _item(api)
    api.post("/items/j", {"name": "Table", "!cascadeCreate": True}).ok()
    api.lists("/items/list/", ["i", "j"], filter='item_values("j")["name"] == "Table"')


@SECTION.case("API reference, List items; OpenAPI 4.1.0")
def what_is_no_condition_is_refused(api: Api) -> None:
    """Faults of grammar, kinds and numbers of arguments are 400, whatever the items."""
    _item(api)
    for source in (
        "'price' >",
        "'name' == \"abc",
        "'itemId' in {\"a\"",
        "'price'",
        "size(5) == 1",
        'upper("a", "b") == "A"',
        "number({1}) == 1",
        "frobnicate(1)",
    ):
        api.get("/items/list/", filter=source).refused(400)


@SECTION.case("API reference, List items")
def a_name_that_is_no_property_is_404(api: Api) -> None:
    """Wherever in the filter it stands, and before any item is looked at."""
    for source in ("'nothing' == 1", "false and 'nothing'", "if true then true else 'nothing'"):
        api.get("/items/list/", filter=source).refused(404)


@SECTION.case(CHOSEN)
def null_is_neither_true_nor_false(api: Api) -> None:
    """Logic is three-valued, and null does not pass; membership of null is plain."""
    _true(
        api,
        "not (('empty' < \"a\") and false)",
        "('empty' < \"a\") or true",
        "(if 'empty' < \"a\" then 1 else 2) == 2",
        "'empty' not in {\"a\"} and 'empty' != \"a\"",
    )
    api.lists("/items/list/", [], filter="'empty' < \"a\"")
    api.lists("/items/list/", [], filter="not ('empty' < \"a\")")


@SECTION.case(CHOSEN)
def kinds_do_not_mix(api: Api) -> None:
    """Values of different kinds are unequal; other operators refuse them."""
    _true(api, 'not ("1" == 1) and "1" != 1 and not (true == 1)')
    for source in (
        '"1" < 2',
        '"5" + 1 == 6',
        "5 and true",
        "1 in 2",
        'if true then true else 1 + "a" == 1',
    ):
        api.get("/items/list/", filter=source).refused(400)


@SECTION.case(CHOSEN)
def sets_are_joined_cut_and_compared(api: Api) -> None:
    """By `+`, `-`, `&`, and by inclusion; an unset set is empty."""
    _true(
        api,
        "{1, 2} + {2, 3} == {1, 2, 3} and {1, 2, 3} - {2} == {1, 3}",
        "{1, 2, 3} & {2, 3, 4} == {2, 3} and {1, 2} > {1} and not ({1, 4} <= {1, 2, 3})",
        '"amp" in \'name\' and "amp" not in "LAMP" and "" in \'name\'',
    )


@SECTION.case(CHOSEN)
def words_of_the_language_may_be_in_capitals(api: Api) -> None:
    """Keywords in any letter case, comments to the end of the line."""
    _true(api, "NOT ('name' IN {\"x\"}) AND TRUE", "// a comment\n'stock' == 3 // another")
