"""Which region a host name speaks for.

A database lives in one region and is unknown on the hosts of the others. Names that are not
Recombee's speak for every region: loopback names and addresses, and whatever a base URI of one's
own says. A name *under* `recombee.com` that is no known API host speaks for none, because a typo
in a region is exactly what a mock should find.

Source: "Regions" in Recombee's API reference; `rapi.recombee.com` is eu-west.
"""

import functools
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

REGIONS: Final = ("us-west", "ca-east", "eu-west", "ap-se")
DEFAULT_REGION: Final = "eu-west"

ANY: Final = "any"
"""The host answers for every region."""
NONE: Final = "none"
"""The host answers for no region."""
GARBLED: Final = "garbled"
"""The header is not a host name at all."""

HOSTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        f"{side}{suffix}.recombee.com": region
        for side in ("rapi", "client-rapi")
        for suffix, region in [("", DEFAULT_REGION), *((f"-{name}", name) for name in REGIONS)]
    }
)

_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,255})(?::[0-9]{0,5})?", re.ASCII)
_ADDRESS = re.compile(r"\[.*\]|[0-9]{1,3}(\.[0-9]{1,3}){3}")


@functools.lru_cache(maxsize=256)
def host_region(host: str) -> str:
    """A region, or `ANY`, `NONE`, `GARBLED`.

    Args:
        host: The `Host` header as received, `""` when there was none (HTTP/1.0).
    """
    if not host:
        return ANY
    name = _name(host)
    if name is None:
        return GARBLED
    if name == "recombee.com" or name.endswith(".recombee.com"):
        return HOSTS.get(name, NONE)
    return ANY


@functools.lru_cache(maxsize=256)
def is_private_name(host: str) -> bool:
    """Whether no stranger's web page can make a browser send this `Host` header to us.

    True for addresses, `localhost`, `*.localhost` and names without a dot (a container's, a
    machine's). Any other name could be a stranger's that was pointed at this machine.
    """
    name = _name(host)
    if name is None:
        return False
    return "." not in name or name.endswith(".localhost") or _ADDRESS.fullmatch(name) is not None


def _name(host: str) -> str | None:
    match = _HOST.fullmatch(host.lower())
    return match[1].rstrip(".") or None if match else None
