"""What crosses the line between the HTTP shell and the service behind it.

The shell (`server`) knows sockets, hosts and signatures; the service (`service`) knows the API.
They meet in these two records and nowhere else, so the service can be driven without a socket.
"""

from typing import Final

import attrs

UNDECLARED: Final = "none"
"""Content type of a request without that header."""


@attrs.define(slots=True)
class Call:
    """One request to a database, already authenticated.

    Attributes:
        method: HTTP method in capitals.
        path: Raw path behind the database ID, still percent-encoded, starting with `/`.
        query: Raw query string without the leading `?`; may still hold the signature parameters.
        body: Raw body; empty when there was none.
        content_type: The header's value as sent, lower case, `UNDECLARED` when missing; `""` of a
            call that did not come over the wire.
        public: Signed with the public token, so only the client-side requests are open.
    """

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    content_type: str = ""
    public: bool = False


@attrs.define(slots=True)
class Reply:
    """The answer to a call.

    Attributes:
        status: HTTP status.
        body: JSON text in UTF-8.
        operation: Request class the call was understood as (`AddPurchase`), `""` when none.
        items: Requests it carried out as a batch, 0 when it was none.
    """

    status: int
    body: bytes
    operation: str = ""
    items: int = 0
