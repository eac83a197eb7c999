"""`aiorecombee segment map`: a dry run, events in and requests out."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aiorecombee.cli.files import opened
from aiorecombee.cli.lines import json_line
from aiorecombee.cli.segment.options import add_destination_options, destination
from aiorecombee.cli.usage import command_parser
from aiorecombee.segment.destination import Destination, Mapped
from aiorecombee.segment.explaining.shown import request_json
from aiorecombee.segment.jsonl import Unreadable, read_events

EXIT_REJECTED: Final = 1
_ABOUT: Final = """\
Show what events would become, without sending anything.

EVENTS holds one JSON event per line; - is standard input. For each, one line of JSON comes out:

  line       its number in EVENTS
  requests   what would be sent: request, method, path, params; and under "refused"
             why the client would not let it out, if so
  matched    the subscriptions that the event is for; none if nobody listens
  rejected   those that could make nothing of it: why, and what to do about it

example:
  $ echo '{"type": "page", "name": "Pricing", "userId": "u-1"}' | %(prog)s -
  {"line": 1, "requests": [{"request": "AddDetailView", "method": "POST",
   "path": "/detailviews/", "params": {"userId": "u-1", "itemId": "Pricing", ...}}],
   "matched": ["Page - Viewed"], "rejected": []}
"""
_STATUSES: Final = """\
exit status:
  0  every line has its verdict (a rejection is one)
  1  with --strict: an event was rejected, refused or not readable
  2  the command was called wrongly, or a file it needs is no good
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the subcommand."""
    options = _parser(prog).parse_args(argv)
    mapper = destination(options)
    good = True
    with opened(options.events) as lines:
        for number, event in read_events(lines):
            verdict, fine = _verdict(number, event, mapper, in_batch=options.batch)
            sys.stdout.write(verdict + "\n")
            good = good and fine
    sys.stdout.flush()
    return EXIT_REJECTED if options.strict and not good else 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = command_parser(prog, _ABOUT, _STATUSES)
    add_destination_options(parser)
    parser.add_argument(
        "--batch",
        action="store_true",
        help="map as Segment does in a batch, where an empty ID is sent as it is",
    )
    parser.add_argument("--strict", action="store_true", help="exit with 1 for a bad event")
    parser.add_argument(
        "events", metavar="EVENTS", help="JSONL file, .gz or not, or - for standard input"
    )
    return parser


def _verdict(number: int, event: Any, mapper: Destination, *, in_batch: bool) -> tuple[str, bool]:
    """The line to write, and whether all is well with the event."""
    if isinstance(event, Unreadable):
        rejected = [
            {"subscription": "event", "reason": event.reason, "remedy": "Send JSON, in UTF-8."}
        ]
        return _line(number, [], (), rejected), False
    mapped: Mapped = mapper.map_batch([event])[0] if in_batch else mapper.map(event)
    requests = [request_json(request) for request in mapped.requests]
    rejected = [
        {"subscription": one.subscription, "reason": one.reason, "remedy": one.remedy}
        for one in mapped.rejections
    ]
    fine = not rejected and not any("refused" in request for request in requests)
    return _line(number, requests, mapped.matched, rejected), fine


def _line(
    number: int,
    requests: Sequence[Mapping[str, Any]],
    matched: Sequence[str],
    rejected: Sequence[Mapping[str, str]],
) -> str:
    verdict = {
        "line": number,
        "requests": requests,
        "matched": matched,
        "rejected": rejected,
    }
    return json_line(verdict)
