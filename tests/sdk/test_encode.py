"""A request as a call: path, query, body, to the byte."""

import json
import math
from collections import UserDict
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee import (
    AddBookmark,
    AddDetailView,
    AddItem,
    AddItemProperty,
    AddPurchase,
    AddRating,
    AddSeries,
    Batch,
    Codec,
    CompositeRecommendation,
    CompositeRecommendationStageParameters,
    DeleteBookmark,
    DeleteItem,
    DeleteMoreItems,
    DeleteSearchSynonym,
    DeleteSeries,
    InvalidRequestError,
    JsonCodec,
    ListItems,
    ListScenarios,
    Logic,
    MergeUsers,
    OrjsonCodec,
    PropertyMetadata,
    PropertyRole,
    RecommendItemsToItem,
    RecommendItemsToUser,
    RecommendNextItems,
    RemoveFromSeries,
    Request,
    ResetDatabase,
    SetItemValues,
    SetUserValues,
    UpdateMoreItems,
)
from aiorecombee.core.encode import Encoder, encode

NAN = float("nan")


class Letter(StrEnum):
    A = "a"


class OldLetter(str, Enum):  # noqa: UP042  # what code written for older Pythons has
    A = "a"


class Size(IntEnum):
    TWO = 2


class OldSize(int, Enum):
    TWO = 2


class Double(float):
    """A number as NumPy's, whose `repr` is not a number."""

    def __repr__(self) -> str:
        return "Double"

    __str__ = __repr__


class Whole(int):
    def __repr__(self) -> str:
        return "Whole"

    __str__ = __repr__


def wire(request: Request[object], codec: Codec, **options: bool) -> tuple[str, str, str | None]:
    call = encode(request, codec, **options)
    return call.method, call.target, None if call.body is None else call.body.decode()


def test_required_fields_go_to_path_and_body(codec: Codec):
    assert wire(RecommendItemsToUser("user-1", 5), codec) == (
        "POST",
        "/recomms/users/user-1/items/",
        '{"count":5}',
    )


def test_a_required_field_is_sent_also_when_it_is_none(codec: Codec):
    assert wire(RecommendItemsToItem("item-1", None, 5), codec) == (
        "POST",
        "/recomms/items/item-1/items/",
        '{"targetUserId":null,"count":5}',
    )


def test_an_optional_field_that_is_none_is_left_out(codec: Codec):
    assert wire(AddPurchase("u", "i", price=None, amount=2), codec) == (
        "POST",
        "/purchases/",
        '{"userId":"u","itemId":"i","amount":2}',
    )


def test_false_zero_and_empty_are_not_none(codec: Codec):
    assert wire(
        RecommendItemsToUser("u", 1, cascade_create=False, diversity=0, filter="", logic=Logic()),
        codec,
    ) == (
        "POST",
        "/recomms/users/u/items/",
        '{"count":1,"cascadeCreate":false,"filter":"","logic":{},"diversity":0}',
    )


def test_a_get_has_a_query_and_no_body(codec: Codec):
    assert wire(ListItems("'price' >= 10 and 'title' != \"a/b\"", 10, 20, True), codec) == (
        "GET",
        (
            "/items/list/?filter=%27price%27%20%3E%3D%2010%20and%20%27title%27%20%21%3D%20%22a/b%22"
            "&count=10&offset=20&returnProperties=True"
        ),
        None,
    )


def test_a_list_in_a_query_has_bare_commas(codec: Codec):
    request = ListItems(return_properties=False, included_properties=["a b", "č", "d,e"])
    assert wire(request, codec) == (
        "GET",
        "/items/list/?returnProperties=False&includedProperties=a%20b,%C4%8D,d%2Ce",
        None,
    )


def test_a_list_in_a_query_may_be_a_tuple_or_empty(codec: Codec):
    assert wire(ListItems(included_properties=("a",)), codec)[1] == (
        "/items/list/?includedProperties=a"
    )
    assert wire(ListItems(included_properties=[]), codec)[1] == "/items/list/?includedProperties="


def test_a_get_without_parameters_has_no_question_mark(codec: Codec):
    assert wire(ListScenarios(), codec) == ("GET", "/scenarios/", None)
    assert wire(ListItems(), codec) == ("GET", "/items/list/", None)


