"""Whoever is killed while it keeps and delivers loses no request, doubles none and mixes up none.

OUTBOX_KILLS=100 pytest tests/delivery/test_outbox_kill.py kills as often.
"""

import json
import os
import random
import subprocess
import sys
from collections import defaultdict

from aiorecombee import (
    AddUserProperty,
    GetUserValues,
    ListUserDetailViews,
    NoRetry,
    Outbox,
    RecombeeClient,
)
from aiorecombee.delivery.spool import Spool

KILLS = int(os.environ.get("OUTBOX_KILLS", "4"))
SEED = int(os.environ.get("OUTBOX_SEED", "20240229"))
USERS = ("a", "b", "c")

KEEPER = """
import asyncio, sys
from aiorecombee import AddDetailView, Outbox, RecombeeClient, SetUserValues
from aiorecombee.delivery.spool import Spool

async def keep(outbox, user, number):
    while True:
        view = AddDetailView(user, f"i-{number}", cascade_create=True)
        await outbox.keep(SetUserValues(user, {"n": number}) if number % 5 == 0 else view)
        sys.stdout.write(f"{user} {number}\\n")
        sys.stdout.flush()
        number += 1

async def main(path, database, token, base_uri, start, *users):
    async with (
        RecombeeClient(database, token, base_uri=base_uri, protocol="http") as client,
        Spool(path) as spool,
        Outbox(spool, client, max_requests=20, lease_for=0.5) as outbox,
    ):
        await asyncio.gather(*(keep(outbox, user, int(start)) for user in users))

asyncio.run(main(*sys.argv[1:]))
"""


def run_until_killed(lines, *arguments):
    """What it said, when it is killed some time after so many lines."""
    command = [sys.executable, "-W", "error", "-c", KEEPER, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said = [process.stdout.readline() for _ in range(lines)]
        process.kill()
        return [line for line in [*said, *process.stdout] if line.endswith("\n")]


def arrived(recombee_mock):
    """Numbers by user as the service was told them, in order."""
    found = defaultdict(list)
    bodies = [one.body for one in recombee_mock.journal() if one.operation == "Batch" and one.body]
    for entry in (entry for body in bodies for entry in json.loads(body)["requests"]):
        params = entry["params"]
        if "itemId" in params:
            found[params["userId"]].append(int(params["itemId"].removeprefix("i-")))
        else:
            found[entry["path"].removeprefix("/users/")].append(params["n"])
    return found


async def test_what_was_kept_is_delivered_once_and_in_order_whoever_is_killed(
    tmp_path, recombee_mock
):
    chance = random.Random(SEED)
    path = tmp_path / "requests.spool"
    place = (recombee_mock.database_id, recombee_mock.token)
    how = {"base_uri": recombee_mock.base_uri, "protocol": "http", "retry": NoRetry()}
    promised = {user: [] for user in USERS}
    async with RecombeeClient(*place, **how) as client:
        await client.send(AddUserProperty("n", "int"))
        for turn in range(KILLS):
            # What a killed process was at may be there or not; the next one goes on elsewhere.
            start = 1 + turn * 100_000
            lines = chance.randrange(1, 300)
            for line in run_until_killed(lines, path, *place, how["base_uri"], start, *USERS):
                user, number = line.split()
                promised[user].append(int(number))
        async with Spool(path) as spool, Outbox(spool, client) as outbox:
            assert await outbox.flush() == 0
            assert await spool.letters() == ()
        arrivals = arrived(recombee_mock)
        for user, numbers in promised.items():
            told = list(dict.fromkeys(arrivals[user]))
            assert told == sorted(told)
            assert [number for number in numbers if number not in set(told)] == []
            views = [view.item_id for view in await client.send(ListUserDetailViews(user))]
            assert sorted(views) == sorted(f"i-{number}" for number in told if number % 5)
            values = [number for number in told if number % 5 == 0]
            assert (await client.send(GetUserValues(user)))["n"] == max(values, default=None)
    repeated = sum(len(numbers) - len(set(numbers)) for numbers in arrivals.values())
    kept = sum(map(len, promised.values()))
    print(f"{KILLS} kills, {kept} promised, {repeated} sent more than once")  # noqa: T201
