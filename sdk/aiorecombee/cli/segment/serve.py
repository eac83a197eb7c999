"""`aiorecombee segment serve`: receives Segment events, keeps them, and sends them on."""

import argparse
import asyncio
import contextlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from aiorecombee.cli.connection_options import Connection, add_connection_options, read_connection
from aiorecombee.cli.option_types import seconds, whole
from aiorecombee.cli.segment.options import add_mapping_options, destination
from aiorecombee.cli.segment.queue_options import Place, add_queue_options, read_place
from aiorecombee.cli.segment.serve_sources import add_source_options, read_sources
from aiorecombee.cli.usage import UsageError, command_parser
from aiorecombee.errors import ConfigurationError

_ABOUT: Final = """\
Take Segment events over HTTP, keep them until Recombee has them, and send them.

What is answered with 200 is on the disk, or at the broker, and is sent as often as it takes, in
the order of its user. What Recombee refuses for good is kept beside it, with the reason. What is no
event, as it names no user or no known type, is answered with 200 as Segment does, and left out:
/metrics counts it.

  POST /v1/batch, /v1/track, ...   Segment's libraries, pointed at this host
  POST /webhooks                   Segment's webhook destinations; needs the shared secret
  POST /partner                    the older destination; needs its API keys
  POST /deletions                  deletion requests; needs keys
  GET  /health, /ready, /metrics   for whoever watches it

example:
  $ %(prog)s --spool events.spool --database my-db --region eu-west --write-key 4fX2
  listening on http://127.0.0.1:8585; sending to my-db at https://rapi-eu-west.recombee.com
"""
_LARGEST: Final = 10_000
_LAST_PORT: Final = 65_535
_STATUSES: Final = """\
exit status:
  0  it was told to end (SIGTERM, SIGINT), and what was on its way is answered or back in the file
  2  it cannot start as it was called
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the subcommand."""
    options = _parser(prog).parse_args(argv)
    _check(options)
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    sources = read_sources(options, os.environ)
    mapped = destination(options)
    connection = _connection(options)
    from aiorecombee.cli.segment.serve_running import Serving, serve  # noqa: PLC0415  # aiohttp

    with _placed(options) as place:
        serving = Serving(
            place=place,
            host=options.host,
            port=options.port,
            sources=sources,
            mapper=mapped.map,
            connection=connection,
            receives=options.only != "send",
            sends=options.only != "receive",
            max_in_flight=options.max_in_flight,
            max_events=options.batch_size,
            lease_for=options.lease_for,
            drain_for=options.drain_for,
            timeout=options.timeout,
            max_age=options.max_age,
            ready_file=None if options.ready_file is None else Path(options.ready_file),
        )
        try:
            asyncio.run(serve(serving))
        except ConfigurationError as error:
            raise UsageError(str(error)) from None
    return 0


def _check(options: argparse.Namespace) -> None:
    if options.dry_run and (options.spool or options.queue):
        raise UsageError("--dry-run keeps nothing: leave --spool and --queue away")
    if options.dry_run and options.only is not None:
        raise UsageError("--dry-run receives, and shows what it would send: leave --only away")


@contextlib.contextmanager
def _placed(options: argparse.Namespace) -> Iterator[Place]:
    """Where events wait; those of a dry run are gone at the end."""
    if not options.dry_run:
        yield read_place(options, os.environ)
        return
    with tempfile.TemporaryDirectory(prefix="aiorecombee-") as folder:
        yield Place(Path(folder) / "dry-run.spool")


def _connection(options: argparse.Namespace) -> Connection | None:
    if options.dry_run or options.only == "receive":
        return None
    return read_connection(options, os.environ)


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = command_parser(prog, _ABOUT, _STATUSES)
    parser.add_argument("--host", default="127.0.0.1", help="where to listen; %(default)s")
    parser.add_argument(
        "--port", type=whole(0, _LAST_PORT), default=8585, help="%(default)s; 0 picks a free one"
    )
    parser.add_argument(
        "--ready-file", metavar="FILE", help="JSON with http and pid, written once it listens"
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="send nothing and keep nothing: print the requests, one a line, as they would be sent,"
        " and at the end, on standard error, which events were refused",
    )
    parser.add_argument(
        "--only",
        choices=("receive", "send"),
        help="do one half of the work in this process: others that share the queue do the other",
    )
    add_queue_options(parser)
    _add_bounds(parser)
    add_source_options(parser)
    add_mapping_options(parser)
    add_connection_options(parser)
    return parser


def _add_bounds(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("bounds")
    group.add_argument(
        "--batch-size",
        metavar="N",
        type=whole(1, _LARGEST),
        default=1_000,
        help="events; %(default)s",
    )
    group.add_argument(
        "--max-in-flight",
        metavar="N",
        type=whole(1, _LARGEST),
        default=2,
        help="batches on their way at once; %(default)s",
    )
    group.add_argument(
        "--drain-for",
        metavar="SECONDS",
        type=seconds,
        default=20.0,
        help="at the end, wait so long for what is on its way; %(default)s",
    )
    group.add_argument(
        "--lease-for",
        metavar="SECONDS",
        type=seconds,
        default=30.0,
        help="after a crash, events that were on their way are sent again then, or once this is"
        " started anew; %(default)s",
    )
    group.add_argument(
        "--timeout", metavar="SECONDS", type=seconds, help="most time for one attempt at a batch"
    )
    group.add_argument(
        "--max-age",
        metavar="SECONDS",
        type=seconds,
        help="not ready while an event waits for longer",
    )
