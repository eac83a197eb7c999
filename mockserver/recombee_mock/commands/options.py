"""What the command line says, as settings; nothing heavy is imported to read it.

No message repeats a value that could hold a token: an option that went wrong is often one that got
another's value.
"""

import argparse
import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any, Final, NoReturn

from recombee_mock.commands.usage import UsageError

PROGRAM: Final = "recombee-mock"
DEFAULT_PORT: Final = 8484
DEFAULT_DATABASE: Final = "mock-db=mock-private-token,public=mock-public-token"
"""Served when nobody asks for another; its tokens are no secret."""

_SETTINGS: Final = ("public", "region")
_WORD = re.compile(r"[a-z_-]{1,20}", re.IGNORECASE)

_HELP: Final = """
A local Recombee: it checks signatures, keeps items, users, interactions and the rest, recommends
and searches, and answers as the real service does. Without --database it serves one for local use:

  {default}

Point a client at it
  any client      base URI 127.0.0.1:{port}, protocol http
  official ones   RAPI_URI=127.0.0.1:{port} in the environment, protocol http in the constructor
  Batch           the official clients always send it over https, so let the port take both:
                    recombee-mock --tls --ca ca.pem
                  and have them trust the mock's authority, in Python with
                    REQUESTS_CA_BUNDLE=ca.pem RAPI_URI=127.0.0.1:{port}
                  and elsewhere as it is said by: recombee-mock trust --ca ca.pem

Look inside
  curl http://127.0.0.1:{port}/_mock/health
  curl http://127.0.0.1:{port}/_mock/journal
  curl -X POST http://127.0.0.1:{port}/_mock/reset

Make it behave badly: refuse one AddPurchase in five, for a minute
  curl http://127.0.0.1:{port}/_mock/faults -d '{{"operation": "AddPurchase", "probability": 0.2,
    "lasts": 60, "effect": {{"kind": "status", "status": 429, "retryAfter": 1}}}}'

Keep the data, or start from some
  recombee-mock --data shop.db
  recombee-mock --seed shop.jsonl --export-on-exit shop.jsonl

Use it from a script
  recombee-mock --port 0 --ready-file ready.json &
  (the file appears once it answers: {{"http": url, "https": url or null, "ca": path, "pid": n}})

Or write it all down, and start it with: recombee-mock --config mock.toml
  port = {port}
  tls = true
  [databases.shop]
  token = "secret"
  settings = {{ listingLag = 2 }}
  [[databases.shop.scenarios]]
  id = "homepage"
  endpoint = "recommendItemsToUser"
  [[faults]]
  effect = {{ kind = "latency", delay = 0.05 }}

Other commands (each has a --help of its own)
{commands}
"""

COMMANDS: Final = {
    "seed": "import data into a running mock, or into a data file",
    "export": "write the data of a database as requests, one a line",
    "snapshot": "save, list, restore and delete states by name",
    "trust": "say how clients come to trust the mock's https",
}
"""Besides `serve`, which may be left out."""


class Parser(argparse.ArgumentParser):
    """Raises what others print, so that there is one place where it is said."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} ({self.prog} --help shows how)")


class _Version(argparse.Action):
    """Prints the version; looking it up takes long."""

    def __call__(self, *_: Any) -> NoReturn:
        from importlib.metadata import version  # noqa: PLC0415

        print(PROGRAM, version("aiorecombee"))  # noqa: T201 - this is a command
        raise SystemExit(0)


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
    settings = read(_parser(), given)
    settings.configured = None
    if settings.config is not None:
        from recombee_mock.commands.config import read_config  # noqa: PLC0415 - few starts need it

        config = read_config(settings.config)
        parser = _parser()
        parser.set_defaults(**config.options)
        settings = read(parser, given)
        settings.configured = config
    if settings.data_sync and settings.data is None:
        raise UsageError("--data-sync says how to keep the data file, so it needs --data")
    if settings.ca is not None and not settings.tls and settings.tls_port is None:
        raise UsageError("--ca names the file for the https certificate, so it needs --tls")
    return settings


def read(parser: Parser, given: list[str]) -> argparse.Namespace:
    """What a parser makes of a command line; it does not repeat what it does not know.

    Raises:
        UsageError: It cannot be understood.
    """
    settings, unknown = parser.parse_known_args(given)
    if unknown:
        raise UsageError(_unknown(unknown[0], parser.prog))
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


def _unknown(first: str, program: str) -> str:
    name = first.partition("=")[0]
    if re.fullmatch(r"--[a-z-]+", name):
        return f"there is no option {name} ({program} --help lists them)"
    commands = f"; the commands are serve, {_listed(COMMANDS)}" if program == PROGRAM else ""
    return f"there is an argument that belongs to no option{commands} ({program} --help lists them)"


def _listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}"


def _parser() -> Parser:
    commands = "\n".join(f"  recombee-mock {name:10}{said}" for name, said in COMMANDS.items())
    text = textwrap.dedent(_HELP).format(
        default=DEFAULT_DATABASE, port=DEFAULT_PORT, commands=commands
    )
    parser = Parser(
        prog=PROGRAM,
        usage="recombee-mock [serve] [options]",
        description=text,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    _add_network(parser.add_argument_group("where it listens"))
    _add_databases(parser.add_argument_group("what it serves"))
    _add_limits(parser.add_argument_group("how it behaves"))
    return parser


def _add_network(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=DEFAULT_PORT, help="for http, 0: any (default: %(default)s)")
    add("--tls", action="store_true", help="take https on the same port too")
    add("--tls-port", type=_port, help="another port for https alone, 0: any free one")
    add("--ca", metavar="FILE", help="where to write the certificate to trust for https")
    add("--ready-file", metavar="FILE", help="JSON written once the server answers")
    add("--config", metavar="FILE", help="TOML with all of this; what is said here goes first")


def _add_databases(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--database",
        metavar="ID=TOKEN[,public=TOKEN][,region=REGION]",
        action="append",
        type=parse_database,
        help="a database to serve; repeat for more (region: us-west, ca-east, eu-west, ap-se)",
    )
    add("--data", metavar="FILE", help="keep the data in this file, through crashes too")
    add("--data-sync", action="store_true", help="and through a loss of power: slower singles")
    add(
        "--seed",
        metavar="[DATABASE=]FILE",
        action="append",
        help="requests to carry out at the start, one a line (JSON); repeat for more",
    )
    add(
        "--export-on-exit",
        metavar="[DATABASE=]FILE",
        action="append",
        help="where to write the data at the end, as --seed takes it",
    )


def _add_limits(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--signature-lifetime", metavar="SECONDS", type=_seconds, default=30.0, help="default: 30")
    add("--erase-window", metavar="SECONDS", type=_seconds, default=0.0, help="422 after a reset")
    add("--listing-lag", metavar="SECONDS", type=_seconds, default=0.0, help="until a write shows")
    add("--allow-public-merge", action="store_true", help="let the public token merge users")
    add("--max-body", metavar="BYTES", type=_size, help="largest request body (default: 64 MiB)")
    add("--journal", metavar="N", type=_size, default=10_000, help="requests to keep (10000)")
