"""What is printed of a broker's address."""

import pytest

from aiorecombee.delivery.broker import BrokerQueue, NatsLog, RedisLog, log_at, origin_of
from aiorecombee.errors import ConfigurationError


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("redis://host", " at host"),
        ("redis://:hush@host:1/0", " at host:1"),
        ("redis://u:hu%2Fsh@[::1]:1", " at [::1]:1"),
        ("nats://u:hush@a:1, nats://u:hush@b", " at a:1, b"),
        ("nats://u:hush@a:1,b", " at a:1, b"),
        ("unix:///run/redis.sock", " at /run/redis.sock"),
    ],
)
def test_host_and_port_are_told(url, origin):
    assert origin_of(url) == origin
    log_at(url)


@pytest.mark.parametrize("scheme", ["redis", "nats"])
@pytest.mark.parametrize(
    "rest",
    [
        "user:12/hush@host:1",
        "12/hush@host:1",
        ":hush/hush@host:1",
        "u:hush#hush@host:1",
        "u:12?hush@host:1",
        "u:12,hush@host:1",
        "u:hush@hush@host:1",
        "u:hush[hush@host:1",
        ":hush@[::1",
        "",
    ],
)
async def test_a_password_that_was_not_escaped_is_not_printed_as_a_host(scheme, rest):
    url = f"{scheme}://{rest}"
    assert origin_of(url) == ""
    with pytest.raises(ConfigurationError, match="%2F") as found:
        log_at(url)
    assert "hush" not in str(found.value)
    log = {"redis": RedisLog, "nats": NatsLog}[scheme](url)
    with pytest.raises(ConfigurationError, match="%2F"):
        await BrokerQueue(log).open()


@pytest.mark.parametrize("log", [RedisLog, NatsLog])
@pytest.mark.parametrize("shards", [0, -1, 1_001, "x"])
def test_a_number_of_shards_that_is_none_is_refused(log, shards):
    with pytest.raises(ConfigurationError, match="shards must be a whole number"):
        log("redis://host", shards=shards)
