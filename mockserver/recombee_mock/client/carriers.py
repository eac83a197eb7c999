"""How a control client reaches its server: over HTTP, with the standard library alone."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

_SILENCE: Final = 60.0
"""Seconds a stream of events may be silent; the server says something every 10."""


class MockControlError(Exception):
    """The mock server refused, or could not be reached.

    Args:
        status: HTTP status; 0 when there was no answer.
        text: What the server said, or what went wrong on the way to it.
        body: The whole answer as JSON, where it was JSON.
    """

    def __init__(self, status: int, text: str, body: Any = None) -> None:
        super().__init__(status, text, body)
        self.status = status
        self.text = text
        self.body = body

    def __str__(self) -> str:
        """What went wrong."""
        return f"{self.status}: {self.text}" if self.status else self.text


class Carrier(Protocol):
    """Carries requests to the control API."""

    def carry(self, method: str, target: str, body: bytes | None, /) -> tuple[int, bytes]:
        """Status and body of the answer."""

    def follow(self, target: str) -> Iterator[bytes]:
        """The lines of an answer that has no end."""


class HttpCarrier:
    """Carries them over HTTP, each on a connection of its own.

    Args:
        url: Of the server.
        timeout: Seconds to wait for a connection, and for each part of an answer.
    """

    def __init__(self, url: str, timeout: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("The URL of a mock server looks like http://127.0.0.1:8484")
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._timeout = timeout

    def __repr__(self) -> str:
        return f"<HttpCarrier to {self._host}:{self._port}>"

    def carry(self, method: str, target: str, body: bytes | None, /) -> tuple[int, bytes]:
        """Status and body of the answer."""
        connection = self._connection(self._timeout)
        try:
            reply = self._send(connection, method, target, body)
            return reply.status, reply.read()
        except (OSError, HTTPException) as error:
            raise self._lost(error) from None
        finally:
            connection.close()

    def follow(self, target: str) -> Iterator[bytes]:
        """The lines of an answer that has no end."""
        connection = self._connection(_SILENCE)
        try:
            reply = self._send(connection, "GET", target, None)
            if reply.status != 200:  # noqa: PLR2004 - OK
                raise refusal(reply.status, reply.read())
            while line := reply.readline():
                yield line
        except (OSError, HTTPException) as error:
            raise self._lost(error) from None
        finally:
            connection.close()

    def _connection(self, timeout: float) -> HTTPConnection:
        kind = HTTPSConnection if self._secure else HTTPConnection
        return kind(self._host, self._port, timeout=timeout)

    @staticmethod
    def _send(
        connection: HTTPConnection, method: str, target: str, body: bytes | None
    ) -> HTTPResponse:
        headers = {} if body is None else {"Content-Type": "application/json"}
        connection.request(method, target, body, headers)
        return connection.getresponse()

    def _lost(self, error: Exception) -> MockControlError:
        where = f"{self._host}:{self._port}"
        if isinstance(error, ConnectionRefusedError):
            return MockControlError(0, f"Nothing listens on {where}; is recombee-mock running?")
        if isinstance(error, TimeoutError):
            return MockControlError(0, f"{where} did not answer within {self._timeout:g} s")
        return MockControlError(0, f"No answer from {where}: {type(error).__name__}: {error}")


def refusal(status: int, body: bytes) -> MockControlError:
    """The error that an answer stands for."""
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    text = value.get("message") if isinstance(value, dict) else None
    shown = text if isinstance(text, str) else body[:200].decode("utf-8", "replace")
    return MockControlError(status, shown or "no explanation", value)
