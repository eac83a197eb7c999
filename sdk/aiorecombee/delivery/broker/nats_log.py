"""The log on NATS JetStream.

    NatsLog("nats://127.0.0.1:4222", name="recombee")

Items of one lane are written one after another, each when the one before is there, so a call that
fails half way has written the beginnings of its lanes; put again, what has a key is not written
twice. How much survives a loss of power is the server's setting (`sync_interval`), and the number
of replicas'. A key is known for `keys_for` seconds, but after a restart of the server only while
its item is in the queue.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final
from uuid import uuid4

from aiorecombee.delivery.broker import nats_deaths
from aiorecombee.delivery.broker.log import DEATHS_FOR, Extent
from aiorecombee.delivery.broker.nats_claim import NatsClaim
from aiorecombee.delivery.broker.nats_connection import (
    TIMEOUT,
    Names,
    bucket,
    connect,
    consumer,
    consumer_names,
    explained,
    message,
    not_found,
    published,
    stream,
)
from aiorecombee.delivery.broker.nats_facts import known_facts, learn_fact
from aiorecombee.delivery.broker.nats_letters import NatsLetters
from aiorecombee.delivery.broker.origin import checked_name, settled_shards
from aiorecombee.delivery.broker.records import (
    Entry,
    Mark,
    by_lane,
    marks_of,
    write_item,
    write_mark,
)
from aiorecombee.delivery.checks import check_whole
from aiorecombee.delivery.ledger import Fact, Ledger
from aiorecombee.delivery.queue import Item, Letter, Receipt, digest_of, shard_of

_MOST_SHARDS: Final = 1_000


class NatsLog:
    """The log on NATS JetStream, 2.9 or later; see `Log`.

    What it finds at the server it leaves as it is: bounds and replicas count when it makes it.

    Args:
        nats: Where: a URL (`nats://`, `tls://`), several with commas between, or a connected
            `nats.NATS`, which is not closed here.
        name: What all its streams and buckets begin with.
        shards: How many, the same for all processes; 16 in a new queue.
        must_exist: Refuse to make a new queue.
        claimed_for: Seconds after which others have the shards of a process that died; whoever
            makes the queue decides for all.
        keys_for: Seconds for which the key of an item is known; each takes about 150 bytes of the
            server's memory.
        facts_for: Seconds for which aliases and deletions are known.
        max_items: Most items.
        max_size: Most bytes of them, and as many of dead letters; the server sets them aside, and
            must have as many. As many as it has, if not given.
        replicas: On how many servers all is kept.
    """

    def __init__(
        self,
        nats: Any,
        *,
        name: str = "recombee",
        shards: int | None = None,
        must_exist: bool = False,
        claimed_for: float = 30.0,
        keys_for: float = 3_600.0,
        facts_for: float = 400 * 86_400.0,
        max_items: int = 10_000_000,
        max_size: int = -1,
        replicas: int = 1,
    ) -> None:
        if shards is not None:
            check_whole("shards", shards, _MOST_SHARDS)
        self.shards = shards or 0
        self.claimed_for = claimed_for
        self.names = Names(checked_name(name))
        self._given = nats
        self._asked_shards = shards
        self._must_exist = must_exist
        self._keys_for = keys_for
        self._facts_for = facts_for
        self._bounds = (max_items, max_size)
        self._replicas = replicas
        self._me = uuid4().hex
        self._told: set[int] = set()
        self._repaired: set[int] = set()
        self._nats: Any = None
        self.jetstream: Any = None
        self.dead: NatsLetters

    async def open(self) -> None:
        """Connect, and make what is missing.

        Raises:
            BrokerError: It cannot be reached, or has no JetStream.
            ConfigurationError: It was made with another number of shards, or nats-py is missing.
        """
        self._nats = await connect(self._given) if isinstance(self._given, str) else self._given
        try:
            async with self.explained():
                self.jetstream = self._nats.jetstream(timeout=TIMEOUT)
                self.dead = NatsLetters(self.jetstream, self.names.letters, self.explained)
                found = (
                    await self._agreed("shards", str(self._asked_shards or 16))
                    if await self._is_made()
                    else None
                )
            self.shards = settled_shards(self._asked_shards, found)
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        """Disconnect, if the connection is ours."""
        if isinstance(self._given, str) and self._nats is not None:
            with suppress(Exception):
                async with asyncio.timeout(TIMEOUT):
                    await self._nats.close()

    async def dedicate(self, purpose: str) -> str:
        """What the queue is for; this, if nobody has said so yet."""
        async with self.explained():
            return (await self._agreed("purpose", purpose)).decode()

    async def append(self, items: Sequence[Item]) -> tuple[Receipt, ...]:
        """Write them, lane by lane in order."""
        receipts: dict[int, Receipt] = {}
        for places in by_lane(items):
            some = [items[place] for place in places]
            ids = [None if item.key is None else digest_of(item.key) for item in some]
            found = await self._write(some, ids)
            receipts |= dict(zip(places, found, strict=True))
        return tuple(receipts[place] for place in range(len(items)))

    async def claim(self, shard: int) -> NatsClaim | None:
        """Have a shard; `None` while it is somebody's."""
        from nats.js.errors import KeyWrongLastSequenceError  # noqa: PLC0415  # an extra

        async with self.explained():
            try:
                revision = await self._owners.create(f"shard.{shard}", self._me.encode())
            except KeyWrongLastSequenceError:
                return None
            try:
                reader = await self._reader(shard, revision)
            except BaseException:
                await self._owners.delete(f"shard.{shard}", last=revision)
                raise
        return NatsClaim(self, self._owners, shard, revision, reader)

    async def attend(self) -> int:
        """Say that we live; how many do."""
        async with self.explained():
            await self._owners.put(f"member.{self._me}", b"")
            return len(await self._keys(self.names.owners, "member.*"))

    async def leave(self) -> None:
        """Say that we are gone, with nothing in hand."""
        await self._purge(self.names.state, f"{nats_deaths.HANDS}.{self._me}")
        await self._purge(self.names.owners, f"member.{self._me}")

    async def hold(self, numbers: Sequence[int]) -> None:
        """Write down what we have in hand."""
        async with self.explained():
            await nats_deaths.hold(self._state, self._me, numbers)

    async def deaths(self) -> Mapping[int, int]:
        """How many died of each item."""
        now = time.time()
        async with self.explained():
            hands = await self._keys(self.names.state, f"{nats_deaths.HANDS}.*")
            others = [name.rpartition(".")[2] for name in hands if not name.endswith(self._me)]
            living = await self._keys(self.names.owners, "member.*") if others else ()
            dead = set(others).difference(name.rpartition(".")[2] for name in living)
            for who in dead:
                await nats_deaths.inherit(self._state, who, now)
                await self._purge(self.names.state, f"{nats_deaths.HANDS}.{who}")
            return await nats_deaths.deaths(self._state, now - DEATHS_FOR)

    async def acquit(self, numbers: Collection[int]) -> None:
        """Count anew."""
        async with self.explained():
            await nats_deaths.acquit(self._state, numbers, time.time() - DEATHS_FOR)

    async def arrive(self, mark: Mark) -> bool:
        """Say that nothing is before a mark any more; whether its item is still there."""
        async with self.explained():
            if await message(self.jetstream, self.names.items, mark.of) is None:
                self._told.discard(mark.number)
                return False
            if mark.number not in self._told:
                await self._state.put(f"arrived.{mark.of}.{mark.index}", b"")
                self._told.add(mark.number)
        return True

    async def arrived(self, entry: Entry) -> int:
        """How many marks of an item have arrived; those that were not written yet, are now."""
        async with self.explained():
            found = len(await self._keys(self.names.state, f"arrived.{entry.number}.*"))
            if found < len(entry.item.lanes) - 1 and entry.number not in self._repaired:
                await self._write_marks([(entry.item, entry.number)])
                self._repaired.add(entry.number)
            return found

    async def learn(self, facts: Iterable[Fact]) -> None:
        """Keep facts, the latest about each user."""
        async with self.explained():
            for fact in facts:
                await learn_fact(self._facts, fact)

    async def known(self, users: Iterable[str]) -> Ledger:
        """Facts about just these users."""
        async with self.explained():
            return await known_facts(self._facts, users)

    async def extent(self) -> Extent:
        """How much there is; sizes are those of what the server keeps."""
        async with self.explained():
            marks = f"{self.names.name}.*.mark"
            info = await self.jetstream.stream_info(self.names.items, subjects_filter=marks)
            letters = (await self.jetstream.stream_info(self.names.letters)).state
            items = info.state.messages - sum((info.state.subjects or {}).values())
            first = info.state.first_seq
            oldest = await message(self.jetstream, self.names.items, first) if items else None
        put_at = None if oldest is None else oldest.time.timestamp()
        return Extent(items, info.state.bytes + letters.bytes, letters.messages, put_at)

    async def letters(self, after: int, limit: int) -> list[Letter]:
        """Dead letters with higher numbers, in order."""
        return await self.dead.find(after, limit)

    async def letter(self, number: int) -> Letter | None:
        """One of them."""
        return await self.dead.one(number)

    async def replace_letter(self, letter: Letter) -> Letter | None:
        """Put another in its place, at the end."""
        return await self.dead.replace(letter)

    async def resend(self, letters: Sequence[Letter]) -> int:
        """Write them to the log again, and forget them; how many were still there."""
        done = 0
        for letter in letters:
            if await self.dead.one(letter.number) is not None:
                await self._write([letter.item], [f"resent-{letter.number}"])
                done += await self.dead.forget([letter])
        return done

    async def forget(self, letters: Sequence[Letter]) -> int:
        """Forget them; how many were still there."""
        return await self.dead.forget(letters)

    async def forget_arrivals(self, number: int) -> None:
        """Nobody asks about the marks of an item any more."""
        self._repaired.discard(number)
        await self._purge(self.names.state, f"arrived.{number}.*")

    async def acknowledge(self, replies: Iterable[str]) -> None:
        """Take messages out of the log; the server has been told when it returns."""
        async with self.explained():
            for reply in replies:
                await self._nats.publish(reply, b"+ACK")
            await self._nats.flush(timeout=int(TIMEOUT))

    @asynccontextmanager
    async def explained(self) -> AsyncIterator[None]:
        """Errors of the package become ours."""
        async with explained(self._given):
            yield

    async def _is_made(self) -> bool:
        """Make what is missing; whether it is there then."""
        if self._must_exist:
            with suppress(not_found()):
                await self.jetstream.stream_info(self.names.items)
                self._must_exist = False
        if not self._must_exist:
            await self._make()
        return not self._must_exist

    async def _make(self) -> None:
        from nats.js.api import DiscardPolicy, RetentionPolicy  # noqa: PLC0415  # an extra

        names, (most, most_size) = self.names, self._bounds
        await stream(
            self.jetstream,
            names.items,
            subjects=[f"{names.name}.*.*"],
            retention=RetentionPolicy.WORK_QUEUE,
            discard=DiscardPolicy.NEW,
            max_msgs=most,
            max_bytes=most_size,
            duplicate_window=self._keys_for,
            num_replicas=self._replicas,
        )
        await stream(
            self.jetstream,
            names.letters,
            subjects=[names.letters],
            discard=DiscardPolicy.NEW,
            max_bytes=most_size,
            num_replicas=self._replicas,
            allow_direct=True,
        )
        made = {"replicas": self._replicas}
        self._owners = await bucket(self.jetstream, names.owners, ttl=self.claimed_for, **made)
        self._facts = await bucket(self.jetstream, names.facts, ttl=self._facts_for, **made)
        self._state = await bucket(self.jetstream, names.state, **made)
        self.claimed_for = (await self._owners.status()).ttl or self.claimed_for

    async def _agreed(self, key: str, value: str) -> bytes:
        """What was said first, by whomever."""
        from nats.js.errors import KeyWrongLastSequenceError  # noqa: PLC0415  # an extra

        with suppress(KeyWrongLastSequenceError):
            await self._state.create(key, value.encode())
        return (await self._state.get(key)).value or b""

    async def _write(self, items: Sequence[Item], ids: Sequence[str | None]) -> list[Receipt]:
        """Write items that share no lane, then the marks of those that are new."""
        messages = [
            (self.names.item(shard_of(item.lanes[0], self.shards)), write_item(item), once)
            for item, once in zip(items, ids, strict=True)
        ]
        async with self.explained():
            sent = await published(self.jetstream, messages)
            pairs = zip(items, sent, strict=True)
            await self._write_marks([(item, ack.seq) for item, ack in pairs if not ack.duplicate])
        return [Receipt.ALREADY_THERE if ack.duplicate else Receipt.STORED for ack in sent]

    async def _write_marks(self, written: Sequence[tuple[Item, int]]) -> None:
        """Each is written once, whoever does it."""
        messages = [
            message for item, number in written for message in self._mark_messages(item, number)
        ]
        await published(self.jetstream, messages)

    def _mark_messages(self, item: Item, number: int) -> Iterator[tuple[str, bytes, str]]:
        home = shard_of(item.lanes[0], self.shards)
        for index, (shard, lane) in enumerate(marks_of(item, self.shards), 1):
            mark = write_mark(Mark(0, lane, number, home, index))
            yield self.names.mark(shard), mark, f"mark-{number}-{index}"

    async def _reader(self, shard: int, revision: int) -> Any:
        """A reader of our own, in place of that of whoever had the shard before."""
        begins = f"shard-{shard}-"
        for name in await consumer_names(self._nats, self.names.items):
            if name.startswith(begins):
                with suppress(not_found()):
                    await self.jetstream.delete_consumer(self.names.items, name)
        name, subject = f"{begins}{revision}", self.names.shard(shard)
        return await consumer(self.jetstream, self.names.items, name, subject)

    async def _keys(self, bucket_name: str, keys: str) -> Collection[str]:
        """Keys that are there, each with the subject's beginning."""
        subject = f"$KV.{bucket_name}.{keys}"
        info = await self.jetstream.stream_info(f"KV_{bucket_name}", subjects_filter=subject)
        return info.state.subjects or {}

    async def _purge(self, bucket_name: str, keys: str) -> None:
        """Remove keys without a trace: a bucket's own deletion leaves one, which would count."""
        async with self.explained():
            subject = f"$KV.{bucket_name}.{keys}"
            await self.jetstream.purge_stream(f"KV_{bucket_name}", subject=subject)
