"""What type checkers see: `send` answers with the type that the request names.

This file is checked, never run. A `type: ignore` that is not needed is an error.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, assert_type

from aiohttp import ClientSession

from aiorecombee import (
    AddDetailView,
    AddItem,
    AddItemProperty,
    AddPurchase,
    AddRating,
    AddSearchSynonym,
    Answer,
    Attempt,
    Backoff,
    Batch,
    BatchResult,
    Bookmark,
    CartAddition,
    CompositeRecommendation,
    CompositeRecommendationResponse,
    CompositeRecommendationStageParameters,
    DeleteMoreItems,
    DetailView,
    Failure,
    GetItemPropertyInfo,
    GetItemValues,
    GetSegmentation,
    GetUserValues,
    HttpCall,
    HttpReply,
    Item,
    JsonCodec,
    ListItemBookmarks,
    ListItemCartAdditions,
    ListItemDetailViews,
    ListItemProperties,
    ListItemRatings,
    ListItems,
    ListScenarios,
    ListSearchSynonyms,
    ListSearchSynonymsResponse,
    ListSegmentations,
    ListSegmentationsResponse,
    ListSeries,
    ListSeriesItems,
    ListUserPurchases,
    ListUsers,
    ListUserViewPortions,
    Logic,
    MemoryTransport,
    MergeUsers,
    MoreItems,
    NoRetry,
    PropertyInfo,
    PropertyMetadata,
    PropertyRole,
    PublicToken,
    Purchase,
    Rating,
    RecombeeClient,
    RecombeeError,
    Recommendation,
    RecommendationResponse,
    RecommendItemSegmentsToUser,
    RecommendItemsToItem,
    RecommendItemsToUser,
    RecommendNextItems,
    RecommendUsersToUser,
    Region,
    Request,
    ResetDatabase,
    Scenario,
    SearchItems,
    SearchSynonym,
    Segmentation,
    SeriesItem,
    SetItemValues,
    SetViewPortion,
    User,
    ViewPortion,
)


async def every_kind_of_answer(client: RecombeeClient) -> None:
    assert_type(await client.send(AddItem("i")), str)
    assert_type(await client.send(AddDetailView("u", "i")), str)
    assert_type(await client.send(ResetDatabase()), str)
    assert_type(await client.send(ListItems()), list[str])
    assert_type(await client.send(ListItems(return_properties=False)), list[str])
    assert_type(await client.send(ListItems(return_properties=True)), list[Item])
    assert_type(await client.send(ListUsers(count=5)), list[str])
    assert_type(await client.send(ListUsers(return_properties=True)), list[User])
    assert_type(await client.send(GetItemValues("i")), dict[str, Any])
    assert_type(await client.send(GetUserValues("u")), dict[str, Any])
    assert_type(await client.send(GetItemPropertyInfo("p")), PropertyInfo)
    assert_type(await client.send(ListItemProperties()), list[PropertyInfo])
    assert_type(await client.send(DeleteMoreItems("true")), MoreItems)
    assert_type(await client.send(ListItemDetailViews("i")), list[DetailView])
    assert_type(await client.send(ListUserPurchases("u")), list[Purchase])
    assert_type(await client.send(ListItemRatings("i")), list[Rating])
    assert_type(await client.send(ListItemCartAdditions("i")), list[CartAddition])
    assert_type(await client.send(ListItemBookmarks("i")), list[Bookmark])
    assert_type(await client.send(ListUserViewPortions("u")), list[ViewPortion])
    assert_type(await client.send(ListSeries()), list[str])
    assert_type(await client.send(ListSeriesItems("s")), list[SeriesItem])
    assert_type(await client.send(RecommendItemsToUser("u", 5)), RecommendationResponse)
    assert_type(await client.send(RecommendItemsToItem("i", None, 5)), RecommendationResponse)
    assert_type(await client.send(RecommendUsersToUser("u", 5)), RecommendationResponse)
    assert_type(await client.send(RecommendItemSegmentsToUser("u", 5)), RecommendationResponse)
    assert_type(await client.send(RecommendNextItems("r", 5)), RecommendationResponse)
    assert_type(await client.send(SearchItems("u", "query", 5)), RecommendationResponse)
    assert_type(
        await client.send(CompositeRecommendation("home", 5)), CompositeRecommendationResponse
    )
    assert_type(await client.send(AddSearchSynonym("a", "b")), SearchSynonym)
    assert_type(await client.send(ListSearchSynonyms()), ListSearchSynonymsResponse)
    assert_type(await client.send(GetSegmentation("s")), Segmentation)
    assert_type(await client.send(ListSegmentations("items")), ListSegmentationsResponse)
    assert_type(await client.send(ListScenarios()), list[Scenario])


async def parts_of_answers(client: RecombeeClient) -> None:
    answered = await client.send(RecommendItemsToUser("u", 5))
    assert_type(answered.recomms, list[Recommendation])
    assert_type(answered.recomms[0].values, dict[str, Any] | None)
    assert_type(answered.recomm_id, str)
    assert_type((await client.send(ListItemDetailViews("i")))[0].duration, float | None)


async def batches(client: RecombeeClient, given: list[Request[str]]) -> None:
    same = await client.send(Batch([AddItem("a"), AddItem("b")]))
    assert_type(same, BatchResult[str])
    assert_type(same[0], Answer[str])
    assert_type(same[0].value, str | None)
    assert_type(same[0].unwrap(), str)
    assert_type(same[0].request, Request[str])
    assert_type(same[0].error, RecombeeError | None)
    assert_type(same[1:], list[Answer[str]])
    assert_type(same.unwrap(), list[str])
    assert_type(same.failures, list[Answer[str]])
    assert_type([answer.ok for answer in same], list[bool])
    assert_type(await client.send(Batch(given)), BatchResult[str])
    assert_type(await client.send(Batch((AddItem("a"),))), BatchResult[str])
    lists = await client.send(Batch([ListItems(return_properties=True)], distinct_recomms=True))
    assert_type(lists, BatchResult[list[Item]])
    mixed: list[Request[Any]] = [AddItem("a"), ListItems(), RecommendItemsToUser("u", 1)]
    assert_type(await client.send(Batch(mixed)), BatchResult[Any])


async def through_a_function(
    client: RecombeeClient, request: Request[list[Item]], with_values: bool
) -> None:
    assert_type(await client.send(request), list[Item])
    either = await client.send(ListItems(return_properties=with_values))
    assert_type(either, list[str] | list[Item])


async def arguments_in_the_official_order(client: RecombeeClient) -> None:
    now = datetime.now(UTC)
    await client.send(AddPurchase("u", "i", now, True, 2, 9.5, 1.5, "r", {"a": [1]}))
    await client.send(AddDetailView("u", "i", 1_700_000_000, 5, True, "r"))
    await client.send(AddRating("u", "i", 0.5, "2026-01-02T03:04:05Z", True))
    await client.send(SetViewPortion("u", "i", 0.5, "session", now))
    await client.send(MergeUsers("target", "source", cascade_create=True))
    await client.send(SetItemValues("i", {"a": 1, "b": {"x"}, "c": now}, cascade_create=True))
    assert_type(await client.send(ListItems("true", 5, 10, True, ["title"])), list[Item])
    assert_type(await client.send(ListUsers(None, None, None, True)), list[User])
    assert_type(await client.send(ListItems("true", 5, 10, False)), list[str])
    await client.send(
        RecommendItemsToItem("i", "u", 5, "home", True, True, ("title",), "filter", "booster")
    )
    await client.send(RecommendItemsToUser("u", 5, logic=Logic("recombee:popular", {"a": 1})))
    await client.send(AddItemProperty("p", "int", PropertyRole("price"), [PropertyMetadata("x")]))
    await client.send(AddItemProperty("p", "int", "price", ["x"]))
    stage = CompositeRecommendationStageParameters(return_properties=True, logic="x")
    await client.send(CompositeRecommendation("home", 5, source_settings=stage))


async def mistakes(client: RecombeeClient) -> None:
    AddItem()  # type: ignore[call-arg]
    AddItem(5)  # type: ignore[arg-type]
    AddItem("i", "another")  # type: ignore[call-arg]
    AddItem(id="i")  # type: ignore[call-arg]
    AddRating("u", "i")  # type: ignore[call-arg]
    AddRating("u", "i", "0.5")  # type: ignore[arg-type]
    AddDetailView("u", "i", cascade_create="yes")  # type: ignore[arg-type]
    RecommendItemsToItem("i", 5)  # type: ignore[call-arg, arg-type]
    RecommendItemsToUser("u", 5.0)  # type: ignore[arg-type]
    SetItemValues("i", [("a", 1)])  # type: ignore[arg-type]
    Batch(AddItem("a"))  # type: ignore[arg-type]
    Batch([5])  # type: ignore[arg-type]
    AddItem("i").item_id = "j"  # type: ignore[misc]
    _ = AddItem("i").count  # type: ignore[attr-defined]
    await client.send("i")  # type: ignore[arg-type]
    await client.send(AddItem)  # type: ignore[arg-type]
    await client.send(AddItem("i"), timeout="3")  # type: ignore[arg-type]
    await client.send(AddItem("i"), 3.0)  # type: ignore[call-arg]
    RecombeeClient("db")  # type: ignore[call-arg]
    RecombeeClient("db", "t", Region.EU_WEST)  # type: ignore[call-arg]
    RecombeeClient("db", "t", hooks=print)  # type: ignore[arg-type]


async def plug_points(session: ClientSession) -> AsyncIterator[RecombeeClient]:
    class OwnTransport:
        async def send(self, seal: Any, _: float, /) -> HttpReply:
            call: HttpCall = seal()
            return HttpReply(200, {}, call.body or b"")

    class OwnPolicy:
        def pause(self, failure: Failure, /) -> float | None:
            return failure.retry_after

    class OwnClock:
        def time(self) -> float:
            return 0.0

        def monotonic(self) -> float:
            return 0.0

        async def sleep(self, seconds: float) -> None:
            raise NotImplementedError(seconds)

    def hook(attempt: Attempt) -> None:
        assert_type(attempt.status, int | None)

    yield RecombeeClient("db", "t", region=Region.EU_WEST, session=session, timeout=3)
    yield RecombeeClient("db", PublicToken("t"), region="eu-west", transport=OwnTransport())
    yield RecombeeClient("db", "t", retry=OwnPolicy(), clock=OwnClock(), hooks=[hook])
    yield RecombeeClient("db", "t", retry=Backoff(attempts=5), codec=JsonCodec(), validate=False)
    yield RecombeeClient("db", "t", retry=NoRetry(), hooks=(hook, hook))
    yield RecombeeClient("db", "t", transport=MemoryTransport(lambda _: HttpReply(200, {}, b"")))
    yield RecombeeClient.from_env(total_timeout=5.0)
    async with RecombeeClient("db", "t") as client:
        assert_type(client, RecombeeClient)


def a_result_is_a_sequence(result: BatchResult[str]) -> Sequence[Answer[str]]:
    return result
