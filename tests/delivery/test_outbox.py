"""Requests that are kept arrive at the mock: once, in the order of their user, in the end."""

import json

import pytest

from aiorecombee import (
    AddDetailView,
    AddItemProperty,
    AddPurchase,
    AddUserProperty,
    Batcher,
    ConfigurationError,
    DeleteUser,
    GetItemValues,
    GetUserValues,
    InvalidRequestError,
    ListItems,
    ListUserDetailViews,
    ListUserPurchases,
    ListUsers,
    MergeUsers,
    QueueFullError,
    RecombeeClient,
    SetItemValues,
    SetUserValues,
)
from aiorecombee.delivery import KEPT, Outbox
from aiorecombee.delivery.queue import Item, NoRoomError, Receipt, Returned
from aiorecombee.delivery.sending.circuit import Circuit
from aiorecombee.delivery.sending.sender import Sender
from aiorecombee.delivery.spool import Limits, Retrying, Spool
from aiorecombee.segment import Destination

QUICKLY = Retrying(first=0.01, ceiling=0.05, attempts=1_000)


@pytest.fixture
async def spool(tmp_path):
    async with Spool(tmp_path / "requests.spool", retrying=QUICKLY) as spool:
        yield spool


@pytest.fixture
def client(one_attempt_client):
    return one_attempt_client


@pytest.fixture
def outbox(spool, client):
    return Outbox(spool, client, max_requests=10, circuit=Circuit(first=0.01, ceiling=0.05))


@pytest.fixture
def deliver(outbox):
    """Deliver until nothing is left."""

    async def deliver():
        async with outbox:
            assert await outbox.flush() == 0

    return deliver


def view(user, item, **options):
    return AddDetailView(user, item, cascade_create=True, **options)


async def viewed(client, user):
    found = await client.send(ListUserDetailViews(user))
    return [one.item_id for one in sorted(found, key=lambda view: view.timestamp)]


def arrived(recombee_mock):
    """All that was carried out in batches, in order."""
    bodies = [one.body for one in recombee_mock.journal() if one.operation == "Batch" and one.body]
    return [entry for body in bodies for entry in json.loads(body)["requests"]]


async def test_what_is_kept_is_delivered_later(spool, outbox, client, deliver):
    assert await outbox.keep(view("u", "a")) is Receipt.STORED
    assert (await spool.counts()).items == 1
    assert await client.send(ListUsers()) == []
    await deliver()
    assert await viewed(client, "u") == ["a"]


async def test_what_is_kept_while_it_delivers_is_delivered_too(outbox, client):
    async with outbox:
        for item in "abc":
            await outbox.keep(view("u", item))
        assert await outbox.flush() == 0
    assert await viewed(client, "u") == ["a", "b", "c"]


async def test_who_waits_for_too_long_is_told_how_many_are_left(outbox, client, spool):
    await outbox.keep(view("u", "a"))
    await outbox.keep(view("u", "b"))
    assert await outbox.flush(0.0) == 2
    await outbox.aclose()
    async with Outbox(spool, client) as another:
        assert await another.flush() == 0
    assert await viewed(client, "u") == ["a", "b"]


async def test_it_may_be_entered_again(outbox, client, deliver):
    for item in "ab":
        await outbox.keep(view("u", item))
        await deliver()
    assert await viewed(client, "u") == ["a", "b"]


async def test_an_interaction_has_the_time_at_which_it_was_kept(outbox, client, spool, deliver):
    await outbox.keep(view("u", "a"))
    await outbox.keep(view("u", "a"))
    lease = await spool.lease(10, 60.0)
    stamps = [json.loads(one.item.body)["params"]["timestamp"] for one in lease.items]
    await spool.settle(lease, {one.number: Returned() for one in lease.items})
    await deliver()
    found = await client.send(ListUserDetailViews("u"))
    assert sorted(one.timestamp for one in found) == sorted(stamps)
    assert len(set(stamps)) == 2


async def test_a_request_with_the_key_of_another_is_kept_once(outbox, client, deliver):
    assert await outbox.keep(AddPurchase("u", "i", cascade_create=True), key="order-1") is (
        Receipt.STORED
    )
    assert await outbox.keep(AddPurchase("u", "i", cascade_create=True), key="order-1") is (
        Receipt.ALREADY_THERE
    )
    await deliver()
    assert len(await client.send(ListUserPurchases("u"))) == 1


async def test_what_needs_its_answer_is_not_kept(outbox, spool):
    with pytest.raises(InvalidRequestError, match="ListItems: its answer"):
        await outbox.keep(ListItems())
    assert (await spool.counts()).items == 0


async def test_what_the_client_would_not_send_is_not_kept(outbox, spool):
    with pytest.raises(InvalidRequestError, match="user_id = '': must not be empty"):
        await outbox.keep(view("", "a"))
    assert (await spool.counts()).items == 0


async def test_a_definition_comes_before_the_values_of_its_property(outbox, client, deliver):
    await outbox.keep(AddItemProperty("price", "double"))
    await outbox.keep(SetItemValues("tv-1", {"price": 1.0}, cascade_create=True))
    await outbox.keep(SetItemValues("tv-1", {"price": 2.0}))
    await deliver()
    assert (await client.send(GetItemValues("tv-1")))["price"] == 2.0


async def test_what_the_service_refuses_becomes_a_dead_letter(outbox, spool, deliver):
    await outbox.keep(SetItemValues("nobody", {"price": 1.0}))
    await deliver()
    (letter,) = await spool.letters()
    assert "404" in letter.reason
    assert json.loads(letter.item.body)["request"] == "SetItemValues"


