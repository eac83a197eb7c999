"""What the README shows is what happens, and so is what the page about delivery shows."""

import re
import textwrap
from pathlib import Path

import pytest

import aiorecombee
from aiorecombee import Batch, Item, Outbox
from aiorecombee.delivery.spool import Spool
from aiorecombee.reql import UnknownPropertyError
from aiorecombee.segment import Destination

ROOT = Path(__file__).parents[1]
README = ROOT.joinpath("README.md").read_text()
DELIVERY = ROOT.joinpath("sdk/aiorecombee/delivery/README.md").read_text()


def blocks(page):
    return re.findall(r"```python\n(.*?)```", page, re.DOTALL)


BLOCKS = blocks(README)
OF_DELIVERY = blocks(DELIVERY)


async def run(code, **names):
    """Run lines of an example inside a coroutine; gives back its names."""
    scope = {**vars(aiorecombee), **{n: getattr(aiorecombee, n) for n in aiorecombee.__all__}}
    scope.update(names)
    body = textwrap.indent(code, "    ")
    exec(f"async def example():\n{body}\n    return locals()", scope)
    return await scope["example"]()


async def test_the_first_example_records_a_view_and_lists_a_purchase(recombee_mock, capsys):
    code = (
        BLOCKS[0]
        .replace('"my-db", "my-private-token", region=Region.EU_WEST', "*where, **how")
        .replace("asyncio.run(main())", "await main()")
    )
    assert "*where" in code
    await run(
        code,
        where=(recombee_mock.database_id, recombee_mock.token),
        how={"base_uri": recombee_mock.base_uri, "protocol": "http"},
    )
    assert capsys.readouterr().out == "tv-178 2 599.0\n"


async def test_answers_have_the_types_that_the_comments_say(recombee_client):
    await recombee_client.send(aiorecombee.AddDetailView("user-1", "tv-1", cascade_create=True))
    found = await run(BLOCKS[1], client=recombee_client)
    assert [type(view) for view in found["views"]] == [aiorecombee.DetailView]
    assert found["ids"] == ["tv-1"]
    assert found["items"] == [Item("tv-1", {})]


async def test_the_second_expression_is_refused():
    with pytest.raises(UnknownPropertyError, match="Did you mean 'price'"):
        await run(BLOCKS[2])


async def test_the_failures_of_a_batch_are_printed(recombee_client, capsys):
    requests = [aiorecombee.AddItem("tv-1"), aiorecombee.AddItem("tv-1")]
    await run(BLOCKS[3], client=recombee_client, requests=requests, Batch=Batch)
    assert capsys.readouterr().out == (
        "AddItem(item_id='tv-1') AddItem: 409: Item \"tv-1\" already exists!\n"
    )


async def test_a_batcher_and_a_stream_answer_for_each_request(recombee_client, capsys):
    requests = [aiorecombee.AddItem("tv-1"), aiorecombee.AddItem("tv-1")]
    found = await run(BLOCKS[4], client=recombee_client, requests=requests)
    first, second = found["futures"]
    assert (await first, type(second.exception())) == ("ok", aiorecombee.ConflictError)
    assert list(found["left"]) == []
    assert capsys.readouterr().out == ("AddItem(item_id='tv-1') 409\nAddItem(item_id='tv-1') 409\n")


async def test_a_mapped_event_can_be_sent(recombee_client):
    event = {"type": "page", "name": "Pricing", "userId": "user-1"}
    await run(
        BLOCKS[5].replace("from aiorecombee.segment import Destination\n", ""),
        client=recombee_client,
        event=event,
        Destination=Destination,
    )
    views = await recombee_client.send(aiorecombee.ListUserDetailViews("user-1"))
    assert [view.item_id for view in views] == ["Pricing"]


async def test_the_fixtures_example_passes(recombee_client, recombee_mock):
    class Shop:
        async def buy(self, client, user, item):
            await client.send(aiorecombee.AddPurchase(user, item, cascade_create=True))

    found = await run(BLOCKS[6], my_shop=Shop())
    await found["test_a_purchase_survives_a_bad_line"](recombee_client, recombee_mock)
    assert [entry.fault for entry in recombee_mock.journal()] == ["reset", "", ""]


async def test_delivery_a_batcher_answers(recombee_client):
    found = await run(OF_DELIVERY[0], client=recombee_client)
    assert (await found["future"], list(found["left"])) == ("ok", [])


async def test_delivery_a_stream_tells_of_what_failed(recombee_client, capsys):
    await recombee_client.send(aiorecombee.AddItem("item-1"))
    await run(OF_DELIVERY[1], client=recombee_client)
    assert capsys.readouterr().out == (
        "AddItem(item_id='item-1') AddItem: 409: Item \"item-1\" already exists!\n"
    )


async def test_delivery_an_outbox_delivers(recombee_client, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    found = await run(OF_DELIVERY[2], client=recombee_client)
    assert (found["left"], capsys.readouterr().out) == (0, "")
    purchases = await recombee_client.send(aiorecombee.ListUserPurchases("user-1"))
    assert [one.item_id for one in purchases] == ["item-7"]


async def test_delivery_a_batcher_spills(recombee_client, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    spilling = OF_DELIVERY[3].replace("when_full", "max_queued=1, when_full")
    assert spilling != OF_DELIVERY[3]
    first = 'batcher.submit(AddDetailView("user-1", "item-7", cascade_create=True))\n    answer'
    found = await run(spilling.replace("answer", first, 1), client=recombee_client)
    assert found["answer"] == aiorecombee.KEPT
    async with Spool("requests.spool") as spool, Outbox(spool, recombee_client) as outbox:
        assert await outbox.flush() == 0
    assert await recombee_client.send(aiorecombee.ListUsers()) == []


async def test_delivery_a_spool_forgets_what_was_delivered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = await run(OF_DELIVERY[4])
    assert len(found["settled"].done) == 1


def test_the_error_tree_is_complete():
    told = set(re.findall(r"(\w+Error)\b", README.split("## Errors")[1].split("```")[1]))
    assert told == {name for name in aiorecombee.__all__ if name.endswith("Error")}


def test_they_are_short():
    assert len(README.splitlines()) < 300
    assert len(DELIVERY.splitlines()) <= 120
