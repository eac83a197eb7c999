"""What faults are for: a client that is made to meet them. Here it is our own."""

import pytest

from aiorecombee import (
    AddPurchase,
    AddRating,
    Batch,
    ConnectionFailedError,
    ListUserRatings,
    RateLimitError,
    RecombeeClient,
)
from recombee_mock import Database, MockServer
from recombee_mock.faults.rule import rule_from_json

TOKEN = "private-token-of-the-shop"


@pytest.fixture
async def server():
    async with MockServer([Database("shop", TOKEN)]) as running:
        yield running


@pytest.fixture
async def client(server):
    async with RecombeeClient(
        "shop", TOKEN, base_uri=server.base_uri, protocol="http"
    ) as open_client:
        yield open_client


def order(server, kind, scope=None, **effect):
    rule = {"effect": {"kind": kind, **effect}, **(scope or {})}
    server.faults.add(rule_from_json(rule), server.now())


def met(server):
    return [(entry.operation, entry.status, entry.fault) for entry in server.entries()]


async def test_a_service_that_is_down_for_a_moment_is_asked_again(server, client):
    order(server, "status", {"count": 2}, status=503, retryAfter=0)
    assert await client.send(AddPurchase("u", "i", cascade_create=True)) == "ok"
    assert [status for _, status, _ in met(server)] == [503, 503, 200]


async def test_a_lost_answer_leads_to_a_conflict_that_counts_as_done(server, client):
    order(server, "reset", {"count": 1}, when="after")
    assert await client.send(AddRating("u", "i", 0.5, cascade_create=True)) == "ok"
    assert met(server) == [("AddRating", 200, "reset"), ("AddRating", 409, "")]
    assert len(await client.send(ListUserRatings("u"))) == 1


async def test_a_service_that_stays_away_is_an_error(server, client):
    order(server, "reset")
    with pytest.raises(ConnectionFailedError):
        await client.send(AddRating("u", "i", 0.5, cascade_create=True))
    assert {status for _, status, _ in met(server)} == {0}


async def test_a_limit_that_is_not_lifted_is_an_error(server, client):
    order(server, "status", status=429, retryAfter=0)
    with pytest.raises(RateLimitError):
        await client.send(AddPurchase("u", "i"))


async def test_a_wrong_clock_is_corrected_by_the_answers(server, client):
    order(server, "clock", skew=3600)
    assert await client.send(AddPurchase("u", "i", cascade_create=True)) == "ok"
    assert [entry.auth for entry in server.entries()] == ["expired", "private"]


async def test_an_item_of_a_batch_fails_for_itself(server, client):
    order(server, "item", operation="AddRating", status=500)
    requests = [AddPurchase("u", "i", cascade_create=True), AddRating("u", "i", 0.5)]
    answers = await client.send(Batch(requests))
    assert [answer.status for answer in answers] == [200, 500]
