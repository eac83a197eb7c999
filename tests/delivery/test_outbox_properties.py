"""Whatever fails on the way, the service ends where it would be had each request been sent at once.

One database gets the requests one by one and in order, another has them from an outbox, in batches
that are refused, cut off and lost, and in which single requests fail.
"""

import asyncio
import json
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from aiorecombee import (
    AddDetailView,
    AddUser,
    AddUserProperty,
    ApiError,
    DeleteDetailView,
    DeleteUser,
    MergeUsers,
    NoRetry,
    Outbox,
    RecombeeClient,
    SetUserValues,
)
from aiorecombee.delivery.sending.circuit import Circuit
from aiorecombee.delivery.spool import Retrying, Spool

USERS = st.sampled_from(["u", "v", "w"])
TIMES = st.integers(1, 4).map(float)
REQUESTS = st.one_of(
    st.builds(lambda user, at: AddDetailView(user, "i", at, cascade_create=True), USERS, TIMES),
    st.builds(lambda user, n: SetUserValues(user, {"n": n}, cascade_create=True), USERS, TIMES),
    st.builds(lambda user, source: MergeUsers(user, source, cascade_create=True), USERS, USERS),
    st.builds(AddUser, USERS),
    st.builds(DeleteUser, USERS),
    st.builds(lambda user: DeleteDetailView(user, "i"), USERS),
)
MISFORTUNES = (
    ({"kind": "item", "status": 500, "probability": 0.3}, 1.0),
    ({"kind": "reset", "when": "after"}, 0.2),
    ({"kind": "status", "status": 503}, 0.2),
)


@settings(max_examples=30, deadline=None)
@given(requests=st.lists(REQUESTS, max_size=25), seed=st.integers(0, 99))
def test_the_service_ends_where_it_would_be_without_misfortunes(
    recombee_mock_server, requests, seed
):
    with (
        recombee_mock_server.fresh_database() as straight,
        recombee_mock_server.fresh_database() as troubled,
    ):
        asyncio.run(send_all(straight, requests))
        asyncio.run(deliver_all(troubled, requests, seed))
        assert held(troubled) == held(straight)


def client_of(database):
    return RecombeeClient(
        database.database_id,
        database.token,
        base_uri=database.base_uri,
        protocol="http",
        retry=NoRetry(),
    )


async def send_all(database, requests):
    async with client_of(database) as client:
        await client.send(AddUserProperty("n", "double"))
        for request in requests:
            with suppress(ApiError):  # a user is there already, or is not there
                await client.send(request)


async def deliver_all(database, requests, seed):
    async with client_of(database) as client:
        await client.send(AddUserProperty("n", "double"))
        for effect, probability in MISFORTUNES:
            database.add_fault(effect, probability=probability, seed=seed, operation="Batch")
        quickly = Retrying(first=0.001, ceiling=0.002, attempts=1_000)
        circuit = Circuit(first=0.001, ceiling=0.002)
        with tempfile.TemporaryDirectory() as folder:
            async with Spool(Path(folder) / "spool", retrying=quickly) as spool:
                outbox = Outbox(spool, client, max_requests=5, circuit=circuit)
                for request in requests:
                    await outbox.keep(request)
                async with outbox:
                    assert await outbox.flush() == 0


def held(database):
    return sorted(json.dumps(json.loads(line)) for line in database.export_lines().splitlines())
