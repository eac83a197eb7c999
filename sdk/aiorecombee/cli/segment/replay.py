"""`aiorecombee segment replay`: archives of events, sent."""

import argparse
import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Final

from aiorecombee.cli.connection_options import Connection, add_connection_options
from aiorecombee.cli.lines import json_line, say
from aiorecombee.cli.segment.options import add_mapping_options
from aiorecombee.cli.segment.replay_options import add_replay_options
from aiorecombee.cli.segment.replay_progress import shown
from aiorecombee.cli.segment.replay_setup import Setup, complaint, set_up
from aiorecombee.cli.segment.replay_summary import Summary
from aiorecombee.cli.usage import command_parser
from aiorecombee.clock import SystemClock
from aiorecombee.delivery.replaying.account import Account
from aiorecombee.delivery.replaying.errors import ArchiveError, KeepingError
from aiorecombee.delivery.replaying.pacing import Pace, Patience
from aiorecombee.delivery.replaying.rehearsal import rehearse
from aiorecombee.delivery.replaying.run import Effort, Replay, Stopped

_SELDOM: Final = 50_000
_ABOUT: Final = """\
Send archived events: read, map, leave out what came before, send, and account for every line.

FILES are JSON lines: plain, gzip or zstd, or directories of them, read in order of their names. A
bucket that Segment archives to, with a folder for each day, is read in order of time. - is
standard input. Each user's requests keep their order; those of different users travel side by
side, in batches.

Sent again, an interaction meets itself (409) and does no harm, because its timestamp comes from
the event: that counts as "already there", and so does the deletion of what is gone. An event
without a timestamp is stamped when it is read, so in a second replay it counts twice; the summary
says how many there were.

What was read of a user counts for what is read behind it: after an alias, events of the previous
user go to the user it became, whenever they happened; those from before a deletion are left out,
while later ones are of somebody who came back. What --since leaves out tells nothing. With
--ledger, what serve and earlier replays have learnt counts as well, and they know what this one
delivered. A dry run counts what would be sent by all that. --no-ledger turns it off.

With --checkpoint, whoever is killed goes on with --resume and sends at most again what was not
settled, a second's worth or so. Who became whom, and who was deleted, is kept beside it, if not
with --ledger. What --remember remembers does not outlive the process.

A batch that gets no answer, or 5xx, is repeated, at last once a minute, until --retries says that
it is enough; then the replay stops. What the mapping rejects, or the service refuses, does not stop
it: --rejects keeps it with reason and remedy, to be mended and replayed with --only-failed.

examples:
  $ %(prog)s --dry-run events.jsonl.gz
  $ %(prog)s --checkpoint replay.json --resume --rejects rejects.jsonl segment-logs/
  $ %(prog)s --ledger events.spool --since 2026-01-01 segment-logs/
  $ %(prog)s --only-failed rejects.jsonl --rejects again.jsonl
  $ zcat events.gz | %(prog)s --since 2026-07-01 --rate 500 -
"""
_STATUSES: Final = """\
exit status:
  0  everything is settled, and nothing was rejected
  1  everything is settled, but something was rejected or refused
  2  the command was called wrongly; nothing was sent
  3  stopped before the end; with --checkpoint it can go on with --resume
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the subcommand."""
    options = _parser(prog).parse_args(argv)
    with set_up(options) as setup, _few_collections():
        began, before = monotonic(), setup.keeper.tally.read
        with shown(setup.supply, setup.keeper.tally, sys.stderr) as tell:
            if setup.connection is None:
                stopped = _rehearse(setup, tell)
            else:
                stopped = _send(setup, setup.connection, options, tell)
        summary = Summary(
            setup.keeper.tally,
            monotonic() - began,
            setup.keeper.tally.read - before,
            "" if stopped is None else stopped.reason,
            _advice(stopped, options),
            setup.supply.is_limited,
        )
        for line in [json_line(summary.as_json())] if options.json else summary.lines():
            say(line)
        sys.stdout.flush()
    return summary.status


@contextmanager
def _few_collections() -> Iterator[None]:
    """Let the garbage collector look less often: what a replay makes is no garbage it could find.

    It would take a tenth of the time. The process is the command's own; where it is not, all is
    as before afterwards.
    """
    before = gc.get_threshold()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _rehearse(setup: Setup, tell: Callable[[], None]) -> Stopped | None:
    try:
        rehearse(setup.supply, setup.keeper, complaint, tell)
    except (ArchiveError, KeepingError) as error:
        return Stopped(str(error))
    except KeyboardInterrupt:
        return Stopped("interrupted")
    return None


def _send(
    setup: Setup, connection: Connection, options: argparse.Namespace, tell: Callable[[], None]
) -> Stopped | None:
    try:
        return asyncio.run(_replay(setup, connection, options, tell))
    except (KeyboardInterrupt, asyncio.CancelledError) as stop:
        known = (stop, stop.__context__)
        notes = (note for error in known for note in getattr(error, "__notes__", ()))
        return Stopped(", ".join(["interrupted", *notes]))


async def _replay(
    setup: Setup, connection: Connection, options: argparse.Namespace, tell: Callable[[], None]
) -> Stopped | None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is not None:  # a coroutine that runs has one
        loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        async with connection.client(timeout=options.timeout) as client:
            return await Replay(
                client,
                setup.supply,
                setup.keeper,
                Account(options.retries),
                SystemClock(),
                Pace(options.rate),
                Patience(options.retries),
                Effort(options.batch_size, options.concurrency),
                tell,
            ).run()
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


def _advice(stopped: Stopped | None, options: argparse.Namespace) -> str:
    if stopped is None or options.dry_run:
        return ""
    how = "Replay it again: what has arrived is met there."
    if options.checkpoint is None:
        how += " With --checkpoint it could go on from here."
    elif Path(options.checkpoint).is_file():  # it may be that which could not be written
        how = "The same command with --resume goes on from here."
    why = "`aiorecombee doctor` tells why a database cannot be reached."
    return f"{how} {why}" if stopped.by_service else how


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = command_parser(prog, _ABOUT, _STATUSES)
    add_replay_options(parser)
    add_mapping_options(parser)
    add_connection_options(parser)
    parser.add_argument("files", nargs="*", metavar="FILES", help="files, directories, or -")
    return parser