def test_a_delete_has_a_query_and_an_empty_object(codec: Codec):
    assert wire(DeleteBookmark("john@x.com", "sku:1", 1699999999.5), codec) == (
        "DELETE",
        "/bookmarks/?userId=john%40x.com&itemId=sku%3A1&timestamp=1699999999.5",
        "{}",
    )
    assert wire(ResetDatabase(), codec) == ("DELETE", "/", "{}")


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (DeleteMoreItems("true"), ("DELETE", "/more-items/", '{"filter":"true"}')),
        (DeleteSeries("s"), ("DELETE", "/series/s", "{}")),
        (
            DeleteSeries("s", cascade_delete=True),
            ("DELETE", "/series/s", '{"cascadeDelete":true}'),
        ),
        (
            RemoveFromSeries("s", "item", "i"),
            ("DELETE", "/series/s/items/", '{"itemType":"item","itemId":"i"}'),
        ),
        (
            MergeUsers("john@x.com", "anon:42", cascade_create=True),
            ("PUT", "/users/john@x.com/merge/anon:42?cascadeCreate=True", "{}"),
        ),
        (AddSeries("s", True), ("PUT", "/series/s", '{"cascadeCreate":true}')),
        (AddItem("i"), ("PUT", "/items/i", "{}")),
        (
            AddItemProperty("price", "double"),
            ("PUT", "/items/properties/price", '{"type":"double"}'),
        ),
        (
            RecommendNextItems("d8f4bc8a", 5),
            ("POST", "/recomms/next/items/d8f4bc8a", '{"count":5}'),
        ),
    ],
)
def test_the_declaration_says_where_parameters_travel(
    request_: Request[object], expected: tuple[str, str, str], codec: Codec
):
    assert wire(request_, codec) == expected


def test_spread_values_stand_among_the_parameters_and_named_ones_under_their_name(codec: Codec):
    assert wire(SetItemValues("i", {"a": 1, "b": None}, cascade_create=True), codec) == (
        "POST",
        "/items/i",
        '{"a":1,"b":null,"!cascadeCreate":true}',
    )
    assert wire(SetUserValues("u", {}), codec) == ("POST", "/users/u", "{}")
    assert wire(UpdateMoreItems("true", {"a": 1}), codec) == (
        "POST",
        "/more-items/",
        '{"filter":"true","changes":{"a":1}}',
    )


def test_property_values_hold_dates_as_unix_seconds_and_sets_as_lists(codec: Codec):
    values = {
        "when": datetime(2024, 1, 2, 3, 4, 5, 500000, UTC),
        "there": datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2))),
        "tags": {"x"},
        "frozen": frozenset({"y"}),
        "list": ["z"],
        "whole": 5,
        "flag": True,
    }
    assert wire(SetItemValues("i", values), codec)[2] == (
        '{"when":1704164645.5,"there":1704157445.0,"tags":["x"],"frozen":["y"],"list":["z"],'
        '"whole":5,"flag":true}'
    )


def test_times_of_interactions_are_iso_text_where_they_are_datetimes(codec: Codec):
    when = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert wire(AddDetailView("u", "i", timestamp=when), codec)[2] == (
        '{"userId":"u","itemId":"i","timestamp":"2024-01-02T03:04:05+00:00"}'
    )
    assert wire(DeleteBookmark("u", "i", when), codec)[1] == (
        "/bookmarks/?userId=u&itemId=i&timestamp=2024-01-02T03%3A04%3A05%2B00%3A00"
    )


def test_inputs_are_objects_under_the_names_of_the_api(codec: Codec):
    request = CompositeRecommendation(
        "home",
        3,
        user_id="u",
        logic=Logic("recombee:popular", {"a": [1]}),
        source_settings=CompositeRecommendationStageParameters(
            return_properties=True,
            included_properties=("title",),
            logic=Logic("x"),
            rotation_rate=0.5,
        ),
        result_settings=CompositeRecommendationStageParameters(),
    )
    assert wire(request, codec) == (
        "POST",
        "/recomms/composite/",
        (
            '{"scenario":"home","count":3,"userId":"u",'
            '"logic":{"name":"recombee:popular","settings":{"a":[1]}},'
            '"sourceSettings":{"returnProperties":true,"includedProperties":["title"],'
            '"logic":{"name":"x"},"rotationRate":0.5},"resultSettings":{}}'
        ),
    )


