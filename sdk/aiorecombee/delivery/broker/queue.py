"""A durable queue on a broker, for receivers and senders on many machines.

    async with BrokerQueue(RedisLog("redis://broker/0")) as queue:
        await queue.put([Item(("user-1",), body, key=message_id)])

The log is cut into shards by user. Whoever leases has some of them, a fair part of all; the order
of each user is kept in the memory of the process that has its shard. What such a process learnt
of failures (how often, when next) is forgotten with it: its items are tried again at once by the
next one. A shard has at most 2,000 items in memory; should they all wait for their next attempt,
those behind them wait as well.
"""

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Self

from aiorecombee.clock import SystemClock
from aiorecombee.core.clock import Clock
from aiorecombee.delivery.broker.dead_letters import BrokerLetters
from aiorecombee.delivery.broker.lanes import Lanes, Waiting, entry_of
from aiorecombee.delivery.broker.log import ClaimLostError, Log, Removal
from aiorecombee.delivery.broker.owner import Owner
from aiorecombee.delivery.broker.records import Entry, unified
from aiorecombee.delivery.broker.suspects import Suspects
from aiorecombee.delivery.effects import Again, Dead, Effect, Gone, effect_of
from aiorecombee.delivery.ledger import MOST_HOPS, Deleted, Fact, Ledger
from aiorecombee.delivery.limits import Limits, check_items
from aiorecombee.delivery.queue import (
    Counts,
    Item,
    Lease,
    Leased,
    LeaseLostError,
    Letter,
    Receipt,
    Settled,
    Verdict,
    shard_of,
)
from aiorecombee.delivery.retrying import Retrying

_LOOK_AGAIN: Final = 0.02
_MOST_LEASED: Final = 10_000
_MOST_PUT: Final = 2_500  # the events of the largest call that the forwarder takes
_PAGE: Final = 200


