"""HTTPS with a certificate authority of the server's own.

The certificate names every host of Recombee's API next to the loopback names, so a client that is
pointed here by its resolver sees a valid certificate once it trusts the authority. Only the
authority's public certificate is ever written to a file; its key dies with the process.
"""

import os
import shutil
import ssl
import tempfile
from pathlib import Path
from typing import Final

from recombee_mock.regions import HOSTS

NAMES: Final = (*HOSTS, "localhost", "*.localhost", "127.0.0.1", "::1")
"""What the certificate is good for."""


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
        certificate = authority.issue_cert(*names)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self.context)
        self._folder: Path | None = None
        if ca_file is None:
            self._folder = Path(tempfile.mkdtemp(prefix="recombee-mock-"))
            ca_file = self._folder / "ca.pem"
        self.path = Path(ca_file).resolve()
        _write(self.path, authority.cert_pem.bytes())

    def close(self) -> None:
        """Remove the temporary file; one that was asked for stays."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    # In one step: somebody may already be waiting for the file.
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)
