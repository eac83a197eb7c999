"""The log on Redis Streams.

    RedisLog("redis://127.0.0.1:6379/0", name="recombee")

A call to put items is all or nothing. How much survives a loss of power is the server's setting:
with `appendonly yes` and `appendfsync always` all that was answered does. It is one server with
its replicas; of a cluster it uses one node.
"""

import logging
from collections import ChainMap
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import uuid4

from aiorecombee.delivery.broker import redis_scripts as scripts
from aiorecombee.delivery.broker.log import (
    DEATHS_FOR,
    BrokerError,
    ClaimLostError,
    Extent,
    Removal,
)
from aiorecombee.delivery.broker.origin import checked_name, checked_url, origin_of, settled_shards
from aiorecombee.delivery.broker.records import (
    Entry,
    Mark,
    Record,
    marks_of,
    read_letter,
    write_item,
    write_letter,
)
from aiorecombee.delivery.broker.redis_forms import (
    FACTS,
    from_fact,
    milliseconds,
    to_id,
    to_ledger,
    to_number,
    to_record,
)
from aiorecombee.delivery.broker.redis_perils import SECTIONS, perils
from aiorecombee.delivery.checks import check_whole
from aiorecombee.delivery.ledger import Fact, Ledger
from aiorecombee.delivery.queue import Item, Letter, NoRoomError, Receipt, digest_of, shard_of
from aiorecombee.errors import ConfigurationError

_LOG: Final = logging.getLogger(__name__)
_TIMEOUT: Final = 5.0
_CONNECTIONS: Final = 64  # more than shards: each that is read holds one


