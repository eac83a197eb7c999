"""`aiorecombee doctor`: one check after the other, up to the first that fails."""

import argparse
import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias
from urllib.request import proxy_bypass

import attrs

from aiorecombee.cli.connection_options import add_connection_options, read_connection
from aiorecombee.cli.doctor.diagnosis import Diagnosis, diagnose
from aiorecombee.cli.doctor.finding import Verdict
from aiorecombee.cli.doctor.report import advice, as_json, line_of
from aiorecombee.cli.doctor.seen import Question, Seen
from aiorecombee.cli.lines import json_line, say
from aiorecombee.cli.option_types import seconds
from aiorecombee.cli.usage import UsageError
from aiorecombee.core.credentials import Credentials, PrivateToken
from aiorecombee.errors import ConfigurationError

EXIT_WRONG: Final = 1
_WIDEST: Final = 100
_LIMIT: Final = 10.0
_ABOUT: Final = """\
Find out why a database cannot be reached, or that it can.

What it checks, in this order, with the time that each took:

  configuration  are database, token and host told, and well-formed?
  proxy          is there one in between, and does it let us through?
  host name      has the host an address?
  connection     does anybody take connections there?
  TLS            is it that host, with a certificate that this machine trusts?
  answer         is it Recombee that answers?
  service        is it up, and does it not limit us?
  clock          is the clock of this machine right enough for signatures?
  database       does the database live there, or in another region?
  token          is it the database's private token?

All that it sends are empty batches, as the Segment app does; they change nothing. Where the
database is unknown, or the token refused, it asks the other regions, and once as with a public
token.

example:
  $ RECOMBEE_TOKEN=... %(prog)s --database my-db --region eu-west
  ok       configuration  database "my-db" (--database), token (RECOMBEE_TOKEN), https://rapi-...
  ...
  failed   database       "my-db" does not exist on rapi-eu-west.recombee.com, but in us-west

  What to do:
  Give --region us-west in place of --region ...
"""
_STATUSES: Final = """\
exit status:
  0  all is well
  1  something is wrong; it is said what
  2  the command was called wrongly
"""

_Look: TypeAlias = Callable[[Question, Seen], Awaitable[Any]]
_Tell: TypeAlias = Callable[[Mapping[str, Verdict]], None]


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the command."""
    options = _parser(prog).parse_args(argv)
    seen, look = _begin(options)
    tell = _silence if options.json else _tell
    diagnosis = asyncio.run(examine(seen, look, tell))
    if options.json:
        sys.stdout.write(json_line(as_json(diagnosis)) + "\n")
    else:
        say(advice(diagnosis, min(shutil.get_terminal_size().columns, _WIDEST)))
    sys.stdout.flush()
    return 0 if diagnosis.failure is None else EXIT_WRONG


async def examine(seen: Seen, look: _Look, tell: _Tell) -> Diagnosis:
    """Look at one thing after the other, until all is decided.

    Args:
        seen: What is known before.
        look: Looks at one thing.
        tell: Called with findings as soon as they are there, each once.
    """
    told = 0
    while True:
        diagnosis = diagnose(seen)
        tell(dict([*diagnosis.findings.items()][told:]))
        told = len(diagnosis.findings)
        if diagnosis.question is None:
            return diagnosis
        found = await look(diagnosis.question, seen)
        seen = attrs.evolve(seen, **{str(diagnosis.question): found})


def _begin(options: argparse.Namespace) -> tuple[Seen, _Look]:
    from aiorecombee.cli.doctor.observer import Observer  # noqa: PLC0415  # brings aiohttp
    from aiorecombee.cli.doctor.target import find_target  # noqa: PLC0415

    try:
        connection = read_connection(options, os.environ)
        target = find_target(
            connection,
            os.environ,
            proxy_bypass,
            try_regions=options.try_regions,
            databases=options.try_database,
        )
    except UsageError as error:
        return Seen(str(error)), _nothing_to_look_at
    return Seen(target), Observer(target, connection, options.timeout).look


async def _nothing_to_look_at(question: Question, _: Seen) -> Any:
    raise ValueError(f"without a target there is no {question} to look at")


def _tell(findings: Mapping[str, Verdict]) -> None:
    for check, verdict in findings.items():
        say(line_of(check, verdict))
    sys.stdout.flush()


def _silence(_: Mapping[str, Verdict]) -> None:
    """Programs read everything at the end."""


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog,
        description=_ABOUT,
        epilog=_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_connection_options(parser)
    parser.add_argument(
        "--try-regions",
        action="store_true",
        help="look for an unknown database in Recombee's regions even if the host is not one of"
        " Recombee's own",
    )
    parser.add_argument(
        "--try-database",
        metavar="ID",
        action="append",
        type=_database_id,
        default=[],
        help="another database that a refused token may belong to; may be given several times",
    )
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=seconds,
        default=_LIMIT,
        help=f"most time for each step; {_LIMIT:g} if left out",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object, at the end")
    return parser


def _database_id(text: str) -> str:
    try:
        Credentials(text, PrivateToken("any"))
    except ConfigurationError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text
