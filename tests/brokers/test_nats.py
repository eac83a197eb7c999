"""What only NATS does: lose a reader."""

import asyncio

import pytest

from aiorecombee.delivery.broker import BrokerError, NatsLog
from aiorecombee.delivery.queue import Item


async def test_readers_that_somebody_deleted_are_made_again(place, drained):
    queue = await place.queue()
    await queue.lease(0, 1.0)
    log = queue._log
    async with asyncio.timeout(10.0):
        while len(queue._owner.held) < log.shards:  # noqa: ASYNC110 - other tasks bring it about
            await asyncio.sleep(0.02)
    for reader in await log.jetstream.consumers_info(log.names.items):
        await log.jetstream.delete_consumer(log.names.items, reader.name)
    await queue.put([Item((f"u{n}",), b"1") for n in range(40)])
    assert len(await drained(queue)) == 40


async def test_a_server_without_jetstream_is_told_from_one_that_is_away(own_server, place):
    own_server.kill()
    own_server.command.remove("-js")
    own_server.start()
    with pytest.raises(BrokerError, match=r"no JetStream at the moment \(nats-server -js\)"):
        await place.queue()


async def test_a_wrong_password_is_told_from_a_server_that_is_silent(own_server, place):
    own_server.kill()
    own_server.command += ["--user", "someone", "--pass", "right"]
    own_server.start()
    address = f"127.0.0.1:{own_server.port}"
    with pytest.raises(BrokerError, match=rf"^NATS at {address}: 'Authorization Violation'") as it:
        await place.queue(NatsLog(f"nats://someone:wrong@{address}"))
    assert "wrong" not in str(it.value)
    await place.queue(NatsLog(f"nats://someone:right@{address}"))
