"""What of a broker's address may be printed, and what all processes must agree on."""

import re
from typing import Final
from urllib.parse import urlsplit

from aiorecombee.errors import ConfigurationError

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def origin_of(url: object) -> str:
    """The host and port of a URL, for messages: it may hold a password. Empty if it is unclear."""
    try:
        checked_url(url)
    except ConfigurationError:
        return ""
    hosts = [_host(each.strip()) for each in str(url).split(",")]
    return f" at {', '.join(hosts)}" if any(hosts) else ""


def checked_url(url: object) -> str:
    """The URL of a broker, or of several servers with commas between.

    A password with a character that ends it somewhere else would be taken for a host, and printed.

    Raises:
        ConfigurationError: It cannot be told which part of it is which.
    """
    first, *others = str(url).split(",") if isinstance(url, str) else ("",)
    if not _is_clear(first) or not all(_is_clear(each) or "@" not in each for each in others):
        raise ConfigurationError(
            "the broker's URL cannot be read; it is scheme://user:password@host:port, and in the"
            " password / is written as %2F, @ as %40, : as %3A, # as %23, ? as %3F, [ as %5B, and a"
            " comma as %2C"
        )
    return str(url)


def _is_clear(url: str) -> bool:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return False
    secret = url.count("@") - parts.netloc.count("@")
    whole = parts.scheme == "unix" or (bool(parts.hostname) and port != 0)
    return bool(parts.scheme) and whole and not secret and parts.netloc.count("@") <= 1


def checked_name(name: str) -> str:
    """The name of a queue.

    Raises:
        ConfigurationError: It is none.
    """
    if not _NAME.fullmatch(name):
        raise ConfigurationError(
            f"{name!r} is no name of a queue: 1 to 64 letters, digits, - and _ of ASCII"
        )
    return name


def _host(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2] or parts.path.rpartition("@")[2]


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
