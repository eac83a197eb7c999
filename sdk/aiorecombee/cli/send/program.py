"""`aiorecombee send`: one request, or a file of them."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from aiorecombee.cli.connection_options import (
    STANDARD_INPUT,
    Connection,
    add_connection_options,
    read_connection,
)
from aiorecombee.cli.lines import json_line, say
from aiorecombee.cli.option_types import seconds, whole
from aiorecombee.cli.send.arguments import about, add_request, example, make_request
from aiorecombee.cli.send.catalogue import find, listing
from aiorecombee.cli.usage import UsageError
from aiorecombee.core.parts import MOST_REQUESTS
from aiorecombee.errors import (
    AuthenticationError,
    ConfigurationError,
    InvalidRequestError,
    RecombeeError,
    TransportError,
    UnexpectedResponseError,
)
from aiorecombee.requests.endpoint import Request

if TYPE_CHECKING:
    from aiorecombee.cli.send.input import Item
    from aiorecombee.cli.send.tally import Tally

EXIT_FAILED: Final = 1
_PORTION: Final = 1000
_ABOUT: Final = """\
Send one request, and print the answer as JSON; or send a file of requests.

  %(prog)s [OPTIONS] REQUEST [ARGUMENTS]    by the name of its class; required arguments in the
                                        official order, the others as options
  %(prog)s [OPTIONS] --file FILE            one request a line; - is standard input

Each line of FILE is a JSON object:

  {"method": "POST", "path": "/purchases/", "params": {"userId": "u-1", "itemId": "i-1"}}
  {"request": "AddPurchase", "params": {"userId": "u-1", "itemId": "i-1"}}
  a line of `aiorecombee segment map`, with its array of requests

They are sent in batches, one after the other. For each request one line comes out, with line,
request, status, and answer or error; on stderr, how many succeeded. A request that fails does not
stop those after it, but where a whole batch gets no answer the rest is not sent.

examples:
  $ %(prog)s AddDetailView user-1 item-7 --cascade-create
  "ok"
  $ %(prog)s RecommendItemsToUser user-1 5 --return-properties | jq -r '.recomms[].id'
  $ aiorecombee segment map events.jsonl | %(prog)s --file - > answers.jsonl
  $ %(prog)s AddPurchase --help             explains a request
"""
_STATUSES: Final = """\
exit status:
  0  everything was carried out
  1  something was refused, or got no answer
  2  the command was called wrongly, and nothing was sent; or reading FILE or writing answers
     failed, maybe in the middle
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the command."""
    options = _parser(prog).parse_args(argv)
    if options.list:
        for line in listing():
            say(line)
        return 0
    if (options.request is None) == (options.file is None):
        raise UsageError(f"give a request or --file; see {prog} --help")
    if options.file is not None:
        return _run_file(options)
    cls = find(options.request)
    arguments = _behind_request(argv, options.arguments)
    options = _request_parser(prog, cls).parse_args(arguments, options)
    return _run_one(make_request(options, cls), options)


def _behind_request(argv: Sequence[str], found: Sequence[str]) -> Sequence[str]:
    """What argparse found behind the request, with the `--` that it may have dropped before it."""
    before = len(argv) - len(found) - 1
    return ["--", *found] if argv[before] == "--" else found


def _run_one(request: Request[Any], options: argparse.Namespace) -> int:
    from aiorecombee.cli.send.answers import answer_json  # noqa: PLC0415  # brings results
    from aiorecombee.cli.send.sending import entry_json  # noqa: PLC0415

    try:
        if options.dry_run:
            _print(entry_json(request))
            return 0
        connection = read_connection(options, os.environ)
        _print(answer_json(asyncio.run(_send_one(request, connection, options.timeout))))
    except (InvalidRequestError, ConfigurationError) as error:
        raise UsageError(str(error)) from None
    except RecombeeError as error:
        puzzling = isinstance(error, TransportError | AuthenticationError | UnexpectedResponseError)
        hint = "; `aiorecombee doctor` tells why" if puzzling else ""
        sys.stderr.write(f"aiorecombee: {error}{hint}\n")
        return EXIT_FAILED
    return 0


async def _send_one(request: Request[Any], connection: Connection, timeout: float | None) -> Any:
    async with connection.client(timeout=timeout) as client:
        return await client.send(request)


def _print(value: Any) -> None:
    """JSON on one line, or on several before a terminal."""
    say(
        json.dumps(value, ensure_ascii=False, indent=2) if sys.stdout.isatty() else json_line(value)
    )
    sys.stdout.flush()


# --- Files ----------------------------------------------------------------------------------------


def _run_file(options: argparse.Namespace) -> int:
    from aiorecombee.cli.send.sending import send_file, show_file, write_line  # noqa: PLC0415
    from aiorecombee.cli.send.tally import Tally  # noqa: PLC0415

    if options.file == options.token_file == STANDARD_INPUT:
        raise UsageError("--file and --token-file cannot both be standard input")
    connection = None if options.dry_run else read_connection(options, os.environ)
    tally = Tally()
    with _summarised(tally), _portions(options.file, options.batch_size) as portions:
        if connection is None:
            show_file(portions, write_line, tally)
        else:
            send_file(
                portions,
                lambda: connection.client(timeout=options.timeout),
                write_line,
                tally,
                fail_fast=options.fail_fast,
            )
    return 0 if tally.good else EXIT_FAILED


@contextmanager
def _portions(path: str, most: int) -> "Iterator[Iterator[list[Item]]]":
    from aiorecombee.cli.files import opened  # noqa: PLC0415
    from aiorecombee.cli.progress import watched  # noqa: PLC0415
    from aiorecombee.cli.send.input import bounded, items, portions  # noqa: PLC0415

    with opened(path, "--file ") as file, watched(bounded(file), path, sys.stderr) as lines:
        yield portions(items(lines), most)


@contextmanager
def _summarised(tally: "Tally") -> Iterator[None]:
    """Tell how it went, also where it was interrupted or its output was lost."""
    try:
        yield
    except (KeyboardInterrupt, OSError):
        sys.stderr.write(f"{tally.text()}\n")
        raise
    sys.stderr.write(f"{tally.text()}\n")


# --- Options --------------------------------------------------------------------------------------


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog,
        usage=f"{prog} [OPTIONS] REQUEST [ARGUMENTS] | --file FILE | --list",
        description=_ABOUT,
        epilog=_STATUSES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("request", nargs="?", metavar="REQUEST", help=argparse.SUPPRESS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    parser.add_argument("--list", action="store_true", help="show all requests, and stop")
    _add_sending(parser)
    parser.add_argument("--file", metavar="FILE", help="JSONL of requests, .gz or not")
    parser.add_argument(
        "--batch-size",
        metavar="N",
        type=whole(1, MOST_REQUESTS),
        default=_PORTION,
        help=f"with --file: requests in a batch; {_PORTION:,} if left out",
    )
    parser.add_argument(
        "--fail-fast",
        action="store_true",
        help="with --file: stop after the batch in which something failed",
    )
    add_connection_options(parser)
    return parser


def _request_parser(prog: str, cls: type[Request[Any]]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        f"{prog} {cls.__name__}",
        description=about(cls).replace("%", "%%"),
        epilog=f"example:\n  {prog} {example(cls)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_request(parser, cls)
    _add_sending(parser)
    add_connection_options(parser)
    return parser


def _add_sending(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be sent, and send nothing"
    )
    parser.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=seconds,
        help="most time for one attempt; by default each request has its own",
    )
