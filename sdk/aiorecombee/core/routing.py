"""Where requests go: region, host, port and protocol, from arguments and environment."""

import os
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import attrs

from aiorecombee.errors import ConfigurationError


class Region(StrEnum):
    """Where a database lives. Source: API reference, Regions."""

    US_WEST = "us-west"
    CA_EAST = "ca-east"
    EU_WEST = "eu-west"
    AP_SE = "ap-se"

    @classmethod
    def parse(cls, name: "str | Region") -> "Region":
        """Find a region by name; letter case and `_` for `-` do not matter.

        Raises:
            ConfigurationError: There is no such region; names those there are.
        """
        try:
            return cls(str(name).strip().lower().replace("_", "-"))
        except ValueError:
            known = ", ".join(cls)
            raise ConfigurationError(f"there is no region {name!r}; there are: {known}") from None


@attrs.frozen
class Origin:
    """Protocol and authority: `https`, `rapi-eu-west.recombee.com`."""

    protocol: str
    authority: str

    def __str__(self) -> str:
        return f"{self.protocol}://{self.authority}"

    @property
    def is_loopback(self) -> bool:
        """Whether this machine itself is meant."""
        from ipaddress import ip_address  # noqa: PLC0415  # slow, and only when connecting

        host = re.sub(r":[0-9]*$", "", self.authority).strip("[]").rstrip(".").lower()
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")


def route(
    *,
    region: Region | str | None,
    base_uri: str | None,
    protocol: str,
    public: bool,
    environ: Mapping[str, str] | None = None,
) -> Origin:
    """Decide where requests go.

    `RAPI_URI` in the environment overrides `base_uri`, as in the official clients. `public` tells
    that the client-side hosts are meant.

    Raises:
        ConfigurationError: Region and base URI are both given, or one of them is malformed.
    """
    forced = (os.environ if environ is None else environ).get("RAPI_URI")
    if region is not None and (base_uri or forced):
        source = f"RAPI_URI={forced} in the environment" if forced else f"base_uri={base_uri!r}"
        raise ConfigurationError(
            f"region={str(region)!r} and {source} contradict each other: leave one of them out"
        )
    if protocol not in {"https", "http"}:
        raise ConfigurationError(f"protocol is 'https' or 'http', not {protocol!r}")
    side = "client-rapi" if public else "rapi"
    if region is not None:
        return Origin(protocol, f"{side}-{Region.parse(region)}.recombee.com")
    return Origin(protocol, _authority(forced or base_uri or f"{side}.recombee.com"))


_AUTHORITY: Final = re.compile(
    r"(?: (?=.{1,253}(?::|$)) [\w-]{1,63} (?: \.[\w-]{1,63} )* \.? | \[[0-9A-Fa-f:.]+\] )"
    r"(?: :(?P<port>[0-9]{1,5}) )?",
    re.VERBOSE | re.ASCII,
)
_LAST_PORT: Final = 65535


def _authority(base_uri: str) -> str:
    found = _AUTHORITY.fullmatch(base_uri)
    if found is None:
        hint = ""
        if "://" in base_uri:
            hint = f"; give {base_uri.partition('://')[2].rstrip('/')!r} and the protocol apart"
        raise ConfigurationError(
            f"base_uri {base_uri!r} must be a host, with a port if need be, like"
            f" 'rapi.recombee.com' or 'localhost:8484'{hint}"
        )
    if found["port"] and not 0 < int(found["port"]) <= _LAST_PORT:
        raise ConfigurationError(f"base_uri {base_uri!r}: there is no port {found['port']}")
    return base_uri
