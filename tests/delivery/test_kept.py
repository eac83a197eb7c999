"""How requests are put aside: whose order they keep, and which cannot be."""

import json

import pytest

from aiorecombee import (
    ALL_REQUESTS,
    AddDetailView,
    AddItem,
    AddItemProperty,
    AddPurchase,
    AddSearchSynonym,
    AddSeries,
    AddUser,
    AddUserProperty,
    DeleteDetailView,
    DeleteItem,
    DeleteUser,
    InsertToSeries,
    InvalidRequestError,
    JsonCodec,
    ListItems,
    MergeUsers,
    RecommendItemsToUser,
    ResetDatabase,
    SetItemValues,
    SetUserValues,
    SetViewPortion,
)
from aiorecombee.core.encode import Encoder
from aiorecombee.core.fields import fields_of
from aiorecombee.delivery.kept import OF_NO_USER, require_keepable, to_item, to_request
from aiorecombee.delivery.queue import Item


@pytest.mark.parametrize(
    ("request_", "lanes", "apart"),
    [
        (AddDetailView("u", "i"), ("u",), False),
        (AddPurchase("u", "i"), ("u",), False),
        (SetViewPortion("u", "i", 0.5), ("u",), False),
        (AddUser("u"), ("u",), True),
        (SetUserValues("u", {}), ("u",), True),
        (DeleteDetailView("u", "i"), ("u",), True),
        (DeleteUser("u"), ("u",), True),
        (MergeUsers("u", "anonymous"), ("u", "anonymous"), True),
        (MergeUsers("u", "u"), ("u",), True),
        (AddItem("i"), (OF_NO_USER,), False),
        (SetItemValues("i", {}), (OF_NO_USER,), False),
        (DeleteItem("i"), (OF_NO_USER,), True),
        (AddItemProperty("p", "int"), (OF_NO_USER,), True),
        (AddUserProperty("p", "int"), (OF_NO_USER,), True),
        (AddSeries("s"), (OF_NO_USER,), False),
        (InsertToSeries("s", "item", "i", 1), (OF_NO_USER,), False),
    ],
)
def test_a_request_keeps_the_order_of_its_users(request_, lanes, apart):
    assert to_item(request_, b"{}") == Item(lanes, b"{}", barrier=apart)


def test_a_key_tells_repetitions_apart():
    assert to_item(AddUser("u"), b"{}", "message-1").key == "message-1"


def test_what_changes_something_and_has_no_answer_can_be_put_aside():
    refused = [cls for cls in ALL_REQUESTS if not can_be_put_aside(cls)]
    assert {cls.method for cls in ALL_REQUESTS if cls not in refused} == {"POST", "PUT", "DELETE"}
    others = [cls for cls in refused if cls.method != "GET" and "Recommend" not in cls.__name__]
    assert {cls.__name__ for cls in others} == {
        *("AddSearchSynonym", "Batch"),
        *("DeleteMoreItems", "UpdateMoreItems"),
        *("ResetDatabase", "SearchItems", "SearchItemSegments"),
    }


def can_be_put_aside(cls):
    required = [field.name for field in fields_of(cls) if field.required]
    try:
        require_keepable(cls(**dict.fromkeys(required, "a")))
    except InvalidRequestError:
        return False
    return True


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (RecommendItemsToUser("u", 5), "RecommendItemsToUser: its answer .* would be lost"),
        (ListItems(), "ListItems: its answer .* client.send waits for it"),
        (AddSearchSynonym("tv", "television"), "AddSearchSynonym: its answer"),
        (ResetDatabase(), "ResetDatabase: it must not be sent twice"),
        ("AddItem", "a str is no request"),
    ],
)
def test_who_needs_an_answer_is_told_where_to_get_it(request_, said):
    with pytest.raises(InvalidRequestError, match=said):
        require_keepable(request_)


def test_a_body_becomes_its_request_again():
    request = MergeUsers("u", "anonymous", cascade_create=True)
    mapped = to_request(json.loads(Encoder(JsonCodec()).to_json(request)))
    assert (mapped.requests, mapped.rejections) == ((request,), ())


def test_a_body_that_is_no_request_is_rejected_with_a_reason():
    mapped = to_request({"type": "page", "userId": "u"})
    assert mapped.requests == ()
    assert [one.reason for one in mapped.rejections] == [
        "a request is an object with request, path and params"
    ]
