"""Mappings in the forms that people have them in."""

import pytest

from aiorecombee.errors import MappingError
from aiorecombee.segment import Destination
from aiorecombee.segment.exported import read_mappings

MAPPING = {"userId": {"@path": "$.userId"}, "itemId": {"@path": "$.name"}}
KEPT = {
    "name": "Mine",
    "subscribe": 'type = "page"',
    "partnerAction": "addBookmark",
    "mapping": MAPPING,
    "enabled": True,
}
EXPORTED = {
    "id": "4",
    "name": "Mine",
    "actionId": "5",
    "actionSlug": "addBookmark",
    "destinationId": "6",
    "modelId": None,
    "enabled": True,
    "trigger": 'type = "page"',
    "settings": MAPPING,
}


@pytest.mark.parametrize(
    "read",
    [
        KEPT,
        EXPORTED,
        [KEPT],
        [EXPORTED],
        {"mappings": [KEPT]},
        {"subscriptions": [EXPORTED]},
        {"data": {"subscriptions": [EXPORTED], "pagination": {"current": "MA=="}}},
        {"data": {"data": {"subscriptions": [EXPORTED]}}},
        {"data": {"subscription": EXPORTED}},
        {"subscription": EXPORTED},
    ],
)
def test_all_forms_come_to_the_same(read):
    assert read_mappings(read) == [KEPT]


def test_names_of_presets_stay_as_they_are():
    assert read_mappings({"mappings": ["Alias", KEPT]}) == ["Alias", KEPT]


def test_no_mappings_are_no_mappings():
    assert read_mappings({"data": {"subscriptions": []}}) == []


def test_what_an_export_leaves_out_is_left_out():
    assert read_mappings({"subscribe": 'type = "page"', "name": None}) == [
        {"subscribe": 'type = "page"'}
    ]


def test_the_same_said_in_both_ways_is_fine():
    both = {**KEPT, "trigger": KEPT["subscribe"]}

    assert read_mappings(both) == [KEPT]


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (5, "the file should be a JSON array of mappings, but it is a number"),
        ({}, "the file should be a JSON array of mappings, or an object with `mappings`"),
        ({"data": {"subscriptions": None}}, "/data/subscriptions should be a JSON array"),
        ([KEPT, 5], "/1 should be an object or the name of a preset but it is a number"),
        ([{**KEPT, "enabled": "no"}], "/0/enabled should be a boolean but it is a string"),
        ([{**KEPT, "name": 5}], "/0/name should be a string but it is a number"),
        ([{**KEPT, "trigger": "x"}], "/0 has both subscribe and trigger: remove one of them"),
    ],
)
def test_what_is_no_mapping_is_told_with_its_place(read, said):
    with pytest.raises(MappingError) as caught:
        read_mappings(read)

    assert str(caught.value).startswith(said)


def test_a_destination_takes_what_was_read():
    destination = Destination("main-2026-07", read_mappings({"subscriptions": [EXPORTED]}))

    (request,) = destination.map({"type": "page", "userId": "u", "name": "n"}).requests

    assert (request.user_id, request.item_id) == ("u", "n")
