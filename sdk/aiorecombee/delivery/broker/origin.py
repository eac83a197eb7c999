"""What of a broker's address may be printed, and what all processes must agree on."""

from urllib.parse import urlsplit

from aiorecombee.errors import ConfigurationError


def origin_of(url: object) -> str:
    """The host and port of a URL, for messages: it may hold a password. Empty if it is no URL."""
    if not isinstance(url, str):
        return ""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2] or parts.path
    return f" at {host}" if host else ""


def settled_shards(asked: int | None, found: bytes | None) -> int:
    """How many shards there are, by what the broker has written down.

    Raises:
        ConfigurationError: Not as many as were asked for, or there is no queue.
    """
    if found is None:
        raise ConfigurationError("there is no queue of this name at the broker")
    shards = int(found)
    if asked is not None and asked != shards:
        raise ConfigurationError(
            f"the queue was made with {shards} shards, not {asked}: leave the number away, or give"
            " another name"
        )
    return shards
