"""Options of a replay, but for those that say which database and which mappings."""

import argparse
from datetime import UTC, datetime
from math import inf
from typing import Final

from aiorecombee.cli.option_types import rate, seconds, whole
from aiorecombee.core.parts import MOST_REQUESTS
from aiorecombee.delivery.replaying.duplicates import MOST_REMEMBERED

_TRIES: Final = 8


def add_replay_options(parser: argparse.ArgumentParser) -> None:
    """Add what says which events, what is kept, and how they are sent."""
    _add_choosing(parser)
    _add_keeping(parser)
    _add_sending(parser)


def _add_choosing(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("which events")
    group.add_argument(
        "--since",
        metavar="TIME",
        type=_moment,
        help="only events from then on: ISO 8601, UTC where it says nothing else, or Unix seconds;"
        " an event without a timestamp is left out",
    )
    group.add_argument("--until", metavar="TIME", type=_moment, help="only events from before then")
    group.add_argument(
        "--limit", metavar="N", type=whole(1), help="stop after N events; --resume goes on"
    )
    group.add_argument(
        "--only-failed",
        metavar="REJECTS",
        help="in place of FILES: the events that an earlier replay wrote to --rejects",
    )
    group.add_argument(
        "--remember",
        metavar="N",
        type=whole(0),
        default=MOST_REMEMBERED,
        help=f"leave out an event whose messageId is among the last N; {MOST_REMEMBERED:,} if left"
        " out, which takes 75 MB; 0 for none. Another process remembers nothing: after --resume,"
        " what it met before is sent again, and met by the service",
    )


def _add_keeping(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is kept")
    group.add_argument(
        "--checkpoint", metavar="FILE", help="keep there how far it is, every second"
    )
    group.add_argument(
        "--resume",
        action="store_true",
        help="go on from the checkpoint, if there is one; a file that is not what it was is"
        " refused",
    )
    group.add_argument(
        "--rejects",
        metavar="FILE",
        help="append what did not arrive: file, line, reason, remedy, event. Replays may share the"
        " file one after the other, but not at once",
    )
    one_of = group.add_mutually_exclusive_group()
    one_of.add_argument(
        "--ledger",
        metavar="SPOOL",
        help="the spool of serve, which may run meanwhile, or another file: what it knows of merged"
        " and deleted users counts from the start, and what this replay tells of them is kept"
        " there; if left out, FILE.ledger beside the checkpoint, and without one nothing is kept",
    )
    one_of.add_argument(
        "--no-ledger",
        action="store_true",
        help="send each event to the user that it names, whatever became of them",
    )
    group.add_argument("--json", action="store_true", help="the summary as a line of JSON")


def _add_sending(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("sending")
    group.add_argument("--dry-run", action="store_true", help="count, and send nothing")
    group.add_argument("--rate", metavar="N", type=rate, default=inf, help="most requests a second")
    group.add_argument(
        "--batch-size",
        metavar="N",
        type=whole(1, MOST_REQUESTS),
        default=1000,
        help="requests in a batch; 1,000",
    )
    group.add_argument(
        "--concurrency",
        metavar="N",
        type=whole(1),
        default=4,
        help="batches on their way at once; 4",
    )
    group.add_argument(
        "--retries",
        metavar="N",
        type=whole(1),
        default=_TRIES,
        help=f"failures in a row, with pauses of up to a minute, before it stops; {_TRIES}",
    )
    group.add_argument(
        "--timeout", metavar="SECONDS", type=seconds, help="most time for one attempt at a batch"
    )


def _moment(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time in ISO 8601") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
