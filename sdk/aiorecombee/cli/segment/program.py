"""`aiorecombee segment`: what can be done with Segment events."""

from collections.abc import Mapping, Sequence
from typing import Final

from aiorecombee.cli.dispatch import Command, dispatch

_COMMANDS: Final[Mapping[str, Command]] = {
    "map": Command("segment.map", "show what events would become, without sending anything"),
    "explain": Command("segment.explain", "tell why an event became what it became"),
    "validate": Command("segment.validate", "find all that is wrong with files of mappings"),
    "test": Command("segment.test", "check what events, mappings and subscriptions come to"),
    "diff": Command("segment.diff", "compare two profiles or mapping files over an archive"),
    "replay": Command("segment.replay", "send archives of events, and account for every line"),
    "serve": Command("segment.serve", "receive events over HTTP, keep them, and send them on"),
    "letters": Command("segment.letters.program", "mend and resend what could not be delivered"),
    "presets": Command("segment.presets", "print the presets, to be edited and passed back"),
}
_ABOUT: Final = """\
Segment events to Recombee requests, as Segment's own destination makes them.

example:
  aiorecombee segment map --profile main-2026-07 events.jsonl
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run a subcommand."""
    return dispatch(prog, _ABOUT, _COMMANDS, argv)
