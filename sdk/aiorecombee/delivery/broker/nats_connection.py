"""What the log needs of NATS JetStream: streams and buckets as they must be, errors as ours."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any, Final

import attrs

from aiorecombee.delivery.broker.log import BrokerError
from aiorecombee.delivery.broker.origin import checked_url, origin_of
from aiorecombee.delivery.queue import NoRoomError
from aiorecombee.errors import ConfigurationError

TIMEOUT: Final = 5.0
ONCE: Final = "Nats-Msg-Id"
_FULL: Final = frozenset({10_023, 10_047, 10_077})
"""Errors that say that there is no room: in the account, on the server, in the stream."""
_MADE_BY_OTHERS: Final = 10_058
"""There is a stream of the name, with other settings."""
_FOR_A_DAY: Final = 86_400.0


@attrs.frozen
class Names:
    """What the queue is made of at the broker.

    Attributes:
        name: What all names begin with.
    """

    name: str

    @property
    def items(self) -> str:
        """The stream of items and marks, on subjects `<name>.<shard>.item` and `….mark`."""
        return f"{self.name}-items"

    @property
    def letters(self) -> str:
        """The stream of dead letters, and its subject."""
        return f"{self.name}-letters"

    @property
    def owners(self) -> str:
        """The bucket of claims and of those who live; what is in it runs out."""
        return f"{self.name}-owners"

    @property
    def facts(self) -> str:
        """The bucket of facts about users."""
        return f"{self.name}-facts"

    @property
    def state(self) -> str:
        """The bucket of marks that have arrived, and of what all agree on."""
        return f"{self.name}-state"

    def item(self, shard: int) -> str:
        """The subject of a shard's items."""
        return f"{self.name}.{shard}.item"

    def mark(self, shard: int) -> str:
        """The subject of a shard's marks."""
        return f"{self.name}.{shard}.mark"

    def shard(self, shard: int) -> str:
        """All subjects of a shard."""
        return f"{self.name}.{shard}.*"


async def connect(url: str) -> Any:
    """A connection to one of the servers of a URL (several with commas between).

    Raises:
        BrokerError: None of them answers.
        ConfigurationError: nats-py is missing, or the URL cannot be read.
    """
    try:
        import nats  # noqa: PLC0415  # an extra
    except ImportError:
        raise ConfigurationError(
            "a queue on NATS needs the package nats-py: pip install 'aiorecombee[nats]'"
        ) from None
    said: list[Exception] = []

    async def hear(error: Exception) -> None:
        said[:] = [error]  # later on each call that fails tells so itself

    async with explained(url):
        try:
            async with asyncio.timeout(TIMEOUT):
                return await nats.connect(
                    [each.strip() for each in checked_url(url).split(",")],
                    error_cb=hear,
                    connect_timeout=int(TIMEOUT),
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=1,
                )
        except TimeoutError:
            # It tries for ever, also with a password that is wrong: that is what it was told then.
            raise said[-1] if said else TimeoutError from None


@asynccontextmanager
async def explained(url: object) -> AsyncIterator[None]:
    """Errors of the package become ours."""
    from nats import errors  # noqa: PLC0415  # an extra
    from nats.js.errors import APIError  # noqa: PLC0415

    try:
        yield
    except APIError as error:
        if error.err_code in _FULL:
            raise NoRoomError(f"no room at NATS ({error.description}); allow more") from None
        said = error.description or "it has no JetStream at the moment (nats-server -js)"
        raise BrokerError(f"NATS{origin_of(url)}: {said}") from error
    except (errors.Error, OSError, TimeoutError) as error:
        said = str(error).removeprefix("nats: ") or "it does not answer in time"
        raise BrokerError(f"NATS{origin_of(url)}: {said}") from error


async def published(jetstream: Any, messages: Iterable[tuple[str, bytes, str | None]]) -> list[Any]:
    """Publish messages that need no order: subject, content, and what tells it apart if it has any.

    What the server says to each, once all are there.
    """
    # Not `publish_async`: with nats-py 2.16 whoever waits for it never hears of a refusal.
    calls = (
        jetstream.publish(
            subject, content, timeout=TIMEOUT, headers=None if once is None else {ONCE: once}
        )
        for subject, content, once in messages
    )
    found = await asyncio.gather(*calls, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException):
            raise each
    return found


async def stream(jetstream: Any, name: str, **settings: Any) -> None:
    """Make a stream, unless it is there: then it stays as its makers wanted it."""
    from nats.js.api import StreamConfig  # noqa: PLC0415  # an extra

    config = StreamConfig(name=name, **settings)
    await _found_or_made(
        partial(jetstream.stream_info, name), partial(jetstream.add_stream, config)
    )


async def bucket(jetstream: Any, name: str, **settings: Any) -> Any:
    """Make a bucket of keys and values, unless it is there."""
    make = partial(jetstream.create_key_value, bucket=name, history=1, direct=True, **settings)
    return await _found_or_made(partial(jetstream.key_value, name), make)


async def _found_or_made(
    find: Callable[[], Awaitable[Any]], make: Callable[[], Awaitable[Any]]
) -> Any:
    from nats.js.errors import APIError, NotFoundError  # noqa: PLC0415  # an extra

    try:
        return await find()
    except NotFoundError:
        pass
    try:
        return await make()
    except APIError as error:
        if error.err_code != _MADE_BY_OTHERS:
            raise
    return await find()


async def consumer(jetstream: Any, stream_name: str, name: str, subject: str) -> Any:
    """A new reader of subjects, from the first message on that was not acknowledged."""
    from nats.js.api import AckPolicy, ConsumerConfig  # noqa: PLC0415  # an extra

    # Whoever has the shard keeps in memory what it has read, for however long: so no message may
    # come a second time while it does. Should it die, its reader is deleted, and a new one made.
    config = ConsumerConfig(
        durable_name=name,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=_FOR_A_DAY,
        max_ack_pending=100_000,
        filter_subject=subject,
    )
    await jetstream.add_consumer(stream_name, config)
    return await jetstream.pull_subscribe_bind(consumer=name, stream=stream_name)


async def consumer_names(nats: Any, stream_name: str) -> list[str]:
    """The readers of a stream."""
    # Not `consumers_info`: nats-py 2.16 stumbles over one that is deleted at that moment.
    reply = await nats.request(f"$JS.API.CONSUMER.NAMES.{stream_name}", timeout=TIMEOUT)
    return json.loads(reply.data).get("consumers") or []


async def message(jetstream: Any, stream_name: str, number: int) -> Any:
    """A message of a stream by its number; `None` if it is gone."""
    with suppress(not_found()):
        return await jetstream.get_msg(stream_name, seq=number)
    return None


def not_found() -> type[Exception]:
    """The error of what is not there."""
    from nats.js.errors import NotFoundError  # noqa: PLC0415  # an extra

    found: type[Exception] = NotFoundError
    return found