class RedisLog:
    """The log on Redis Streams, 6.2 or later; see `Log`.

    A server whose settings lose events gets a warning in the log.

    Args:
        redis: Where: a URL (`redis://`, `rediss://`, `unix://`), or a connected
            `redis.asyncio.Redis` that answers in bytes, which is not closed here.
        name: What all its keys begin with; queues of different names are strangers.
        shards: How many, the same for all processes, at most 48; 16 in a new queue.
        must_exist: Refuse to make a new queue.
        claimed_for: Seconds after which others have the shards of a process that died.
        keys_for: Seconds for which the key of an item is known; each takes about 100 bytes of the
            server's memory.
        facts_for: Seconds for which aliases and deletions are known.
        max_items: Most items and dead letters.
        max_size: Most bytes of their bodies.
    """

    def __init__(
        self,
        redis: Any,
        *,
        name: str = "recombee",
        shards: int | None = None,
        must_exist: bool = False,
        claimed_for: float = 30.0,
        keys_for: float = 86_400.0,
        facts_for: float = 400 * 86_400.0,
        max_items: int = 10_000_000,
        max_size: int = 2**30,
    ) -> None:
        if shards is not None:
            check_whole("shards", shards, _CONNECTIONS - 16)
        self.shards = shards or 0
        self.claimed_for = claimed_for
        self._given = redis
        self._asked_shards = shards
        self._must_exist = must_exist
        self._prefix = f"{{{checked_name(name)}}}"
        self._me = uuid4().hex
        self._keys_for = milliseconds(keys_for)
        self._facts_for = milliseconds(facts_for)
        self._bounds = (max_items, max_size)
        self._redis: Any = None
        self._scripts: dict[str, Any] = {}

    async def open(self) -> None:
        """Connect; agree with others on the number of shards.

        Raises:
            BrokerError: It cannot be reached.
            ConfigurationError: It was made with another number of shards, or redis is missing.
        """
        self._redis = _connected(self._given) if isinstance(self._given, str) else self._given
        try:
            self.shards = settled_shards(self._asked_shards, await self._agreed_shards())
            await self._warn()
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        """Disconnect, if the connection is ours."""
        if isinstance(self._given, str) and self._redis is not None:
            await self._redis.aclose()

    async def dedicate(self, purpose: str) -> str:
        """What the queue is for; this, if nobody has said so yet."""
        key = self._key("purpose")
        async with self._explained():
            await self._redis.set(key, purpose, nx=True)
            return str((await self._redis.get(key)).decode())

    async def append(self, items: Sequence[Item]) -> tuple[Receipt, ...]:
        """Write all of them, or none."""
        # The package calls again when a connection breaks: keys tell, or else the call's own.
        call = uuid4().hex if any(item.key is None for item in items) else ""
        arguments: list[Any] = [self._keys_for, *self._bounds, call]
        for item in items:
            arguments += self._written(item)
        outcome, *found = await self._run(scripts.APPEND, self._prefix, *arguments)
        if outcome == b"full":
            raise NoRoomError(
                f"no room at the broker: {found[0]} items and {found[1]} bytes are there already;"
                " deliver or drop some, or allow more"
            )
        stored = {ord("1"): Receipt.STORED, ord("0"): Receipt.ALREADY_THERE}
        return tuple(stored[told] for told in found[0])

    async def claim(self, shard: int) -> "RedisClaim | None":
        """Have a shard; `None` while it is somebody's."""
        lasts = milliseconds(self.claimed_for)
        mine = await self._run(scripts.CLAIM, self._key(f"owner:{shard}"), self._me, lasts)
        return RedisClaim(self, shard) if mine else None

    async def attend(self) -> int:
        """Say that we live; how many do."""
        return int(await self._run(scripts.ATTEND, self._prefix, self._me, self.claimed_for))

    async def leave(self) -> None:
        """Say that we are gone, with nothing in hand."""
        await self._run(scripts.LEAVE, self._prefix, self._me)

    async def hold(self, numbers: Sequence[int]) -> None:
        """Write down what we have in hand."""
        await self._run(scripts.HOLD, self._prefix, self._me, ",".join(map(str, numbers)))

    async def deaths(self) -> Mapping[int, int]:
        """How many died of each item."""
        found = await self._run(scripts.DEATHS, self._prefix, milliseconds(DEATHS_FOR))
        return dict(zip(map(int, found[::2]), map(int, found[1::2]), strict=True))

    async def acquit(self, numbers: Collection[int]) -> None:
        """Count anew."""
        async with self._explained():
            await self._redis.hdel(self._key("deaths"), *numbers)

    async def arrive(self, mark: Mark) -> bool:
        """Say that nothing is before a mark any more; whether its item is still there."""
        about = (mark.home, mark.of, mark.index)
        return bool(await self._run(scripts.ARRIVE, self._prefix, *about))

    async def arrived(self, entry: Entry) -> int:
        """How many marks of an item have arrived; all were written with it."""
        async with self._explained():
            return int(await self._redis.scard(self._key(f"arrived:{entry.number}")))

    async def learn(self, facts: Iterable[Fact]) -> None:
        """Keep facts, the latest about each user."""
        arguments = [part for fact in facts for part in from_fact(fact)]
        await self._run(scripts.LEARN, self._prefix, self._facts_for, *arguments)

    async def known(self, users: Iterable[str]) -> Ledger:
        """Facts about just these users."""
        asked = list(users)
        async with self._explained():
            pipeline = self._redis.pipeline(transaction=False)
            for user in asked:
                pipeline.hmget(self._key(f"user:{user}"), FACTS)
            found = await pipeline.execute()
        return to_ledger(zip(asked, found, strict=True))

    async def extent(self) -> Extent:
        """How much there is."""
        async with self._explained():
            pipeline = self._redis.pipeline(transaction=False)
            pipeline.get(self._key("items")).get(self._key("size")).xlen(self._key("letters"))
            for shard in range(self.shards):
                pipeline.xrange(self._key(f"shard:{shard}"), count=1)
            items, size, letters, *firsts = await pipeline.execute()
        times = [float(first[0][1][b"at"]) for first in firsts if first and b"at" in first[0][1]]
        return Extent(int(items or 0), int(size or 0), letters, min(times, default=None))

    async def letters(self, after: int, limit: int) -> list[Letter]:
        """Dead letters with higher numbers, in order."""
        async with self._explained():
            key = self._key("letters")
            found = await self._redis.xrange(key, min=f"({after}-0", count=limit)
        return [read_letter(to_number(id_), fields[b"letter"]) for id_, fields in found]

    async def letter(self, number: int) -> Letter | None:
        """One of them."""
        found = await self.letters(number - 1, 1)
        return found[0] if found and found[0].number == number else None

    async def replace_letter(self, letter: Letter) -> Letter | None:
        """Put another in its place, at the end."""
        before = await self.letter(letter.number)
        if before is None:
            return None
        grown = len(letter.item.body) - len(before.item.body)
        about = (to_id(letter.number), write_letter(letter), grown)
        number = int(await self._run(scripts.REPLACE, self._prefix, *about))
        return await self.letter(number) if number else None

    async def resend(self, letters: Sequence[Letter]) -> int:
        """Write them to the log again, and forget them; how many were still there."""
        arguments: list[Any] = [self._keys_for]
        for letter in letters:
            arguments += (to_id(letter.number), *self._written(letter.item))
        return int(await self._run(scripts.RESEND, self._prefix, *arguments))

    async def forget(self, letters: Sequence[Letter]) -> int:
        """Forget them; how many were still there."""
        about = [(to_id(letter.number), len(letter.item.body)) for letter in letters]
        arguments = [part for one in about for part in one]
        return int(await self._run(scripts.FORGET, self._prefix, *arguments))

    async def records(self, shard: int, after: int, limit: int, wait: float) -> list[Record]:
        """What is in a shard, from behind a number on."""
        key = self._key(f"shard:{shard}")
        async with self._explained():
            found = await self._redis.xrange(key, min=f"({after}-0", count=limit)
            if not found and wait > 0:
                await self._redis.xread({key: to_id(after)}, block=milliseconds(wait), count=1)
                found = await self._redis.xrange(key, min=f"({after}-0", count=limit)
        return [to_record(to_number(id_), fields) for id_, fields in found]

    async def of_shard(self, script: str, shard: int, *arguments: object) -> None:
        """Run a script on the claim to a shard.

        Raises:
            ClaimLostError: It is somebody else's.
        """
        done = await self._run(script, self._key(f"owner:{shard}"), self._me, *arguments)
        if not done:
            raise ClaimLostError.of(shard)

    async def remove(self, shard: int, removals: Sequence[Removal]) -> None:
        """Take items out of a shard; see `Claim.remove`."""
        arguments: list[Any] = [shard, self._me]
        for one in removals:
            letter = b"" if one.letter is None else write_letter(one.letter)
            arguments += (to_id(one.number), one.size, one.marks, letter)
        if not await self._run(scripts.REMOVE, self._prefix, *arguments):
            raise ClaimLostError.of(shard)

    async def pass_mark(self, shard: int, mark: Mark) -> None:
        """Take a mark out of a shard."""
        async with self._explained():
            await self._redis.xdel(self._key(f"shard:{shard}"), to_id(mark.number))

    async def _agreed_shards(self) -> bytes | None:
        async with self._explained():
            key = self._key("shards")
            if not self._must_exist:
                await self._redis.set(key, self._asked_shards or 16, nx=True)
            found: bytes | None = await self._redis.get(key)
        if isinstance(found, str):
            raise ConfigurationError(
                "the Redis client must answer in bytes: without decode_responses"
            )
        return found

    def _key(self, rest: str) -> str:
        return f"{self._prefix}:{rest}"

    def _written(self, item: Item) -> Iterator[Any]:
        yield "" if item.key is None else digest_of(item.key)
        yield shard_of(item.lanes[0], self.shards)
        yield write_item(item)
        yield len(item.body)
        marks = marks_of(item, self.shards)
        yield len(marks)
        for mark in marks:
            yield from mark

    async def _warn(self) -> None:
        from redis import exceptions  # noqa: PLC0415  # an extra

        async with self._explained():
            pipeline = self._redis.pipeline(transaction=False)
            for section in SECTIONS:
                pipeline.info(section)
            # One that is not allowed to ask is not told.
            told = await pipeline.execute(raise_on_error=False)
        sections = [one for one in told if not isinstance(one, exceptions.RedisError)]
        for peril in perils(ChainMap(*sections)):
            _LOG.warning("Redis%s: %s", origin_of(self._given), peril)

    async def _run(self, script: str, key: str, *arguments: object) -> Any:
        async with self._explained():
            if script not in self._scripts:
                self._scripts[script] = self._redis.register_script(script)
            return await self._scripts[script](keys=[key], args=arguments)

    @asynccontextmanager
    async def _explained(self) -> AsyncIterator[None]:
        """Errors of the package become ours."""
        from redis import exceptions  # noqa: PLC0415  # an extra

        try:
            yield
        except exceptions.OutOfMemoryError as error:
            raise NoRoomError(f"Redis has no memory left ({error}); let it have more") from None
        except (exceptions.RedisError, OSError) as error:
            raise BrokerError(f"Redis{origin_of(self._given)}: {error}") from error


