"""The certificate of the server's own authority, for clients that shall trust it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from recombee_mock.control.route import Ask, ControlError, Route, Said

_TEXT = "application/x-pem-file"


def routes(ca_path: Callable[[], Path | None]) -> Iterable[Route]:
    """The routes of this room; `ca_path` gives the file while the server has one."""

    def read(_ask: Ask) -> Any:
        path = ca_path()
        if path is None:
            raise ControlError(404, "This server has no https; start it with --tls")
        try:
            return Said(path.read_bytes(), content_type=_TEXT)
        except OSError:
            raise ControlError(500, f"The certificate {path} cannot be read any more") from None

    summary = "Read the certificate that a client has to trust for https"
    yield Route("GET", "/_mock/ca.pem", read, summary, gives={"type": "string"}, content_type=_TEXT)
