"""What is refused before sending, and how it is said."""

from datetime import UTC, datetime
from fractions import Fraction
from types import MappingProxyType

import pytest

from aiorecombee import (
    AddBookmark,
    AddItem,
    AddItemProperty,
    AddPurchase,
    AddRating,
    AddUser,
    AddUserProperty,
    Batch,
    CreatePropertyBasedSegmentation,
    DeleteSearchSynonym,
    InsertToSeries,
    InvalidRequestError,
    ListItems,
    RecommendItemsToItem,
    RecommendItemsToUser,
    RecommendNextItems,
    Request,
    SearchItems,
    SetItemValues,
    SetUserValues,
    SetViewPortion,
    UpdateMoreItems,
)
from aiorecombee.core.check import check

ID_RULE = "may have only letters A-Z a-z, digits and _ - : @ ."
NAN = float("nan")

REFUSED: list[tuple[Request[object], str]] = [
    (AddItem("a b"), f"AddItem.item_id = 'a b': {ID_RULE}"),
    (AddItem("Škoda"), f"AddItem.item_id = 'Škoda': {ID_RULE}"),
    (AddItem("a/b"), f"AddItem.item_id = 'a/b': {ID_RULE}"),
    (AddItem("a\n"), f"AddItem.item_id = 'a\\n': {ID_RULE}"),
    (AddItem("٣"), f"AddItem.item_id = '٣': {ID_RULE}"),
    (AddItem("a\udc80"), f"AddItem.item_id = 'a\\udc80': {ID_RULE}"),
    (AddItem(""), "AddItem.item_id = '': must not be empty"),
    (AddItem(None), "AddItem.item_id = None: is required"),
    (AddItem(7), "AddItem.item_id = 7: must be text (str); use '7'"),
    (AddItem(7.5), "AddItem.item_id = 7.5: must be text (str); use '7.5'"),
    (AddItem(b"a"), "AddItem.item_id = b'a': must be text (str)"),
    (
        AddItem("undefined"),
        (
            "AddItem.item_id = 'undefined': is forbidden by the API"
            " (it comes from a missing value in JavaScript)"
        ),
    ),
    (
        AddUser("undefined"),
        (
            "AddUser.user_id = 'undefined': is forbidden by the API"
            " (it comes from a missing value in JavaScript)"
        ),
    ),
    (AddItem("é" * 100), f"AddItem.item_id = '{'é' * 79}…: {ID_RULE}"),
    (
        AddItemProperty("a.b", "int"),
        "AddItemProperty.property_name = 'a.b': may have only letters A-Z a-z, digits and _ - :",
    ),
    (
        AddItemProperty("a" * 64, "int"),
        f"AddItemProperty.property_name = '{'a' * 64}': must have at most 63 characters, has 64",
    ),
    (
        AddItemProperty("a", "integer"),
        (
            "AddItemProperty.type = 'integer': must be 'int' or 'double' or 'string' or 'boolean'"
            " or 'timestamp' or 'set' or 'image' or 'imageList'"
        ),
    ),
    (
        AddUserProperty("a", "image"),
        (
            "AddUserProperty.type = 'image': must be 'int' or 'double' or 'string' or 'boolean'"
            " or 'timestamp' or 'set'"
        ),
    ),
    (AddRating("u", "i", 1.01), "AddRating.rating = 1.01: must be between -1.0 and 1.0"),
    (AddRating("u", "i", -2), "AddRating.rating = -2: must be between -1.0 and 1.0"),
    (
        AddRating("u", "i", NAN),
        "AddRating.rating = nan: must be a finite number: JSON knows no other",
    ),
    (AddRating("u", "i", True), "AddRating.rating = True: must be a number"),
    (AddRating("u", "i", "0.5"), "AddRating.rating = '0.5': must be a number"),
    (AddRating("u", "i", None), "AddRating.rating = None: is required"),
    (
        AddRating("u", "i", 10**400),
        f"AddRating.rating = 1{'0' * 79}…: must be between -1.0 and 1.0",
    ),
    (AddRating("u", "i", 10**5000), "AddRating.rating = <int>: must be between -1.0 and 1.0"),
    (AddItem(10**5000), "AddItem.item_id = <int>: must be text (str); use '<int>'"),
    (
        AddPurchase("u", "i", price=float("inf")),
        "AddPurchase.price = inf: must be a finite number: JSON knows no other",
    ),
    (
        AddPurchase("u", "i", cascade_create=1),
        "AddPurchase.cascade_create = 1: must be True or False",
    ),
    (
        AddPurchase("u", "i", timestamp=-1),
        "AddPurchase.timestamp = -1: must be 0 or more",
    ),
    (
        AddPurchase("u", "i", timestamp=datetime(2026, 1, 2)),  # noqa: DTZ001
        (
            "AddPurchase.timestamp = datetime.datetime(2026, 1, 2, 0, 0): has no time zone:"
            " use datetime.now(timezone.utc), or Unix seconds"
        ),
    ),
    (
        AddPurchase("u", "i", timestamp=datetime(1960, 1, 2, tzinfo=UTC)),
        (
            "AddPurchase.timestamp ="
            " datetime.datetime(1960, 1, 2, 0, 0, tzinfo=datetime.timezone.utc): must be 0 or more"
        ),
    ),
    (
        AddPurchase("u", "i", additional_data=[1]),
        "AddPurchase.additional_data = [1]: must be a dictionary",
    ),
    (AddBookmark("u", "i", recomm_id=5), "AddBookmark.recomm_id = 5: must be text (str); use '5'"),
    (SetViewPortion("u", "i", 1.1), "SetViewPortion.portion = 1.1: must be between 0.0 and 1.0"),
    (
        SetViewPortion("u", "i", 1, session_id="a****"),
        f"SetViewPortion.session_id = 'a****': {ID_RULE}",
    ),
    (
        RecommendItemsToUser("u", 0),
        "RecommendItemsToUser.count = 0: must be 1 or more",
    ),
    (
        RecommendItemsToUser("u", 5.0),
        "RecommendItemsToUser.count = 5.0: must be a whole number (int)",
    ),
    (
        RecommendItemsToUser("u", True),
        "RecommendItemsToUser.count = True: must be a whole number (int)",
    ),
    (
        RecommendItemsToUser("u", 5, min_relevance="mid"),
        "RecommendItemsToUser.min_relevance = 'mid': must be 'low' or 'medium' or 'high'",
    ),
    (
        RecommendItemsToUser("u", 5, included_properties="title"),
        "RecommendItemsToUser.included_properties = 'title': must be a list, not a single text",
    ),
    (
        RecommendItemsToUser("u", 5, included_properties=b"title"),
        "RecommendItemsToUser.included_properties = b'title': must be a list, not a single text",
    ),
    (
        RecommendItemsToUser("u", 5, included_properties={"title"}),
        "RecommendItemsToUser.included_properties = {'title'}: must be a list",
    ),
    (
        RecommendItemsToUser("u", 5, logic=5),
        "RecommendItemsToUser.logic = 5: must be text (str) or Logic; use '5'",
    ),
    (ListItems(offset=-1), "ListItems.offset = -1: must be 0 or more"),
    (
        InsertToSeries("s", "thing", "i", 1),
        "InsertToSeries.item_type = 'thing': must be 'item' or 'series'",
    ),
    (
        CreatePropertyBasedSegmentation("s", "users", "p"),
        "CreatePropertyBasedSegmentation.source_type = 'users': must be 'items'",
    ),
    (
        SetItemValues("i", {5: 1}),
        "SetItemValues.values = {5: 1}: has the key 5, which is no text",
    ),
    (
        SetUserValues("u", {"p": NAN}),
        "SetUserValues.values = {'p': nan}: has nan at 'p': JSON knows finite numbers only",
    ),
    (
        UpdateMoreItems("true", {"p": datetime(2026, 1, 2)}),  # noqa: DTZ001
        (
            "UpdateMoreItems.changes = {'p': datetime.datetime(2026, 1, 2, 0, 0)}:"
            " has a datetime without time zone for 'p'"
        ),
    ),
    (SetItemValues("i", None), "SetItemValues.values = None: is required"),
    (SetItemValues("i", [("p", 1)]), "SetItemValues.values = [('p', 1)]: must be a dictionary"),
    (SearchItems("u", None, 5), "SearchItems.search_query = None: is required"),
    (Batch(None), "Batch.requests = None: is required"),
    (Batch("abc"), "Batch.requests = 'abc': must be a list, not a single text"),
    (Batch([], distinct_recomms="yes"), "Batch.distinct_recomms = 'yes': must be True or False"),
]


