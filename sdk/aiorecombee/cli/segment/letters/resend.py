"""`aiorecombee segment letters resend`: dead letters back into the queue."""

import argparse
import asyncio
from collections.abc import Sequence
from typing import Final

from aiorecombee.cli.segment.letters.acting import carry_out
from aiorecombee.cli.segment.letters.choosing import Choice, add_choice_options, read_choice
from aiorecombee.cli.segment.queue_options import add_queue_options, open_queue
from aiorecombee.cli.usage import command_parser

_ABOUT: Final = """\
Put dead letters back into the queue, behind the other events of their users. They are sent by the
`aiorecombee segment serve` that runs, or by the next. What is refused again is a dead letter again,
with a new number.

examples:
  $ %(prog)s --spool events.spool 17 19
  $ %(prog)s --spool events.spool --reason "AddPurchase: 404: *" --limit 10
  $ %(prog)s --spool events.spool --all
"""
_STATUSES: Final = """\
exit status:
  0  done
  1  a letter that was named is not there; the others are resent
  2  the command was called wrongly, or the queue cannot be used
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the subcommand."""
    options = _parser(prog).parse_args(argv)
    return asyncio.run(_resend(options, read_choice(options)))


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = command_parser(prog, _ABOUT, _STATUSES)
    add_choice_options(parser)
    add_queue_options(parser)
    return parser


async def _resend(options: argparse.Namespace, choice: Choice) -> int:
    async with open_queue(options) as queue:
        return await carry_out(queue, choice, queue.resend, "resent")
