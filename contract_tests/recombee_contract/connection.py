"""An HTTP connection that sends exactly the bytes it is given.

HTTP libraries mend URLs: they escape what they think must be, and undo escapes they think need not
be. A suite that tests signatures must not be helped so.
"""

import socket
import ssl
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse

import attrs


@attrs.frozen
class Address:
    """Where a server listens.

    Attributes:
        host: Name or address.
        port: Port.
        tls: How to trust it over HTTPS, `None` for HTTP.
    """

    host: str
    port: int
    tls: ssl.SSLContext | None = None

    @property
    def authority(self) -> str:
        """As in a `Host` header."""
        return f"{self.host}:{self.port}"


@attrs.frozen
class HttpAnswer:
    """One HTTP answer, as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """Keeps one connection open and sends one request after the other over it."""

    def __init__(self, address: Address, timeout: float = 30.0) -> None:
        """Prepare; `timeout` is in seconds and holds for each read and write."""
        self.address = address
        self._timeout = timeout
        self._socket: socket.socket | None = None

    def close(self) -> None:
        """Close it; the next exchange opens it again."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def exchange(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        """Send one request and read its answer.

        Args:
            method: In capitals.
            target: What stands in the request line; sent in UTF-8 as it is.
            body: `None` sends no body at all.
            headers: Besides `Host` and `Content-Length`, which they may replace.

        Raises:
            OSError: There is no answer.
        """
        message = self._message(method, target, body, headers or {})
        if self._socket is not None:
            try:
                return self._exchange(self._socket, method, message)
            except (ConnectionError, HTTPException):
                self.close()  # the server may have closed an idle connection
        self._socket = self._connect()
        try:
            return self._exchange(self._socket, method, message)
        except HTTPException as error:
            raise ConnectionError(f"no HTTP answer: {error!r}") from error

    def _connect(self) -> socket.socket:
        plain = socket.create_connection((self.address.host, self.address.port), self._timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.address.tls is None:
            return plain
        return self.address.tls.wrap_socket(plain, server_hostname=self.address.host)

    def _message(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> bytes:
        given = {"Host": self.address.authority}
        if body is not None:
            given |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        lines = [f"{method} {target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in {**given, **headers}.items()]
        return "\r\n".join([*lines, "", ""]).encode() + (body or b"")

    def _exchange(self, connected: socket.socket, method: str, message: bytes) -> HttpAnswer:
        connected.sendall(message)
        with HTTPResponse(connected, method=method) as response:
            response.begin()
            answer = HttpAnswer(response.status, dict(response.headers), response.read())
            if response.will_close:
                self.close()
        return answer