@pytest.mark.parametrize(("request_", "said"), REFUSED, ids=lambda value: type(value).__name__)
def test_a_refusal_names_class_field_value_and_rule(request_: Request[object], said: str):
    with pytest.raises(InvalidRequestError) as refused:
        check(request_)
    assert str(refused.value) == said


ACCEPTED: list[Request[object]] = [
    AddItem("az_AZ-09:@."),
    AddItem("undefined-1"),
    AddItem("Undefined"),
    AddUser("."),  # the encoder refuses it, where it would change the path
    AddItemProperty("a" * 63, "imageList"),
    AddRating("u", "i", -1),
    AddRating("u", "i", 1.0),
    AddRating("u", "i", Fraction(1, 2)),
    AddPurchase("u", "i", timestamp=0),
    AddPurchase("u", "i", timestamp="2026-01-02T03:04Z"),
    AddPurchase("u", "i", timestamp="yesterday"),  # the service decides
    AddPurchase("u", "i", timestamp=datetime(2026, 1, 2, tzinfo=UTC)),
    AddPurchase("u", "i", amount=-1),
    AddPurchase("u", "i", amount=10**400),
    AddPurchase("u", "i", additional_data=MappingProxyType({"a": 1})),
    RecommendItemsToItem("i", None, 1),
    RecommendItemsToUser("u", 1, included_properties=()),
    RecommendItemsToUser("u", 1, logic="anything"),
    RecommendNextItems("no uuid", 1),
    DeleteSearchSynonym("no uuid"),
    SetItemValues("i", {}),
    SetItemValues("i", {"no property name!": None}),
    ListItems(count=0, offset=0),
    Batch([]),
    Batch((AddItem("a"),), distinct_recomms=False),
]


@pytest.mark.parametrize("request_", ACCEPTED, ids=repr)
def test_what_the_reference_does_not_clearly_forbid_is_left_to_the_service(
    request_: Request[object],
):
    assert check(request_) is None
