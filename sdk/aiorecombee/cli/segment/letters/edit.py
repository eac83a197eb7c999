"""`aiorecombee segment letters edit`: another event in a dead letter."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from aiorecombee.cli.files import opened
from aiorecombee.cli.lines import say
from aiorecombee.cli.segment.letters import editor
from aiorecombee.cli.segment.letters.choosing import letter_number
from aiorecombee.cli.segment.letters.missing import EXIT_MISSING, tell_missing
from aiorecombee.cli.segment.letters.reading import LONGEST, read_event
from aiorecombee.cli.segment.letters.telling import pretty, users
from aiorecombee.cli.segment.queue_options import add_queue_options, open_queue
from aiorecombee.cli.usage import UsageError, command_parser
from aiorecombee.delivery.queue import Letter
from aiorecombee.forwarder.call import Accepted

_ABOUT: Final = """\
Give a dead letter another event: in an editor ($VISUAL, $EDITOR, or vi), or from a file. It stays a
dead letter until it is resent.

The event is looked at like one that comes in. If it is about another user now, the letter belongs
to that user, and is sent in their order. It counts as the event that came: another "messageId" in
it changes nothing about that.

examples:
  $ %(prog)s --spool events.spool 17
  $ aiorecombee segment letters show --spool events.spool 17 --json | jq .event > event.json
  $ %(prog)s --spool events.spool 17 --body event.json
"""
_STATUSES: Final = """\
exit status:
  0  done, or nothing was changed
  1  the letter is not there
  2  the command was called wrongly, what was typed is no event (it is kept, and the message says
     where), or the queue cannot be used
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the subcommand."""
    options = _parser(prog).parse_args(argv)
    if options.body is not None:
        mended = read_event(_read(options.body, "--body "), f"--body {options.body}")
        return asyncio.run(_change(options, mended))
    command = editor.find(os.environ, on_terminal=sys.stdin is not None and sys.stdin.isatty())
    letter = asyncio.run(_letter(options))
    if letter is None:
        tell_missing(options.number)
        return EXIT_MISSING
    return _by_hand(options, letter, command)


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = command_parser(prog, _ABOUT, _STATUSES)
    parser.add_argument("number", metavar="N", type=letter_number, help="its number")
    parser.add_argument(
        "--body", metavar="FILE", help="take the event from there; - is standard input"
    )
    add_queue_options(parser)
    return parser


def _read(path: str, option: str = "") -> bytes:
    with opened(path, option) as file:
        return file.read(LONGEST + 1)


def _by_hand(options: argparse.Namespace, letter: Letter, command: str) -> int:
    text = pretty(letter.item.body)
    draft = editor.new_draft(f"letter-{letter.number}.json", f"{text}\n")
    editor.edit(command, draft)
    try:
        status = _take(options, letter, text, draft)
    except UsageError as error:
        kept = f"what you typed is kept there: mend it, and give it with --body {draft}"
        raise UsageError(f"{error}\n  {kept}") from None
    if status == EXIT_MISSING:
        sys.stderr.write(f"  what you typed is kept in {draft}\n")
    else:
        editor.forget(draft)
    return status


def _take(options: argparse.Namespace, letter: Letter, text: str, draft: Path) -> int:
    """Store what was made of a text in an editor."""
    typed = _read(str(draft))
    if typed.decode(errors="replace").strip() == text.strip():
        say("nothing is changed")
        return 0
    return asyncio.run(_change(options, read_event(typed, str(draft)), letter))


async def _letter(options: argparse.Namespace) -> Letter | None:
    async with open_queue(options) as queue:
        return await queue.letter(options.number)


async def _change(options: argparse.Namespace, mended: Accepted, seen: Letter | None = None) -> int:
    """Change a letter, if it is still the one that was seen."""
    async with open_queue(options) as queue:
        before = await queue.letter(options.number)
        if before is not None and seen is not None and before.item.body != seen.item.body:
            raise UsageError(f"letter {before.number}: somebody else has edited it meanwhile")
        after = await queue.edit(
            options.number, mended.body, lanes=mended.lanes, barrier=mended.barrier
        )
    if before is None or after is None:
        tell_missing(options.number)
        return EXIT_MISSING
    _tell(before, after)
    return 0


def _tell(before: Letter, after: Letter) -> None:
    number = "" if after.number == before.number else f", and is letter {after.number} now"
    moved = "" if after.item.lanes == before.item.lanes else f"; it is about {users(after)} now"
    say(f"letter {before.number} is edited{number}{moved}")
    sys.stdout.flush()
