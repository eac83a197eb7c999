"""An answer becomes a typed result, or the error it stands for."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aiorecombee import (
    AddBookmark,
    AddItem,
    AddSearchSynonym,
    ApiError,
    AuthenticationError,
    BadRequestError,
    Batch,
    Bookmark,
    CartAddition,
    Codec,
    CompositeRecommendation,
    CompositeRecommendationResponse,
    ConflictError,
    DeleteItem,
    DetailView,
    GetItemPropertyInfo,
    GetItemValues,
    GetSegmentation,
    GetUserValues,
    HttpReply,
    Item,
    ListItemBookmarks,
    ListItemCartAdditions,
    ListItemDetailViews,
    ListItemProperties,
    ListItemPurchases,
    ListItemRatings,
    ListItems,
    ListItemViewPortions,
    ListScenarios,
    ListSearchSynonyms,
    ListSearchSynonymsResponse,
    ListSegmentations,
    ListSegmentationsResponse,
    ListSeries,
    ListSeriesItems,
    ListUsers,
    MoreItems,
    NotFoundError,
    OrjsonCodec,
    PropertyInfo,
    PropertyRoleInfo,
    Purchase,
    RateLimitError,
    Rating,
    Recommendation,
    RecommendationResponse,
    RecommendItemsToUser,
    Request,
    Scenario,
    SearchSynonym,
    Segmentation,
    SeriesItem,
    ServerError,
    SetViewPortion,
    UnexpectedResponseError,
    UpdateMoreItems,
    User,
    ViewPortion,
)
from aiorecombee.core.decode import decode, decode_batch, pair, refusal
from aiorecombee.requests import ALL_REQUESTS

CODEC = OrjsonCodec()


def reply(body: Any, status: int = 200) -> HttpReply:
    return HttpReply(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


# --- Results --------------------------------------------------------------------------------------

PAIR = {"userId": "u", "itemId": "i", "timestamp": 1.5}
LEFT_OUT = {"recommId": None, "additionalData": None}

RESULTS: list[tuple[Request[Any], Any, Any]] = [
    (AddItem("i"), "ok", "ok"),
    (AddItem("i"), "", ""),
    (ListItems(), ["a", "b"], ["a", "b"]),
    (ListItems(return_properties=False), [], []),
    (
        ListItems(return_properties=True),
        [{"itemId": "a", "price": 1.5, "userId": None}],
        [Item("a", {"price": 1.5, "userId": None})],
    ),
    (ListUsers(), ["u"], ["u"]),
    (ListUsers(return_properties=True), [{"userId": "u", "x": [1]}], [User("u", {"x": [1]})]),
    (GetItemValues("i"), {"a": None, "b": [1]}, {"a": None, "b": [1]}),
    (GetUserValues("u"), {}, {}),
    (
        GetItemPropertyInfo("p"),
        {"name": "p", "type": "double"},
        PropertyInfo("p", "double"),
    ),
    (
        ListItemProperties(),
        [
            {
                "name": "p",
                "type": "string",
                "role": {"name": "title", "settings": {"a": 1}},
                "metadata": [{"name": "m"}],
            }
        ],
        [PropertyInfo("p", "string", PropertyRoleInfo("title", {"a": 1}), [PropertyRoleInfo("m")])],
    ),
    (UpdateMoreItems("true", {}), {"itemIds": ["a"], "count": 1}, MoreItems(["a"], 1)),
    (
        ListItemDetailViews("i"),
        [{**PAIR, "duration": 5, "autoPresented": True}, PAIR],
        [DetailView("u", "i", 1.5, 5, True), DetailView("u", "i", 1.5)],
    ),
    (
        ListItemPurchases("i"),
        [{**PAIR, "amount": 2, "price": 9.5, "profit": 1, "recommId": "r"}],
        [Purchase("u", "i", 1.5, 2, 9.5, 1, "r")],
    ),
    (ListItemRatings("i"), [{**PAIR, "rating": -1, **LEFT_OUT}], [Rating("u", "i", 1.5, -1)]),
    (
        ListItemCartAdditions("i"),
        [{**PAIR, "amount": 1, "price": 2.5, "additionalData": {"a": [1]}}],
        [CartAddition("u", "i", 1.5, 1, 2.5, None, {"a": [1]})],
    ),
    (ListItemBookmarks("i"), [{**PAIR, "timestamp": 2}], [Bookmark("u", "i", 2)]),
    (
        ListItemViewPortions("i"),
        [{**PAIR, "portion": 0.5, "sessionId": "s", "timeSpent": 3}],
        [ViewPortion("u", "i", 1.5, 0.5, "s", None, 3)],
    ),
    (ListSeries(), ["s"], ["s"]),
    (
        ListSeriesItems("s"),
        [{"itemType": "item", "itemId": "i", "time": 3}],
        [SeriesItem("item", "i", 3)],
    ),
    (
        RecommendItemsToUser("u", 1),
        {
            "recommId": "r",
            "recomms": [{"id": "a"}, {"id": "b", "values": {"x": 1}, "reqlEvaluations": {"y": 2}}],
            "numberNextRecommsCalls": 0,
            "abGroup": "A",
            "somethingNew": [1],
        },
        RecommendationResponse(
            "r", [Recommendation("a"), Recommendation("b", {"x": 1}, {"y": 2})], 0, "A"
        ),
    ),
    (
        CompositeRecommendation("home", 1),
        {"recommId": "r", "source": {"id": "s"}, "recomms": [], "numberNextRecommsCalls": 1},
        CompositeRecommendationResponse("r", Recommendation("s"), [], 1),
    ),
    (
        AddSearchSynonym("a", "b"),
        {"id": "1", "term": "a", "synonym": "b", "oneWay": True},
        SearchSynonym("1", "a", "b", True),
    ),
    (
        ListSearchSynonyms(),
        {"synonyms": [{"id": "1", "term": "a", "synonym": "b"}]},
        ListSearchSynonymsResponse([SearchSynonym("1", "a", "b")]),
    ),
    (
        GetSegmentation("s"),
        {"segmentationId": "s", "sourceType": "items", "segmentationType": "property"},
        Segmentation("s", "items", "property"),
    ),
    (
        ListSegmentations("items"),
        {"segmentations": []},
        ListSegmentationsResponse([]),
    ),
    (ListScenarios(), [{"id": "s", "endpoint": "e"}], [Scenario("s", "e")]),
]


@pytest.mark.parametrize(("request_", "answered", "expected"), RESULTS, ids=repr)
def test_an_answer_has_the_type_of_its_request(
    request_: Request[Any], answered: Any, expected: Any, codec: Codec
):
    assert decode(request_, reply(answered), codec) == expected
    assert decode(request_, reply(answered, 201), codec) == expected
    assert pair(request_, {"code": 200, "json": answered}, False).unwrap() == expected


def test_every_request_names_the_type_of_its_answer():
    classes = [cls for cls in ALL_REQUESTS if cls is not Batch]
    for cls in classes:
        request = object.__new__(cls)
        if cls in {ListItems, ListUsers}:
            request.return_properties = None
        assert request.answer_type() is not None


WRONG_SHAPES: list[tuple[Request[Any], Any, str]] = [
    (AddItem("i"), 5, "expected str, got int @ $"),
    (AddItem("i"), None, "expected str, got NoneType @ $"),
    (AddItem("i"), {"a": 1}, "expected str, got dict @ $"),
    (ListItems(), "ok", "expected list, got str @ $"),
    (ListItems(), ["a", 5], "expected str, got int @ $[1]"),
    (ListItems(), [["a"]], "expected str, got list @ $[0]"),
    (ListItems(return_properties=True), ["a"], "expected an object with itemId @ $[0]"),
    (ListItems(return_properties=True), [{"itemId": 5}], "expected an object with itemId @ $[0]"),
    (GetItemValues("i"), "ok", "expected dict, got str @ $"),
    (GetItemValues("i"), [], "expected dict, got list @ $"),
    (
        RecommendItemsToUser("u", 1),
        {"recommId": 5, "recomms": []},
        "expected str, got int @ $.recommId",
    ),
    (
        RecommendItemsToUser("u", 1),
        {"recommId": "r", "recomms": [{"id": "a"}, {"id": None}]},
        "expected str, got NoneType @ $.recomms[1].id",
    ),
    (
        RecommendItemsToUser("u", 1),
        {"recommId": "r", "recomms": [], "numberNextRecommsCalls": True},
        "expected int, got bool @ $.numberNextRecommsCalls",
    ),
    (
        RecommendItemsToUser("u", 1),
        {"recomms": []},
        "required field missing @ $.recommId",
    ),
    (RecommendItemsToUser("u", 1), [], "expected dict, got list @ $"),
    (RecommendItemsToUser("u", 1), "r", "expected dict, got str @ $"),
    (
        RecommendItemsToUser("u", 1),
        {"recommId": None, "recomms": {"id": "a"}},
        "expected str, got NoneType @ $.recommId; expected list, got dict @ $.recomms",
    ),
    (ListSeries(), {"a": 1}, "expected list, got dict @ $"),
    (ListScenarios(), ["home"], "expected dict, got str @ $[0]"),
    (
        ListItemBookmarks("i"),
        [{**PAIR, "timestamp": "2026-01-01"}],
        "expected float, got str @ $[0].timestamp",
    ),
]


@pytest.mark.parametrize(("request_", "answered", "said"), WRONG_SHAPES, ids=repr)
def test_an_answer_of_another_shape_is_unexpected_and_says_where(
    request_: Request[Any], answered: Any, said: str, codec: Codec
):
    with pytest.raises(UnexpectedResponseError) as unexpected:
        decode(request_, reply(answered), codec)
    assert str(unexpected.value) == f"{type(request_).__name__}: {said}"
    assert unexpected.value.request is request_
    answer = pair(request_, {"code": 200, "json": answered}, False)
    assert type(answer.error) is UnexpectedResponseError
    assert not answer.ok


@pytest.mark.parametrize(
    "request_",
    [row[0] for row in RESULTS if row[1] not in ("ok", "")],
    ids=repr,
)
def test_ok_is_no_answer_to_a_question(request_: Request[Any], codec: Codec):
    with pytest.raises(UnexpectedResponseError):
        decode(request_, reply(b'"ok"'), codec)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>hello</html>", b'{"recommId": "r"', b'"\xff"', b"[" * 100_000],
    ids=lambda body: body[:12],
)
def test_an_answer_that_is_no_json_is_unexpected(body: bytes, codec: Codec):
    with pytest.raises(UnexpectedResponseError, match=r"^AddItem: the answer is not JSON: '"):
        decode(AddItem("i"), reply(body), codec)


def test_only_the_start_of_an_answer_that_is_no_json_is_shown(codec: Codec):
    with pytest.raises(UnexpectedResponseError) as unexpected:
        decode(AddItem("i"), reply(b"x" * 10_000), codec)
    assert len(str(unexpected.value)) < 400


@pytest.mark.parametrize("status", [301, 302, 304, 307, 308])
def test_a_redirect_is_no_answer(status: int, codec: Codec):
    expected = rf"^AddItem: status {status}: is the host right\?$"
    with pytest.raises(UnexpectedResponseError, match=expected):
        decode(AddItem("i"), reply(b'"ok"', status), codec)
    with pytest.raises(UnexpectedResponseError, match=rf"status {status}"):
        decode_batch(Batch([AddItem("i")]), 1, reply([{"code": 200, "json": "ok"}], status), codec)


# --- Errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "cls"),
    [
        (400, BadRequestError),
        (401, AuthenticationError),
        (402, ApiError),
        (404, NotFoundError),
        (405, ApiError),
        (408, ApiError),
        (409, ConflictError),
        (413, ApiError),
        (422, ApiError),
        (429, RateLimitError),
        (500, ServerError),
        (501, ServerError),
        (503, ServerError),
        (599, ServerError),
    ],
)
def test_each_status_has_its_error(status: int, cls: type[ApiError], codec: Codec):
    request = AddItem("i")
    error = refusal(request, reply({"message": "no"}, status), codec)
    assert type(error) is cls
    assert (error.status, error.message, error.request) == (status, "no", request)
    assert str(error) == f"AddItem: {status}: no"
    with pytest.raises(cls, match=rf"^AddItem: {status}: no$"):
        decode(request, reply({"message": "no"}, status), codec)
    answer = pair(request, {"code": status, "json": {"error": "no"}}, False)
    assert type(answer.error) is cls
    assert (answer.status, answer.value, answer.ok) == (status, None, False)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"message": "a"}', "a"),
        (b'{"statusCode": 401, "error": "b"}', "b"),
        (b'{"message": "a", "error": "b"}', "a"),
        (b'{"message": "", "error": "b"}', "b"),
        (b'{"message": null, "error": "b"}', "b"),
        (b'{"message": ["x", 1]}', "['x', 1]"),
        (b'{"message": {"x": 1}}', "{'x': 1}"),
        (b'{"other": "a"}', ""),
        (b"{}", ""),
        (b"[]", ""),
        (b'["a"]', ""),
        (b"null", ""),
        (b"5", ""),
        (b'"a text"', "a text"),
        (b"", ""),
        (b"Bad Gateway", "Bad Gateway"),
        (b"<html>\xff", "<html>\ufffd"),
        (b"x" * 1000, "x" * 300),
    ],
)
def test_the_message_of_an_error_is_found_wherever_it_stands(
    body: bytes, message: str, codec: Codec
):
    assert refusal(AddItem("i"), reply(body, 400), codec).message == message


def test_an_error_without_a_message_says_what_that_means(codec: Codec):
    assert str(refusal(AddItem("i"), reply(b"", 404), codec)) == (
        "AddItem: 404: no message (a 404 without one means that the URL is wrong)"
    )


@pytest.mark.parametrize("name", ["hmac_sign", "frontend_sign"])
@pytest.mark.parametrize(
    "quoted",
    [
        "GET /db/x?hmac_timestamp=1&{}=0badc0de failed",
        "to=%2Fdb%3F{}%3D0badc0de",
        "&amp;{}=0badc0de",
    ],
)
def test_a_signature_that_the_answer_quotes_is_not_repeated(name: str, quoted: str, codec: Codec):
    text = quoted.format(name)
    bodies = [text.encode(), json.dumps(text).encode(), json.dumps({"message": text}).encode()]
    said = [str(refusal(AddItem("i"), reply(body, 502), codec)) for body in bodies]
    with pytest.raises(UnexpectedResponseError) as unexpected:
        decode(AddItem("i"), reply(text.encode()), codec)
    answer = pair(AddItem("i"), {"code": 400, "json": {"error": text}}, False)
    said += [str(unexpected.value), str(answer.error)]
    assert [text for text in said if "0badc0de" in text] == []


# --- Batches --------------------------------------------------------------------------------------

OK = {"code": 200, "json": "ok"}


def entries(body: bytes, count: int, codec: Codec) -> list[Any]:
    return list(decode_batch(Batch([AddItem("i")] * count), count, reply(body), codec))


@pytest.mark.parametrize(
    "body",
    [
        b'[{"code":200,"json":"ok"},{"code":200,"json":"ok"},{"code":200,"json":"ok"}]',
        b'[{"json":"ok","code":200},{"json":"ok","code":200},{"json":"ok","code":200}]',
        b'[{"code":200,"json":"ok"},{"json":"ok","code":200},{"code":200,"json":"ok"}]',
        b'[{"code": 200, "json": "ok"}, {"code": 200, "json": "ok"}, {"code": 200, "json": "ok"}]',
        b' [ {"code":200,"json":"ok"} , {"code":200,"json":"ok"} , {"code":200,"json":"ok"} ] ',
        b'[\n{"code":200,"json":"ok"},\n{"code":200,"json":"ok"},\n{"code":200,"json":"ok"}]\n',
        b'[{"code":200,"json":"ok"},{"code":200,"json":"ok"}, {"code":200,"json":"ok"}]',
        b'[{"code":200,"json":"ok","x":1},{"code":200,"json":"ok"},{"code":200,"json":"ok"}]',
    ],
)
def test_answers_are_read_in_any_spacing_and_order_of_keys(body: bytes, codec: Codec):
    found = entries(body, 3, codec)
    assert [(entry["code"], entry["json"]) for entry in found] == [(200, "ok")] * 3


ENTRIES = st.sampled_from(
    [
        OK,
        {"json": "ok", "code": 200},
        {"code": 201, "json": "ok"},
        {"code": 404, "json": {"error": 'Item "}" does not exist!'}},
        {"code": 404, "json": {"error": "},{"}},
        {"code": 200, "json": "}"},
        {"code": 200, "json": '},{"code":200,"json":"'},
        {"code": 200, "json": []},
        {"code": 200, "json": [{"id": "{"}]},
        {"code": 200, "json": {}},
        {"code": 200, "json": None},
        {"code": 200, "json": 'quote " and \\ backslash }'},
        {"code": 200, "json": "č}"},
    ]
)


@given(
    st.lists(ENTRIES, min_size=1, max_size=5) | ENTRIES.map(lambda entry: [entry] * 4),
    st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", " : ")]),
    st.booleans(),
    st.sampled_from(["", " ", "\n"]),
)
def test_answers_are_read_as_json_says_whatever_they_hold(
    answers: list[Any], separators: tuple[str, str], escaped: bool, around: str
):
    text = json.dumps(answers, separators=separators, ensure_ascii=escaped)
    body = (around + text + around).encode()
    assert entries(body, len(answers), CODEC) == answers


GOOD = b'[{"code":200,"json":"ok"},{"code":200,"json":"ok"},{"code":200,"json":"ok"}]'


@pytest.mark.parametrize("end", range(len(GOOD)))
def test_an_answer_that_was_cut_off_is_unexpected(end: int):
    with pytest.raises(UnexpectedResponseError):
        entries(GOOD[:end], 3, CODEC)


@pytest.mark.parametrize("count", [0, 1, 2, 4])
@pytest.mark.parametrize("different", [False, True])
def test_more_or_fewer_answers_than_requests_are_unexpected(
    count: int, different: bool, codec: Codec
):
    answers = [OK, OK, {"code": 404, "json": None}] if different else [OK, OK, OK]
    with pytest.raises(UnexpectedResponseError, match=f"^Batch: expected {count} answers, got 3$"):
        entries(json.dumps(answers).encode(), count, codec)


@pytest.mark.parametrize("body", [b'{"code":200,"json":"ok"}', b'"ok"', b"5", b"null", b"[]"])
def test_an_answer_that_is_no_list_of_them_is_unexpected(body: bytes, codec: Codec):
    with pytest.raises(UnexpectedResponseError, match=r"^Batch: expected 1 answers, got "):
        entries(body, 1, codec)


@pytest.mark.parametrize(
    "entry", ["{}", '{"code":200}', '{"json":"ok"}', '{"code":"200","json":"ok"}', "5", '"ok"']
)
def test_an_answer_without_code_and_json_is_unexpected(entry: str, codec: Codec):
    for others, index in (("", 0), ('{"code":200,"json":"ok"},', 1)):
        body = f"[{others}{entry}]".encode()
        with pytest.raises(UnexpectedResponseError, match=f"answer {index} has no code and json"):
            entries(body, index + 1, codec)


def test_a_batch_refused_as_a_whole_is_an_error_about_the_batch(codec: Codec):
    batch = Batch([AddItem("i")])
    with pytest.raises(ApiError) as refused:
        decode_batch(batch, 1, reply({"message": "too large"}, 413), codec)
    assert (refused.value.status, refused.value.request) == (413, batch)


@pytest.mark.parametrize(
    ("request_", "status", "settled"),
    [
        (AddBookmark("u", "i"), 409, True),
        (AddBookmark("u", "i"), 404, False),
        (DeleteItem("i"), 404, True),
        (DeleteItem("i"), 409, False),
        (SetViewPortion("u", "i", 1), 409, True),
        (AddSearchSynonym("a", "b"), 409, False),
        (ListItems(), 404, False),
    ],
    ids=repr,
)
def test_done_already_is_success_only_when_the_batch_was_repeated(
    request_: Request[Any], status: int, settled: bool
):
    entry = {"code": status, "json": {"error": "already"}}
    first, again = pair(request_, entry, False), pair(request_, entry, True)
    assert (first.ok, again.ok) == (False, settled)
    assert again.status == status
    if settled:
        assert again.unwrap() == "ok"
    else:
        with pytest.raises(ApiError, match="already"):
            again.unwrap()
