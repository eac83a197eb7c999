"""Which variable of the environment sets a proxy, and whether it is one that can be used."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, urlsplit

PROXY_REMEDY: Final = (
    "should be http://HOST:PORT, or https:// for a proxy that speaks TLS itself; other kinds"
    " (SOCKS) are not spoken here"
)
"""To be said behind the name of the variable, without its value: that may hold a password."""
_SCHEMES: Final = frozenset({"http", "https"})


def proxy_variable(protocol: str, environ: Mapping[str, str]) -> str | None:
    """Name of the variable that sets the proxy for a protocol."""
    names = (f"{protocol}_proxy", f"{protocol}_proxy".upper())
    return next((name for name in names if environ.get(name)), None)


def parse_proxy(url: str) -> SplitResult | None:
    """The parts of a proxy's URL, `None` if it cannot be used."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    fit = parts.scheme in _SCHEMES and parts.hostname and port != 0
    return parts if fit and not any(map(str.isspace, url)) else None
