"""What can be seen on the way to the service, as plain data."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

import attrs

from aiorecombee.core.routing import Origin


class Trouble(StrEnum):
    """Why a step of the way failed."""

    UNKNOWN_NAME = "unknown-host"
    NO_RESOLVER = "no-resolver"
    REFUSED = "connection-refused"
    NO_ROUTE = "no-route"
    SILENT = "timeout"
    BROKEN = "connection-broken"
    TUNNEL_DENIED = "proxy-refuses"
    PROXY_PASSWORD = "proxy-wants-password"  # noqa: S105  # a name, not one
    NO_PROXY_THERE = "no-proxy-there"
    UNTRUSTED = "untrusted-certificate"
    WRONG_NAME = "certificate-of-another-host"
    EXPIRED = "expired-certificate"
    NOT_YET_VALID = "certificate-not-yet-valid"
    PLAIN_HTTP = "plain-http"
    NO_TLS = "no-tls-agreement"
    OTHER = "unknown-trouble"


@attrs.frozen
class Probe:
    """A step of the way.

    Attributes:
        said: The evidence: an address, a certificate, the text of an error.
        seconds: How long it took.
        trouble: Why it failed; `None` if it did not.
    """

    said: str
    seconds: float
    trouble: Trouble | None = None


@attrs.frozen
class Answer:
    """An HTTP answer to an empty batch.

    Attributes:
        status: HTTP status.
        headers: By name in lower case.
        body: Its beginning.
        at: When it was made by our own clock, Unix seconds: halfway between question and answer.
        seconds: How long it took.
    """

    status: int
    headers: Mapping[str, str]
    body: str
    at: float
    seconds: float


Reply: TypeAlias = Answer | Probe
"""What comes of asking: an answer, or the trouble that kept it away."""


@attrs.frozen
class Proxy:
    """A proxy that the environment sets.

    Attributes:
        variable: What sets it.
        shown: Its URL without a password.
        host: Where it is.
        port: And its port.
        secure: Whether itself is spoken to over TLS.
        authorization: Header of that name, if it wants one.
    """

    variable: str
    shown: str
    host: str
    port: int
    secure: bool = False
    authorization: str | None = attrs.field(default=None, repr=False)


@attrs.frozen
class Target:
    """What is looked for.

    Attributes:
        database_id: The database.
        origin: Protocol and host of the service.
        host: The host without port.
        port: The port.
        proxy: What stands in between, if the environment says so.
        told: What told each of these settings.
        try_regions: Whether to look for the database in the other regions.
        databases: Others that the token may belong to.
    """

    database_id: str
    origin: Origin
    host: str
    port: int
    proxy: Proxy | None
    told: Mapping[str, str]
    try_regions: bool = False
    databases: tuple[str, ...] = ()

    @property
    def secure(self) -> bool:
        """Whether the service is spoken to over TLS."""
        return self.origin.protocol == "https"


class Question(StrEnum):
    """What to look at next; each is a field of `Seen`."""

    PROXY = "proxy"
    NAME = "name"
    CONNECTION = "connection"
    TLS = "tls"
    ANSWER = "answer"
    SPEAKS_TLS = "speaks_tls"
    CORRECTED = "corrected"
    AS_PUBLIC = "as_public"
    REGIONS = "regions"
    DATABASES = "databases"


@attrs.frozen
class Seen:
    """All that was seen so far; `None` is not looked at yet.

    Attributes:
        target: What is looked for; or, as text, why that cannot be told.
        proxy: Reaching the proxy, and through it the host.
        name: Looking up the host's addresses.
        connection: Connecting to one of them.
        tls: The TLS handshake.
        answer: An empty batch.
        speaks_tls: A TLS handshake where plain HTTP was expected.
        corrected: The same batch, signed by the service's clock.
        as_public: The same, signed as with a public token.
        regions: The same, sent to other regions, by their names.
        databases: The same, sent to other databases, by their IDs.
    """

    target: Target | str
    proxy: Probe | None = None
    name: Probe | None = None
    connection: Probe | None = None
    tls: Probe | None = None
    answer: Reply | None = None
    speaks_tls: Probe | None = None
    corrected: Reply | None = None
    as_public: Reply | None = None
    regions: Mapping[str, Reply] | None = None
    databases: Mapping[str, Reply] | None = None
