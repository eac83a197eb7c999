"""`aiorecombee segment letters list`: dead letters in a table, as JSON, or counted by reason."""

import argparse
import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from itertools import islice
from typing import Final

import attrs

from aiorecombee.cli.lines import json_line, say
from aiorecombee.cli.option_types import whole
from aiorecombee.cli.segment.letters.choosing import (
    Choice,
    add_wanted_options,
    chosen,
    letter_number,
    progress,
    read_wanted,
)
from aiorecombee.cli.segment.letters.reasons import Reasons
from aiorecombee.cli.segment.letters.table import Table
from aiorecombee.cli.segment.letters.telling import as_json, in_words
from aiorecombee.cli.segment.queue_options import OpenQueue, add_queue_options, open_queue
from aiorecombee.cli.usage import command_parser
from aiorecombee.delivery.queue import Letter
from aiorecombee.segment.explaining.shown import cut, printable

_ABOUT: Final = """\
List dead letters, oldest first; or count them by reason, most frequent first.

Reasons that differ only in what they quote are counted as one, with * for what differs. They can be
given to --reason as they stand there. On a terminal long texts are cut, elsewhere they are whole.

examples:
  $ %(prog)s --spool events.spool --by-reason
  $ %(prog)s --spool events.spool --user user-1
  $ %(prog)s --spool events.spool --reason "*not present*" --limit 3
  $ %(prog)s --spool events.spool --json | jq .event
"""
_STATUSES: Final = """\
exit status:
  0  done, even if there are none
  2  the command was called wrongly, or the queue cannot be used
"""
_ROWS: Final = 100


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the subcommand."""
    options = _parser(prog).parse_args(argv)
    asyncio.run(_list(options))
    sys.stdout.flush()
    return 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = command_parser(prog, _ABOUT, _STATUSES)
    parser.add_argument("--by-reason", action="store_true", help="count them by reason")
    parser.add_argument("--json", action="store_true", help="one line of JSON each, with all of it")
    add_wanted_options(parser)
    parser.add_argument(
        "--after", metavar="N", type=letter_number, default=0, help="only those with higher numbers"
    )
    parser.add_argument(
        "--limit",
        metavar="N",
        type=whole(1),
        help=f"no more than so many, letters or reasons; {_ROWS} letters in a table if left out",
    )
    add_queue_options(parser)
    return parser


async def _list(options: argparse.Namespace) -> None:
    limit = options.limit or (None if options.json else _ROWS)
    choice = Choice(wanted=read_wanted(options), after=options.after)
    async with open_queue(options) as queue:
        there = (await queue.counts()).letters
        if options.by_reason:
            _show_reasons(await _counted(queue, choice, there), options)
            return
        choice = attrs.evolve(choice, limit=limit)
        if options.json:
            async for letter in chosen(queue, choice, there):
                say(json_line(as_json(letter)))
        else:
            await _show_table(queue, choice, there)


async def _show_table(queue: OpenQueue, choice: Choice, there: int) -> None:
    table: Table | None = None
    shown, last = 0, 0
    async for some in _together(chosen(queue, choice, there)):
        first, table = table is None, table or Table.fitting(some, _room())
        for line in table.lines(some, with_heads=first):
            say(line)
        shown, last = shown + len(some), some[-1].number
    more = f"; --after {last} goes on" if shown == choice.limit and shown < there else ""
    say(f"{shown:,} of {in_words(there)}{more}")


async def _together(letters: AsyncIterator[Letter]) -> AsyncIterator[list[Letter]]:
    some: list[Letter] = []
    async for letter in letters:
        some.append(letter)
        if len(some) == _ROWS:
            yield some
            some = []
    if some:
        yield some


async def _counted(queue: OpenQueue, choice: Choice, there: int) -> Reasons:
    reasons = Reasons()
    with progress("counting", choice, there) as tell:
        async for letter in chosen(queue, choice, there, tell):
            reasons.add(letter)
    return reasons


def _show_reasons(reasons: Reasons, options: argparse.Namespace) -> None:
    shown = islice(reasons.most_first(), options.limit)
    if options.json:
        for one in shown:
            say(json_line({"reason": one.reason, "letters": one.letters, "example": one.example}))
        return
    room = _room()
    say(f"{'LETTERS':>9}  {'EXAMPLE':>9}  REASON")
    for one in shown:
        line = f"{one.letters:>9,}  {one.example:>9}  {printable(one.reason)}"
        say(line if room is None else cut(line, room))
    say(f"{in_words(reasons.letters)}, {in_words(reasons.kinds, 'reason')}")


def _room() -> int | None:
    """Characters of a line; `None` where nobody minds."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