def test_roles_and_metadata_may_be_texts_or_objects(codec: Codec):
    request = AddItemProperty(
        "price",
        "double",
        PropertyRole("price", {"currency": "EUR"}),
        ["a", PropertyMetadata("b"), PropertyMetadata("c", {"d": 1})],
    )
    assert wire(request, codec)[2] == (
        '{"type":"double","role":{"name":"price","settings":{"currency":"EUR"}},'
        '"metadata":["a",{"name":"b"},{"name":"c","settings":{"d":1}}]}'
    )
    assert wire(AddItemProperty("a", "string", "title"), codec)[2] == (
        '{"type":"string","role":"title"}'
    )


def test_a_dictionary_of_another_kind_is_sent_like_one(codec: Codec):
    request = AddBookmark("u", "i", additional_data=UserDict({"a": UserDict({"b": (1, 2)})}))
    assert wire(request, codec)[2] == (
        '{"userId":"u","itemId":"i","additionalData":{"a":{"b":[1,2]}}}'
    )


# --- IDs ------------------------------------------------------------------------------------------


def test_legal_ids_stand_bare_in_a_path(codec: Codec):
    assert wire(AddItem("az-AZ_09:@.x"), codec)[1] == "/items/az-AZ_09:@.x"
    assert wire(AddItem("..."), codec)[1] == "/items/..."


@pytest.mark.parametrize(
    ("item_id", "segment"),
    [
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("x?y=z&a#f", "x%3Fy%3Dz%26a%23f"),
        ("Škoda", "%C5%A0koda"),
        ("100%", "100%25"),
        ("%2e%2e", "%252e%252e"),
        ("../..", "..%2F.."),
        ("a'b,c;d+e", "a%27b%2Cc%3Bd%2Be"),
        ("{userId}", "%7BuserId%7D"),
        ("a\r\nHost: evil", "a%0D%0AHost%3A%20evil"),
        ("\0", "%00"),
        ("💥", "%F0%9F%92%A5"),
        ("undefined", "undefined"),
    ],
)
def test_odd_ids_are_percent_encoded_where_they_are_let_through(
    item_id: str, segment: str, codec: Codec
):
    assert wire(DeleteItem(item_id), codec, validate=False)[1] == f"/items/{segment}"


@pytest.mark.parametrize("validate", [True, False])
@pytest.mark.parametrize("item_id", [".", "..", ""])
def test_what_would_address_something_else_is_always_refused(
    item_id: str, validate: bool, codec: Codec
):
    for request in (DeleteItem(item_id), DeleteSearchSynonym(item_id), MergeUsers("u", item_id)):
        with pytest.raises(InvalidRequestError) as refused:
            encode(request, codec, validate=validate)
        assert str(refused.value).startswith(type(request).__name__)
        with pytest.raises(InvalidRequestError, match=r"^requests\[1\]: "):
            encode(Batch([AddItem("a"), request]), codec, validate=validate)


def test_an_id_that_is_no_text_is_refused_in_a_path_also_without_validation(codec: Codec):
    with pytest.raises(InvalidRequestError, match=r"^AddItem: 5 in a path: must be text \(str\)$"):
        encode(AddItem(5), codec, validate=False)


@pytest.mark.parametrize("validate", [True, False])
@pytest.mark.parametrize(
    "request_",
    [
        AddItem("a\udc80"),
        DeleteSearchSynonym("a\udc80"),
        ListItems(filter="a\udc80"),
        ListItems(included_properties=["a\udc80"]),
        AddBookmark("u", "i", recomm_id="a\udc80"),
        AddBookmark("u", "i", additional_data={"\udc80": 1}),
        SetItemValues("i", {"a": ["\udc80"]}),
    ],
    ids=repr,
)
def test_half_a_character_is_an_invalid_request(
    request_: Request[object], validate: bool, codec: Codec
):
    with pytest.raises(InvalidRequestError, match=f"^{type(request_).__name__}"):
        encode(request_, codec, validate=validate)


def test_a_comma_an_apostrophe_and_a_slash_in_a_query_are_as_the_official_client_writes_them(
    codec: Codec,
):
    assert wire(DeleteBookmark("a,b'c/d", "e f"), codec, validate=False)[1] == (
        "/bookmarks/?userId=a%2Cb%27c/d&itemId=e%20f"
    )


# --- Values of other kinds ------------------------------------------------------------------------


