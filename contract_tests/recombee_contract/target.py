"""Where cases run: something that gives them an empty database."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

import attrs

from recombee_contract.connection import Connection


@attrs.frozen
class Database:
    """An empty database, and how to reach it.

    Attributes:
        id: Its ID.
        token: Its private token.
        public_token: Its public token, `None` if it is not known.
        connection: To the server.
        patience: Seconds until a listing shows what was written.
    """

    id: str
    token: str = attrs.field(repr=False)
    public_token: str | None = attrs.field(repr=False)
    connection: Connection
    patience: float = 0.0


class Target(Protocol):
    """A server that cases can run against."""

    @property
    def name(self) -> str:
        """How it is called in reports; holds no token."""

    def database(self, settings: Mapping[str, Any]) -> AbstractContextManager[Database]:
        """Give an empty database.

        Args:
            settings: What the case wants to be different about it, by the names of the mock's
                `Database`, and `scenarios` as its `put_scenario` takes them; a target that cannot
                do it raises `InapplicableError`.
        """
