"""From event to accepted payload: cleaning, conversion, refusal, alone and in a batch."""

import pytest

from aiorecombee import MappingError
from aiorecombee.segment.actions.catalogue import ACTIONS
from aiorecombee.segment.actions.problems import PayloadError
from aiorecombee.segment.plan import compile_acceptance, compile_plan

VIEW = {"userId": {"@path": "$.u"}, "itemId": {"@path": "$.i"}, "recommId": {"@path": "$.r"}}


def accepted(event, mapping=VIEW, action="addDetailView", *, in_batch=False):
    return compile_acceptance(ACTIONS[action], mapping, in_batch=in_batch)(event)


def test_what_is_empty_counts_as_absent():
    assert accepted({"u": 1, "i": "i", "r": ""}) == {"userId": "1", "itemId": "i"}
    assert accepted({"u": True, "i": "i", "r": None}) == {"userId": "true", "itemId": "i"}


def test_an_empty_text_is_a_value_in_a_batch_where_text_is_expected():
    event = {"u": "", "i": "i", "r": ""}
    mapping = {**VIEW, "duration": "", "additionalData": ""}

    assert accepted(event, mapping, in_batch=True) == {"userId": "", "itemId": "i", "recommId": ""}
    with pytest.raises(PayloadError, match="missing the required field 'userId'"):
        accepted(event, mapping)


def test_an_empty_timestamp_of_a_batch_is_no_date():
    with pytest.raises(PayloadError, match="Timestamp must be a valid date-like string"):
        accepted({"u": "u", "i": "i"}, {**VIEW, "timestamp": ""}, in_batch=True)


def test_empty_elements_are_no_items():
    mapping = {"userId": "u", "items": [None, "", {"itemId": "i"}]}

    assert accepted({}, mapping, "addPurchase")["items"] == [{"itemId": "i"}]


def test_a_mapping_may_make_the_whole_payload_at_once():
    event = {"u": "u", "i": "i", "other": 1}
    mapping = {
        "@merge": {"objects": [{"userId": "m", "itemId": "i"}, {"@path": ""}], "direction": "right"}
    }

    assert accepted(event, mapping) == {"userId": "m", "itemId": "i"}


@pytest.mark.parametrize(
    ("payload", "found"), [("text", "a string"), (5, "a number"), (None, "null")]
)
def test_a_payload_that_is_no_object_is_refused(payload, found):
    with pytest.raises(PayloadError) as caught:
        accepted({}, {"@literal": payload})

    assert str(caught.value) == f"The root value must be an object but it was {found}."


def test_fields_that_the_action_does_not_know_come_to_nothing_unless_they_fail():
    assert accepted({"u": "u", "i": "i"}, {**VIEW, "enable_batching": True}) == {
        "userId": "u",
        "itemId": "i",
    }
    with pytest.raises(MappingError, match="expected string, got undefined"):
        accepted({"u": "u", "i": "i"}, {**VIEW, "other": {"@path": {"@path": "$.none"}}})


def test_a_plan_builds_what_was_accepted():
    (request,) = compile_plan(ACTIONS["addDetailView"], VIEW)({"u": "u", "i": 7})

    assert (request.user_id, request.item_id) == ("u", "7")
