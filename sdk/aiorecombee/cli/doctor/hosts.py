"""Recombee's own hosts."""

from typing import Final

import attrs

from aiorecombee.core.routing import Origin, Region

_DEFAULT_HOST: Final = "rapi.recombee.com"
_DEFAULT_REGION: Final = Region.EU_WEST


def client_side(origin: Origin) -> Origin:
    """Where public tokens are taken: Recombee has hosts of their own for them."""
    if not origin.authority.startswith("rapi") or not is_recombees(origin):
        return origin
    return attrs.evolve(origin, authority=f"client-{origin.authority}")


def is_recombees(origin: Origin) -> bool:
    """Whether the host is one of Recombee's own."""
    host = origin.authority.partition(":")[0].rstrip(".").lower()
    return host.endswith(".recombee.com")


def region_origins(origin: Origin) -> dict[str, Origin]:
    """Recombee's regions, by name, without the one that was asked already."""
    hosts = {region: f"rapi-{region}.recombee.com" for region in Region}
    asked = origin.authority.lower()
    here = hosts[_DEFAULT_REGION] if asked == _DEFAULT_HOST else asked
    return {
        str(region): Origin(origin.protocol, host) for region, host in hosts.items() if host != here
    }
