"""Our own client asks for lists, synonyms, segmentations and searches over HTTP."""

import asyncio

import pytest

from aiorecombee import (
    AddItemProperty,
    AddManualReqlSegment,
    AddSearchSynonym,
    BadRequestError,
    Batch,
    CreateManualReqlSegmentation,
    DeleteMoreItems,
    GetSegmentation,
    ListItems,
    ListScenarios,
    ListSearchSynonyms,
    ListSegmentations,
    NotFoundError,
    RecombeeClient,
    RecommendNextItems,
    SearchItems,
    SearchItemSegments,
    SetItemValues,
    UpdateMoreItems,
)
from recombee_mock import Database, MockControl, MockServer

TITLES = {"a": "The Sea", "b": "Sea and Sand", "c": "Castle"}


@pytest.fixture
async def server():
    async with MockServer([Database("shop", "token")]) as running:
        yield running


@pytest.fixture
async def client(server):
    async with RecombeeClient(
        "shop", "token", base_uri=server.base_uri, protocol="http"
    ) as connected:
        await connected.send(AddItemProperty("title", "string", role="title"))
        await connected.send(
            Batch(
                [
                    SetItemValues(item, {"title": title}, cascade_create=True)
                    for item, title in TITLES.items()
                ]
            )
        )
        yield connected


def ids(answer):
    return [one.id for one in answer.recomms]


async def test_items_are_filtered_changed_and_deleted_at_once(client):
    assert await client.send(ListItems(filter="\"Sea\" in 'title'")) == ["a", "b"]
    changed = await client.send(UpdateMoreItems("'itemId' == \"c\"", {"title": "Sea castle"}))
    assert (changed.item_ids, changed.count) == (["c"], 1)
    gone = await client.send(DeleteMoreItems("\"Sea\" in 'title'"))
    assert (gone.item_ids, gone.count) == (["a", "b", "c"], 3)
    with pytest.raises(NotFoundError):
        await client.send(ListItems(filter="'price' > 5"))


async def test_searches_are_answered_and_continued(client):
    made = await client.send(AddSearchSynonym("ocean", "sea"))
    assert (await client.send(ListSearchSynonyms())).synonyms == [made]
    first = await client.send(SearchItems("u", "ocean", 1, cascade_create=True))
    rest = await client.send(RecommendNextItems(first.recomm_id, 5))
    assert sorted(ids(first) + ids(rest)) == ["a", "b"]


async def test_segments_are_made_listed_and_found(client, server):
    await client.send(CreateManualReqlSegmentation("moods", "items", title="Moods"))
    await client.send(AddManualReqlSegment("moods", "s1", "\"Sea\" in 'title'", title="Seaside"))
    (listed,) = (await client.send(ListSegmentations("items"))).segmentations
    assert listed == await client.send(GetSegmentation("moods"))
    assert (listed.segmentation_type, listed.title) == ("manualReQL", "Moods")
    asked = SearchItemSegments("u", "sea", 5, scenario="moods", cascade_create=True)
    with pytest.raises(BadRequestError):
        await client.send(asked)
    control = MockControl(server.url).database("shop")
    await asyncio.to_thread(
        control.put_scenario, "moods", "searchItemSegments", segmentation="moods"
    )
    assert [one.id for one in await client.send(ListScenarios())] == ["moods"]
    assert ids(await client.send(asked)) == ["s1"]
