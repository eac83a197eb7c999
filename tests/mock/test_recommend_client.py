"""Clients get what they ask for: our own and the official one, over HTTP."""

import json

import pytest
from recombee_api_client.api_client import RecombeeClient as OfficialClient
from recombee_api_client.api_requests import RecommendItemsToUser as OfficialItemsToUser
from recombee_api_client.api_requests import RecommendNextItems as OfficialNextItems

from aiorecombee import (
    CompositeRecommendation,
    RecombeeClient,
    RecommendItemSegmentsToItem,
    RecommendItemSegmentsToItemSegment,
    RecommendItemSegmentsToUser,
    RecommendItemsToItem,
    RecommendItemsToItemSegment,
    RecommendItemsToUser,
    RecommendNextItems,
    RecommendNextItemSegments,
    RecommendUsersToItem,
    RecommendUsersToUser,
)
from recombee_mock import Call, Database, MockServer, MockServerThread, Service
from recombee_mock.planted import planted
from recombee_mock.service import Service as RecombeeService
from recombee_mock.store.scenarios import Scenario, Stage

TOKEN = "secret-of-the-shop"
TO_USER = "recommendItemSegmentsToUser"
TO_SEGMENT = "recommendItemsToItemSegment"


def stocked() -> Service:
    """A database with planted data, segments by genre and a scenario for each request."""
    service = RecombeeService()
    definition = {"sourceType": "items", "propertyName": "genre"}
    calls = [
        *planted(users=20, items=20, interactions=200),
        ("PUT", "/segmentations/property-based/genres", definition),
    ]
    for method, path, params in calls:
        service.apply(Call(method, path, body=json.dumps(params).encode()), 1_700_000_000.0)
    named = {"segmentation": "genres", "context_segmentation": "genres"}
    for endpoint in (
        TO_USER,
        "recommendItemSegmentsToItem",
        "recommendItemSegmentsToItemSegment",
        TO_SEGMENT,
    ):
        service.contents.scenarios.put(Scenario(id=endpoint, endpoint=endpoint, **named))
    stages = {"source": Stage(TO_USER, TO_USER), "result": Stage(TO_SEGMENT, TO_SEGMENT)}
    composite = Scenario(id="composite", endpoint="compositeRecommendation", **stages)
    service.contents.scenarios.put(composite)
    return service


@pytest.fixture
async def client():
    databases = [Database("shop", TOKEN)]
    async with (
        MockServer(databases, make_service=stocked) as server,
        RecombeeClient("shop", TOKEN, base_uri=server.base_uri, protocol="http") as client,
    ):
        yield client


@pytest.mark.parametrize(
    "request_",
    [
        RecommendItemsToUser("user-1", 3),
        RecommendItemsToItem("item-1", "user-1", 3),
        RecommendItemsToItem("item-1", None, 3),
        RecommendItemsToItemSegment("drama", None, 3, scenario=TO_SEGMENT),
        RecommendUsersToUser("user-1", 3),
        RecommendUsersToItem("item-1", 3),
        RecommendItemSegmentsToUser("user-1", 3, scenario=TO_USER),
        RecommendItemSegmentsToItem("item-1", None, 3, scenario="recommendItemSegmentsToItem"),
        RecommendItemSegmentsToItemSegment(
            "drama", None, 3, scenario="recommendItemSegmentsToItemSegment"
        ),
    ],
    ids=lambda request: type(request).__name__,
)
async def test_each_request_is_answered_with_results(client, request_):
    found = await client.send(request_)
    assert (len(found.recomms), found.number_next_recomms_calls) == (3, 0)


async def test_answers_are_continued(client):
    for base, more in (
        (RecommendItemsToUser("user-1", 3), RecommendNextItems),
        (RecommendItemSegmentsToUser("user-1", 3, scenario=TO_USER), RecommendNextItemSegments),
    ):
        first = await client.send(base)
        second = await client.send(more(first.recomm_id, 2))
        shown = {one.id for one in (*first.recomms, *second.recomms)}
        assert (len(shown), second.recomm_id) == (5, first.recomm_id)


async def test_a_composite_names_its_source(client):
    found = await client.send(CompositeRecommendation("composite", 3, user_id="user-1"))
    assert (found.source.id, len(found.recomms)) == ("comedy", 3)


def test_the_official_client_understands_the_answers():
    with MockServerThread([Database("shop", TOKEN)], make_service=stocked) as server:
        official = OfficialClient(
            "shop", TOKEN, protocol="http", options={"base_uri": server.base_uri}
        )
        base = official.send(OfficialItemsToUser("user-1", 3, return_properties=True))
        more = official.send(OfficialNextItems(base["recommId"], 3))
    assert [sorted(one) for one in base["recomms"]] == [["id", "values"]] * 3
    assert more["numberNextRecommsCalls"] == 1
    assert not {one["id"] for one in base["recomms"]} & {one["id"] for one in more["recomms"]}
