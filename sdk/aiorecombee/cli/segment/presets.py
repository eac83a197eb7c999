"""`aiorecombee segment presets`: the presets of a profile, to be edited and passed back."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any, Final

from aiorecombee.cli.lines import say
from aiorecombee.cli.segment.options import add_profile_option, add_settings_option, read_settings
from aiorecombee.cli.usage import UsageError, command_parser
from aiorecombee.segment.checking.finding import did_you_mean
from aiorecombee.segment.profiles import find_profile

_ABOUT: Final = """\
Print the presets of a profile as a JSON array of mappings, as Segment keeps them. Edited, they can
be passed to --mappings of the other commands.

example:
  $ %(prog)s > mappings.json
  $ aiorecombee segment validate mappings.json
  $ aiorecombee segment map --mappings mappings.json events.jsonl

  one preset to be changed, beside the others as they are:
  $ %(prog)s --name "Page - Viewed" > page.json
  $ aiorecombee segment map --mappings page.json --with-presets events.jsonl
"""


def run(prog: str, argv: Sequence[str]) -> int:
    """Run the subcommand."""
    options = _parser(prog).parse_args(argv)
    settings = read_settings(options.settings, options.profile)
    presets = find_profile(options.profile).presets(settings)
    say(json.dumps(_named(presets, options.name), indent=2, ensure_ascii=False))
    sys.stdout.flush()
    return 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = command_parser(prog, _ABOUT)
    add_profile_option(parser)
    add_settings_option(parser)
    parser.add_argument(
        "--name", metavar="PRESET", action="append", help="only that preset; may be repeated"
    )
    return parser


def _named(presets: list[dict[str, Any]], names: list[str] | None) -> list[dict[str, Any]]:
    known = [preset["name"] for preset in presets]
    for name in names or ():
        if name not in known:
            advice = did_you_mean(name, known)
            raise UsageError(f"--name: there is no preset {name!r}\n  {advice}")
    return [preset for preset in presets if names is None or preset["name"] in names]