class BrokerQueue(BrokerLetters):
    """A durable queue on a broker; see `DurableQueue` and `DeadLetters`.

    Any number of processes on any number of machines may use it at once. A process that never
    leases has no shards.

    Args:
        log: The broker.
        limits: Bounds of single items and calls, and for how long dead letters are kept; how much
            there may be in all is a setting of the log.
        retrying: When failed items are tried again.
        clock: The time.
        shuffle: Gives shards in an order by chance.
    """

    def __init__(
        self,
        log: Log,
        *,
        limits: Limits | None = None,
        retrying: Retrying | None = None,
        clock: Clock | None = None,
        shuffle: Callable[[list[int]], None] = random.shuffle,
    ) -> None:
        bounds = limits or Limits(at_once=_MOST_PUT, item_size=2**19)
        super().__init__(log, bounds, clock or SystemClock())
        self._retrying = retrying or Retrying()
        self._lanes = Lanes()
        self._suspects = Suspects(log, self._lanes, self._retrying)
        self._owner = Owner(log, self._lanes, self._suspects, self._clock, shuffle)

    async def open(self) -> None:
        """Connect.

        Raises:
            BrokerError: The broker cannot be reached, or is not fit for this.
        """
        await self._log.open()
        self._is_open = True

    async def aclose(self) -> None:
        """Let others have our shards, and disconnect; what is leased is theirs to send then."""
        if not self._is_open:
            return
        self._is_open = False
        try:
            await self._owner.stop()
        finally:
            await self._log.aclose()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def put(self, items: Sequence[Item], /) -> tuple[Receipt, ...]:
        """Store items; see `DurableQueue.put`, and the broker's log for what it promises.

        Raises:
            InvalidItemError: One of them cannot be stored, or they are too many.
            NoRoomError: The broker has no room for them.
            BrokerError: It cannot be reached.
        """
        check_items(items, self._limits)
        if not items:
            return ()
        receipts = await self._at.append(list(map(unified, items)))
        there = receipts.count(Receipt.ALREADY_THERE)
        self._tally.update({"stored": len(receipts) - there, "already there": there})
        return receipts

    async def lease(self, limit: int, for_seconds: float, *, wait: float = 0.0) -> Lease:
        """Take what is due; see `DurableQueue.lease`. At most 10,000 items, or 16 MiB."""
        self._require_open()
        self._owner.start()
        end = self._clock.monotonic() + wait
        while True:
            await self._bury()
            lease = await self._take(min(limit, _MOST_LEASED), for_seconds)
            left = end - self._clock.monotonic()
            if lease.items or left <= 0.0:
                return lease
            await self._clock.sleep(min(left, _LOOK_AGAIN))

    async def renew(self, lease: Lease, for_seconds: float, /) -> Lease:
        """Make a lease last from now; see `DurableQueue.renew`."""
        self._owner.lose_overdue()
        now = self._clock.time()
        numbers = self._lanes.renew(int(lease.token), now, now + for_seconds)
        items = tuple(leased for leased in lease.items if leased.number in numbers)
        if not items:
            raise LeaseLostError("the lease ran out, or its shards are with another process")
        until = self._sure_until(now + for_seconds, (one.item.lanes[0] for one in items))
        return Lease(lease.token, until, items)

    async def settle(
        self, lease: Lease, verdicts: Mapping[int, Verdict], /, *, facts: Collection[Fact] = ()
    ) -> Settled:
        """Say what became of leased items; see `DurableQueue.settle`."""
        if facts:
            await self._learn(facts)
        self._owner.lose_overdue()
        token, now = int(lease.token), self._clock.time()
        mine = self._lanes.of_lease(token, verdicts)
        effects = {n: self._effect(one, verdicts[n], now) for n, one in mine.items()}
        await self._suspects.acquit(effects)
        lost = await self._remove(mine, effects, now)
        effects = {n: effect for n, effect in effects.items() if n not in lost}
        again = {n: one for n, one in effects.items() if isinstance(one, Again)}
        self._lanes.again(token, {n: (one.due, one.attempts) for n, one in again.items()})
        self._note(effects.values())
        return Settled(
            done=tuple(n for n, one in effects.items() if isinstance(one, Gone)),
            again=tuple(again),
            dead=tuple(n for n, one in effects.items() if isinstance(one, Dead)),
            stale=tuple(n for n in verdicts if n not in effects),
        )

    async def dedicate(self, purpose: str, /) -> str:
        """What the queue is for; see `DurableQueue.dedicate`."""
        return await self._at.dedicate(purpose)

    async def ledger(self, users: Iterable[str], /) -> Ledger:
        """All that is known of these users, and of those they became."""
        found = Ledger()
        asked = set(users)
        seen: set[str] = set()
        for _ in range(MOST_HOPS + 2):
            seen |= asked
            known = await self._at.known(asked)
            found = Ledger(
                {**found.aliases, **known.aliases}, {**found.deletions, **known.deletions}
            )
            asked = {alias.user_id for alias in known.aliases.values()} - seen
            if not asked:
                break
        return found

    async def counts(self) -> Counts:
        """How it stands; leased lanes and the tally are those of this process."""
        extent = await self._at.extent()
        now = self._clock.time()
        return Counts(
            items=extent.items,
            leased_lanes=sum(lane.held > 0 for lane in self._lanes.lanes.values()),
            size=extent.size,
            letters=extent.letters,
            oldest=None if extent.oldest is None else max(0.0, now - extent.oldest),
            tally=MappingProxyType(dict(self._tally)),
        )

    async def _bury(self) -> None:
        """Give up what too many died of."""
        deadly, now = self._suspects.deadly, self._clock.time()
        mine = self._lanes.reserve(deadly, now + self._log.claimed_for) if deadly else {}
        if mine:
            effects = {number: deadly[number] for number in mine}
            lost = await self._remove(mine, effects, now)
            self._note(effect for number, effect in effects.items() if number not in lost)
            await self._suspects.acquit(mine.keys() - lost)

    async def _take(self, limit: int, for_seconds: float) -> Lease:
        self._owner.lose_overdue()
        now = self._clock.time()
        until = now + for_seconds
        token, entries, attempts = self._lanes.take(limit, now, until)
        if entries:
            try:
                await self._suspects.hold()
            except BaseException:  # nobody has them, then
                pairs = zip(entries, attempts, strict=True)
                self._lanes.again(token, {entry.number: (now, failed) for entry, failed in pairs})
                raise
        sure = self._sure_until(until, (entry.lane for entry in entries))
        return Lease(str(token), sure, tuple(map(_leased, entries, attempts)))

    def _sure_until(self, until: float, lanes: Iterable[str]) -> float:
        """No later than another process may have the shards, should this one be suspended."""
        shards = {shard_of(lane, self._log.shards) for lane in lanes}
        left = min(map(self._owner.left, shards), default=until)
        return min(until, self._clock.time() + left)

    def _effect(self, waiting: Waiting, verdict: Verdict, now: float) -> Effect:
        put_at = entry_of(waiting).put_at
        return effect_of(verdict, waiting.attempts, put_at, now, self._retrying)

    async def _learn(self, facts: Collection[Fact]) -> None:
        """Keep facts; what died before a deletion is not kept either."""
        await self._at.learn(facts)
        deleted: dict[str, float] = {}
        for fact in facts:
            if isinstance(fact, Deleted):
                deleted[fact.user_id] = max(fact.at, deleted.get(fact.user_id, fact.at))
        if deleted:
            await self._forget_outdated(deleted)

    async def _remove(
        self, mine: Mapping[int, Waiting], effects: Mapping[int, Effect], now: float
    ) -> set[int]:
        """Take out of the log what is done or dead; the numbers whose shard is not ours any more.

        They leave the memory shard by shard: should the broker fail at one, the others are done.
        """
        lost: set[int] = set()
        for shard, removals in self._removals(mine, effects, now).items():
            numbers = [removal.number for removal in removals]
            held = self._owner.held.get(shard)
            try:
                if held is None:
                    raise ClaimLostError.of(shard)
                await held.claim.remove(removals)
            except ClaimLostError:
                self._owner.lose(shard)
                lost.update(numbers)
            else:
                self._lanes.remove(numbers)
        return lost

    def _removals(
        self, mine: Mapping[int, Waiting], effects: Mapping[int, Effect], now: float
    ) -> dict[int, list[Removal]]:
        groups: dict[int, list[Removal]] = {}
        for number, effect in effects.items():
            if isinstance(effect, Again):
                continue
            entry = entry_of(mine[number])
            letter = _letter(entry, effect, now) if isinstance(effect, Dead) else None
            removal = Removal(number, len(entry.item.body), len(entry.item.lanes) - 1, letter)
            groups.setdefault(shard_of(entry.lane, self._log.shards), []).append(removal)
        return groups

    def _note(self, effects: Iterable[Effect]) -> None:
        self._tally.update("dead" if isinstance(one, Dead) else one.name for one in effects)


def _leased(entry: Entry, attempts: int) -> Leased:
    return Leased(entry.number, entry.item, attempts, entry.put_at)


def _letter(entry: Entry, effect: Dead, now: float) -> Letter:
    return Letter(0, entry.item, effect.reason, effect.attempts, entry.put_at, now)
