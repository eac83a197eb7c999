"""Which broker a URL is of."""

from typing import Final

from aiorecombee.delivery.broker.log import Log
from aiorecombee.delivery.broker.nats_log import NatsLog
from aiorecombee.delivery.broker.origin import checked_url
from aiorecombee.delivery.broker.redis_log import RedisLog
from aiorecombee.errors import ConfigurationError

_REDIS: Final = ("redis", "rediss", "unix")
_NATS: Final = ("nats", "tls", "ws", "wss")


def log_at(
    url: str, name: str = "recombee", *, must_exist: bool = False, claimed_for: float = 30.0
) -> Log:
    """The log at a broker.

    Args:
        url: `redis://…`, `rediss://…`, `unix://…`; `nats://…`, `tls://…`, `ws://…`, `wss://…`.
        name: Of the queue: letters, digits, `-` and `_`.
        must_exist: Refuse to make a new one when it is opened.
        claimed_for: Seconds after which others have the shards of a process that died; with NATS,
            those who make the queue decide.

    Raises:
        ConfigurationError: It is of no broker that is known here, or the name is none.
    """
    scheme = url.partition(":")[0].lower()
    if scheme in (*_REDIS, *_NATS):
        checked_url(url)
    if scheme in _REDIS:
        return RedisLog(url, name=name, must_exist=must_exist, claimed_for=claimed_for)
    if scheme in _NATS:
        return NatsLog(url, name=name, must_exist=must_exist, claimed_for=claimed_for)
    raise ConfigurationError(
        f"the URL begins with {scheme!r}; brokers are redis://… and nats://… (or rediss, unix, tls)"
    )
