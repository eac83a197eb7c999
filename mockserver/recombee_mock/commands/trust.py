"""How clients come to trust the mock's https.

The mock has a certificate authority of its own, made anew at each start; only its certificate ever
leaves the process. A client has to be told of it. This prints how, for the certificate in a file
(--ca, --ready-file) or that of a running mock, which is fetched and saved first (--url, --save):

  recombee-mock trust
  recombee-mock trust --ca ca.pem
  recombee-mock trust --ready-file ready.json
"""

import argparse
import json
import shlex
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from recombee_mock.whole_file import write_whole

_TROUBLE: Final = 1
_WITHIN: Final = 5.0
_URL: Final = "http://127.0.0.1:8484"
_LONGEST: Final = 65_536
_BEGIN: Final = b"-----BEGIN CERTIFICATE-----"

WAYS: Final[Mapping[str, Callable[[str, str], str]]] = {
    "curl": lambda ca, host: f"curl --cacert {ca} https://{host}/_mock/health",
    "Python, requests and the official client": lambda ca, host: (
        f"export REQUESTS_CA_BUNDLE={ca} RAPI_URI={host}"
    ),
    "Python, aiohttp, httpx and aiorecombee": lambda ca, host: (
        f"export SSL_CERT_FILE={ca} RAPI_URI={host}"
    ),
    "Node.js": lambda ca, host: f"export NODE_EXTRA_CA_CERTS={ca} RAPI_URI={host}",
    "Java": lambda ca, host: (
        f"keytool -importcert -noprompt -alias recombee-mock -file {ca} "
        "-keystore recombee-mock.p12 -storetype PKCS12 -storepass recombee-mock\n"
        f"RAPI_URI={host} java -Djavax.net.ssl.trustStore=recombee-mock.p12 "
        "-Djavax.net.ssl.trustStorePassword=recombee-mock …"
    ),
    "Go, Ruby, .NET on Linux": lambda ca, host: f"export SSL_CERT_FILE={ca} RAPI_URI={host}",
    "PHP": lambda ca, host: f"RAPI_URI={host} php -d curl.cainfo={ca} -d openssl.cafile={ca} …",
}
"""From a client to the commands that make it trust the file."""


class TrustError(Exception):
    """There is no certificate to trust; the text says why and what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add = parser.add_argument
    add("--ca", metavar="FILE", help="the certificate that the mock wrote with its --ca")
    add("--ready-file", metavar="FILE", help="the ready file of a running mock")
    add("--url", default=_URL, help="a running mock (default: %(default)s)")
    add(
        "--save",
        metavar="FILE",
        default="recombee-mock-ca.pem",
        help="where to save its certificate (default: %(default)s)",
    )


def run(settings: argparse.Namespace) -> int:
    """Print the ways; the result is the exit status."""
    try:
        ca, host = _find(settings)
    except TrustError as error:
        print(f"recombee-mock trust: {error}", file=sys.stderr)  # noqa: T201 - this is a command
        return _TROUBLE
    print(tell(ca, host))  # noqa: T201 - this is a command
    return 0


def tell(ca: Path, host: str) -> str:
    """All the ways for a certificate and the `host:port` of the mock's https."""
    file = shlex.quote(str(ca))
    ways = "\n\n".join(f"# {client}\n{way(file, host)}" for client, way in WAYS.items())
    return f"# The certificate to trust: {ca}\n\n{ways}"


def _find(settings: argparse.Namespace) -> tuple[Path, str]:
    host = urlsplit(settings.url).netloc
    if settings.ready_file is not None:
        return _from_ready_file(Path(settings.ready_file))
    if settings.ca is not None:
        ca = Path(settings.ca).resolve()
        if not ca.is_file():
            raise TrustError(f"{ca} is not there; start the mock with --tls --ca {settings.ca}")
        if not ca.read_bytes()[:_LONGEST].startswith(_BEGIN):
            raise TrustError(f"{ca} is no certificate; name the file that the mock wrote")
        return ca, host
    return _from_server(settings.url, Path(settings.save)), host


def _from_ready_file(path: Path) -> tuple[Path, str]:
    try:
        ready = json.loads(path.read_bytes())
        ca, https = ready["ca"], ready["https"]
    except OSError as error:
        raise TrustError(f"{path}: {error.strerror}; is the mock running?") from None
    except (ValueError, KeyError, TypeError):
        raise TrustError(f"{path} is not the ready file of a mock") from None
    if ca is None:
        raise TrustError("that mock has no https; start it with --tls")
    return Path(ca), urlsplit(https).netloc


def _from_server(url: str, save: Path) -> Path:
    import http.client  # noqa: PLC0415 - only when there is no file

    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise TrustError("--url takes the mock's http address, such as " + _URL)
    connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=_WITHIN)
    try:
        connection.request("GET", "/_mock/ca.pem")
        reply = connection.getresponse()
        text = reply.read(_LONGEST)
    except (OSError, http.client.HTTPException):
        raise TrustError(
            f"no mock answers on {url}; start one with recombee-mock --tls, or name another "
            "with --url"
        ) from None
    finally:
        connection.close()
    if reply.status != 200 or not text.startswith(_BEGIN):  # noqa: PLR2004
        raise TrustError(f"the mock on {url} has no https; start it with --tls")
    try:
        write_whole(save, text)
    except OSError as error:
        raise TrustError(
            f"{save} cannot be written: {error.strerror}; choose with --save"
        ) from None
    return save.resolve()
