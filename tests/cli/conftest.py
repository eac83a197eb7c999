"""What the tests of dead letters share: a spool with some, and the commands."""

import asyncio
import json

import attrs
import pytest

from aiorecombee.cli.segment.letters import program
from aiorecombee.delivery.queue import Item, Rejected
from aiorecombee.delivery.spool import Spool

DIED = 1_767_607_201.25
"""2026-01-05T10:00:01.250Z."""


@attrs.define
class Still:
    now: float = DIED

    def time(self):
        return self.now

    def monotonic(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds


@attrs.frozen
class Letters:
    """A spool, from outside of any event loop."""

    path: object

    def die(self, *letters):
        """Have items become dead letters: each is an item with a reason."""
        asyncio.run(self._die(letters))

    def all(self):
        return self._with(lambda spool: spool.letters(limit=10_000))

    def one(self, number):
        return self._with(lambda spool: spool.letter(number))

    def events(self):
        """The events of all of them."""
        return [json.loads(letter.item.body) for letter in self.all()]

    def waiting(self):
        """What waits to be sent."""
        lease = self._with(lambda spool: spool.lease(10_000, 60.0))
        return [leased.item for leased in lease.items]

    def _with(self, ask):
        async def run():
            async with Spool(self.path) as spool:
                return await ask(spool)

        return asyncio.run(run())

    async def _die(self, letters):
        reasons = dict(letters)
        async with Spool(self.path, clock=Still()) as spool:
            await spool.put([*reasons])
            while (lease := await spool.lease(10_000, 60.0)).items:
                verdicts = {one.number: Rejected(reasons[one.item]) for one in lease.items}
                await spool.settle(lease, verdicts)


@pytest.fixture
def letters(tmp_path):
    found = Letters(tmp_path / "events.spool")
    found.die()
    return found


@pytest.fixture
def page():
    """Make an event of a user, as it is put."""

    def page(user, name="Home", origin="tracking", **more):
        event = {"type": "page", "userId": user, "name": name, **more}
        return Item((user,), json.dumps(event).encode(), f"{user}/{name}", origin)

    return page


@pytest.fixture
def run(letters, capsys):
    """Run a command on the spool; gives status, output and errors."""

    def run(command, *arguments):
        given = [command, "--spool", str(letters.path), *map(str, arguments)]
        status = program.run("letters", given)
        return (status, *capsys.readouterr())

    return run
