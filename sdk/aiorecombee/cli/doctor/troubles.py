"""What the machine says of a failed step, sorted: pure."""

import errno
import os
import socket
import ssl
from collections.abc import Mapping
from typing import Final

from aiorecombee.cli.doctor.seen import Trouble

_ERRNOS: Final[Mapping[int, Trouble]] = {
    errno.ECONNREFUSED: Trouble.REFUSED,
    errno.ENETUNREACH: Trouble.NO_ROUTE,
    errno.EHOSTUNREACH: Trouble.NO_ROUTE,
    errno.ENETDOWN: Trouble.NO_ROUTE,
    errno.EADDRNOTAVAIL: Trouble.NO_ROUTE,
    errno.EACCES: Trouble.NO_ROUTE,
    errno.EPERM: Trouble.NO_ROUTE,
    errno.ETIMEDOUT: Trouble.SILENT,
}
_NO_RESOLVER: Final = frozenset({socket.EAI_AGAIN, socket.EAI_FAIL, socket.EAI_SYSTEM})
# OpenSSL's numbers. Source: X509_verify_cert_error_string(3).
_CERTIFICATES: Final[Mapping[int, Trouble]] = {
    9: Trouble.NOT_YET_VALID,
    10: Trouble.EXPIRED,
    62: Trouble.WRONG_NAME,
    63: Trouble.WRONG_NAME,
    64: Trouble.WRONG_NAME,
}
# How versions of OpenSSL call an answer that is not TLS.
_NOT_TLS: Final = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH")


_KINDS: Final[tuple[tuple[type[Exception], Trouble], ...]] = (
    (TimeoutError, Trouble.SILENT),
    (EOFError, Trouble.BROKEN),
    (ConnectionResetError, Trouble.BROKEN),
    (BrokenPipeError, Trouble.BROKEN),
    (ConnectionAbortedError, Trouble.SILENT),  # asyncio's word for a handshake without an end
)


def trouble_of(error: Exception) -> Trouble:
    """Which trouble an error stands for."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATES.get(error.verify_code, Trouble.UNTRUSTED)
    if isinstance(error, ssl.SSLError):
        return _of_tls(error)
    if isinstance(error, socket.gaierror):
        silent = error.errno in _NO_RESOLVER
        return Trouble.NO_RESOLVER if silent else Trouble.UNKNOWN_NAME
    for kind, trouble in _KINDS:
        if isinstance(error, kind):
            return trouble
    return _ERRNOS.get(getattr(error, "errno", None) or 0, Trouble.OTHER)


def _of_tls(error: ssl.SSLError) -> Trouble:
    if isinstance(error, ssl.SSLEOFError):
        return Trouble.BROKEN
    plain = any(name in (getattr(error, "reason", None) or "").upper() for name in _NOT_TLS)
    return Trouble.PLAIN_HTTP if plain else Trouble.NO_TLS


def text_of(error: Exception, limit: float) -> str:
    """What an error says, for people.

    Args:
        error: It.
        limit: Seconds that the step had.
    """
    if isinstance(error, TimeoutError) and not str(error):
        return f"nothing came within {limit:g} s"
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, EOFError) or not str(error):
        return "the connection was closed without an answer"
    if isinstance(error, ssl.SSLError | socket.gaierror):
        return error.strerror or str(error)
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)  # asyncio has words of its own in its place
    return str(error)
