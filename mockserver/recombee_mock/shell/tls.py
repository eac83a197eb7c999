"""HTTPS with a certificate authority of the server's own.

One certificate names every host of Recombee's API next to the loopback names, so a client that is
pointed here by its resolver sees a valid certificate once it trusts the authority. Only the
authority's public certificate is ever written to a file; its key dies with the process.

Names under `localhost` get a certificate of their own when a client asks for one: a wildcard right
below a top-level domain is refused by OpenSSL, and so by most clients. So do names without a dot,
which are those of containers.
"""

import contextlib
import functools
import re
import shutil
import ssl
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recombee_mock.shell.regions import HOSTS
from recombee_mock.whole_file import write_whole

if TYPE_CHECKING:
    import trustme

NAMES: Final = (*HOSTS, "localhost", "127.0.0.1", "::1")
"""What the certificate is good for, next to the names that are issued when asked for."""

_ON_DEMAND = re.compile(r"([a-z0-9-]{1,63}\.){1,4}localhost|(?!localhost\Z)[a-z0-9-]{1,63}")


class TlsUnavailableError(RuntimeError):
    """The part that makes certificates is not installed."""


class Authority:
    """A fresh certificate authority and one server certificate from it.

    Args:
        ca_file: Where to write the authority's certificate; a temporary file when None.
        host: One more name for the certificate: what the server is bound to.

    Raises:
        TlsUnavailableError: trustme is missing.
    """

    def __init__(self, ca_file: str | Path | None = None, host: str | None = None) -> None:
        try:
            import trustme  # noqa: PLC0415 - slow, and an extra
        except ImportError:
            raise TlsUnavailableError(
                "HTTPS needs the package trustme: pip install 'aiorecombee[mock]'"
            ) from None
        names = dict.fromkeys(NAMES)
        if host and host not in ("0.0.0.0", "::", ""):  # noqa: S104 - compared, not bound
            names[host.strip("[]").lower()] = None
        authority = trustme.CA(organization_name="recombee-mock")
        self.context = _context(authority, *names)
        issue = functools.lru_cache(maxsize=32)(functools.partial(_context, authority))

        def choose(
            connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext
        ) -> None:
            if name is not None and _ON_DEMAND.fullmatch(name.lower()):
                with contextlib.suppress(ValueError):  # not a name that certificates can hold
                    connection.context = issue(name.lower())

        self.context.sni_callback = choose
        self._folder: Path | None = None
        if ca_file is None:
            self._folder = Path(tempfile.mkdtemp(prefix="recombee-mock-"))
            ca_file = self._folder / "ca.pem"
        self.path = Path(ca_file).resolve()
        write_whole(self.path, authority.cert_pem.bytes())

    def close(self) -> None:
        """Remove the temporary file; one that was asked for stays."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _context(authority: "trustme.CA", *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context
