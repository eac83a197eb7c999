"""Actions with mappings of one's own: what the presets never reach."""

import pytest

from aiorecombee import AddDetailView, AddPurchase, AddRating, SetViewPortion
from aiorecombee.segment import Destination


def act(action, **mapping):
    subscription = {"partnerAction": action, "subscribe": 'type = "x"', "mapping": mapping}
    return Destination("main-2026-07", [subscription]).map({"type": "x"})


def reasons(action, **mapping):
    return [rejection.reason for rejection in act(action, **mapping).rejections]


def test_a_rating_is_sent_whatever_its_range():
    assert act("addRating", userId="u", itemId="i", rating="5").requests == (
        AddRating("u", "i", 5, cascade_create=True, additional_data={}),
    )


@pytest.mark.parametrize(("given", "sent"), [(7, 7), ("7.0", 7), (True, 1), (None, None)])
def test_a_duration_is_whole(given, sent):
    assert act("addDetailView", userId="u", itemId="i", duration=given).requests == (
        AddDetailView("u", "i", duration=sent, cascade_create=True, additional_data={}),
    )


def test_a_duration_that_is_not_whole_is_refused():
    assert reasons("addDetailView", userId="u", itemId="i", duration=12.5) == [
        "Duration must be an integer but it was a number."
    ]


def test_a_portion_has_a_maximum_but_no_minimum():
    assert act("setViewPortion", userId="u", itemId="i", portion=-0.01).requests == (
        SetViewPortion("u", "i", -0.01, cascade_create=True, additional_data={}),
    )
    assert reasons("setViewPortion", userId="u", itemId="i", portion=1.01) == [
        "Portion must be equal to or less than 1."
    ]


def test_what_is_missing_is_named_before_what_is_wrong():
    assert reasons("addDetailView", userId=["a", "b"]) == [
        (
            "The root value is missing the required field 'itemId'."
            " User ID must be a string but it was an array."
        )
    ]


def test_nulls_among_the_items_of_an_order_are_no_items():
    assert act("addPurchase", userId="u", items=[None, {"itemId": "i"}, None]).requests == (
        AddPurchase("u", "i", cascade_create=True, additional_data={}),
    )


def test_an_item_of_an_order_may_stand_alone():
    assert act("addPurchase", userId="u", items={"itemId": "i"}).requests == (
        AddPurchase("u", "i", cascade_create=True, additional_data={}),
    )


def test_what_segment_notes_goes_over_what_the_user_maps():
    requests = act(
        "addDetailView",
        userId="u",
        itemId="i",
        additionalData={"mine": None, "both": "mine"},
        internalAdditionalData={"both": "noted"},
    ).requests

    assert requests[0].additional_data == {"mine": None, "both": "noted"}


def test_free_data_must_be_an_object():
    assert reasons("addDetailView", userId="u", itemId="i", additionalData="text") == [
        "Additional Data must be an object but it was a string."
    ]
