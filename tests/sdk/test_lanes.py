"""Whom requests concern, and how large they are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee import (
    ALL_REQUESTS,
    AddDetailView,
    AddItem,
    AddItemProperty,
    AddManualReqlSegment,
    AddSearchSynonym,
    AddSeries,
    AddUser,
    Batch,
    DeleteMoreItems,
    InsertToSeries,
    ListItemDetailViews,
    ListItems,
    ListScenarios,
    Logic,
    MergeUsers,
    OrjsonCodec,
    RecommendItemsToItem,
    RecommendItemsToUser,
    RecommendNextItems,
    Request,
    ResetDatabase,
    SearchItems,
    SetItemValues,
)
from aiorecombee.core.encode import Encoder
from aiorecombee.core.lanes import EVERYBODY, NOBODY, Claim, concerns
from aiorecombee.core.sizes import json_size, sizes


def concern(request: Request[Any]) -> object:
    return concerns(type(request))(request)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (AddDetailView("user-1", "item-1"), "user-1"),
        (AddUser("user-1"), "user-1"),
        (RecommendItemsToUser("user-1", 5), "user-1"),
        (SearchItems("user-1", "tv", 5), "user-1"),
        (RecommendItemsToItem("item-1", "user-1", 5), "user-1"),
        (RecommendItemsToItem("item-1", None, 5), NOBODY),
        (MergeUsers("user-2", "user-1"), Claim(("user-2", "user-1"))),
        (MergeUsers("user-1", "user-1"), "user-1"),
        (AddItem("item-1"), "items/item-1"),
        (SetItemValues("item-1", {}), "items/item-1"),
        (ListItemDetailViews("item-1"), "items/item-1"),
        (AddSeries("series-1"), "series/series-1"),
        (InsertToSeries("series-1", "item", "item-1", 1), "series/series-1"),
        (ListItems(), NOBODY),
        (ListScenarios(), NOBODY),
        (AddItemProperty("price", "double"), EVERYBODY),
        (AddSearchSynonym("tv", "television"), EVERYBODY),
        (AddManualReqlSegment("a", "b", "true"), EVERYBODY),
        (DeleteMoreItems("true"), EVERYBODY),
        (ResetDatabase(), Claim(everybody=True, alone=True)),
        (RecommendNextItems("recomm-1", 5), Claim(alone=True)),
    ],
)
def test_a_request_concerns_its_user_or_its_thing_or_everybody(request_, expected):
    assert concern(request_) == expected


@pytest.mark.parametrize("kind", [kind for kind in ALL_REQUESTS if kind is not Batch])
def test_what_must_not_be_repeated_travels_alone(kind):
    arguments = dict.fromkeys((field.name for field in kind.__attrs_attrs__), "1")
    found = concern(kind(**arguments))
    assert (isinstance(found, Claim) and found.alone) == (not kind.repeatable)


@given(user=st.none() | st.integers() | st.lists(st.integers()))
def test_a_user_that_is_no_text_is_left_to_validation(user):
    assert concern(AddDetailView(user, "item-1")) == NOBODY


def test_a_text_of_another_class_is_the_lane_of_its_characters():
    class Name(str):
        __slots__ = ()

    assert concern(AddDetailView(Name("user-1"), "item-1")) == "user-1"


@pytest.mark.parametrize(
    "request_",
    [
        AddDetailView("user-123456", "item-123456", timestamp=1_700_000_000.5),
        AddDetailView("user-1", "item-1", recomm_id="a" * 32, additional_data={"a": ["b"] * 99}),
        SetItemValues("item-1", {"title": "x" * 5000, "tags": {"a", "b"}, "price": 3.5}),
        RecommendItemsToUser("user-1", 5, filter="'price' > 5", logic=Logic("l", {"a": "b" * 99})),
        DeleteMoreItems("'price' > 5 and " * 50 + "true"),
    ],
)
def test_the_estimate_is_near_what_is_written(request_):
    entry = OrjsonCodec().dumps(Encoder(OrjsonCodec()).entry(request_))
    assert 0.6 < sizes(type(request_))(request_) / len(entry) < 2.5


def test_what_contains_itself_has_a_size_all_the_same():
    endless: list[Any] = []
    endless += [endless, endless]
    assert json_size(endless) > 0


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.floats(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    )
)
def test_every_value_has_a_size(value):
    assert json_size(value) > 0
