"""Requests that were written down, and what is none."""

import json
from typing import Any

import pytest

from aiorecombee import (
    AddDetailView,
    AddItem,
    AddItemProperty,
    Batch,
    InvalidRequestError,
    JsonCodec,
    PropertyRole,
    SetItemValues,
)
from aiorecombee.core.encode import Encoder
from aiorecombee.core.recognise import NoRequestError, recognise


def written(request: Any, **options: Any) -> Any:
    return json.loads(Encoder(JsonCodec(), **options).to_json(request))


def test_a_request_is_written_with_the_name_of_its_class():
    assert written(SetItemValues("tv-1", {"price": 2.5})) == {
        "request": "SetItemValues",
        "method": "POST",
        "path": "/items/tv-1",
        "params": {"price": 2.5},
    }


def test_an_interaction_is_written_with_a_timestamp():
    line = written(AddDetailView("u", "i"), stamp=lambda: 5.0)
    assert recognise(line) == AddDetailView("u", "i", timestamp=5.0)


@pytest.mark.parametrize(
    "request_",
    [
        AddItem("tv-1"),
        AddDetailView("u", "i", timestamp=5.0, duration=3, additional_data={"a": [1, None]}),
        AddItemProperty("price", "double", role=PropertyRole("price", {"currency": "EUR"})),
        SetItemValues("tv-1", {"item_id": "x", "itemId": "y", "values": 1}, cascade_create=True),
        SetItemValues("tv-1", {"cascade_create": "a property", "cascadeCreate": "another"}),
        SetItemValues("tv-1", {"request": "AddItem", "path": "/", "params": {}}),
    ],
)
def test_a_request_is_read_back_as_it_was(request_: Any):
    assert recognise(written(request_)) == request_


def test_an_id_that_the_client_was_told_not_to_check_comes_back():
    request = AddItem("a/b č%2F")
    assert recognise(written(request, validate=False)) == request


def test_a_batch_is_written_request_by_request():
    with pytest.raises(InvalidRequestError, match="request by request"):
        written(Batch([]))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "an object with request, path and params"),
        ([], "an object with request, path and params"),
        ({"method": "PUT", "path": "/items/i"}, "an object with request, path and params"),
        ({"request": "AddItem"}, "path should be text"),
        ({"request": "AddItem", "path": "/items/i", "params": []}, "params an object"),
        ({"request": "AddNothing", "path": "/"}, "there is no request 'AddNothing'"),
        ({"request": "endpoint", "path": "/"}, "there is no request 'endpoint'"),
        ({"request": "AddItem", "path": "/users/u"}, "the path of AddItem is /items/{itemId}"),
        ({"request": "AddUser", "path": "/users/u", "params": {"a": 1}}, "has no parameter 'a'"),
        ({"request": "AddRating", "path": "/ratings/"}, "AddRating lacks userId, itemId, rating"),
        (
            {
                "request": "AddItemProperty",
                "path": "/items/properties/p",
                "params": {"type": "int", "role": {"name": "r", "colour": 1}},
            },
            "AddItemProperty.role has a member 'colour'",
        ),
    ],
)
def test_what_is_no_request_is_told_why(value: Any, said: str):
    with pytest.raises(NoRequestError, match=said):
        recognise(value)
