"""A durable queue on a broker, Redis or NATS JetStream, for processes on many machines.

`queue.BrokerQueue` decides, with `owner` (who has which part) and `lanes` (whose turn it is); a
`log.Log` is all that it needs of a broker.
"""

from aiorecombee.delivery.broker.log import BrokerError
from aiorecombee.delivery.broker.memory_log import MemoryBroker, MemoryLog
from aiorecombee.delivery.broker.nats_log import NatsLog
from aiorecombee.delivery.broker.opening import log_at
from aiorecombee.delivery.broker.origin import origin_of
from aiorecombee.delivery.broker.queue import BrokerQueue
from aiorecombee.delivery.broker.redis_log import RedisLog

__all__ = [
    "BrokerError",
    "BrokerQueue",
    "MemoryBroker",
    "MemoryLog",
    "NatsLog",
    "RedisLog",
    "log_at",
    "origin_of",
]