async def test_what_is_no_request_becomes_a_dead_letter(spool, deliver):
    await spool.put([Item(("u",), b'{"type": "page"}')])
    await deliver()
    (letter,) = await spool.letters()
    assert letter.reason == "request: a request is an object with request, path and params"


async def test_a_deletion_comes_after_what_was_before_it_and_before_what_is_behind(
    outbox, client, recombee_mock, deliver
):
    recombee_mock.add_fault({"kind": "item", "status": 500, "probability": 0.5}, seed=7)
    for user in ("u", "v"):
        await outbox.keep(view(user, "a"))
        await outbox.keep(DeleteUser(user))
    await outbox.keep(view("v", "b"))
    await deliver()
    recombee_mock.remove_faults()
    assert await client.send(ListUsers()) == ["v"]
    assert await viewed(client, "v") == ["b"]


async def test_a_user_that_was_merged_may_come_back(outbox, client, deliver):
    await outbox.keep(view("anonymous", "a"))
    await outbox.keep(MergeUsers("u", "anonymous", cascade_create=True))
    await outbox.keep(view("anonymous", "b"))
    await deliver()
    assert await viewed(client, "u") == ["a"]
    assert await viewed(client, "anonymous") == ["b"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "item", "status": 500, "probability": 0.5},
        {"kind": "item", "status": 429, "probability": 0.5},
    ],
)
async def test_the_last_value_of_a_user_counts_whatever_fails(
    outbox, client, recombee_mock, spool, deliver, fault
):
    await client.send(AddUserProperty("n", "int"))
    recombee_mock.add_fault(fault, seed=7)
    for number in range(1, 11):
        for user in ("u", "v"):
            await outbox.keep(SetUserValues(user, {"n": number}, cascade_create=True))
    await deliver()
    recombee_mock.remove_faults()
    for user in ("u", "v"):
        sent = [
            one["params"]["n"] for one in arrived(recombee_mock) if one["path"] == f"/users/{user}"
        ]
        assert sent == sorted(sent)
        assert (await client.send(GetUserValues(user)))["n"] == 10
    assert await spool.letters() == ()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset", "when": "before"},
        {"kind": "reset", "when": "after"},
        {"kind": "status", "status": 502, "when": "after"},
        {"kind": "truncate"},
    ],
)
async def test_faults_of_whole_batches_lose_and_double_nothing(
    outbox, client, recombee_mock, spool, deliver, fault
):
    recombee_mock.add_fault(fault, probability=0.5, seed=7, operation="Batch")
    for number in range(40):
        await outbox.keep(view(f"u{number % 3}", f"i{number}"))
    await deliver()
    recombee_mock.remove_faults()
    for user in range(3):
        expected = [f"i{number}" for number in range(40) if number % 3 == user]
        assert await viewed(client, f"u{user}") == expected
    assert await spool.letters() == ()


# --- What a batcher has no room for ---------------------------------------------------------------


async def test_a_batcher_without_room_has_interactions_kept(outbox, client, spool, deliver):
    async with Batcher(client, max_queued=1, when_full=outbox) as batcher:
        first = batcher.submit(view("u", "a"))
        assert await batcher.send(view("u", "b")) == KEPT
        assert (await spool.counts()).items == 1
        assert await first == "ok"
    await deliver()
    assert sorted(await viewed(client, "u")) == ["a", "b"]


@pytest.mark.parametrize("request_", [ListItems(), DeleteUser("u"), SetUserValues("u", {})])
async def test_what_needs_its_answer_or_its_place_finds_the_batcher_full(
    outbox, client, spool, request_
):
    async with Batcher(client, max_queued=1, when_full=outbox) as batcher:
        batcher.submit(view("u", "a"))
        with pytest.raises(QueueFullError, match="the batcher is full"):
            await batcher.send(request_)
    assert (await spool.counts()).items == 0


async def test_whoever_needs_an_order_empties_the_batcher_before(outbox, client, deliver):
    async with Batcher(client, max_queued=1, when_full=outbox) as batcher:
        batcher.submit(view("u", "a"))
        await batcher.send(view("u", "b"))
        await batcher.flush()
        await outbox.keep(DeleteUser("u"))
    await deliver()
    assert await client.send(ListUsers()) == []


async def test_a_full_outbox_is_told_to_whoever_sends(tmp_path, client):
    limits = Limits(items=1)
    async with Spool(tmp_path / "small.spool", limits=limits) as small:
        outbox = Outbox(small, client)
        async with Batcher(client, max_queued=1, linger=60.0, when_full=outbox) as batcher:
            batcher.submit(view("u", "a"))
            assert await batcher.send(view("u", "b")) == KEPT
            with pytest.raises(NoRoomError):
                await batcher.send(view("u", "c"))


async def test_requests_and_events_do_not_mix_in_a_queue(spool, client, outbox):
    """Who took requests for events would find nothing to send, and forget them."""
    await outbox.keep(AddDetailView("u", "i", cascade_create=True))
    sender = Sender(spool, Destination().map, client)
    with pytest.raises(ConfigurationError, match=r"for requests for .*, and not for event"):
        await sender.__aenter__()
    assert (await spool.counts()).items == 1


async def test_a_queue_is_for_one_database(tmp_path, client):
    async with (
        Spool(tmp_path / "some.spool") as spool,
        RecombeeClient("another-db", "secret-token") as another,
    ):
        async with Outbox(spool, client):
            pass
        with pytest.raises(ConfigurationError, match="not for requests for the database another-"):
            await Outbox(spool, another).keep(AddDetailView("u", "i"))
        assert (await spool.counts()).items == 0
