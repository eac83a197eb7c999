"""A configured database: its ID, its tokens, its region, and the service that holds its data."""

import re
from collections.abc import Callable
from typing import Final, Protocol

import attrs

from recombee_mock.clock import Clock
from recombee_mock.protocol import Call, Reply
from recombee_mock.settings import Settings
from recombee_mock.shell.auth import LIFETIME, Verifier
from recombee_mock.shell.regions import DEFAULT_REGION, REGIONS

CONTROL: Final = "_mock"
"""First path segment of the control API, so never a database's ID."""

_ID = re.compile(r"[A-Za-z0-9_.:@-]{1,200}")


class Service(Protocol):
    """What the shell asks of the service behind a database."""

    settings: Settings

    def apply(self, call: Call, now: float) -> Reply:
        """Answer one call; never raises."""

    def reset(self) -> None:
        """Forget all data."""


class Token(str):
    """A token: a text in every respect, except that its repr keeps the secret."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Token('…')"


def _token(value: str) -> Token:
    if not value:
        raise ValueError("A token must not be empty")
    return Token(value)


def _optional_token(value: str | None) -> Token | None:
    return None if value is None else _token(value)


def _region(value: str) -> str:
    region = value.strip().lower().replace("_", "-")
    if region not in REGIONS:
        import difflib  # noqa: PLC0415 - only to be friendly

        close = difflib.get_close_matches(region, REGIONS, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise ValueError(f"Unknown region; the regions are {', '.join(REGIONS)}{hint}")
    return region


@attrs.frozen
class Database(Settings):
    """One database of the mock server; its settings are keyword arguments.

    Attributes:
        id: Letters, digits and `_ . : @ -`.
        token: The private token; opens every request.
        public_token: The public token; opens what the API allows on the client side.
        region: The region whose hosts it answers on; `Region.EU_WEST`'s spelling works too.
    """

    id: str
    token: Token = attrs.field(converter=_token)
    public_token: Token | None = attrs.field(default=None, converter=_optional_token)
    region: str = attrs.field(default=DEFAULT_REGION, converter=_region)

    def __attrs_post_init__(self) -> None:
        """Refuse what could not be asked for over HTTP."""
        if self.id == CONTROL or not _ID.fullmatch(self.id):
            raise ValueError(
                f"A database ID has 1 to 200 letters, digits and _ . : @ - and is not {CONTROL}"
            )
        if self.token == self.public_token:
            raise ValueError(f"Database {self.id}: the private and the public token are the same")

    def settings(self) -> Settings:
        """The settings alone."""
        names = [field.name for field in attrs.fields(Settings)]
        return Settings(**{name: getattr(self, name) for name in names})


class OpenDatabase:
    """A database that is being served: what checks its signatures and what answers for it.

    The service is made when it is first asked for: loading it takes longer than starting a server.
    """

    __slots__ = ("_make_service", "_service", "clock", "database", "id", "region", "verifier")

    def __init__(
        self,
        database: Database,
        make_service: Callable[[], Service],
        lifetime: float = LIFETIME,
    ) -> None:
        self.database = database
        self.id = database.id
        self.region = database.region
        self.verifier = Verifier(database.token, database.public_token, lifetime)
        self.clock = Clock()
        self._make_service = make_service
        self._service: Service | None = None

    @property
    def service(self) -> Service:
        """What answers."""
        service = self._service
        if service is None:
            service = self._service = self._make_service()
            service.settings = self.database.settings()
        return service

    def __repr__(self) -> str:
        return f"OpenDatabase({self.id!r})"
