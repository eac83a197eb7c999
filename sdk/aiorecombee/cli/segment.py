"""`aiorecombee segment`: what can be done with Segment events."""

from collections.abc import Mapping, Sequence
from typing import Final

from aiorecombee.cli.dispatch import Command, dispatch

_COMMANDS: Final[Mapping[str, Command]] = {
    "map": Command("segment_map", "show what events would become, without sending anything"),
}
_ABOUT: Final = """\
Segment events to Recombee requests, as Segment's own destination makes them.

example:
  aiorecombee segment map --profile main-2026-07 events.jsonl
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run a subcommand."""
    return dispatch(prog, _ABOUT, _COMMANDS, argv)
