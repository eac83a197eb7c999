"""Explanations: from what was read in the event to what is sent, field by field."""

import pytest

from aiorecombee.segment import Destination
from aiorecombee.segment.explaining.changes import Change
from aiorecombee.segment.explaining.explainer import explain
from aiorecombee.segment.explaining.lookups import Lookup
from aiorecombee.segment.javascript import UNDEFINED

DESTINATION = Destination()


def track(event, **properties):
    return {"type": "track", "event": event, "userId": "u", "properties": properties}


def matched(explanation):
    (one,) = [one for one in explanation.subscriptions if one.matched]
    return one


def fields(explanation):
    return {field.name: field for field in matched(explanation).fields}


def mapped_by(mapping, event, *, in_batch=False, action="addBookmark"):
    destination = Destination(
        mappings=[{"partnerAction": action, "subscribe": 'type = "x"', "mapping": mapping}]
    )
    return fields(explain(destination, {"type": "x", **event}, in_batch=in_batch))


def test_a_field_tells_all_paths_that_were_read_and_what_was_there():
    item_id = fields(explain(DESTINATION, track("Product Viewed", sku="s")))["itemId"]

    assert item_id.lookups == (
        Lookup("/itemId", "properties.product_id", UNDEFINED),
        Lookup("/itemId", "properties.sku", "s"),
    )
    assert (item_id.raw, item_id.final, item_id.changes) == ("s", "s", ())


def test_a_path_that_was_not_needed_was_not_read():
    item_id = fields(explain(DESTINATION, track("Product Viewed", product_id="p", sku="s")))[
        "itemId"
    ]

    assert [lookup.path for lookup in item_id.lookups] == ["properties.product_id"]


def test_what_is_read_in_a_list_is_told_by_element():
    event = track("Order Completed", products=[{"sku": "a"}, {"product_id": "b", "quantity": 2}])

    items = fields(explain(DESTINATION, event))["items"]

    ids = [lookup for lookup in items.lookups if lookup.at.endswith("/itemId")]
    assert ids == [
        Lookup("/items/0/itemId", "properties.products[0].product_id", UNDEFINED),
        Lookup("/items/0/itemId", "properties.products[0].sku", "a"),
        Lookup("/items/1/itemId", "properties.products[1].product_id", "b"),
    ]


def test_lists_in_lists_are_told_by_element_too():
    inner = {"@arrayPath": ["$.parts", {"x": {"@path": "$.y"}}]}
    mapping = {"additionalData": {"of": {"@arrayPath": ["$.things", {"in": inner}]}}}
    event = {"things": [{"parts": [{"y": 1}, {"y": 2}]}, {"parts": [{"y": 3}]}]}

    data = mapped_by(mapping, event)["additionalData"]

    assert [(one.at, one.path) for one in data.lookups if "/x" in one.at] == [
        ("/additionalData/of/0/in/0/x", "things[0].parts[0].y"),
        ("/additionalData/of/0/in/1/x", "things[0].parts[1].y"),
        ("/additionalData/of/1/in/0/x", "things[1].parts[0].y"),
    ]


def test_a_coercion_tells_from_what_to_what():
    item = fields(explain(DESTINATION, track("Product Added", sku=7, quantity=" 2 ")))["item"]

    assert item.changes == (Change("/item/itemId", 7, "7"), Change("/item/amount", " 2 ", 2))


def test_a_single_value_that_became_a_list_is_told_with_what_is_in_it():
    mapping = {"items": {"itemId": "i", "amount": {"@path": "$.n"}}}

    items = mapped_by(mapping, {"n": "2"}, action="addPurchase")["items"]

    assert items.changes == (
        Change("/items", {"itemId": "i", "amount": "2"}, [{"itemId": "i", "amount": 2}]),
        Change("/items/0/amount", "2", 2),
    )


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({}, "nothing was found"),
        ({"v": None}, "null"),
        ({"v": ""}, "empty"),
    ],
)
def test_a_drop_tells_why(value, why):
    recommendation = mapped_by({"recommId": {"@path": "$.v"}}, value)["recommId"]

    assert [(one.at, one.final, one.why) for one in recommendation.changes] == [
        ("/recommId", UNDEFINED, why)
    ]


def test_an_empty_text_in_a_batch_is_no_drop():
    recommendation = mapped_by({"recommId": {"@path": "$.v"}}, {"v": ""}, in_batch=True)["recommId"]

    assert (recommendation.final, recommendation.changes) == ("", ())


def test_a_field_that_the_action_does_not_know_is_a_drop():
    unknown = mapped_by({"price": {"@path": "$.v"}}, {"v": 5})["price"]

    assert unknown.changes == (Change("/price", 5, UNDEFINED, "the action has no such field"),)


def test_members_that_the_action_does_not_know_are_drops_and_unusable_ones_others():
    event = track("Order Completed", products=[{"sku": "a", "recomm_id": ["x", "y"]}])
    mapping = {"items": [{"itemId": "i", "colour": "red", "price": None}]}

    usual = fields(explain(DESTINATION, event))["items"]
    odd = mapped_by(mapping, {}, action="addPurchase")["items"]

    assert usual.changes == (
        Change("/items/0/recommId", ["x", "y"], UNDEFINED, "it is not usable there"),
    )
    assert odd.changes == (
        Change("/items/0/colour", "red", UNDEFINED, "the action has no such field"),
        Change("/items/0/price", None, 0),
    )


def test_elements_that_are_dropped_keep_their_place():
    mapping = {"items": [None, {"itemId": "a"}, "", {"itemId": "b", "amount": "2"}]}

    items = mapped_by(mapping, {}, action="addPurchase")["items"]

    assert items.changes == (
        Change("/items/0", None, UNDEFINED, "null"),
        Change("/items/2", "", UNDEFINED, "empty"),
        Change("/items/3/amount", "2", 2),
    )


def test_a_required_field_without_a_mapping_is_told_as_a_problem():
    item_id = mapped_by({"userId": "u"}, {})["itemId"]

    assert item_id.lookups == ()
    assert [problem.text for problem in item_id.problems] == [
        "The root value is missing the required field 'itemId'."
    ]


def test_a_field_whose_mapping_fails_says_how():
    item_id = mapped_by({"userId": "u", "itemId": {"@path": {"@path": "$.which"}}}, {"which": 5})[
        "itemId"
    ]

    assert item_id.lookups == (Lookup("/itemId", "which", 5),)
    assert [problem.text for problem in item_id.problems] == ["@path: expected string, got number"]


def test_fields_of_a_mapping_that_is_a_directive_are_told_apart():
    mapping = {
        "@merge": {
            "objects": [{"userId": {"@path": "$.who"}}, {"itemId": {"@path": "$.what"}}],
            "direction": "right",
        }
    }

    told = mapped_by(mapping, {"who": 7, "what": "i"})

    assert told["userId"].lookups == (Lookup("/userId", "who", 7),)
    assert told["userId"].changes == (Change("/userId", 7, "7"),)
    assert told["itemId"].final == "i"


def test_what_decides_about_a_whole_mapping_is_told_on_its_own():
    mapping = {"@if": {"exists": {"@path": "$.who"}, "then": {"userId": "u"}, "else": 5}}

    told = mapped_by(mapping, {})

    assert told[""].lookups == (Lookup("", "who", UNDEFINED),)
    assert told[""].problems[0].text == "The root value must be an object but it was a number."
