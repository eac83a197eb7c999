"""From the connection and the environment to what is looked for: pure."""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from aiorecombee.cli.connection_options import Connection
from aiorecombee.cli.doctor.hosts import is_recombees
from aiorecombee.cli.doctor.seen import Proxy, Target
from aiorecombee.cli.usage import UsageError
from aiorecombee.core.proxies import PROXY_REMEDY, parse_proxy, proxy_variable
from aiorecombee.core.routing import Origin
from aiorecombee.core.wire import redact

_PORTS: Final = {"https": 443, "http": 80}


def find_target(
    connection: Connection,
    environ: Mapping[str, str],
    bypassed: Callable[[str], object],
    *,
    try_regions: bool = False,
    databases: Sequence[str] = (),
) -> Target:
    """Say what is looked for.

    Args:
        connection: The connection.
        environ: Where a proxy may be set.
        bypassed: Tells of a host whether it is reached without a proxy.
        try_regions: Whether other regions are asked even though the host is not Recombee's own.
        databases: Others that the token may belong to.

    Raises:
        UsageError: What sets the proxy is malformed.
    """
    origin = connection.origin
    there = urlsplit(str(origin))
    told = {
        "database": connection.database.source,
        "token": connection.token_source,
        "place": connection.place_source,
    }
    return Target(
        database_id=connection.database.value,
        origin=origin,
        host=there.hostname or "",
        port=there.port or _PORTS[origin.protocol],
        proxy=None if origin.is_loopback else find_proxy(origin, environ, bypassed),
        told=told,
        try_regions=try_regions or is_recombees(origin),
        databases=tuple(databases),
    )


def find_proxy(
    origin: Origin, environ: Mapping[str, str], bypassed: Callable[[str], object]
) -> Proxy | None:
    """The proxy that the environment sets for a host, as the client finds it.

    Raises:
        UsageError: It is malformed; what it says is not shown, as it may hold a password.
    """
    variable = proxy_variable(origin.protocol, environ)
    if variable is None or bypassed(origin.authority):
        return None
    url = environ[variable]
    parts = parse_proxy(url)
    if parts is None:
        raise UsageError(f"{variable} {PROXY_REMEDY}")
    return Proxy(
        variable=variable,
        shown=redact(url),
        host=parts.hostname or "",
        port=parts.port or _PORTS[parts.scheme],
        secure=parts.scheme == "https",
        authorization=_authorization(parts),
    )


def _authorization(parts: SplitResult) -> str | None:
    if parts.username is None:
        return None
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()
