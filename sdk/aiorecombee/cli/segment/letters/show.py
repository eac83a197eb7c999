"""`aiorecombee segment letters show`: everything of one dead letter."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Final

from aiorecombee.cli.lines import json_line, say
from aiorecombee.cli.segment.letters.choosing import letter_number
from aiorecombee.cli.segment.letters.missing import EXIT_MISSING, tell_missing
from aiorecombee.cli.segment.letters.telling import as_json, lines
from aiorecombee.cli.segment.queue_options import add_queue_options, open_queue
from aiorecombee.cli.usage import command_parser
from aiorecombee.delivery.queue import Letter

_ABOUT: Final = """\
Tell everything of one dead letter: why it could not be delivered, and the event.

examples:
  $ %(prog)s --spool events.spool 17
  $ %(prog)s --spool events.spool 17 --json | jq .event > event.json
"""
_STATUSES: Final = """\
exit status:
  0  done
  1  the letter is not there
  2  the command was called wrongly, or the queue cannot be used
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the subcommand."""
    options = _parser(prog).parse_args(argv)
    letter = asyncio.run(_letter(options))
    if letter is None:
        tell_missing(options.number)
        return EXIT_MISSING
    for line in [json_line(as_json(letter))] if options.json else lines(letter):
        say(line)
    sys.stdout.flush()
    return 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = command_parser(prog, _ABOUT, _STATUSES)
    parser.add_argument("--json", action="store_true", help="one line of JSON, as `list` has it")
    parser.add_argument("number", metavar="N", type=letter_number, help="its number")
    add_queue_options(parser)
    return parser


async def _letter(options: argparse.Namespace) -> Letter | None:
    async with open_queue(options) as queue:
        return await queue.letter(options.number)