class RedisClaim:
    """A shard that is ours; see `Claim`."""

    def __init__(self, log: RedisLog, shard: int) -> None:
        self.shard = shard
        self._log = log
        self._read_to = 0

    async def read(self, limit: int, wait: float) -> Sequence[Record]:
        """The next records, in order."""
        found = await self._log.records(self.shard, self._read_to, limit, wait)
        if found:
            self._read_to = found[-1].number
        return found

    async def keep(self) -> None:
        """Have it for longer."""
        lasts = milliseconds(self._log.claimed_for)
        await self._log.of_shard(scripts.KEEP, self.shard, lasts)

    async def remove(self, removals: Sequence[Removal]) -> None:
        """Take items out."""
        await self._log.remove(self.shard, removals)

    async def pass_mark(self, mark: Mark) -> None:
        """Take a mark out."""
        await self._log.pass_mark(self.shard, mark)

    async def release(self) -> None:
        """Let others have it."""
        await self._log.of_shard(scripts.RELEASE, self.shard)

    async def end(self) -> None:
        """Nothing to do."""


def _connected(url: str) -> Any:
    try:
        from redis.asyncio import BlockingConnectionPool, Redis  # noqa: PLC0415  # an extra
        from redis.asyncio.retry import Retry  # noqa: PLC0415
        from redis.backoff import NoBackoff  # noqa: PLC0415
    except ImportError:
        raise ConfigurationError(
            "a queue on Redis needs the package redis: pip install 'aiorecombee[redis]'"
        ) from None
    try:
        pool = BlockingConnectionPool.from_url(
            checked_url(url),
            max_connections=_CONNECTIONS,
            timeout=_TIMEOUT,
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
            # One more attempt, for a connection that was closed while nobody used it.
            retry=Retry(NoBackoff(), 1),
        )
    except ValueError as error:
        raise ConfigurationError(f"the URL of the Redis server: {error}") from None
    return Redis.from_pool(pool)