@pytest.mark.parametrize("letter", [Letter.A, OldLetter.A])
def test_members_of_text_enums_are_their_values_everywhere(letter: str, codec: Codec):
    assert wire(AddItem(letter), codec) == ("PUT", "/items/a", "{}")
    assert wire(DeleteBookmark(letter, "i"), codec)[1] == "/bookmarks/?userId=a&itemId=i"
    assert wire(AddBookmark(letter, "i", recomm_id=letter), codec)[2] == (
        '{"userId":"a","itemId":"i","recommId":"a"}'
    )
    assert wire(SetItemValues("i", {letter: letter}), codec)[2] == '{"a":"a"}'
    assert wire(ListItems(included_properties=[letter]), codec)[1] == (
        "/items/list/?includedProperties=a"
    )
    batch = wire(Batch([AddItem(letter), DeleteBookmark(letter, "i")]), codec)[2]
    assert batch == (
        '{"requests":[{"method":"PUT","path":"/items/a"},'
        '{"method":"DELETE","path":"/bookmarks/","params":{"userId":"a","itemId":"i"}}]}'
    )


@pytest.mark.parametrize("two", [2, Size.TWO, OldSize.TWO, Whole(2)], ids=repr)
def test_whole_numbers_of_other_classes_are_numbers_everywhere(two: int, codec: Codec):
    assert wire(ListItems(count=two), codec)[1] == "/items/list/?count=2"
    assert wire(AddPurchase("u", "i", amount=two), codec)[2] == (
        '{"userId":"u","itemId":"i","amount":2}'
    )
    assert wire(SetItemValues("i", {"a": two}), codec)[2] == '{"a":2}'


@pytest.mark.parametrize("half", [0.5, Double(0.5), Fraction(1, 2)], ids=type)
def test_numbers_of_other_classes_are_numbers_everywhere(half: float, codec: Codec):
    assert wire(AddRating("u", "i", half), codec)[2] == '{"userId":"u","itemId":"i","rating":0.5}'
    assert wire(DeleteBookmark("u", "i", half), codec)[1] == (
        "/bookmarks/?userId=u&itemId=i&timestamp=0.5"
    )
    assert wire(SetItemValues("i", {"a": half}), codec)[2] == '{"a":0.5}'


@pytest.mark.parametrize(
    "request_",
    [
        AddBookmark("u", "i", additional_data={"a": object()}),
        AddBookmark("u", "i", additional_data={"a": b"bytes"}),
        AddBookmark("u", "i", additional_data={"a": {"set"}}),
        AddBookmark("u", "i", additional_data={("tuple",): 1}),
        SetItemValues("i", {"a": object()}),
        SetItemValues("i", {"a": 1j}),
        SetItemValues("i", {"a": AddItem}),
        RecommendItemsToUser("u", 1, expert_settings={"a": {"b": [object()]}}),
    ],
    ids=lambda request: type(request).__name__,
)
def test_what_json_cannot_hold_is_an_invalid_request_and_found_in_a_batch(
    request_: Request[object], codec: Codec
):
    name = type(request_).__name__
    said = rf"{name}\.(additional_data|values|expert_settings) = .* has "
    with pytest.raises(InvalidRequestError, match=f"^{said}"):
        encode(request_, codec)
    with pytest.raises(InvalidRequestError, match=rf"^requests\[1\]: {said}"):
        encode(Batch([AddItem("a"), request_]), codec)
    with pytest.raises(InvalidRequestError, match=f"^{name} holds a value that JSON cannot: "):
        encode(request_, codec, validate=False)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"a": {"b": [1, NAN]}}, "has nan at 'a.b[1]': JSON knows finite numbers only"),
        ({"a": math.inf}, "has inf at 'a': JSON knows finite numbers only"),
        ({"a": 2**64}, "has an integer beyond 64 bits at 'a'"),
        ({"a": {5: 1}}, "has the key 5 at 'a', which is no text"),
        ({"a": UUID(int=0)}, "has a UUID at 'a', which JSON cannot hold"),
        ({"a": datetime(2026, 1, 2, tzinfo=UTC)}, "has a datetime at 'a', which JSON cannot hold"),
        ({"a": b"x"}, "has a bytes at 'a', which JSON cannot hold"),
        ({"a": AddItem("i")}, "has a AddItem at 'a', which JSON cannot hold"),
    ],
)
def test_free_data_means_the_same_to_every_codec_or_is_refused(
    data: dict[str, object], said: str, codec: Codec
):
    request = AddBookmark("u", "i", additional_data=data)
    with pytest.raises(InvalidRequestError) as refused:
        encode(Batch([request]), codec)
    assert str(refused.value).endswith(f": {said}")
    with pytest.raises(InvalidRequestError) as refused:
        encode(SetItemValues("i", {"p": data}), codec)
    assert str(refused.value).endswith(said.replace("'a", "'p.a"))


