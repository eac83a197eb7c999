"""What a rule gets to see of a request."""

from typing import NamedTuple


class Asked(NamedTuple):
    """A request as rules see it, before its signature is looked at.

    Attributes:
        method: HTTP method.
        database: The ID in the path.
        path: Behind it, decoded, without the query.
        operation: Request class, `""` when none.
        public: Whether it claims the public token.
    """

    method: str
    database: str
    path: str
    operation: str
    public: bool
