"""`aiorecombee segment letters`: looking at what could not be delivered, and putting it right."""

from collections.abc import Mapping, Sequence
from typing import Final

from aiorecombee.cli.dispatch import Command, dispatch

_COMMANDS: Final[Mapping[str, Command]] = {
    "list": Command("segment.letters.list", "list them, or count them by reason"),
    "show": Command("segment.letters.show", "tell everything of one"),
    "edit": Command("segment.letters.edit", "give one another event, in an editor or from a file"),
    "resend": Command("segment.letters.resend", "put them back, to be sent again"),
    "drop": Command("segment.letters.drop", "forget them"),
}
_ABOUT: Final = """\
Dead letters: events that Recombee, or the mapping, refused for good. They are kept with the reason,
30 days in a spool, until somebody mends the cause and sends them again, or drops them.

The queue may be in use: what is put back is sent by the `aiorecombee segment serve` that runs.

example:
  $ %(prog)s list --spool events.spool --by-reason
  $ %(prog)s list --spool events.spool --reason "AddPurchase: 404: *"
  $ %(prog)s edit --spool events.spool 17
  $ %(prog)s resend --spool events.spool 17

exit status:
  0  done
  1  a letter that was named is not there; what was asked is done for the others
  2  the command was called wrongly, what was typed is no event, or the queue cannot be used
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run a subcommand."""
    return dispatch(prog, _ABOUT, _COMMANDS, argv)