def test_free_data_may_be_of_python_s_richer_types(codec: Codec):
    data = {"tuple": (1, 2), "text": Letter.A, "flag": True, "nothing": None}
    body = encode(AddBookmark("u", "i", additional_data=data), codec).body or b""
    assert json.loads(body)["additionalData"] == {
        "tuple": [1, 2],
        "text": Letter.A.value,
        "flag": True,
        "nothing": None,
    }


def test_data_that_holds_itself_is_an_invalid_request(codec: Codec):
    loop: dict[str, object] = {}
    loop["self"] = loop
    with pytest.raises(InvalidRequestError, match=r"is nested more than 100 levels deep$"):
        encode(AddBookmark("u", "i", additional_data=loop), codec)


def test_integers_beyond_64_bits_are_an_invalid_request_with_orjson():
    request = AddPurchase("u", "i", amount=2**64)
    with pytest.raises(InvalidRequestError, match="64-bit"):
        encode(request, OrjsonCodec())
    with pytest.raises(InvalidRequestError, match=r"^requests\[0\]: AddPurchase .*64-bit"):
        encode(Batch([request]), OrjsonCodec())
    assert json.loads(encode(request, JsonCodec()).body or b"")["amount"] == 2**64


def test_integers_that_python_will_not_write_are_an_invalid_request_in_a_query(codec: Codec):
    with pytest.raises(InvalidRequestError, match=r"^ListItems holds a value that a URL cannot"):
        encode(ListItems(count=10**5000), codec)


@pytest.mark.parametrize("request_", ["text", 5, None, AddItem, {"method": "GET"}])
def test_what_is_no_request_is_a_type_error(request_: object, codec: Codec):
    with pytest.raises(TypeError, match="is neither JSON nor a request"):
        encode(request_, codec)


def test_a_subclass_of_a_request_is_sent_like_it(codec: Codec):
    class Watched(AddDetailView):
        """A request with something to do besides."""

    assert wire(Watched("u", "i"), codec) == wire(AddDetailView("u", "i"), codec)


# --- Stamps ---------------------------------------------------------------------------------------


def test_interactions_without_a_time_are_stamped_and_no_others(codec: Codec):
    encoder = Encoder(codec, lambda: 5.5)
    assert encoder.encode(AddDetailView("u", "i")).body == (
        b'{"userId":"u","itemId":"i","timestamp":5.5}'
    )
    assert encoder.encode(AddDetailView("u", "i", timestamp=7)).body == (
        b'{"userId":"u","itemId":"i","timestamp":7}'
    )
    assert encoder.encode(DeleteBookmark("u", "i")).target == "/bookmarks/?userId=u&itemId=i"


def test_a_stamp_does_not_change_the_request(codec: Codec):
    request = AddDetailView("u", "i")
    Encoder(codec, lambda: 5.5).encode(request)
    assert request == AddDetailView("u", "i")


def test_each_interaction_of_a_batch_has_its_own_stamp(codec: Codec):
    stamps = iter([1.5, 2.5])
    body = Encoder(codec, lambda: next(stamps)).encode_batch(
        Batch([AddDetailView("u", "i"), AddDetailView("u", "i")])
    )
    assert [entry["params"]["timestamp"] for entry in json.loads(body)["requests"]] == [1.5, 2.5]


# --- Batches --------------------------------------------------------------------------------------


def test_a_batch_is_a_list_of_method_path_and_params(codec: Codec):
    batch = Batch(
        [
            AddItem("a"),
            DeleteBookmark("u", "i", 5),
            ListItems(return_properties=True, included_properties=["x", "y"]),
            MergeUsers("a@b", "c", cascade_create=True),
            RecommendItemsToItem("i", None, 1),
            ResetDatabase(),
        ]
    )
    assert wire(batch, codec) == (
        "POST",
        "/batch/",
        (
            '{"requests":[{"method":"PUT","path":"/items/a"},'
            '{"method":"DELETE","path":"/bookmarks/",'
            '"params":{"userId":"u","itemId":"i","timestamp":5}},'
            '{"method":"GET","path":"/items/list/",'
            '"params":{"returnProperties":true,"includedProperties":["x","y"]}},'
            '{"method":"PUT","path":"/users/a@b/merge/c","params":{"cascadeCreate":true}},'
            '{"method":"POST","path":"/recomms/items/i/items/",'
            '"params":{"targetUserId":null,"count":1}},'
            '{"method":"DELETE","path":"/"}]}'
        ),
    )


