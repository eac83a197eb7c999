"""What the command line says, as settings; nothing heavy is imported to read it.

No message repeats a value that could hold a token: an option that went wrong is often one that got
another's value.
"""

import argparse
import re
import textwrap
from collections.abc import Sequence
from typing import Final, NoReturn

DEFAULT_PORT: Final = 8484
DEFAULT_DATABASE: Final = "mock-db=mock-private-token,public=mock-public-token"
"""Served when nobody asks for another; its tokens are no secret."""

_SETTINGS: Final = ("public", "region")
_WORD = re.compile(r"[a-z_-]{1,20}", re.IGNORECASE)

_HELP: Final = """
A local Recombee: it checks signatures, keeps items, users and interactions in memory, and answers
as the real service does. Without --database it serves one for local use:

  {default}

Point a client at it
  any client      base URI 127.0.0.1:{port}, protocol http
  official ones   RAPI_URI=127.0.0.1:{port} in the environment, protocol http in the constructor
  Batch           the official clients always send it over https, so give the mock a TLS port:
                    recombee-mock --tls-port 8485 --ca ca.pem
                  and trust its authority, for clients in Python with
                    REQUESTS_CA_BUNDLE=ca.pem RAPI_URI=127.0.0.1:8485
                  in Node with NODE_EXTRA_CA_CERTS=ca.pem

Look inside
  curl http://127.0.0.1:{port}/_mock/health
  curl http://127.0.0.1:{port}/_mock/journal
  curl -X POST http://127.0.0.1:{port}/_mock/reset

Use it from a script
  recombee-mock --port 0 --ready-file ready.json &
  (the file appears once it answers: {{"http": url, "https": url or null, "ca": path, "pid": n}})
"""


class UsageError(Exception):
    """The command line is wrong; the text says what and what to do instead."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (recombee-mock --help shows how)")


class DatabaseOption:
    """One `--database`, taken apart; the tokens stay out of its repr."""

    __slots__ = ("id", "public", "region", "token")

    def __init__(self, id_: str, token: str, public: str | None, region: str | None) -> None:
        self.id = id_
        self.token = token
        self.public = public
        self.region = region

    def __repr__(self) -> str:
        return f"DatabaseOption({self.id!r})"


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The settings of one command line.

    Raises:
        UsageError: It cannot be understood.
        SystemExit: It asked for help, which has been printed.
    """
    given = list(arguments)
    if given[:1] == ["serve"]:
        del given[0]
    settings, unknown = _parser().parse_known_args(given)
    if unknown:
        raise UsageError(_unknown(unknown))
    if settings.data is not None:
        raise UsageError(
            "--data is not there yet: keeping the data in a file comes with a later release. "
            "Leave it out, and the data lives as long as the server"
        )
    if settings.ca is not None and settings.tls_port is None:
        raise UsageError("--ca names the file for the https certificate, so it needs --tls-port")
    return settings


def parse_database(text: str) -> DatabaseOption:
    """Take `ID=TOKEN[,public=TOKEN][,region=REGION]` apart."""
    first, *rest = text.split(",")
    database_id, equals, token = first.partition("=")
    if not equals or not database_id or not token:
        raise argparse.ArgumentTypeError(
            "expected ID=TOKEN, as in --database shop=my-token,public=other-token,region=eu-west"
        )
    settings: dict[str, str] = {}
    for part in rest:
        name, equals, value = part.partition("=")
        if name not in _SETTINGS:
            shown = f"{name!r} " if equals and _WORD.fullmatch(name) else ""
            raise argparse.ArgumentTypeError(
                f"database {database_id}: {shown}is not a setting; after the token come "
                "public=TOKEN and region=REGION"
            )
        if not value:
            raise argparse.ArgumentTypeError(f"database {database_id}: {name} has no value")
        if name in settings:
            raise argparse.ArgumentTypeError(f"database {database_id}: {name} is there twice")
        settings[name] = value
    return DatabaseOption(database_id, token, settings.get("public"), settings.get("region"))


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:6]) <= 65535):  # noqa: PLR2004
        raise argparse.ArgumentTypeError("expected a port from 0 (any free one) to 65535")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError("expected a number of seconds, 0 or more")
    return seconds


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):  # noqa: PLR2004
        raise argparse.ArgumentTypeError("expected a whole number, 0 or more")
    return int(text)


def _unknown(unknown: list[str]) -> str:
    first = unknown[0]
    if first.startswith("--") and re.fullmatch(r"--[a-z-]+", first.partition("=")[0]):
        return f"there is no option {first.partition('=')[0]} (recombee-mock --help lists them)"
    return "there is an argument that belongs to no option (recombee-mock --help lists them)"


def _parser() -> argparse.ArgumentParser:
    text = textwrap.dedent(_HELP).format(default=DEFAULT_DATABASE, port=DEFAULT_PORT)
    parser = _Parser(
        prog="recombee-mock",
        usage="recombee-mock [serve] [options]",
        description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=DEFAULT_PORT, help="for http, 0: any (default: %(default)s)")
    add("--tls-port", type=_port, help="for https, 0: any free one (default: no https)")
    add("--ca", metavar="FILE", help="where to write the certificate to trust for https")
    add(
        "--database",
        metavar="ID=TOKEN[,public=TOKEN][,region=REGION]",
        action="append",
        type=parse_database,
        help="a database to serve; repeat for more (region: us-west, ca-east, eu-west, ap-se)",
    )
    add("--ready-file", metavar="FILE", help="JSON written once the server answers")
    add("--signature-lifetime", metavar="SECONDS", type=_seconds, default=30.0, help="default: 30")
    add("--erase-window", metavar="SECONDS", type=_seconds, default=0.0, help="422 after a reset")
    add("--allow-public-merge", action="store_true", help="let the public token merge users")
    add("--max-body", metavar="BYTES", type=_size, help="largest request body (default: 64 MiB)")
    add("--journal", metavar="N", type=_size, default=10_000, help="requests to keep (10000)")
    add("--data", metavar="FILE", help="not in this release")
    return parser
