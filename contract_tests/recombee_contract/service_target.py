"""A server at a URL as a target: one database, erased before every case."""

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import attrs

from recombee_contract.api import Api
from recombee_contract.connection import Address, Connection
from recombee_contract.outcome import InapplicableError
from recombee_contract.target import Database

LISTING_LAG: Final = 30.0
"""Seconds; the official test suites wait up to 20 before they list what they wrote."""
_ERASING: Final = 422
_OK: Final = 200
_ERASED_WITHIN: Final = 300.0
_PAUSE: Final = 2.0


@attrs.frozen
class ServiceTarget:
    """A database on a server that is already there. Everything in it is erased, again and again.

    Attributes:
        name: The URL.
        database_id: The database.
        token: Its private token.
        public_token: Its public token, if it is known.
        patience: Seconds until a listing shows what was written.
        ca_file: Certificates to trust instead of the system's.
        sleep: Waits between two questions.
    """

    name: str
    database_id: str
    token: str = attrs.field(repr=False)
    public_token: str | None = attrs.field(default=None, repr=False)
    patience: float = LISTING_LAG
    ca_file: str | None = None
    sleep: Callable[[float], None] = time.sleep

    @contextmanager
    def database(self, settings: Mapping[str, Any]) -> Iterator[Database]:
        """Erase the database and lend it."""
        if settings:
            raise InapplicableError(f"needs a database with {', '.join(settings)} set")
        connection = Connection(address(self.name, self.ca_file))
        lent = Database(self.database_id, self.token, self.public_token, connection, self.patience)
        try:
            self._erase(Api(lent))
            yield lent
        finally:
            connection.close()

    def _erase(self, api: Api) -> None:
        answer = api.delete("/")
        if answer.status != _OK:
            raise RuntimeError(f"it could not be erased: {answer.status} {answer.text}")
        waited = 0.0
        while api.get("/items/list/").status == _ERASING:
            if waited >= _ERASED_WITHIN:
                raise TimeoutError("the database is still being erased")
            self.sleep(_PAUSE)
            waited += _PAUSE


def address(url: str, ca_file: str | None = None) -> Address:
    """Where a URL points to.

    Raises:
        ValueError: It is no http or https URL of a host.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise ValueError(f"{url!r} is not like https://host or http://host:port")
    if parts.scheme == "http":
        return Address(parts.hostname, parts.port or 80)
    return Address(parts.hostname, parts.port or 443, ssl.create_default_context(cafile=ca_file))
