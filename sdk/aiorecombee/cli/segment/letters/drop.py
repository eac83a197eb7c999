"""`aiorecombee segment letters drop`: dead letters are forgotten."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Final

import attrs

from aiorecombee.cli.segment.letters.acting import carry_out
from aiorecombee.cli.segment.letters.choosing import (
    Choice,
    add_choice_options,
    chosen,
    progress,
    read_choice,
)
from aiorecombee.cli.segment.letters.telling import in_words
from aiorecombee.cli.segment.queue_options import add_queue_options, open_queue
from aiorecombee.cli.usage import UsageError, command_parser

_ABOUT: Final = """\
Forget dead letters, for good. On a terminal it says how many there are and asks; elsewhere --yes
is needed.

examples:
  $ %(prog)s --spool events.spool 17 19
  $ %(prog)s --spool events.spool --reason "AddPurchase: 404: *"
  $ %(prog)s --spool events.spool --user user-1 --yes
"""
_STATUSES: Final = """\
exit status:
  0  done, or not wanted when it asked
  1  a letter that was named is not there; the others are dropped
  2  the command was called wrongly, or the queue cannot be used
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the subcommand."""
    options = _parser(prog).parse_args(argv)
    choice = read_choice(options)
    if not options.yes:
        _require_somebody()
        # Not within the loop: there an interrupt would have to wait for the answer.
        letters, last = asyncio.run(_count(options, choice))
        if letters and not _is_wanted(letters):
            return 0
        choice = attrs.evolve(choice, upto=last)
    return asyncio.run(_drop(options, choice))


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = command_parser(prog, _ABOUT, _STATUSES)
    add_choice_options(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_queue_options(parser)
    return parser


def _require_somebody() -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("nobody is there to be asked: give --yes to drop them for good")


async def _count(options: argparse.Namespace, choice: Choice) -> tuple[int, int]:
    """How many are meant, and the last of their numbers: those that come later are not meant."""
    letters, last = 0, 0
    async with open_queue(options) as queue:
        there = (await queue.counts()).letters
        with progress("counting", choice, there) as tell:
            async for letter in chosen(queue, choice, there, tell):
                letters, last = letters + 1, letter.number
    return letters, last


def _is_wanted(letters: int) -> bool:
    sys.stderr.write(f"Drop {in_words(letters)}, for good? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


async def _drop(options: argparse.Namespace, choice: Choice) -> int:
    async with open_queue(options) as queue:
        return await carry_out(queue, choice, queue.drop, "dropped")
