"""Items that kill whoever takes them, wherever that is: found, and given up.

A process that dies says nothing of what it died of. So each writes down what it has in hand
whenever it takes something; others count it when they find that the process does not live any more,
until somebody settles the item, which shows that one can live with it. An item of which several
died is a suspect, and is leased alone (see `lanes`), so that what happens then is its own doing.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

from aiorecombee.delivery.broker.lanes import Lanes
from aiorecombee.delivery.broker.log import Log
from aiorecombee.delivery.effects import Dead, effect_of_loss
from aiorecombee.delivery.retrying import Retrying

_MOST_IN_HAND: Final = 10_000
_AT_ONCE: Final = 0.0  # of no account to those that are given up


class Suspects:
    """What this process knows of them, and tells others of itself.

    Attributes:
        deadly: Those of which so many died that they are given up.
    """

    def __init__(self, log: Log, lanes: Lanes, retrying: Retrying) -> None:
        self._log = log
        self._lanes = lanes
        self._retrying = retrying
        self.deadly: dict[int, Dead] = {}
        self._deaths: dict[int, int] = {}
        self._in_turn = asyncio.Lock()  # or what was written first might stay

    async def learn(self) -> None:
        """Take note of those who died."""
        self._know(await self._log.deaths())

    async def hold(self) -> None:
        """Write down what is leased, that others know in case we die of it."""
        async with self._in_turn:
            await self._log.hold(self._lanes.leased()[-_MOST_IN_HAND:])

    async def acquit(self, numbers: Iterable[int]) -> None:
        """These were settled."""
        if known := self._deaths.keys() & numbers:
            await self._log.acquit(known)
            self._know({n: times for n, times in self._deaths.items() if n not in known})

    def _know(self, deaths: Mapping[int, int]) -> None:
        self._deaths = dict(deaths)
        least = self._retrying.suspect_after
        self._lanes.suspect(number for number, times in deaths.items() if times >= least)
        effects = {
            number: effect_of_loss(times, times - 1, _AT_ONCE, self._retrying)
            for number, times in deaths.items()
        }
        self.deadly = {number: one for number, one in effects.items() if isinstance(one, Dead)}