def test_an_option_of_a_batch_is_sent_when_it_is_given(codec: Codec):
    assert wire(Batch([]), codec)[2] == '{"requests":[]}'
    assert wire(Batch([], distinct_recomms=False), codec)[2] == (
        '{"requests":[],"distinctRecomms":false}'
    )


def test_a_batch_of_one_class_is_encoded_like_a_mixed_one(codec: Codec):
    alone = json.loads(wire(Batch([AddRating("u", "i", 1)]), codec)[2] or "")["requests"]
    mixed = json.loads(wire(Batch([AddRating("u", "i", 1), AddItem("a")]), codec)[2] or "")
    assert alone == mixed["requests"][:1]


@pytest.mark.parametrize("others", [[], [DeleteItem("a")]], ids=["one class", "mixed"])
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (AddItem("a b"), "AddItem.item_id = 'a b': may have only"),
        (AddItem(None), "AddItem.item_id = None: is required"),
        (AddItem("undefined"), "AddItem.item_id = 'undefined': is forbidden"),
        (AddItem(""), "AddItem.item_id = '': must not be empty"),
    ],
    ids=repr,
)
def test_a_wrong_request_in_a_batch_is_named_by_its_place(
    others: list[Request[object]], wrong: Request[object], said: str, codec: Codec
):
    with pytest.raises(InvalidRequestError) as refused:
        encode(Batch([AddItem("a"), AddItem("b"), wrong, *others]), codec)
    assert str(refused.value).startswith(f"requests[2]: {said}")


def test_ids_that_only_together_spell_a_forbidden_one_are_let_through(codec: Codec):
    assert encode(Batch([AddItem("unde"), AddItem("fined")]), codec).body is not None
    assert encode(DeleteBookmark("unde", "fined"), codec).body is not None
    assert encode(AddItem("undefined-but-longer"), codec).body is not None


@pytest.mark.parametrize(
    ("alien", "name"), [(Batch([]), "Batch"), (5, "int"), ("a", "str"), (None, "NoneType")]
)
def test_a_batch_holds_requests_and_no_batches(alien: object, name: str, codec: Codec):
    with pytest.raises(InvalidRequestError, match=rf"requests\[1\]: a {name} cannot be"):
        encode(Batch([AddItem("a"), alien]), codec)


def test_an_encoder_goes_on_after_a_refusal(codec: Codec):
    encoder = Encoder(codec)
    for wrong in (AddItem("a b"), Batch([AddItem("a b")]), AddBookmark("a b", 5)):
        with pytest.raises(InvalidRequestError):
            encoder.encode(wrong)
    assert encoder.encode(AddItem("a")).target == "/items/a"
    assert encoder.encode(Batch([AddItem("a")])).body == (
        b'{"requests":[{"method":"PUT","path":"/items/a"}]}'
    )


# --- Codecs ---------------------------------------------------------------------------------------

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON_VALUES)
def test_both_codecs_write_the_same_json(value: object):
    theirs, ours = OrjsonCodec().dumps(value), JsonCodec().dumps(value)
    assert json.loads(ours) == json.loads(theirs) == value
    assert OrjsonCodec().loads(ours) == JsonCodec().loads(theirs) == value


@given(st.text() | st.lists(st.text()))
def test_both_codecs_write_text_alike_to_the_byte(value: object):
    assert JsonCodec().dumps(value) == OrjsonCodec().dumps(value)


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"nope", b'"\xff"', b"[1,]", b"\xff\xfe", b"<html>", b"[" * 100_000, b"01", b"'a'"],
    ids=lambda text: text[:10],
)
def test_what_is_no_json_is_a_value_error(text: bytes, codec: Codec):
    with pytest.raises(ValueError, match=r"."):
        codec.loads(text)


def test_the_standard_codec_refuses_numbers_that_json_does_not_know():
    for value in (NAN, math.inf, -math.inf):
        with pytest.raises(ValueError, match="not JSON compliant"):
            JsonCodec().dumps([value])
    for text in (b"NaN", b"[Infinity]", b'{"a": -Infinity}'):
        with pytest.raises(ValueError, match="is not JSON"):
            JsonCodec().loads(text)
