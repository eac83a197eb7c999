"""From a call to what the service holds at last: the receiver, a spool, the sender and the mock."""

import json

import pytest

from aiorecombee import (
    AddDetailView,
    ListUserDetailViews,
    ListUserPurchases,
    ListUsers,
    MergeUsers,
    NoRetry,
    RecombeeClient,
)
from aiorecombee.delivery.sending.circuit import Circuit
from aiorecombee.delivery.sending.sender import Sender
from aiorecombee.delivery.spool import Retrying, Spool
from aiorecombee.forwarder.access import Keys
from aiorecombee.forwarder.application import Receiver, make_app
from aiorecombee.forwarder.deletion import Deletions
from aiorecombee.forwarder.signature import SharedSecret
from aiorecombee.forwarder.tracking import TrackingApi
from aiorecombee.forwarder.webhooks import Webhooks
from aiorecombee.segment import Destination

SECRET = SharedSecret("hush")
QUICKLY = Retrying(first=0.01, ceiling=0.05)


@pytest.fixture
async def spool(tmp_path):
    async with Spool(tmp_path / "spool", retrying=QUICKLY) as spool:
        yield spool


@pytest.fixture
def client(one_attempt_client):
    return one_attempt_client


@pytest.fixture
async def receiver(aiohttp_client, spool):
    made = Receiver(
        spool,
        tracking=TrackingApi(),
        webhooks=Webhooks(SECRET),
        deletions=Deletions(Keys(["d"])),
    )
    return await aiohttp_client(make_app(made))


@pytest.fixture
def deliver(spool, client):
    """Send until nothing is left."""

    async def deliver(**options):
        quick = {"circuit": Circuit(first=0.01, ceiling=0.05), **options}
        async with Sender(spool, Destination().map, client, **quick) as sender:
            while (await spool.counts()).items:
                pass
        return sender.counted

    return deliver


def page(user, item, second=0):
    timestamp = f"2026-01-05T10:{second // 60:02}:{second % 60:02}.000Z"
    about = {"type": "page", "name": item, "userId": user, "timestamp": timestamp}
    return {**about, "messageId": f"{user}/{item}/{second}"}


async def track(receiver, *events):
    answer = await receiver.post("/v1/batch", json={"batch": events})
    assert answer.status == 200


async def viewed(client, user):
    found = await client.send(ListUserDetailViews(user))
    return [one.item_id for one in sorted(found, key=lambda view: view.timestamp)]


def arrived(recombee_mock, user):
    """Items of a user in the order in which the service carried requests out."""
    bodies = [one.body for one in recombee_mock.journal() if one.operation == "Batch" and one.body]
    params = [one["params"] for body in bodies for one in json.loads(body)["requests"]]
    return [one["itemId"] for one in params if one.get("userId") == user]


async def test_a_batch_of_events_arrives(receiver, deliver, client):
    await track(receiver, page("u", "a", 1), page("u", "b", 2), page("v", "a", 3))
    await deliver()
    assert (await viewed(client, "u"), await viewed(client, "v")) == (["a", "b"], ["a"])


async def test_an_order_arrives_with_all_its_products(receiver, deliver, client):
    products = [{"product_id": "p-1", "price": 10}, {"product_id": "p-2", "price": 20}]
    order = {"event": "Order Completed", "userId": "u", "properties": {"products": products}}
    assert (await receiver.post("/v1/track", json=order)).status == 200
    counted = await deliver()
    found = await client.send(ListUserPurchases("u"))
    assert sorted(one.item_id for one in found) == ["p-1", "p-2"]
    assert (counted.events, counted.requests) == ({"delivered": 1}, 2)


async def test_a_signed_webhook_arrives(receiver, deliver, client):
    body = json.dumps(page("u", "a")).encode()
    headers = {"Content-Type": "application/json", "X-Signature": SECRET.sign(body)}
    assert (await receiver.post("/webhooks", data=body, headers=headers)).status == 200
    await deliver()
    assert await viewed(client, "u") == ["a"]


async def test_a_message_that_comes_twice_arrives_once(receiver, deliver, recombee_mock):
    await track(receiver, page("u", "a"))
    await track(receiver, page("u", "a"))
    await deliver()
    await track(receiver, page("u", "a"))
    await deliver()
    assert arrived(recombee_mock, "u") == ["a"]


async def test_late_events_of_a_merged_user_go_to_whom_it_became(receiver, deliver, client):
    alias = {"type": "alias", "previousId": "anonymous", "userId": "u", "messageId": "alias"}
    await track(receiver, page("anonymous", "a", 1), alias, page("anonymous", "b", 2))
    await deliver()
    await track(receiver, page("anonymous", "c", 3))
    await deliver()
    assert await viewed(client, "u") == ["a", "b", "c"]
    assert await client.send(ListUsers()) == ["u"]


async def test_events_of_a_deleted_user_stay_deleted(receiver, deliver, client):
    await track(receiver, page("u", "a", 1), page("v", "a", 1))
    body = {"regulationType": "DELETE_ONLY", "subjectType": "USER_ID", "subjectIds": ["u"]}
    answer = await receiver.post("/deletions", json=body, headers={"Authorization": "Bearer d"})
    assert answer.status == 200
    await deliver()
    await track(receiver, page("u", "b", 2))
    counted = await deliver()
    assert await client.send(ListUsers()) == ["v"]
    assert counted.events == {"dropped": 1}


async def test_deleting_a_user_who_is_not_there_is_done(receiver, deliver, spool):
    body = {"regulationType": "DELETE_ONLY", "subjectType": "USER_ID", "subjectIds": ["nobody"]}
    await receiver.post("/deletions", json=body, headers={"Authorization": "Bearer d"})
    await deliver()
    assert await spool.letters() == ()


async def test_a_wrong_token_loses_nothing(receiver, spool, recombee_mock, client, deliver):
    await track(receiver, page("u", "a"))
    place = {"base_uri": recombee_mock.base_uri, "protocol": "http", "retry": NoRetry()}
    async with RecombeeClient(recombee_mock.database_id, "wrong", **place) as stranger:
        circuit = Circuit(ceiling=0.05)
        sender = Sender(spool, Destination().map, stranger, circuit=circuit)
        async with sender:
            while not sender.problem:
                await spool.counts()
    assert sender.counted.events == {"returned": 1}
    await deliver()
    assert await viewed(client, "u") == ["a"]


async def test_a_merge_by_hand_beside_it_is_no_failure(receiver, deliver, client, spool):
    await client.send(AddDetailView("anonymous", "a", cascade_create=True))
    await client.send(MergeUsers("u", "anonymous", cascade_create=True))
    alias = {"type": "alias", "previousId": "anonymous", "userId": "u", "messageId": "alias"}
    await track(receiver, alias)
    counted = await deliver()
    assert (counted.events, await spool.letters()) == ({"already there": 1}, ())
